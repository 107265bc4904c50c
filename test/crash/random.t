#!/bin/sh
# Twenty times kill -9 of whichever process of two nodes, while each sends to
# the other.  The seed is printed; SEED=n plays the same choices again.
. test/crash/world.sh
. test/crash/invariants.sh
. test/crash/storm.sh
storm_seed
nodes_make 3
start rs fr; up rs fr; login rs fr
storm 20 0.6 rs fr
echo "1..$n"
exit $bad
