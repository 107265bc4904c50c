#!/bin/sh
# A member that nobody can reach from outside: hq holds its mail, sealed, and
# it collects; what the relay says is never what the member says.
. test/crash/world.sh

post() { api $1 POST messages "$2"; ref=$(jq -r .ref "$A"); name=$(jq -r .name "$A"); [ $code = 201 ]; }
text() {		# text FROM TO SUBJECT [MORE JSON]
	echo '{"kind":"message.text/1","purpose":"investigation","lang":"en",
	    "from":"'$1'","to":["'$2'"],"subject":"'$3'","body":{"text":"x"}'$4'}'
}
sql() { sqlite3 "$T/$1/entente.db" "$2"; }
held() { sql hq "SELECT count(*) FROM parcel"; }
holds() { [ "$(held)" = "$1" ]; }
status_of() { sql rs "SELECT status FROM outbox WHERE hex(message) = upper('$1')"; }
is_status() { [ "$(status_of $1)" = $2 ]; }
cards() {		# cards FROM TO...: its newest card
	local m; m=$1; shift
	api $m GET trust; jq -c '{notes: .cards}' "$A" >"$T/cards.json"
	for to; do api $to POST trust "$(cat "$T/cards.json")" || return 1; done
}

nodes_make 8
printf '[relay]\nfor = fr\nbytes = 40000000\n' >>"$T/hq/entente.conf"
start hq rs fr it; up hq rs fr it; ok $? 'four nodes are ready'
login hq rs fr it
for m in rs fr it; do e $m login 4711 --password-file "$T/pw" || cat "$T/err"; done

fact 'its card names a relay and no address' e fr card update --relay hq \
    --address - --trust "$T/fr.age" --passphrase-file "$T/pass" --yes
cards fr hq rs it
is "$(api rs GET members/fr; jq -r '.card.relay, (.card.urls | length)' "$A" | tr '\n' ' ')" \
    'hq 0 ' 'which others know'

# -- out and back -----------------------------------------------------------------
fact 'a message to it' post rs "$(text rs/cyber fr/cyber First)"
fact 'arrives' within 10 says fr $ref '.messages[0].subject' First
fact 'and its own receipt comes back' within 10 says rs $ref '.legs[0].delivery' taken
is "$(sql rs "SELECT group_concat(giver || ' ' || result, ', ') FROM (SELECT giver, result
    FROM receipt_entry WHERE hex(message) = upper('$name') ORDER BY giver)")" \
    'fr 0, hq 3' 'beside the relay'"'"'s, which is custody'
fact 'the relay lets go of it' within 10 holds 0
fact 'the receipt of both verifies' e rs receipt $ref --verify
fact 'it writes from behind its relay' post fr "$(text fr/cyber rs/cyber Second)"
fact 'which arrives directly' within 10 says rs $ref '.messages[0].subject' Second
fact 'and is receipted at once' within 10 says fr $ref '.legs[0].delivery' taken

# Twelve at once, by one connection: each with a round of its own would be
# twelve receipts.
burst() {
	local i
	set --
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		set -- "$@" --next -s -o /dev/null --unix-socket "$T/rs/desk.sock" \
		    -H "Authorization: Bearer $(cat "$T/rs.token")" \
		    -d "$(text rs/cyber fr/cyber B$i)" http://n/api/v1/messages
	done
	shift
	curl "$@"
}
receipts() {
	sql rs "SELECT count(DISTINCT receipt) FROM receipt_entry
	    WHERE giver = 'fr' AND result = 0"
}
few=$(($(receipts) + 8))
burst; settled 10 rs; fact 'twelve messages at once arrive' within 10 holds 0
[ "$(receipts)" -le $few ]; ok $? 'and not each in a round of its own'

# -- files: the relay is a recipient too -----------------------------------------------
head -c 25000000 /dev/urandom >"$T/big"
fact 'one file for the relay itself and for the member' e rs request new \
    --from kinds/examples/preservation.json --to hq/cyber --to fr/cyber \
    --file "$T/big" --yes --json
both=$(jq -r .ref "$T/out")
fact 'comes to both, though it is over half of what may wait' within 20 says rs $both \
    '[.legs[].delivery] | join(" ")' 'taken taken'
fact 'and is got from behind the relay' e fr file get $both 1 -o "$T/both"
cmp -s "$T/both" "$T/big"; ok $? 'whole'

# -- while it is away --------------------------------------------------------------
stop fr
at rs send fr/cyber --text x --wait 3 --yes --json >"$T/out" 2>"$T/err"
is $? 6 'what the relay holds is not said to be taken'
grep -q 'A relay holds it' "$T/err"; ok $? 'but where it is'
within 10 holds 1
start fr; up fr; within 10 holds 0; stop fr
head -c 20000 /dev/urandom >"$T/small"
fact 'while it is away, a request with a file' e rs request new \
    --from kinds/examples/preservation.json --to fr/cyber --file "$T/small" --yes --json
req=$(jq -r .ref "$T/out"); name=$(jq -r .name "$T/out"); ref=$req
fact 'is in custody' within 10 is_status $name 4
is "$(ask rs $ref '.legs[0].delivery')" custody 'which the asker sees'
is "$(ask rs $ref '.legs[0].received')" null 'and no clock has started'
is "$(held)" 1 'one message waits at the relay'
n1=$n
is "$(sql hq "SELECT count(*) FROM message WHERE ref <> '$both'")" 0 'it is no message there'
grep -q 'Budapest\|fr-2026\|rs-2026' "$T/hq/entente.db"; [ $? -ne 0 ]
ok $? 'and says nothing there'
i=0
while [ $((i = i + 1)) -le 30 ]; do post rs "$(text rs/cyber fr/cyber N$i)"; done
fact 'a flash message follows thirty' post rs "$(text rs/cyber fr/cyber Flash ',"urgency":"flash"')"
flash=$name
fact 'all wait' within 10 holds 32
fact 'what waits there can be carried by hand as well' e rs spool export --to fr -o "$T/hand.tar"
is "$(tar tf "$T/hand.tar" | grep -c '^messages/')" 32 'all of it'
stop hq; start hq; up hq; ok $? 'the relay falls and comes again'
is "$(held)" 32 'with all it held'
start fr; up fr
fact 'it collects all' within 20 holds 0
settled 20 rs fr; ok $? 'and all is receipted'
is "$(sql rs 'SELECT count(*) FROM outbox WHERE status <> 1')" 0 'by itself'
is "$(sql fr "SELECT number FROM message WHERE hex(name) = upper('$flash')")" \
    "$(sql fr "SELECT min(number) FROM message WHERE ours = 0 AND stored >= (SELECT stored
    FROM message WHERE hex(name) = upper('$flash'))")" 'flash first'
fact 'the request came with its file' e fr file get $req 1 -o "$T/got"
cmp -s "$T/got" "$T/small"; ok $? 'whole'
fact 'its clock runs from its own receipt' says rs $req '.legs[0].received != null' true
is "$(sql hq "SELECT count(*) FROM blob WHERE relayed = 1")" 1 'the file waits there until its time is over'
fact 'it acknowledges' e fr ack $req --by +2h --owner 4711 --yes
fact 'on both sides' within 10 says rs $req '.legs[0].state' acknowledged

# -- to all at once ----------------------------------------------------------------------
fact 'one message to all members' post rs "$(text rs/cyber '*' Everybody)"
is "$(ask rs $ref '[.legs[].member] | sort | join(" ")')" 'fr hq it' 'names each of them'
fact 'and reaches all, by whatever way' within 15 says rs $ref \
    '[.legs[].delivery] | unique | join(" ")' taken
is "$(sql rs "SELECT count(DISTINCT note) FROM message WHERE ref = '$ref'")" 1 'signed once'

# -- an address that does not answer ------------------------------------------------------
fact 'its card names an address where nobody is' e fr card update \
    --address "https://127.0.0.1:9" --trust "$T/fr.age" --passphrase-file "$T/pass" --yes
cards fr hq rs
is "$(api rs GET members/fr; jq -r '.card.relay, (.card.urls | length)' "$A" | tr '\n' ' ')" \
    'hq 1 ' 'and a relay'
fact 'a message' post rs "$(text rs/cyber fr/cyber Around)"
fact 'goes by the relay after three tries' within 20 says fr $ref '.messages[0].subject' Around
failed=
went() {
	is_status $name 4 || is_status $name 1 && return
	api rs GET status
	failed=$failed$(jq -r '.peers[] | select(.member == "fr") | .last_error // ""' "$A")
	return 1
}
fact 'the next' post rs "$(text rs/cyber fr/cyber Again)"
fact 'goes there too' within 20 went
is "$failed" '' 'and tries nothing else first'

# -- what a relay refuses --------------------------------------------------------------
fact 'a member the relay does not serve' e it card update --relay hq --address - \
    --trust "$T/it.age" --passphrase-file "$T/pass" --yes
cards it hq rs
post rs "$(text rs/cyber it/cyber Nowhere)"; nowhere=$ref
refused() { api rs GET status; [ "$(jq -r '.peers[] | select(.member == "it") | .last_error' "$A")" = E-PEER-STATUS ]; }
fact 'gets nothing left there' within 10 refused
is "$(sql hq "SELECT count(*) FROM parcel WHERE recipient = 'it'")" 0 'the relay holds nothing for it'
is "$(ask rs $nowhere '.legs[0].delivery')" queued 'the sender keeps it'

fact 'a bundle of what went by the relay verifies' e rs export $req -o "$T/b.tar"
"$entente" verify "$T/b.tar" >"$T/out"; ok $? 'offline'

echo "1..$n"
[ $bad = 0 ]
