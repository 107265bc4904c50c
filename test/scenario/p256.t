#!/bin/sh
# A member with a hardware module (P-256 alone) joins a network of members that
# have none, and nothing stops for it: its messages are verified, what is sent
# to it is sealed to age1tag, its receipts count.  Three members: hq and rs are
# real nodes; fr is p256_peer.c, with the keys of a real one.
. test/nodes.sh
trap nodes_end EXIT
nodes_make hq rs fr || exit 1
peer=$B/test/scenario/p256_peer
openssl ecparam -name prime256v1 -genkey -noout -out "$T/sign.pem" 2>/dev/null
printf '%s\n' "$(openssl rand -hex 31)" | sed 's/^/00/' >"$T/seal.hex"
node_start hq && node_start rs || exit 1
login rs 4711 "$(cat "$T/pw")"; fact $? 'an officer of rs logs in'

# publish SEQ WHAT FACT: the next card of fr, taken by rs
publish() {
	rm -f "$T/peer.pem"
	"$peer" "$T" card "$1" "$2" >"$T/card-fr-$1.note" || cat "$T/card-fr-$1.note"
	jq -Rs '{notes: [.]}' "$T/card-fr-$1.note" >"$T/notes.json"
	api rs POST /trust -d "@$T/notes.json"
	is "$(jq -r .accepted "$T/answer")" 1 "$3"
}
to_fr='{"kind":"message.text/1","to":["fr/cyber"],"purpose":"investigation","lang":"en","body":{"text":"x"}}'
refused() {		# CODE FACT: nothing goes out
	api rs GET /status; before=$(jq -r .queues.outbox "$T/answer")
	api rs POST /messages -d "$to_fr"
	is "$status $(jq -r '.code + " " + .field' "$T/answer")" "422 $1 to" "$2"
	jq -e '.title and .unchanged and .todo' "$T/answer" >"$T/said"
	fact $? 'with what to do'
	api rs GET /status
	is "$(jq -r .queues.outbox "$T/answer")" "$before" 'before anything is queued'
}

# -- what cards say -----------------------------------------------------------------
api rs GET /members/hq
is "$(jq -c .card.speaks "$T/answer")" \
    '["message/1","receipt/1","seal/x25519","seal/p256tag","sign/ed25519","sign/p256"]' \
    'a card of ours says what its node speaks'
grep -q '"algorithms":\["ed25519","p256"\]' "$T/net/directory-0001.note"
fact $? 'a new network allows P-256 for messages'
publish 2 p256 'a card with a P-256 message key and age1tag first is taken'
api rs GET /members/fr
is "$(jq -r '[.card.seals[].recipient[:8]] | join(" ")' "$T/answer" | sed 's/age1[^t].*/age1/')" \
    'age1tag1 age1' 'and shows both recipients'

# -- a question, and its answer ---------------------------------------------------------
rm -f "$T/peer.pem"
"$peer" "$T" talk >"$T/peer.tap" 2>&1 &
peer_pid=$!
nodes_n=0 ref=
while [ $nodes_n -lt 150 ] && [ -z "$ref" ]; do
	api rs GET '/legs?queue=inbox'
	ref=$(jq -r '.items[0].ref // empty' "$T/answer")
	nodes_n=$((nodes_n + 1)); sleep 0.1
done
[ -n "$ref" ]; fact $? "the question is in the inbox: $ref"
api rs GET "/threads/$ref"
is "$(jq -r '.messages[0].body.text' "$T/answer")" 'a question' 'and read'
api rs POST /messages -d '{"thread":"'"$ref"'","act":"reply","body":{"text":"the answer"}}'
is "$status" 201 'it is answered'
wait $peer_pid; code=$?
# Its facts are facts of ours.
sed -n '/^1\.\./!s/^\(\(not \)\{0,1\}ok\) [0-9]*/\1/p; /^[#B]/p' "$T/peer.tap"
tap_n=$((tap_n + $(grep -c '^\(not \)\{0,1\}ok ' "$T/peer.tap")))
fact $code 'the member with the module has its answer'
nodes_n=0
until api rs GET "/threads/$ref?peek=1" && [ "$(jq -r '[.messages[]?.delivery[]?.status] | unique | join(" ")' "$T/answer")" = taken ]; do
	nodes_n=$((nodes_n + 1)); [ $nodes_n -lt 50 ] || break; sleep 0.1
done
is "$(jq -r '[.messages[].delivery[]?.status] | unique | join(" ")' "$T/answer")" taken \
    'its receipts, signed with P-256, settle what was sent'

# -- proofs ------------------------------------------------------------------------------
echo "$token" >"$T/token"; chmod 600 "$T/token"
ours() { ENTENTE_TOKEN_FILE="$T/token" "$entente" "$@" --dir "$T/rs" --no-input >"$T/said" 2>&1; }
ours export "$ref" -o "$T/thread.tar"; fact $? 'the thread is exported'
"$entente" verify "$T/thread.tar" --no-input >"$T/said" 2>&1
fact $? 'and verifies without any node: messages and receipts of both algorithms'
ours receipt "$ref" --verify; fact $? 'so does the receipt alone'

# -- what others cannot use is said before sending -----------------------------------------
publish 3 foreign 'a card with a recipient of a later type alone is kept'
refused E-CARD-SEAL 'a message to it is refused'
publish 4 p256 'the next card lists known ones again'
api rs POST /messages -d "$to_fr"; is "$status" 201 'and messages go'
publish 5 deaf 'a card whose node verifies P-256 alone'
refused E-CARD-SIGN 'is sent nothing signed with Ed25519'

# -- a network from before -----------------------------------------------------------------
network() { "$entente" network "$@" --demo --no-input >"$T/out" 2>"$T/said"; }
old="--network-dir $T/old $(nodes_trust old)"
network create old.example --roots 1 --coordinator hq -o "$T/old" --work 10 $(nodes_trust old)
sed -i '/^$/,$d; s/,"p256"//' "$T/old/directory-0001.note"
"$entente" trust sign "$T/old/directory-0001.note" --yes --no-input $(nodes_trust old) >"$T/said" 2>&1
fact $? 'a directory that names Ed25519 alone is signed'
network renew --yes $old
fact $? 'it is renewed'
grep -q '"number":2,.*"algorithms":\["ed25519"\]' "$T/old/directory-0002.note"
fact $? 'and names it still'
network renew --p256 --yes $old && grep -q 'P-256' "$T/said"
fact $? 'the roots allow P-256, having been told so'
grep -q '"number":3,.*"algorithms":\["ed25519","p256"\]' "$T/old/directory-0003.note"
fact $? 'from the next directory on'
network renew --yes $old && "$entente" network show --network-dir "$T/old" --json --no-input >"$T/out" &&
    grep -q '"algorithms":\["ed25519","p256"\]' "$T/old/directory-0004.note"
fact $? 'which those after it keep'
done_testing
