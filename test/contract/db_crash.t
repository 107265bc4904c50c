#!/bin/sh
# What a killed writer has acknowledged is there, on SQLite.
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT INT TERM
"${B:-build/dev}/test/contract/db_crash" "sqlite:$dir/store.db"
