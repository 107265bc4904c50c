#!/bin/bash
# Agreements between three real nodes: proposed, countersigned, taken; what
# they allow, what an annex cannot add, an amendment, an emergency, the end.
. test/scenario/nodes.sh

ask() { "$entente" "$@" --no-input >"$T/out" 2>"$T/err"; }
by() { local m=$1; shift; ask "$@" --dir "$T/$m" --token-file "$T/$m.token"; }
signs() {		# signs MEMBER ARGS...: with its own directory key
	local m=$1; shift
	by "$m" "$@" --trust "$T/$m.age" --passphrase-file "$T/passphrase" --yes
}
fact() { local f=$1; shift; "$@"; local r=$?; ok $r "$f"; [ $r -eq 0 ] || diag "$T/out" "$T/err"; }
agreement() { api "$1" agreements | jq -r --arg id "$2" ".items[] | select(.id == \$id) | $3"; }
has() { [ "$(agreement "$1" "$2" .version)" = "$3" ]; }
in_force() { [ "$(agreement "$1" "$2" .state)" = in-force ]; }
newest() { api "$1" 'legs?queue=all' | jq -r --arg k "$2" '[.items[] | select(.kind == $k and .role == "asked")] | first | .ref // empty'; }
arrived() { [ -n "$(newest "$1" "$2")" ] && [ "$(newest "$1" "$2")" != "$3" ]; }
explain() { by rs agreement explain --from rs/cyber --to ee/cyber --kind request.preservation/1 --purpose investigation --area cyber-intrusion --json "$@"; }
said() { jq -r "$1" "$T/out"; }
post() {		# post MEMBER JQ-FILTER: a request; $code, $T/answer
	code=$(jq -c "$2" kinds/examples/preservation.json |
	    api "$1" messages --data-binary @- -o "$T/answer" -w '%{http_code}')
	ref=$(jq -r '.ref // empty' "$T/answer"); name=$(jq -r '.name // empty' "$T/answer")
}
to_ee='.from = "rs/cyber" | .to = ["ee/cyber"] | .purpose = "investigation" | .area = "cyber-intrusion" | .handling = {"tlp":"AMBER","onward":false}'
delivery() { api "$1" "messages/$2" | jq -r '.delivery[0] | .status + " " + (.rule // "")'; }
is_delivery() { [ "$(delivery "$1" "$2")" = "$3" ]; }
countersigned() {	# countersigned MEMBER OLD-REF: what just arrived there
	within 15 arrived "$1" agreement/1 "$2" &&
	    signs "$1" agreement countersign "$(newest "$1" agreement/1)" --json
}

found hq && join rs bureau && join ee cert || exit 1
for m in hq rs ee; do start $m; done
for m in hq rs ee; do within 20 is_state $m ready; done
for m in hq rs ee; do log_in $m; chmod 600 "$T/$m.token"; within 20 knows $m 3; done
ok $? 'three nodes are ready'

# -- before ------------------------------------------------------------------------
explain; is $? 5 'a bureau may not ask a CERT under the charter'
is "$(said .code)" E-POLICY-AGREEMENT 'and is told by which rule'
is "$(said '[.clauses[] | select(.clause == "charter/1 3") | .fails[]] | join(" ")')" to \
    'and where the nearest clause stops'
by rs agreement explain --to ee/cyber --kind request.preservation/1 --purpose investigation
grep -q 'charter/1 3.*recipient' "$T/out"; ok $? 'in words too'
post rs "$to_ee"; is "$code" 422 'nor does a request leave'

# -- proposed, countersigned, taken ---------------------------------------------------
cat >"$T/rs-ee.json" <<'J'
{"id":"rs-ee","title":{"en":"Serbia and the CERT"},"parties":["rs","ee"],
 "witnesses":["hq"],"report":"2027-03-01","notice":"PT0S",
 "clauses":[{"id":"1","text":{"en":"Preservation in cybercrime."},
   "kinds":["request.*"],"from":["rs","ee"],"to":["ee","rs"],
   "purposes":["investigation"],"areas":["cyber*"],
   "ceiling":{"tlp":"AMBER","onward":false}}],
 "mandates":[{"party":"ee","text":{"en":"Networks alone."},"areas":["cyber*"],"territory":["EE"]}],
 "pledges":[{"id":"experts","party":"ee","resource":"experts","amount":3,"per":"year"}],
 "focal":[{"party":"ee","desk":"ee/cyber"}]}
J
fact 'one party proposes' signs rs agreement propose "$T/rs-ee.json" --json
grep -q 'NEW, it allows more than today' "$T/err"; ok $? 'having been told what is new'
is "$(said .complete)" false 'which binds nobody yet'
is "$(agreement rs rs-ee .id)" '' 'not even on its own node'
within 15 arrived ee agreement/1 ''
by ee agreement countersign "$(newest ee agreement/1)" --trust "$T/rs.age" \
    --passphrase-file "$T/passphrase" --yes --json
grep -q E-SIGN-KEY "$T/err"; ok $? 'nobody countersigns with the keyring of another'
fact 'the other reads it, signs and sends it back' countersigned ee ''
grep -q 'Preservation in cybercrime' "$T/err"; ok $? 'all clauses shown'
is "$(said '[.complete, .taken] | map(tostring) | join(" ")')" 'true true' 'now all have signed'
in_force ee rs-ee; ok $? 'its node has taken it'
fact 'and the proposer'"'"'s node takes it as it comes' within 15 in_force rs rs-ee
is "$(agreement rs rs-ee '.balances[0] | "\(.pledge) \(.left)"')" 'experts 3' 'what is pledged is shown'
is "$(agreement rs rs-ee '.report_next')" 2027-03-01 'and when the report is due'

# -- what it allows ----------------------------------------------------------------------
explain; is $? 0 'now it may ask'
is "$(said .clause)" 'rs-ee/1 1' 'by the clause agreed'
post rs "$to_ee"; is "$code" 201 'and the request leaves'
open=$ref
is "$(jq -r '.to[0].clause' "$T/answer")" 'rs-ee/1 1' 'by that clause'
fact 'and is taken' within 15 is_delivery rs "$name" 'taken '
by rs agreement explain --from rs/cyber --to ee/cyber --kind request.preservation/1 \
    --purpose investigation --json
is "$(said .code)" E-POLICY-MANDATE 'what names no area is outside the mandate'
explain --handling 'TLP:AMBER EU-R'
is "$(said .code)" E-POLICY-HANDLING 'what is marked higher is above the ceiling'
by rs agreement explain --from rs/cyber --to ee/cyber --kind request.preservation/1 \
    --purpose investigation --area cyber-intrusion --handling 'TLP:AMBER EU-R'
grep -q 'rs-ee/1 1 has the ceiling TLP:AMBER: lower the handling' "$T/out"
ok $? 'and what would be needed is said'

# -- an annex ---------------------------------------------------------------------------
jq --arg name "$(agreement rs rs-ee .name)" '.id = "rs-ee-labs" | del(.pledges, .mandates, .focal, .witnesses) |
    .framework = {"id":"rs-ee","name":$name} | .title.en = "Laboratories" |
    .clauses[0] += {"id":"a","kinds":["*"],"purposes":["*"],"areas":["*"],
    "ceiling":{"tlp":"RED","level":"CONFIDENTIAL","onward":true}}' "$T/rs-ee.json" >"$T/annex.json"
was=$(newest ee agreement/1)
signs rs agreement propose "$T/annex.json" --json
fact 'an annex that would allow more is agreed' countersigned ee "$was"
within 15 in_force rs rs-ee-labs
explain --handling TLP:RED
is "$(said '.code + " " + .clause')" 'E-POLICY-FRAMEWORK rs-ee-labs/1 a' 'and allows no more than its framework'
post rs "$to_ee | .handling.tlp = \"RED\""; is "$code" 422 'at the sender'"'"'s node'

# -- an amendment ------------------------------------------------------------------------
jq '.clauses[0].ceiling.tlp = "RED" | del(.mandates)' "$T/rs-ee.json" >"$T/amended.json"
was=$(newest ee agreement/1)
fact 'an amendment is proposed' signs rs agreement amend "$T/amended.json" --json
fact 'and countersigned' countersigned ee "$was"
within 15 has rs rs-ee 2; ok $? 'the second version stands on both nodes'
explain --handling TLP:RED
is "$(said .clause)" 'rs-ee/2 1' 'and allows what the first did not'
is "$(api rs 'agreements?versions=all' | jq '[.items[] | select(.id == "rs-ee")] | length')" 2 \
    'the first is kept for what was sent in its time'

# -- an emergency --------------------------------------------------------------------------
for m in ee hq; do
	api $m accounts --data-binary '{"badge":"4800","name":"S. Visor","roles":["supervisor"],"password":"the supervisor of this"}' -o /dev/null
	api $m accounts --data-binary '{"badge":"4900","name":"A. Udit","roles":["auditor"],"password":"the auditor of this one"}' -o /dev/null
done
as() {			# as MEMBER BADGE PASSWORD: $T/MEMBER.BADGE.header
	printf 'Authorization: Bearer %s\n' "$(jq -n --arg a "$2" --arg p "$3" '{account:$a,password:$p}' |
	    curl -sS --unix-socket "$T/$1/desk.sock" --data-binary @- http://node/api/v1/sessions | jq -r .token)" >"$T/$1.$2"
}
with() { local m=$1 b=$2 p=$3; shift 3; curl -sS --max-time 20 --unix-socket "$T/$m/desk.sock" -H "@$T/$m.$b" "$@" "http://node/api/v1/$p"; }
for m in ee hq; do as $m 4800 'the supervisor of this'; as $m 4900 'the auditor of this one'; done
life='.from = "ee/cyber" | .to = ["hq/cyber"] | .handling = {"tlp":"AMBER","onward":false} | .urgency = "flash" | .body.urgency_grounds = ["threat-to-life"]'
post ee "$life | .purpose = \"investigation\""; is "$code" 422 'a CERT may not ask the secretariat'
post ee "$life | .purpose = \"protect-life\""; is "$code" 201 'but may where a life is at risk'
is "$(jq -r '.to[0] | .clause, .emergency' "$T/answer" | tr '\n' ' ')" 'charter/1 9 true ' 'by the emergency clause'
used=$name
fact 'the other side takes it by the same' within 15 is_delivery ee "$used" 'taken '
for m in ee hq; do
	is "$(api $m "messages/$used" | jq .emergency)" true "it is flagged at $m"
	is "$(api $m 'legs?queue=all' | jq --arg r "$ref" '.items[] | select(.ref == $r) | .emergency')" true 'in lists too'
	is "$(with $m 4900 emergencies | jq -r '.items[0] | .clause + " " + (.reported // "not")')" 'charter/1 9 not' 'and waits to be reported'
	is "$(with $m 4900 'audit?limit=200' | jq -r '[.items[] | select(.what == "emergency.used")] | length')" 1 'and stands in the log'
done
is "$(api ee emergencies -o /dev/null -w '%{http_code}')" 403 'a duty officer is not shown the list'
is "$(with ee 4900 "emergencies/$used" -X POST -o /dev/null -w '%{http_code}')" 403 'an auditor reports nothing'
is "$(with ee 4800 "emergencies/$used" -X POST -o /dev/null -w '%{http_code}')" 204 'a supervisor marks it reported'
is "$(with ee 4800 emergencies | jq -r '.items[0].reporter')" 4800 'under his badge'
is "$(with ee 4800 "emergencies/$used" -X POST | jq -r .code)" E-NOT-FOUND 'once'

# -- the end ---------------------------------------------------------------------------------
# ee's node alone knows it at first: rs sends in good faith, and ee refuses.
net=$(api ee status | jq -r .network.id)
now=$(date -u +%Y-%m-%dT%H:%M:%S.000Z)
printf 'entente/ending/v1\n{"net":"%s","id":"rs-ee","agreement":"%s","party":"ee","issued":"%s","at":"%s"}\n' \
    "$net" "$(agreement ee rs-ee .name)" "$now" "$now" >"$T/ending.note"
fact 'an ending is signed as any text is' ask trust sign "$T/ending.note" --trust "$T/ee.age" \
    --passphrase-file "$T/passphrase" --yes
took() { jq -Rs '{notes:[.]}' "$T/ending.note" | api "$1" trust --data-binary @- | jq -r '.items[0] | .result + " " + (.code // "")'; }
is "$(took ee)" 'new ' 'and taken by its own node'
is "$(took ee)" 'known ' 'once'
sleep 1
post rs "$to_ee"; is "$code" 201 'the other, which has not heard, sends'
fact 'and is refused by the one that ended it' within 15 is_delivery rs "$name" 'refused E-POLICY-ENDED'
is "$(api rs "messages/$name/receipts" | grep -c 'rs-ee/2')" 1 'which names the agreement in its receipt'
is "$(took rs)" 'new ' 'when the other has heard'
post rs "$to_ee"
is "$code $(jq -r '.code + " " + .clause' "$T/answer")" '422 E-POLICY-ENDED rs-ee/2' 'nothing new leaves there'
explain; is "$(said '.code + " " + .clause')" 'E-POLICY-ENDED rs-ee/2' 'and is explained so'
explain --handling TLP:GREEN; is "$(said .code)" E-POLICY-ENDED 'the annex has ended with it'
fact 'what was begun is finished' by ee ack "$open" --by +2h --owner 4711 --yes
fact 'on both sides' within 15 eval '[ "$(api rs "threads/$open?peek=1" | jq -r ".legs[0].state")" = acknowledged ]'
by ee refuse "$open" --ground custodian-unknown --yes
fact 'to the last word' within 15 eval '[ "$(api rs "threads/$open?peek=1" | jq -r ".legs[0].state")" = refused ]'
signs ee agreement end rs-ee --at +9h --json
grep -q E-ENDING-LATER "$T/err"; ok $? 'a party takes its ending back by no later one'

# -- ending by the command, and after a restart ------------------------------------------------
fact 'a party ends the annex' signs rs agreement end rs-ee-labs --reason 'No more need.' --json
fact 'of which the other hears at once' within 15 eval '[ "$(agreement ee rs-ee-labs .state)" = ended ]'
is "$(agreement ee rs-ee-labs '.endings[0] | .party + " " + .reason.en')" 'rs No more need.' 'with the reason'
stop rs; start rs; within 20 is_state rs ready
is "$(agreement rs rs-ee '.state')" ended 'a node that starts again knows what has ended'
post rs "$to_ee"; is "$(jq -r .code "$T/answer")" E-POLICY-ENDED 'and keeps to it'

# Who joins later learns every version in a row, and the endings.
join it bureau; stop hq; start hq; start it
within 30 is_state it ready; log_in it
fact 'who joins later learns all of it' within 30 eval '[ "$(agreement it rs-ee ".state + (.version | tostring)" 2>/dev/null)" = ended2 ]'
is "$(api it 'agreements?versions=all' | jq -c '[.items[] | select(.id == "rs-ee") | (.endings | length)]')" '[0,1]' 'with its end'
echo "1..$n"
exit $bad
