#!/bin/sh
# What the numbers of a pair promise, on both of its sides.
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT INT TERM
"${B:-build/dev}/test/contract/store_tally_contract" "$dir"
