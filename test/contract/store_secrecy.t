#!/bin/sh
# What lies on the disk, and what a destroyed shelf takes with it.
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT INT TERM
"${B:-build/dev}/test/contract/store_secrecy" "$dir"
