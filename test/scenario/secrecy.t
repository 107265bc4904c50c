#!/bin/bash
# What is said in confidence stands nowhere in the clear: not in the data
# directories of sender or receiver, not in a log, a command line, an
# environment or a temporary file, while the nodes run and after.
m=$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')
password=PassWord-$m passphrase="pass phrase $m"
. test/scenario/nodes.sh
touch "$T/began"

{ found hq && join rs bureau; } || { echo "Bail out! no nodes"; exit 1; }
start hq; start rs
within 20 is_state hq ready && within 20 is_state rs ready; ok $? 'two nodes are ready'
log_in hq && log_in rs; ok $? 'officers log in'
knows_both() { knows hq 2 && knows rs 2; }
within 20 knows_both; ok $? 'and the nodes hold each other'"'"'s cards'

code() { api "$1" "$2" -o "$T/$1.body" -w '%{http_code}' "${@:3}"; }
body() { jq -r "$2" "$T/$1.body"; }

# -- what is planted -----------------------------------------------------------
# A second officer, a token, and what people type wrongly.
jq -n --arg p "Second-$m" '{badge:"4712",name:"Officer 4712",roles:["duty","admin"],desks:["hq/cyber"],password:$p}' |
    code hq accounts --data-binary @- >"$T/code"
is "$(cat "$T/code")" 201 'a second officer is made'
# An approver's account does not come from the author: the first makes a third.
session() {		# BADGE PASSWORD: logs in at hq, $T/BADGE.header
	jq -n --arg b "$1" --arg p "$2" '{account:$b,password:$p}' |
	    curl -sS --unix-socket "$T/hq/desk.sock" --data-binary @- http://node/api/v1/sessions |
	    jq -r '"Authorization: Bearer " + .token' >"$T/$1.header"
}
session 4712 "Second-$m"
as() {			# BADGE PATH CURL-ARGS...
	curl -sS --unix-socket "$T/hq/desk.sock" -H "@$T/$1.header" -o "$T/hq.body" \
	    -w '%{http_code}' "${@:3}" "http://node/api/v1/$2"
}
jq -n --arg p "Third-$m" '{badge:"4713",name:"Officer 4713",roles:["duty","supervisor"],password:$p}' |
    code hq accounts --data-binary @- >"$T/code"
is "$(cat "$T/code")" 201 'and a third'
jq -n --arg p "Mistyped-$m" '{account:"4711",password:$p}' |
    code hq sessions --data-binary @- >"$T/code"
is "$(cat "$T/code")" 403 'a mistyped password is refused'
jq -n --arg p "Stranger-$m" '{account:"nobody",password:$p}' |
    code hq sessions --data-binary @- >"$T/code"
is "$(cat "$T/code")" 403 'and that of an account that is none'
jq -n --arg p "Unlock-$m" '{password:$p}' | code hq unlock --data-binary @- >"$T/code"
is "$(cat "$T/code")" 403 'and a mistyped passphrase'
is "$(code hq tokens -d '{"label":"script","days":3}')" 201 'a token is made'
access=$(body hq .token)
jq -n --arg o "$password" --arg p "Newer-$m" '{old:$o,password:$p}' |
	code hq me/password --data-binary @- >"$T/code"
is "$(cat "$T/code")" 204 'a password is changed'
# Badly formed, so that the error could repeat it.
printf '{"account":"4711","password":"Broken-%s"' "$m" | code hq sessions --data-binary @- >"$T/code"
is "$(cat "$T/code")" 400 'a broken login is refused'

upload() {		# NAME TEXT: its id
	printf '%s\n%s\n' "$2" "$(head -c 100000 /dev/urandom | base64)" |
	    code hq "files?name=$1" -T - -X POST -H 'Content-Type: text/csv' >"$T/code"
	body hq .id
}
file=$(upload "Name-$m.csv" "Contents-$m"); is "$(cat "$T/code")" 201 'a file is uploaded'
unsent=$(upload "Unsent-$m.csv" "Unsentfile-$m"); is "$(cat "$T/code")" 201 'and one that is never sent'
request() {		# URGENCY PREFIX FILE
	jq --arg u "$1" --arg p "$2-$m" --arg f "$3" '.to = ["rs/cyber"] | .urgency = $u |
	    .subject = "Subject" + $p | .body.facts = "Facts" + $p |
	    .body.case_number = "Case" + $p |
	    .body.requesting_authority.email = ("mail" + $p | ascii_downcase) + "@police.example" |
	    .files = (if $f == "" then [] else [$f] end)' kinds/examples/preservation.json
}
request urgent Sent "$file" | code hq messages --data-binary @- >"$T/code"
is "$(cat "$T/code")" 201 'an urgent request is sent'; [ "$(cat "$T/code")" = 201 ] || diag "$T/hq.body"
request normal Draft '' | as 4712 messages --data-binary @- >"$T/code"
is "$(cat "$T/code")" 202 'another waits for approval'
draft=$(body hq .draft) hash=$(body hq .hash)
jq -n --arg h "$hash" --arg p "Wrong-$m" '{hash:$h,password:$p}' |
    as 4712 "drafts/$draft/approve" --data-binary @- >"$T/code"
is "$(cat "$T/code")" 403 'its author does not approve it'
request urgent Invalid '' | jq --arg m "$m" '.body.urgency_grounds = ["Nonsense-" + $m] | .body["Unknown-" + $m] = "x"' |
    code hq messages --data-binary @- >"$T/code"
is "$(cat "$T/code")" 400 'a request with a field that is none is refused'

# -- it arrived, and is read -----------------------------------------------------
arrived() {
	code rs 'legs?queue=all' >/dev/null && [ "$(body rs '.items | length')" = 1 ] &&
	[ "$(body rs '.items[0].subject')" = "SubjectSent-$m" ]
}
within 20 arrived; ok $? 'rs reads the subject'
ref=$(body rs '.items[0].ref')
is "$(code rs "threads/$ref")" 200 'an officer opens it'
is "$(body rs '.messages[0].body.facts')" "FactsSent-$m" 'and reads it'
name=$(body rs '.messages[0].name')
api rs "messages/$name/files/0" -o "$T/got"
[ "$(head -1 "$T/got")" = "Contents-$m" ] || { api rs "messages/$name/files/1" -o "$T/got"; }
is "$(head -1 "$T/got")" "Contents-$m" 'with its file'
jq -n --arg t "$ref" --arg m "$m" '{kind:"request.preservation/1",act:"clarify",thread:$t,purpose:"investigation",lang:"en",body:{question:("Reply-" + $m)}}' |
    code rs messages --data-binary @- >"$T/code"
[ "$(cat "$T/code")" = 201 ] || diag "$T/rs.body"
code hq "threads/$ref" >/dev/null

# -- and stands nowhere ------------------------------------------------------------
# All that is secret carries the mark, or is a token.  base64 of the mark, at
# each of its three places, would betray one that is merely wrapped.
wrapped() { printf '%s%s' "$1" "$m" | base64 -w0 | cut -c$2-$3; }
{
	printf '%s\n' "$m" "$access" "$(cat "$T/hq.token")" "$(cat "$T/rs.token")" \
	    "$(sed 's/.* //' "$T/4712.header")"
	wrapped '' 1 16; wrapped x 3 16; wrapped xx 5 16
	printf '%s' "$m" | od -An -tx1 | tr -d ' \n'; echo
} >"$T/marks"
is "$(sort -u "$T/marks" | wc -l)" 9 'there are nine marks to look for'
look() {		# FACT FILES...: no mark in any of them
	local fact=$1; shift
	grep -aFlr -f "$T/marks" -- "$@" >"$T/found" 2>/dev/null
	[ ! -s "$T/found" ]; ok $? "$fact"
	diag "$T/found"
}
processes() {		# of both nodes
	local x
	echo "${pid[hq]} ${pid[rs]}"
	for x in hq rs; do children $x | cut -d' ' -f2; done
}
everywhere() {		# WHEN
	local p
	look "$1: not in the sender's data directory" "$T/hq"
	look "$1: not in the receiver's" "$T/rs"
	look "$1: not in what the nodes log" "$T/hq.log" "$T/rs.log"
	# Logs at the system's place, sockets, files of others: all of /tmp that
	# is younger than this test and not this test's own.
	find /tmp /var/tmp /dev/shm -xdev -newer "$T/began" -type f -size -64M \
	    -not -path "$T/*" -print0 2>/dev/null |
	    xargs -0 -r grep -aFl -f "$T/marks" -- >"$T/found" 2>/dev/null
	[ ! -s "$T/found" ]; ok $? "$1: not in a temporary file"
	diag "$T/found"
}
cp "$T/got" "$T/hq.control"
grep -aFlq -f "$T/marks" "$T/hq.control"; ok $? 'a file that has a mark is found'
[ -f "$T/hq/entente.db-wal" ] && [ -f "$T/rs/entente.db-wal" ]; ok $? 'the stores have write-ahead logs'
[ "$(find "$T/rs/blobs" -type f | wc -l)" -gt 0 ]; ok $? 'and files are there, sealed'
everywhere 'running'
: >"$T/seen"
for p in $(processes); do
	tr '\0' '\n' <"/proc/$p/cmdline" >>"$T/seen"
	[ "$(id -u)" -ne 0 ] || tr '\0' '\n' <"/proc/$p/environ" >>"$T/seen"
done
[ -s "$T/seen" ]; ok $? 'there are command lines'
look 'no mark on a command line or in an environment' "$T/seen"
# Shared memory that has a name is a file too.
if [ "$(id -u)" -eq 0 ]; then
	for p in $(processes); do
		for f in "/proc/$p"/fd/*; do
			case $(readlink "$f") in /memfd:*) cat "$f" ;; esac
		done
	done >"$T/memory" 2>/dev/null
	look 'nor in memory that waits for another process' "$T/memory"
fi

# The third officer's key goes on the card; it approves; then a crash, and the
# end.
printf 'Newer-%s\n' "$m" >"$T/newer"; chmod 600 "$T/newer"
e login 4711 --dir "$T/hq" --password-file "$T/newer" >"$T/card.log" 2>&1 &&
    e card update --dir "$T/hq" --trust "$T/hq.age" --yes \
    --passphrase-file "$T/passphrase" >"$T/card.log" 2>&1
r=$?; [ $r = 0 ] || diag "$T/card.log"; ok $r "the next card shows the third"
session 4713 "Third-$m"
sed 's/.* //' "$T/4713.header" >>"$T/marks"
jq -n --arg o "Third-$m" --arg p "Fourth-$m" '{old:$o,password:$p}' |
    as 4713 me/password --data-binary @- >"$T/code"
is "$(cat "$T/code")" 204 'who chooses a password of his own'
jq -n --arg h "$hash" --arg p "Fourth-$m" '{hash:$h,password:$p}' |
    as 4713 "drafts/$draft/approve" --data-binary @- >"$T/code"
is "$(cat "$T/code")" 201 'another officer approves the draft'; [ "$(cat "$T/code")" = 201 ] || diag "$T/hq.body"
everywhere 'approved'
kill -9 "$(child hq vault)" "$(child hq desk)"
within 5 is_state hq ready; ok $? 'the vault and the desk die and are back'
everywhere 'after a crash'
stop hq; stop rs
everywhere 'stopped'
for x in hq rs; do
	[ -z "$(find "$T/$x" -newer "$T/began" \( -name '*.tmp' -o -name 'core*' \))" ]
	ok $? "$x leaves no temporary file and no core"
done

echo "1..$n"
exit $bad
