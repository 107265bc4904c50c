#!/bin/sh
# The contract of src/store/db.h, on SQLite in a directory of its own.
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT INT TERM
"${B:-build/dev}/test/contract/db_contract" "sqlite:$dir/store.db"
