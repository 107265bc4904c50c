#!/bin/sh
# What outbox, receipts and slips promise.
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT INT TERM
"${B:-build/dev}/test/contract/store_outbox_contract" "$dir"
