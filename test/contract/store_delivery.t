#!/bin/sh
# What parcels, pages and rows in custody promise.
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT INT TERM
"${B:-build/dev}/test/contract/store_delivery_contract" "$dir"
