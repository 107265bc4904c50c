#!/bin/sh
# P-256 recipients (age1tag): sealed by another implementation (npm package
# age-encryption), opened here; and what an age that does not know them makes
# of our files.  Debian 12's age is one: it asks for a plugin.
B=${B:-build/dev}
tool=$B/test/interop/age_tool
here=$(dirname "$0")/..
if [ ! -d "$here/node_modules/age-encryption" ]; then
	echo "Bail out! no age-encryption: run (cd test && npm ci)"
	exit 1
fi
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0; bad=0

# fact STATUS NAME
fact() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"
	else bad=1; echo "not ok $n - $2"; fi
}

# Keys: ours in software, as 64 digits; another; an X25519 one.
printf '42%.0s' $(seq 32) >"$dir/k1"; echo >>"$dir/k1"
printf '17%.0s' $(seq 32) >"$dir/k2"; echo >>"$dir/k2"
r1=$("$tool" recipient -k "$dir/k1") && r2=$("$tool" recipient -k "$dir/k2")
fact $? "our keys have recipients: $r1"
age-keygen -o "$dir/key" 2>/dev/null
x=$(age-keygen -y "$dir/key")

# theirs FILE PLAIN RECIPIENT...
theirs() {
	(cd "$here" && node --input-type=module -e '
		import * as age from "age-encryption";
		import { readFileSync, writeFileSync } from "node:fs";
		const [out, plain, ...to] = process.argv.slice(1);
		const e = new age.Encrypter();
		for (const r of to)
			e.addRecipient(r);
		writeFileSync(out, await e.encrypt(readFileSync(plain)));
	' "$@")
}
for size in 0 1 65536 200000; do
	head -c "$size" /dev/urandom >"$dir/plain"
	theirs "$dir/t.age" "$dir/plain" "$r1" &&
	    "$tool" open -k "$dir/k1" <"$dir/t.age" | cmp -s - "$dir/plain"
	fact $? "sealed by age-encryption to P-256, opened here: $size bytes"
done
theirs "$dir/t.age" "$dir/plain" "$x" "$r2" "$r1" &&
    for k in k1 k2; do
	"$tool" open -k "$dir/$k" <"$dir/t.age" | cmp -s - "$dir/plain" || break
    done && "$tool" open -i "$dir/key" <"$dir/t.age" | cmp -s - "$dir/plain"
fact $? 'so is a mix of both types, by each of them'
theirs "$dir/t.age" "$dir/plain" "$r2"
! "$tool" open -k "$dir/k1" <"$dir/t.age" >/dev/null 2>"$dir/said" &&
    grep -q E-AGE-NO-MATCH "$dir/said"
fact $? 'what is sealed to another P-256 key does not open'

# The other way: whoever does not know a stanza passes over it.
"$tool" seal -r "$r1" -r "$x" <"$dir/plain" >"$dir/o.age" &&
    age -d -i "$dir/key" "$dir/o.age" | cmp -s - "$dir/plain"
fact $? 'an X25519 key of a mix opens with the age of Debian'
"$tool" open -k "$dir/k1" <"$dir/o.age" | cmp -s - "$dir/plain"
fact $? 'and its P-256 key here'
if age -r "$r1" <"$dir/plain" >"$dir/t.age" 2>"$dir/said"; then
	"$tool" open -k "$dir/k1" <"$dir/t.age" | cmp -s - "$dir/plain"
	fact $? 'sealed by age to P-256, opened here'
else
	grep -q 'age-plugin-tag' "$dir/said"
	fact $? 'this age leaves P-256 recipients to a plugin'
fi
echo "1..$n"
exit $bad
