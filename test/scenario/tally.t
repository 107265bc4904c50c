#!/bin/sh
# No loss is silent: nodes whose store lost rows, or was replaced by an older
# copy, get back what they had, and the numbers of what they sent never repeat.
. test/crash/world.sh

at() { local m; m=$1; shift; "$entente" "$@" --dir "$T/$m" --no-input; }
within() {		# within SECONDS COMMAND...
	local until; until=$(($(date +%s) + $1)); shift
	until "$@"; do
		[ $(date +%s) -lt $until ] || return 1
		sleep 0.1
	done
}
sql() { sqlite3 -cmd '.timeout 5000' "$T/$1/entente.db" "$2"; }
post() { api $1 POST messages "$2"; ref=$(jq -r .ref "$A"); name=$(jq -r .name "$A"); [ $code = 201 ]; }
text() {		# text FROM TO SUBJECT [MORE JSON]
	echo '{"kind":"message.text/1","purpose":"investigation","lang":"en",
	    "from":"'$1'","to":["'$2'"],"subject":"'$3'","body":{"text":"x"}'$4'}'
}
send() { post $1 "$(text $1/cyber $2/cyber "$3" "$4")"; }
many() { local i; for i in $(seq $3); do send $1 $2 "$4 $i" || return 1; done; }
ask() { api $1 GET "threads/$2?peek=1"; jq -r "$3" "$A"; }
# What came from there, each name as often as it is stored.
came() { sql $1 "SELECT group_concat(hex(name)) FROM (SELECT name FROM message
    WHERE ours = 0 AND sender = '$2' ORDER BY name)"; }
has() { [ "$(came $1 $2)" = "$3" ]; }
paged() { api $1 GET pages; jq -e --arg r $2 --arg m $3 \
    '.items[] | select(.reason == $r and .member == $m)' "$A" >/dev/null; }
audits() {		# audits MEMBER WHAT: how many entries, as an auditor reads them
	sql $1 "SELECT count(*) FROM audit" >/dev/null
	cp "$T/$1.token" "$T/$1.saved"; cp "$T/$1.auditor" "$T/$1.token"
	api $1 GET 'audit?limit=200'; cp "$T/$1.saved" "$T/$1.token"
	jq --arg w $2 '[.items[] | select(.what == $w)] | length' "$A"
}
audited() { [ "$(audits $1 $2)" -ge 1 ]; }
auditor() {
	echo Officer-4713 >"$T/pw4713"
	at $1 user add 4713 --name 'Officer 4713' --role auditor \
	    --password-file "$T/pw4713" --yes >"$T/out" 2>&1 || return 1
	api $1 POST sessions '{"account":"4713","password":"Officer-4713"}'
	jq -r .token "$A" >"$T/$1.auditor"
}
lacks() {		# lacks MEMBER PEER: numbers missing, as its officers are told
	api $1 GET status
	jq -r --arg m $2 '.peers[] | select(.member == $m) | .missing // 0' "$A"
}
lacks_none() { [ "$(lacks $1 $2)" = 0 ]; }
twice() { sql $1 "SELECT count(*) FROM (SELECT 1 FROM slip WHERE peer = '$2'
    GROUP BY number HAVING count(DISTINCT message) > 1)"; }
backup() { rm -rf "$T/$1.old"; mkdir "$T/$1.old"; cp -a "$T/$1"/entente.db* "$T/$1.old/"; }
restore() { rm -f "$T/$1"/entente.db*; cp -a "$T/$1.old"/entente.db* "$T/$1/"; }

nodes_make 9
start hq rs fr; up hq rs fr; ok $? 'three nodes are ready'
login hq rs fr
for m in rs fr; do
	at $m login 4711 --password-file "$T/pw" >"$T/out" 2>&1 && auditor $m || cat "$T/out"
done

# -- a receiver whose store is older ------------------------------------------------
fact 'messages are sent' many rs fr 3 Before
settled 10 rs; ok $? 'and taken'
stop fr; backup fr; start fr; up fr
fact 'and more' many rs fr 5 After
soon=$(date -u -d @$(($(date +%s) + 4)) +%Y-%m-%dT%H:%M:%S.000Z)
fact 'one of them soon too late' send rs fr Soon ',"deliver_by":"'$soon'"'; soon=$ref
settled 10 rs; ok $? 'all are taken'
all=$(came fr rs)
received=$(ask rs $soon '.legs[0].received')
stop fr; restore fr
[ "$(came fr rs)" != "$all" ]; ok $? 'the receiver is restored from an older copy'
sleep 3
start fr; up fr
fact 'it gets all again, each once' within 20 has fr rs "$all"
[ "$(came fr rs)" = "$all" ] || echo "# $(came fr rs | tr , '\n' | wc -l) of $(echo $all | tr , '\n' | wc -l)"
settled 10 rs; ok $? 'and receipts them'
is "$(sql rs 'SELECT count(*) FROM outbox WHERE status <> 1')" 0 'nothing has expired'
is "$(sql fr "SELECT low > high FROM slip_peer WHERE peer = 'rs'")" 1 'no number is missing'
is "$(ask fr $soon '.messages[0].subject')" Soon 'also what is too late by now'
is "$(ask fr $soon '.legs[0].received')" "$received" 'whose clock runs from its first receipt'
is "$(ask rs $soon '.legs[0].received')" "$received" 'on both sides'
fact 'the receiver is told that it lost messages' paged fr lost-here rs
fact 'the sender, that they were lost there' paged rs lost-there fr
is "$(audits fr delivery.lost)" 6 'the receiver'"'"'s log has each of them'
is "$(audits rs delivery.again)" 6 'and so has the sender'"'"'s'

# -- rows that are gone, below what was accounted for -------------------------------
stop fr
sql fr "DELETE FROM message WHERE name = (SELECT message FROM slip WHERE peer = 'rs' AND number = 2);
    DELETE FROM message WHERE name = (SELECT message FROM slip WHERE peer = 'rs' AND number = 4);
    DELETE FROM slip WHERE peer = 'rs' AND number = 4;
    DELETE FROM receipt; DELETE FROM receipt_entry"
is "$(sql fr "SELECT low > high FROM slip_peer WHERE peer = 'rs'")" 1 \
    'a receiver dropped two messages, and no number is missing'
start fr; up fr
fact 'the digest tells: it gets them again' within 20 has fr rs "$all"
settled 10 rs; ok $? 'and receipts them'

# -- a gap, while the sender is away ---------------------------------------------------
stop fr rs
sql fr "DELETE FROM message WHERE name IN (SELECT message FROM slip WHERE peer = 'rs' AND number IN (3, 5));
    DELETE FROM slip WHERE peer = 'rs' AND number IN (3, 5);
    UPDATE slip_peer SET low = 3 WHERE peer = 'rs'"
start fr; up fr
is "$(lacks fr rs)" 2 'two numbers are missing, while the sender is away'
at fr status >"$T/out" 2>&1
grep -q 'numbers missing: 2, since' "$T/out"; ok $? 'which the officers are shown'
start rs; up rs
fact 'it is heard from again: the gap closes' within 20 lacks_none fr rs
fact 'with the very messages' within 10 has fr rs "$all"
settled 10 rs

# -- a sender whose store is older ------------------------------------------------------
stop rs; backup rs; start rs; up rs
fact 'a sender sends' many rs fr 3 Forgotten
settled 10 rs
last=$(sql rs "SELECT last FROM sequence WHERE name = 'slip/fr'")
refs=$(sql fr "SELECT group_concat(ref) FROM message WHERE sender = 'rs'")
stop rs; restore rs; start rs; up rs
fact 'and is restored from an older copy: it is told' within 10 paged rs numbers fr
fact 'its log has it' audited rs delivery.numbers
fact 'it sends again' send rs fr Anew
settled 10 rs; ok $? 'and is heard'
is "$(ask rs $ref '.legs[0].delivery')" taken 'and receipted'
is "$(sql rs "SELECT min(slip) FROM outbox WHERE message = x'$name'")" $((last + 1)) \
    'under a number never used'
is "$(twice fr rs)" 0 'no number has two texts'
case ",$refs," in *,$ref,*) false ;; *) true ;; esac
ok $? 'nor is a reference used again'
fact 'the receiver is told whose messages it alone has' within 30 paged fr unknown-there rs
fact 'each is in its log' audited fr delivery.unknown
is "$(sql fr "SELECT low > high FROM slip_peer WHERE peer = 'rs'")" 1 'no number is missing'
n1=$(audits fr delivery.unknown)
stop fr; start fr; up fr; sleep 3
is "$(audits fr delivery.unknown)" $n1 'what differs for good is told once'

# -- what cannot come again ---------------------------------------------------------------
settled 10 rs fr; stop fr rs
sql rs "DELETE FROM content WHERE number = (SELECT number FROM message JOIN outbox ON name = message
    WHERE slip = 1 AND outbox.peer = 'fr')"
sql fr "DELETE FROM message WHERE name = (SELECT message FROM slip WHERE peer = 'rs' AND number = 1);
    DELETE FROM slip WHERE peer = 'rs' AND number = 1;
    UPDATE slip_peer SET low = 1 WHERE peer = 'rs'"
start rs fr; up rs fr
fact 'what neither has any more closes its gap' within 20 lacks_none fr rs
is "$(sql fr "SELECT ended FROM slip WHERE peer = 'rs' AND number = 1")" 3 'as gone'
fact 'and the receiver is told' paged fr gone rs
is "$(sql rs "SELECT status FROM outbox WHERE slip = 1 AND peer = 'fr'")" 1 \
    'for the sender it stays what it was: taken'

# -- more than one question asks for ----------------------------------------------------
stop fr; backup fr; start fr; up fr
text rs/cyber fr/cyber Bulk >"$T/bulk.json"
for i in $(seq 600); do
	[ $i -eq 1 ] || echo next
	printf 'unix-socket = "%s"\nurl = "http://n/api/v1/messages"\nsilent\n' "$T/rs/desk.sock"
	printf 'header = "Authorization: Bearer %s"\noutput = "/dev/null"\n' "$(cat "$T/rs.token")"
	printf 'data = "@%s"\n' "$T/bulk.json"
done >"$T/curl.conf"
fact 'six hundred messages are sent' curl -K "$T/curl.conf"
settled 20 rs; all=$(came fr rs)
is "$(echo $all | tr , '\n' | sort -u | wc -l)" $(($(sql fr "SELECT count(*) FROM message WHERE sender = 'rs'"))) \
    'and taken'
stop fr; restore fr; start fr; up fr
fact 'a store that lost them all gets them all, each once' within 40 has fr rs "$all"

echo "1..$n"
[ $bad = 0 ]
