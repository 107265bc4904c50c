#!/bin/sh
# Round trips with Debian's age, both ways.  AGE_BIG=1 adds one of a gigabyte.
B=${B:-build/dev}
tool=$B/test/interop/age_tool
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0; bad=0

# fact STATUS NAME
fact() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"
	else bad=1; echo "not ok $n - $2"; fi
}

# $1 bytes, always the same, no two blocks of them alike.
bytes() {
	head -c "$1" /dev/zero | openssl enc -aes-128-ctr -nosalt \
	    -K 00112233445566778899aabbccddeeff -iv 0 2>/dev/null
}

# ours_theirs NAME PLAIN RECIPIENT-OPTIONS..., and theirs_ours
ours_theirs() {
	name=$1; plain=$2; shift 2
	"$tool" seal "$@" <"$plain" >"$dir/o.age" &&
	    age -d -i "$dir/key" "$dir/o.age" >"$dir/back" &&
	    cmp "$dir/back" "$plain"
	fact $? "sealed here, opened by age: $name"
}
theirs_ours() {
	name=$1; plain=$2; shift 2
	age -e "$@" <"$plain" >"$dir/t.age" &&
	    "$tool" open -i "$dir/key" <"$dir/t.age" >"$dir/back" &&
	    cmp "$dir/back" "$plain"
	fact $? "sealed by age, opened here: $name"
}
both() {
	ours_theirs "$@"
	theirs_ours "$@"
}

age-keygen -o "$dir/key" 2>/dev/null
me=$(age-keygen -y "$dir/key")
others=
for i in $(seq 194); do
	other=$(age-keygen 2>/dev/null | age-keygen -y)
	others="$others -r $other"
done

for size in 0 1 65535 65536 65537 10485760; do
	bytes "$size" >"$dir/plain"
	both "$size bytes" "$dir/plain" -r "$me"
	both "$size bytes, armored" "$dir/plain" -a -r "$me"
done
bytes 5000 >"$dir/plain"
both "the second of two" "$dir/plain" -r "$other" -r "$me"
# Word splitting is what turns $others into options.
both "the last of 195" "$dir/plain" $others -r "$me"

"$tool" seal -r "$other" <"$dir/plain" >"$dir/o.age"
! age -d -i "$dir/key" "$dir/o.age" >/dev/null 2>&1
fact $? "age refuses what we sealed to another"
age -r "$other" <"$dir/plain" >"$dir/t.age"
! "$tool" open -i "$dir/key" <"$dir/t.age" >/dev/null 2>&1
fact $? "we refuse what age sealed to another"

# age asks for passphrases on a terminal only; script(1) is one.
echo "six words make a good enough passphrase" >"$dir/pass"
"$tool" seal -p "$dir/pass" <"$dir/plain" >"$dir/o.age"
(sleep 0.5; cat "$dir/pass") | script -qec \
    "age -d -o '$dir/byage' '$dir/o.age'" /dev/null >/dev/null 2>&1
cmp "$dir/byage" "$dir/plain"
fact $? "sealed here under a passphrase, opened by age"
(sleep 0.5; cat "$dir/pass"; sleep 0.5; cat "$dir/pass") | script -qec \
    "age -p -o '$dir/p.age' '$dir/plain'" /dev/null >/dev/null 2>&1
"$tool" open -p "$dir/pass" <"$dir/p.age" | cmp - "$dir/plain"
fact $? "sealed by age under a passphrase, opened here"

if [ "${AGE_BIG:-0}" = 1 ]; then
	sum=$(bytes 1073741824 | sha256sum)
	[ "$(bytes 1073741824 | "$tool" seal -r "$me" |
	    age -d -i "$dir/key" | sha256sum)" = "$sum" ]
	fact $? "sealed here, opened by age: 1 GB"
	[ "$(bytes 1073741824 | age -r "$me" |
	    "$tool" open -i "$dir/key" | sha256sum)" = "$sum" ]
	fact $? "sealed by age, opened here: 1 GB"
fi
echo "1..$n"
exit $bad
