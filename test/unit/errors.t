#!/bin/sh
# Every rule that the programs set is explained, and no other: E-... strings in
# src/ against lang/errors*.json, in four languages.
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
n=0; bad=0
ok() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else bad=1; echo "not ok $n - $2"; fi
}
empty() { sed 's/^/# /' "$1"; ! [ -s "$1" ]; ok $? "$2"; }

grep -rhoE '"E-[A-Z0-9]+(-[A-Z0-9]+)*\\?"' src --include='*.c' --include='*.h' |
    tr -d '"\\' | sort -u >"$T/set"
for f in lang/errors*.json; do jq -r 'keys_unsorted[]' "$f"; done >"$T/all"
sort "$T/all" | uniq -d >"$T/twice"
sort -u "$T/all" >"$T/told"
[ -s "$T/set" ] && [ -s "$T/told" ]; ok $? 'there are rules, and texts'
comm -23 "$T/set" "$T/told" >"$T/a"; empty "$T/a" 'every rule set in src is explained'
comm -13 "$T/set" "$T/told" >"$T/b"; empty "$T/b" 'every rule explained is set in src'
empty "$T/twice" 'no rule is explained twice'

# Each part in each language, in one order, and nothing else.
for f in lang/errors*.json; do
	jq -r 'to_entries[] | .key as $k | .value |
	    if (keys_unsorted != ["title","unchanged","todo"]) then $k else empty end' "$f"
	jq -r 'to_entries[] | .key as $k | .value | to_entries[] |
	    select((.value | keys_unsorted) != ["en","ar","es","fr"] or
	    ([.value[] | select(type != "string" or . == "")] | length) > 0) |
	    "\($k).\(.key)"' "$f"
done >"$T/c"; empty "$T/c" 'title, unchanged and todo stand in en, ar, es, fr'
for f in lang/*.json; do
	jq -r 'to_entries[] | select([.. | strings] |
	    any(test("[\u200e\u200f\u202a-\u202e\u2066-\u2069]"))) | .key' "$f"
done >"$T/d"; empty "$T/d" 'no text holds direction marks'
for f in lang/*.json; do
	jq -r 'to_entries[] | .key as $k | .value | (if .en then . else .[] end) |
	    select((.ar | test("[\u0600-\u06ff]") | not) and (.en | test("[a-z]{4}"))
	    and .ar != .en) | $k' "$f"
done >"$T/e"; empty "$T/e" 'what is Arabic is written in Arabic'
echo "1..$n"
exit $bad
