#!/bin/sh
# Members over time, between four real nodes: suspended, reinstated, removed,
# and a directory key that follows another.
. test/crash/world.sh

at() { local m; m=$1; shift; "$entente" "$@" --dir "$T/$m" --no-input; }
within() {		# within SECONDS COMMAND...
	local until; until=$(($(date +%s) + $1)); shift
	until "$@"; do
		[ $(date +%s) -lt $until ] || return 1
		sleep 0.05
	done
}
text() {		# text FROM TO SUBJECT
	echo '{"kind":"message.text/1","purpose":"investigation","lang":"en",
	    "from":"'$1'/cyber","to":["'$2'/cyber"],"subject":"'$3'","body":{"text":"x"}}'
}
send() { api $1 POST messages "$(text $1 $2 "$3")"; name=$(jq -r .name "$A"); ref=$(jq -r .ref "$A"); }
roots() {		# roots VERB ARGS...: the next directory, published at hq
	"$entente" network "$@" --network-dir "$T/net" --demo $as --yes --no-input \
	    >"$T/out" 2>"$T/err" || { sed 's/^/# /' "$T/err"; return 1; }
	newest=$(tail -1 "$T/out")
	at hq network publish "$newest" --yes >"$T/out" 2>"$T/err" ||
	    { sed 's/^/# /' "$T/out" "$T/err"; return 1; }
}
number() { api $1 GET status; jq -r '.directory.number // 0' "$A"; }
knows() { [ "$(number $1)" = $2 ]; }
peer() { api $1 GET status; jq -r '.peers[] | select(.member == "'$2'") | "\(.queued) \(.last_error // "-")"' "$A"; }
peer_is() { [ "$(peer $1 $2)" = "$3" ]; }
delivery() { api $1 GET "threads/$2?peek=1"; jq -r '.legs[0].delivery' "$A"; }
delivery_is() { [ "$(delivery $1 $2)" = $3 ]; }
in_state() { [ "$(state_of $1)" = $2 ]; }

nodes_make 13
start hq rs fr it; up hq rs fr it; ok $? 'four nodes are ready'
login hq rs fr it
at hq login 4711 --password-file "$T/pw" >"$T/out" 2>&1
first=$(number hq)

# -- suspended ----------------------------------------------------------------
send rs fr before; settled 10 rs; ok $? 'fr is sent to'
"$B/test/scenario/node_tls" "$T/fr/keyring.age" "$T/fr.unlock" fr >"$T/fr.pem"
as_fr() {		# as_fr PORT: fr knocks; the rule it is refused with
	curl -sk -m 5 --cert "$T/fr.pem" --data-binary x \
	    "https://127.0.0.1:$1/link/v1/messages" | jq -r .code
}
is "$(as_fr $(port_of rs))" E-WIRE-FORM 'fr may knock'
stop fr
send rs fr held; held=$ref
is $code 201 'something waits for fr'
fact 'the roots suspend fr' roots suspend fr --reason 'Node taken over'
grep -q '"entente.reason":{"member":"fr","text":"Node taken over"}' "$newest"
ok $? 'the directory gives the reason'
from=$(date +%s%N)
within 5 knows rs $((first + 1)) && within 5 knows it $((first + 1))
ok $? 'every node knows within five seconds'
echo "# $((($(date +%s%N) - from) / 1000000)) ms"
fact 'what waits is held' within 5 peer_is rs fr '1 E-PEER-SUSPENDED'
send rs fr after
is "$code $(jq -r .code "$A")" '422 E-POLICY-MEMBER' 'nothing new is sent to it'
is "$(as_fr $(port_of rs))" E-PEER-SUSPENDED 'nothing is taken from it: E-PEER-SUSPENDED'
is "$(as_fr $(port_of it))" E-PEER-SUSPENDED 'nor at another node'
start fr
fact 'it learns of it by itself' within 15 in_state fr suspended
login fr
send fr rs mine
is "$code $(jq -r .code "$A")" '422 E-POLICY-MEMBER' 'and sends nothing'
at fr status --lang en >"$T/out" 2>&1; grep -q 'suspended by the network' "$T/out"
ok $? 'status says so'
is "$(delivery rs $held)" queued 'what was held is held still'

# -- reinstated ---------------------------------------------------------------
fact 'the roots reinstate it' roots reinstate fr --reason 'Node made anew'
fact 'it is ready again' within 15 in_state fr ready
fact 'what was held is delivered' within 10 delivery_is rs $held taken
send fr rs again; fact 'and it sends' settled 10 fr

# -- removed ------------------------------------------------------------------
stop fr
send rs fr lost; lost=$ref lost_name=$name
# A receipt that waits for it too, as those of what a relay brought do.
sqlite3 "$T/rs/entente.db" "INSERT INTO outbox (member, id, message, peer, lane, deliver_by,
    next_try, tries, slip, status, rule, settled, receipt, made)
    SELECT member, -1, randomblob(32), peer, 1, deliver_by, next_try + 200000, 0, 0, 0, '', 0,
    randomblob(32), made FROM outbox WHERE hex(message) = upper('$lost_name')"
fact 'the roots remove fr' roots remove fr --reason 'Left the network'
fact 'what waits is given back at once' within 10 delivery_is rs $lost refused
api rs GET messages/$lost_name
is "$(jq -r '[.. | .rule? // empty] | first' "$A")" E-PEER-REMOVED 'with the rule'
is "$(peer rs fr | cut -d' ' -f1)" 0 'and nothing waits'
send rs fr never
is "$code $(jq -r .code "$A")" '422 E-POLICY-MEMBER' 'nothing new is sent'
is "$(as_fr $(port_of rs))" E-PEER-SUSPENDED 'nor taken'
start fr; fact 'it learns of it' within 15 in_state fr removed
login fr; api fr GET "threads/$held?peek=1"
is $code 200 'what it received is still there'

# -- a directory key that follows another ----------------------------------------
at it login 4711 --password-file "$T/pw" >"$T/out" 2>&1
as_it="--trust $T/it.age --passphrase-file $T/pass"
vkey=$(at it card rotate --directory $as_it --yes 2>"$T/err")
ok $? 'it makes a new directory key'
before=$(number hq)
fact 'which the roots list' roots rekey it --key "$vkey"
within 5 knows it $((before + 1)); ok $? 'it knows that directory'
at it card update $as_it --yes >"$T/out" 2>&1; ok $? 'a card is signed by both keys'
is "$(sqlite3 "$T/it/entente.db" "SELECT note FROM card WHERE peer = 'it' ORDER BY position DESC LIMIT 1" |
    grep -c '^— demo.example/it/card ')" 2 'as the note shows'
seq_of_it() { api rs GET members/it; [ "$(jq -r .card_seq "$A")" = $1 ]; }
fact 'others take it' within 10 seq_of_it 2
old=$(jq -r '.directory.members[] | select(.id == "it")' "$T/out" 2>/dev/null)
old=$(sed -n 's/.*"id":"it"[^]]*"vkey":"\([^"]*\)".*/\1/p' "$T/net/directory-0004.note")
fact 'the old key is revoked' roots revoke it --key "$old" --reason 'Laptop lost'
sleep 1
seq_of_it 2; ok $? 'the card holds by the new one'
send rs it still; fact 'and it is written to' settled 10 rs
roots revoke it --key "$old" --reason again 2>/dev/null >&2
[ $? -ne 0 ]; ok $? 'a key is not revoked twice'
echo "1..$n"
exit $bad
