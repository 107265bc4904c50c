#!/bin/bash
# What a party pledged, drawn on by its answers: counted on both sides, and not
# overdrawn.
if [ ! -f kinds/request.assistance-1.json ]; then
	echo '1..0 # skip no kind here draws on pledges (request.assistance)'; exit 0
fi
. test/scenario/nodes.sh
left() { api "$1" agreements | jq -r '.items[] | select(.id == "hq-rs") | .balances[] | select(.pledge == "experts") | .left'; }
has_left() { [ "$(left "$1")" = "$2" ]; }
signs() {		# signs MEMBER ARGS...: with its own directory key
	local m=$1; shift
	at "$m" "$@" --token-file "$T/$m.token" --trust "$T/$m.age" \
	    --passphrase-file "$T/passphrase" --yes --json >"$T/out" 2>"$T/err"
}
arrived() { api "$1" 'legs?queue=all' | jq -r --arg k "$2" '[.items[] | select(.kind == $k and .role == "asked")] | first | .ref // empty'; }
has_arrived() { [ -n "$(arrived "$1" "$2")" ]; }
answer() {		# answer REF PLEDGE AMOUNT: of rs; $code, $T/answer
	code=$(jq -n --arg t "$1" --arg p "$2" --argjson n "$3" '{kind:"request.assistance/1",
	    act:"partial",thread:$t,purpose:"investigation",lang:"en",
	    body:{text:"They come.",open:"When.",pledge:$p,pledge_amount:$n}}' |
	    api rs messages --data-binary @- -o "$T/answer" -w '%{http_code}')
}

found hq && join rs bureau || exit 1
start hq; start rs
for m in hq rs; do within 20 is_state $m ready; log_in $m; chmod 600 "$T/$m.token"; within 20 knows $m 2; done
ok $? 'two nodes are ready'
cat >"$T/hq-rs.json" <<'J'
{"id":"hq-rs","title":{"en":"Experts"},"parties":["hq","rs"],
 "clauses":[{"id":"1","text":{"en":"Assistance."},"kinds":["request.assistance/1"],
   "from":["hq","rs"],"to":["rs","hq"],"purposes":["*"],"areas":["*"],
   "ceiling":{"tlp":"AMBER","onward":false}}],
 "pledges":[{"id":"experts","party":"rs","resource":"experts","amount":3,"per":"year"},
   {"id":"tools","party":"hq","resource":"tools","amount":1,"per":"total"}]}
J
signs hq agreement propose "$T/hq-rs.json" && within 15 has_arrived rs agreement/1 &&
    signs rs agreement countersign "$(arrived rs agreement/1)" && within 15 has_left hq 3
ok $? 'three experts a year are pledged'
jq -c '.to = ["rs/cyber"] | .from = "hq/cyber" | del(.files)' kinds/examples/assistance.json |
    api hq messages --data-binary @- >"$T/answer"
ref=$(jq -r .ref "$T/answer")
[ "$ref" != null ]; ok $? 'assistance is asked for'
within 15 has_arrived rs request.assistance/1
answer "$ref" hq-rs/experts 2; is "$code" 201 'an answer draws two of them'
is "$(left rs)" 1 'one is left, says the node that answered'
within 15 has_left hq 1; ok $? 'and the asker'"'"'s'
answer "$ref" hq-rs/experts 2
is "$code $(jq -r '.code + " " + .field' "$T/answer")" '409 E-PLEDGE-DRAWN body.pledge_amount' 'two more are not'
answer "$ref" hq-rs/tools 1; is "$(jq -r .code "$T/answer")" E-PLEDGE-UNKNOWN 'nobody draws on what another pledged'
answer "$ref" hq-rs/none 1; is "$(jq -r .code "$T/answer")" E-PLEDGE-UNKNOWN 'nor on nothing'
answer "$ref" hq-rs/experts 1; is "$code" 201 'the last one is'
is "$(left rs)" 0 'then nothing is left'
within 15 has_left hq 0; ok $? 'on either side'
echo "1..$n"
exit $bad
