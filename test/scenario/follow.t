#!/bin/sh
# One request after another over real nodes: disclosure follows preservation and
# is filled from it, both sides see the two together; what was asked before is
# shown with its reason; nothing of it lies in words on disk.
powers=art29,art30,art31,art35,2ap-art6,2ap-art9,977-spoc
. test/crash/world.sh

refused() {		# refused RULE FACT MEMBER COMMAND...
	local rule what; rule=$1 what=$2; shift 2
	at "$@" --json >"$T/out" 2>"$T/err"
	[ $? -ne 0 ] && grep -q "\"code\":\"$rule\"" "$T/err"
	ok $? "$what" || sed 's/^/# /' "$T/err"
}
there() { [ "$(ask $1 $2 .ref)" = $2 ]; }
within() {
	local until; until=$(($(date +%s) + $1)); shift
	until "$@"; do
		[ $(date +%s) -lt $until ] || return 1
		sleep 0.05
	done
}
send() {		# send MEMBER FILE: $ref, and it is there
	e $1 request new --from "$2" --from-desk $1/cyber --to fr/cyber --yes --json || return 1
	ref=$(jq -r .ref "$T/out")
	within 10 there fr $ref
}

nodes_make 6
start rs fr it; up rs fr it; ok $? 'three nodes are ready'
login rs fr it
for m in rs fr it; do e $m login 4711 --password-file "$T/pw"; done

# -- preserve, then disclose ---------------------------------------------------------
fact 'a preservation request is sent' send rs kinds/examples/preservation.json
first=$ref
e fr ack $first --by +2h --owner 4711 --yes &&
e fr answer $first --from kinds/examples/answer.json --yes
ok $? 'and answered'
within 10 eval '[ "$(ask rs $first ".legs[0].state")" = answered ]'; ok $? 'as the asker sees'
fact 'subscriber information is asked for from it' e rs request new \
    request.subscriber/1 --from-request $first --urgency urgent \
    --from-desk rs/cyber --subject 'Who rented the server' \
    --set subscriber_data=identity --set 'legal_basis=CCP, Art. 1' --yes --json \
    --set urgency_grounds=custody-limit --set 'urgency_reason=Ends tomorrow.'
second=$(jq -r .ref "$T/out")
fact 'it arrives' within 10 there fr $second
body='.messages[0].body'
is "$(ask fr $second "$body.case_number")" KT-2026/4471 'with the case of the first'
is "$(ask fr $second "$body.status")" follow-up-preservation 'as its follow-up'
is "$(ask fr $second "$body.preservation_reference")" PRES-88213 'and what its answer said'
is "$(ask fr $second "$body.connection | length")" 2 'lists and all'
for m in rs fr; do
	is "$(ask $m $second '.follows[].ref')" $first "$m sees what it follows"
	is "$(ask $m $first '.followed_by[].ref')" $second "$m sees what followed"
	is "$(ask $m $second '[.matches[].ref] | length')" 0 "$m does not call it a duplicate"
done
e fr show $second --peek && grep -q 'follows' "$T/out" && grep -q $first "$T/out"
ok $? 'the page of the thread says so'
ENTENTE_LANG=fr at fr show $first --peek >"$T/out" 2>&1; grep -q 'suivie par' "$T/out"
ok $? 'in the language of who reads it'
refused E-FOLLOW-ONWARD 'what others ask fills no request of ours' \
    fr request new request.subscriber/1 --from-request $first --yes
refused E-FOLLOW-KIND 'a request follows what its kind names' \
    rs request new request.information/1 --from-request $first --yes
refused E-NOT-FOUND 'and what is there' \
    rs request new request.subscriber/1 --from-request rs-1999-1 --yes

fact 'an exercise is held' e rs request new --from kinds/examples/preservation.json \
    --from-desk rs/cyber --to fr/cyber --set case_number=EX-1 --exercise --yes --json
drill=$(jq -r .ref "$T/out")
fact 'and followed' e rs request new request.emergency/1 --from-request $drill \
    --urgency flash --from-desk rs/cyber --yes --json --set procedure=art9 \
    --set issued=2026-11-21 --set emergency_grounds=attack --set link=x \
    --set emergency_facts=x --subject Drill
follow=$(jq -r .ref "$T/out")
is "$(ask rs $follow '.legs[0].exercise')" true 'by an exercise'

# -- asked before -------------------------------------------------------------------
fact 'the same is asked again' send rs kinds/examples/preservation.json
again=$ref
is "$(ask fr $again '[.matches[] | select(.ref == "'$first'") | .reason, .field] | join(" ")')" \
    'same-reference case_number' 'shown as a likely duplicate, with its reason'
is "$(ask fr $again '.matches | map(.ref) | index("'$second'") != null')" true \
    'beside the other request of the case'
is "$(ask fr $again '.legs[0].state')" sent 'nothing is merged by itself'
jq '.body.case_number = "KT-2026/9999" | del(.body.judicial_case)' \
    kinds/examples/preservation.json >"$T/other.json"
fact 'and under another number' send rs "$T/other.json"
is "$(ask fr $ref '[.matches[] | select(.ref == "'$first'") | .reason] | join(" ")')" \
    same-request 'the same address, time and asker tell'
jq '.body.period = {"from":"2026-01-01T00:00:00.000Z","to":"2026-01-02T00:00:00.000Z"} |
    .body.case_number = "KT-2026/8888" | del(.body.connection, .body.judicial_case)' \
    kinds/examples/preservation.json >"$T/other.json"
fact 'and for another time' send rs "$T/other.json"
is "$(ask fr $ref '[.matches[] | select(.ref == "'$first'") | .reason] | join(" ")')" \
    same-identifier 'it is only the same address'
fact 'another member asks the same' send it kinds/examples/preservation.json
is "$(ask fr $ref '[.matches[] | select(.ref == "'$first'") | .reason, .asker] | join(" ")')" \
    'same-identifier rs' 'its own case, of interest all the same'
is "$(ask it $ref '.matches | length')" 0 'a member sees what it was party to, and no more'
e fr show $ref --peek && grep -q 'same identifier' "$T/out"; ok $? 'the officer reads why'

refused E-REF-USED 'a reference is given once' \
    rs request new --from "$T/other.json" --to fr/cyber --ref $first --yes

# -- raise and lower -------------------------------------------------------------------
fact 'a request that is not urgent' send rs kinds/examples/trace.json
refused E-URGENCY-STEP 'is not made urgent by lowering it' \
    rs lower $ref --urgency urgent --text x --yes
refused E-URGENCY-STEP 'nor most urgent' rs lower $ref --urgency flash --text x --yes
fact 'with grounds it is raised' e rs raise $ref --urgency urgent --ground custody-limit \
    --text x --yes
refused E-URGENCY-STEP 'not to what it is' rs raise $ref --urgency urgent \
    --ground custody-limit --text x --yes
fact 'and lowered' e rs lower $ref --urgency normal --text x --yes
within 10 eval '[ "$(ask fr $ref ".legs[0].urgency")" = normal ]'; ok $? 'as both see'

# -- a label without a TLP ------------------------------------------------------------
fact 'a label may name no TLP' e rs request new --from kinds/examples/preservation.json \
    --from-desk rs/cyber --to fr/cyber --handling 'H1 RESTRICTED' --yes --json
ref=$(jq -r .ref "$T/out")
is "$(ask rs $ref '.messages[0].handling | "\(.tlp) \(.level) \(.codes[0])"')" \
    'AMBER RESTRICTED H1' 'then the usual one of the kind stands'
within 10 there fr $ref
fact 'and in an act' e fr ack $ref --by +2h --owner 4711 --handling H2 --yes
is "$(ask fr $ref '[.messages[] | select(.act == "acknowledge") | .handling |
    "\(.tlp) \(.codes[0])"][0]')" 'AMBER H2' 'that of its thread'
fact 'TLP:CLEAR is said aloud' e rs request new --from kinds/examples/preservation.json \
    --from-desk rs/cyber --to fr/cyber --handling 'TLP:CLEAR H1' --yes --json
is "$(ask rs "$(jq -r .ref "$T/out")" '.messages[0].handling.tlp')" CLEAR 'and then holds'

# -- on disk -------------------------------------------------------------------------
words='203\.0\.113\.7|booking-update|KT-?2026'
! grep -aqE "$words" "$T"/fr/entente.db*; ok $? 'no identifier lies on disk in words'
[ "$(sqlite3 "$T/fr/entente.db" 'SELECT COUNT(*) FROM identifier')" -gt 0 ]
ok $? 'only its keyed hash'

# -- the other kinds ------------------------------------------------------------------
jq '.body.reference = "'$first'"' kinds/examples/traffic.json >"$T/traffic.json"
jq 'del(.body.connection, .body.period)' "$T/traffic.json" >"$T/bad.json"
refused E-FIELD-MISSING 'traffic data without a time range stay here' \
    rs request new --from "$T/bad.json" --yes
fact 'with one they are asked for' send rs "$T/traffic.json"
traffic=$ref
e fr ack $traffic --by +2h --owner 4711 --yes
refused E-CODE-UNKNOWN 'dual criminality is no ground there' \
    fr refuse $traffic --ground dual-criminality --yes
fact 'sovereignty is' e fr refuse $traffic --ground sovereignty --yes
fact 'an emergency leaves at once, unsigned by a second person' \
    send rs kinds/examples/emergency.json
is "$(ask fr $ref '.messages[0].approvals | length')" 0 'which may sign afterwards'
fact 'information is asked for by the Directive' send rs kinds/examples/information.json
api fr GET "threads/$ref?peek=1"
is "$(jq -r '.legs[0] | ((.answer_by[:19] + "Z" | fromdate) - (.received[:19] + "Z" | fromdate)) / 3600 | round' "$A")" \
    8 'its eight hours run from the receipt'
jq '.urgency = "urgent" | .body.urgency_grounds = ["volatile-data"] | .body.urgency_reason = "x"' \
    kinds/examples/domain.json >"$T/domain.json"
fact 'a domain name is asked about' send rs "$T/domain.json"
is "$(ask fr $ref '[.matches[] | select(.ref == "'$first'") | .reason] | join(" ")')" \
    same-case 'and shown beside what its case asked before'
echo "1..$n"
exit $bad
