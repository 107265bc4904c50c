#!/bin/sh
# What audit, blobs, uploads and drafts promise.
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT INT TERM
"${B:-build/dev}/test/contract/store_files_contract" "$dir"
