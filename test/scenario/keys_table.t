#!/bin/sh
# What keys signs, refuses, and whom it answers: see keys_table.c.
exec "${B:-build/dev}/test/scenario/keys_table"
