#!/bin/sh
# What the vault offers over which channel: see vault_channels.c.
exec "${B:-build/dev}/test/scenario/vault_channels"
