#!/bin/sh
# What the tables of matching promise.
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT INT TERM
"${B:-build/dev}/test/contract/store_match_contract" "$dir"
