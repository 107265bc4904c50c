#!/bin/sh
# Arrows point down only: what a file includes belongs to its own layer or to
# one that its layer may use.
n=0; bad=0
check() {			# LAYER MAY-USE...
	layer=$1; shift; n=$((n + 1))
	may="$layer $*"
	found=$(grep -rhoE '^#include "[a-z]+/' src/"$layer" | sort -u |
	    sed 's/.*"\(.*\)\//\1/' | while read -r used; do
		case " $may " in *" $used "*) ;; *) echo "$used" ;; esac
	    done)
	if [ -z "$found" ]; then
		echo "ok $n - $layer uses nothing but: $*"
	else
		bad=1; echo "not ok $n - $layer uses $(echo $found)"
		for f in $found; do grep -rl "#include \"$f/" src/"$layer" | sed 's/^/# /'; done
	fi
}
check base
check crypto base
check model base crypto
check store base crypto model
check proc base crypto
check ententd base crypto model store proc
check entente base crypto model proc
n=$((n + 1))
if grep -rnE '#include "(ententd|entente)/' src/base src/crypto src/model src/store src/proc; then
	bad=1; echo "not ok $n - no layer knows a program"
else
	echo "ok $n - no layer knows a program"
fi
n=$((n + 1))
impure=$(grep -rlE '#include <(fcntl|unistd|sys/[a-z]+|time)\.h>|clock_now\(|clock_steady\(' src/model | grep -v '\.S$')
if [ -z "$impure" ]; then
	echo "ok $n - model does no I/O and reads no clock"
else
	bad=1; echo "not ok $n - model does I/O or reads a clock"; echo "$impure" | sed 's/^/# /'
fi
echo "1..$n"
exit $bad
