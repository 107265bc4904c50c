#!/bin/sh
# What trust notes, accounts, sessions and kept answers promise.
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT INT TERM
"${B:-build/dev}/test/contract/store_people_contract" "$dir"
