#!/bin/sh
# Passing on: rs writes to fr, fr passes it on to it, as rs signed it, with the
# consent of rs where the label asks for it, and not otherwise.
. test/crash/world.sh

refused() {		# refused RULE FACT COMMAND...
	local rule what; rule=$1 what=$2; shift 2
	at "$@" --yes --json >"$T/out" 2>"$T/err"; r=$?
	[ $r -ne 0 ] && grep -q "$rule" "$T/out" "$T/err"; ok $? "$what: $rule"
}
send() {		# send HANDLING-JSON SUBJECT: rs to fr; its ref in $ref
	api rs POST messages '{"kind":"message.text/1","purpose":"investigation","lang":"en",
	    "from":"rs/cyber","to":["fr/cyber"],"subject":"'$2'","body":{"text":"The words of rs."},
	    "handling":'$1'}'
	ref=$(jq -r .ref "$A")
	[ $code = 201 ] && within 10 says fr $ref '.messages[0].subject' $2
}

nodes_make 11
start hq rs fr it; up hq rs fr it; ok $? 'nodes are ready'
login rs fr it
for m in rs fr it; do e $m login 4711 --password-file "$T/pw"; done

fact 'a message that may go onward' send '{"tlp":"AMBER","onward":true}' Free
free=$ref
fact 'is passed on at once' e fr forward send $free --to it/cyber --yes --json
on=$(jq -r .ref "$T/out")
fact 'and arrives' within 10 says it $on '.messages[0].forwards[0].subject' Free
is "$(ask it $on '.messages[0].forwards[0] | .from + " " + .ref + " " + .body.text')" \
    "rs/cyber $free The words of rs." 'as its author wrote it'
is "$(ask it $on '.messages[0].handling | .tlp + " " + (.onward | tostring)')" 'AMBER false' \
    'no lower than it was labelled'
at it show $on --plain >"$T/out"; grep -q 'The words of rs' "$T/out"; ok $? 'an officer there reads it'

fact 'a message that may not' send '{"tlp":"AMBER","onward":false}' Kept
kept=$ref
refused E-FORWARD-CONSENT 'is not passed on' fr forward send $kept --to it/cyber
refused E-FIELD-VALUE 'nobody but its owner is asked' \
    fr forward ask $kept --for hq --to it/cyber --text x
refused E-NOT-FOUND 'nor for nobody' fr forward ask $kept --for zz --text x
fact 'its owner is asked' e fr forward ask $kept --for it \
    --text 'They hold the other half.' --yes --json
question=$(jq -r .ref "$T/out")
refused E-FORWARD-CONSENT 'before the answer' fr forward send $kept --to it/cyber --consent $question
within 10 says rs $question '.legs[0].state' sent
fact 'and consents' e rs forward consent $question --text 'Not in court.' --yes
fact 'which arrives' within 10 says fr $question '.legs[0].state' answered
refused E-FORWARD-CONSENT 'to it alone' fr forward send $kept --to hq/cyber --consent $question
refused E-FORWARD-CONSENT 'for this message alone' fr forward send $question --number 2 --to it/cyber \
    --consent $question
refused E-FORWARD-HANDLING 'no lower' fr forward send $kept --to it/cyber --consent $question --handling TLP:GREEN
fact 'then it is passed on' e fr forward send $kept --to it/cyber --consent $question --yes --json
on=$(jq -r .ref "$T/out")
fact 'with the consent' within 10 says it $on '.messages[0].forwards[0].consent.body.conditions' 'Not in court.'
is "$(ask it $on '.messages[0].forwards[0].consent.from')" rs/cyber 'of its owner'

fact 'a red one' send '{"tlp":"RED","onward":false}' Red
refused E-FORWARD-NEVER 'never' fr forward send $ref --to it/cyber --handling TLP:RED
refused E-FORWARD-NEVER 'nor asked for' fr forward ask $ref --for it --text x

head -c 50000 /dev/urandom >"$T/image.bin"
fact 'a request with a file' e rs request new --from kinds/examples/preservation.json \
    --to fr/cyber --file "$T/image.bin" --handling TLP:AMBER --yes --json
req=$(jq -r .ref "$T/out")
within 10 says fr $req '.legs[0].state' sent
fact 'its owner passes it on as it likes' e rs forward send $req --number 1 --to it/cyber --yes --json
on=$(jq -r .ref "$T/out")
fact 'with its file' within 10 says it $on '.messages[0].files[0].have' true
e it file get $on 1 -o "$T/got.bin" && cmp -s "$T/got.bin" "$T/image.bin"; ok $? 'whole'
fact 'the thread proves itself offline' e it export $on -o "$T/b.tar"
settled 10 rs fr it; ok $? 'nothing waits'

echo "1..$n"
[ $bad = 0 ]
