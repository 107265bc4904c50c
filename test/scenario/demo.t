#!/bin/bash
# `make demo ARGS='--once --json'` as a test: every step of the main job holds.
n=0; bad=0
while read -r line; do
	n=$((n + 1))
	step=$(jq -r .step <<<"$line") ok=$(jq -r .ok <<<"$line")
	if [ "$ok" = true ]; then echo "ok $n - $step"
	else bad=1; echo "not ok $n - $step"; fi
done < <(ASAN_OPTIONS=detect_leaks=0 demo/demo --once --json)
n=$((n + 1))
if [ $n -eq 19 ]; then echo "ok $n - all 18 steps were played"
else bad=1; echo "not ok $n - $((n - 1)) steps were played, not 18"; fi
echo "1..$n"
exit $bad
