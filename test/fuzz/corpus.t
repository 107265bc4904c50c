#!/bin/sh
# Every fuzz target replays its corpus; a target without one is an error.
n=0; bad=0
for src in test/fuzz/fuzz_*.c; do
	name=${src##*/fuzz_}; name=${name%.c}; n=$((n + 1))
	if out=$("$B/test/fuzz/fuzz_$name" "test/fuzz/corpus/$name" 2>&1); then
		echo "ok $n - $name: $out"
	else
		bad=1; echo "not ok $n - $name"; echo "$out" | tail -20 | sed 's/^/# /'
	fi
done
echo "1..$n"
exit $bad
