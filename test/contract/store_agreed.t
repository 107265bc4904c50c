#!/bin/sh
# What draws on pledges, uses of emergency clauses and endings promise.
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT INT TERM
"${B:-build/dev}/test/contract/store_agreed_contract" "$dir"
