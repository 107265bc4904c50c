#!/bin/sh
# What the store, its messages, threads and legs promise.
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT INT TERM
"${B:-build/dev}/test/contract/store_contract" "$dir"
