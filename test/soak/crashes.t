#!/bin/sh
# A thousand times (KILLS) kill -9 of whichever process of four nodes, while each
# sends to each other: nothing lost, nothing twice, all stores agree.
. test/crash/world.sh
. test/crash/invariants.sh
. test/crash/storm.sh
storm_seed
nodes_make 19
start hq rs fr it; up hq rs fr it; login hq rs fr it
storm ${KILLS:-1000} 0.8 hq rs fr it
echo "1..$n"
exit $bad
