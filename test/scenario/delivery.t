#!/bin/sh
# Three real nodes: a request from the first word to the last, members that are
# away, acts that cross, what waits and what overtakes, two officers' eyes.
. test/crash/world.sh

state() { says $1 $ref '.legs[0].state' $2; }
both() { within 10 state rs $1 && within 10 state fr $1; }
legs='[.legs[] | [.state, .urgency, .crossed, .asked]] | sort | tostring'
names='[.messages[].name] | sort | tostring'
equal() {		# equal FILTER REF: both sides say the same of it
	[ "$(ask rs $2 "$1")" = "$(ask fr $2 "$1")" ]
}
post() { api rs POST messages "$1"; ref=$(jq -r .ref "$A"); name=$(jq -r .name "$A"); [ $code = 201 ]; }
text() {		# text TO SUBJECT [MORE JSON]
	echo '{"kind":"message.text/1","purpose":"investigation","lang":"en",
	    "from":"rs/cyber","to":["'$1'"],"subject":"'$2'","body":{"text":"x"}'$3'}'
}

nodes_make 5
jq '.from = "rs/cyber" | .to = ["fr/cyber"]' kinds/examples/preservation.json >"$T/request.json"
start rs fr it; up rs fr it; ok $? 'three nodes are ready'
login rs fr it
for m in rs fr it; do
	e $m login 4711 --password-file "$T/pw" || cat "$T/err"
done

# -- the main path, by the CLI -----------------------------------------------------
head -c 3000000 /dev/urandom >"$T/image.bin"
echo 'time,address' >"$T/log.csv"
fact 'a request with two files is sent' e rs request new --from "$T/request.json" \
    --file "$T/image.bin" --file "$T/log.csv" --yes --json
ref=$(jq -r .ref "$T/out")
settled 10 rs; ok $? 'and delivered'
is "$(ask rs $ref '.legs[0].delivery')" taken 'with a receipt'
fact 'that verifies' e rs receipt $ref --verify
fact 'an officer opens it' e fr show $ref
fact 'which the asker learns' within 10 says rs $ref '.legs[0].opened_there != null' true
e fr file get $ref 1 -o "$T/got.bin"; cmp -s "$T/got.bin" "$T/image.bin"
ok $? 'the first file arrived as it left'
e fr file get $ref 2 -o "$T/got.csv"; cmp -s "$T/got.csv" "$T/log.csv"
ok $? 'and the second'
fact 'acknowledged' e fr ack $ref --by +2h --owner 4711 --yes
fact 'on both sides' both acknowledged
fact 'promised' e fr will-answer $ref --by +6h --from kinds/examples/will-answer.json --yes
fact 'on both sides' both promised
fact 'answered, with a file' e fr answer $ref --from kinds/examples/answer.json \
    --file "$T/log.csv" --yes
fact 'on both sides' both answered
fact 'its file is read' e rs file get $ref 3 -o "$T/back.csv"
cmp -s "$T/back.csv" "$T/log.csv"; ok $? 'as it was sent'
fact 'what became of it is told' e rs result $ref --outcome evidence-used --text 'Used.' --yes
fact 'closed' e rs close $ref --from kinds/examples/close.json --yes
fact 'on both sides' both closed
settled 10 rs fr
fact 'the same messages on both sides' equal "$names" $ref
fact 'the same legs on both sides' equal "$legs" $ref

# -- one request, two members ---------------------------------------------------------
fact 'a request to two members' post "$(jq -c 'del(.files) | .to = ["fr/cyber", "it/cyber"]' "$T/request.json")"
settled 10 rs
is "$(ask rs $ref '[.legs[].member] | sort | join(" ")')" 'fr it' 'has a leg for each'
is "$(ask it $ref '.legs | length')" 1 'of which a member knows its own'
e fr ack $ref --by +2h --owner 4711 --yes
within 10 says rs $ref '[.legs[] | select(.member == "fr") | .state] | join("")' acknowledged
ok $? 'one acknowledges'
is "$(ask rs $ref '[.legs[] | select(.member == "it") | .state] | join("")')" sent \
    'the other leg stays as it was'
fact 'the other member knows nothing of it' says it $ref '[.messages[].act] | join(" ")' submit

# -- a withdrawal that meets an answer ---------------------------------------------------
post "$(jq -c 'del(.files)' "$T/request.json")"; settled 10 rs
kill -STOP $(child rs courier) $(child fr courier)
e rs withdraw $ref --text 'No longer needed.' --yes; r=$?
e fr answer $ref --from kinds/examples/answer.json --yes
ok $((r + $?)) 'one withdraws while the other answers'
kill -CONT $(child rs courier) $(child fr courier)
settled 15 rs fr; ok $? 'both acts arrive'
is "$(ask rs $ref '.legs[0].crossed')" 1 'the asker sees that they crossed'
is "$(ask fr $ref '.legs[0].crossed')" 1 'and so does the asked'
fact 'both stand on both sides' equal "$names" $ref
fact 'with the same state' equal "$legs" $ref

# -- a member that is away -----------------------------------------------------------------
stop fr
end=$(($(date +%s) + 2))
soon=$(date -u -d @$end +%Y-%m-%dT%H:%M:%S.000Z)
post "$(text fr/cyber Late ',"deliver_by":"'$soon'"')"
ok $? 'a message that must be there in two seconds'
late=$ref
i=0
while [ $((i = i + 1)) -le 200 ]; do
	[ $i -eq 1 ] || echo next
	printf 'unix-socket = "%s"\nurl = "http://n/api/v1/messages"\nsilent\n' "$T/rs/desk.sock"
	printf 'header = "Authorization: Bearer %s"\noutput = "/dev/null"\n' "$(cat "$T/rs.token")"
	printf 'write-out = "%%{http_code}\\n"\ndata = "@%s"\n' "$T/normal.json"
done >"$T/curl.conf"
text fr/cyber Normal >"$T/normal.json"
is "$(curl -K "$T/curl.conf" | sort | uniq -c | tr -s ' ')" ' 200 201' '200 messages wait'
post "$(text fr/cyber Flash ',"urgency":"flash"')"; flash=$name
ok $? 'then a flash message'
api rs GET status
jq -e '.peers[] | select(.member == "fr") |
    .queued > 200 and (.last_error | length) > 0' "$A" >"$T/out"
ok $? 'the peer is said to be away'
until [ $(date +%s) -gt $end ]; do sleep 0.1; done
stop rs; start rs; up rs
within 5 says rs $late '.legs[0].delivery' expired; ok $? 'what came too late has expired'
from=$(date +%s%N)
start fr; up fr
settled 20 rs; ok $? 'all is delivered when it returns'
ms=$((($(date +%s%N) - from) / 1000000))
echo "# $ms ms after its start"
[ $ms -lt $((5000 * slow)) ]; ok $? 'within five seconds'
sql() { sqlite3 "$T/rs/entente.db" "ATTACH '$T/fr/entente.db' AS f" "$@"; }
none_missing() { [ "$(sql "SELECT low > high FROM f.slip_peer WHERE peer = 'rs'")" = 1 ]; }
fact 'the number of the message that expired is not missed' within 10 none_missing
is "$(sql "SELECT ended FROM outbox JOIN f.slip s USING (message) WHERE s.peer = 'rs'
    AND outbox.peer = 'fr' AND status = 3 AND slip = s.number")" 2 'for the sender told why'
# Two batches are under way at a time, and the second may arrive first.
is "$(sql "SELECT group_concat(hex(name)) FROM (SELECT name FROM f.message
    WHERE ours = 0 AND kind = 'message.text/1' AND urgency = 0 ORDER BY hex(name))")" \
    "$(sql "SELECT group_concat(hex(message)) FROM (SELECT message FROM outbox
    JOIN message m ON m.name = outbox.message WHERE outbox.peer = 'fr' AND status = 1
    AND m.kind = 'message.text/1' AND lane = 0 ORDER BY hex(message))")" \
    'the others stand there, each once'
is "$(sql "SELECT count(*) > 100 FROM f.message WHERE ours = 0 AND urgency = 0
    AND kind = 'message.text/1' AND number > (SELECT number FROM f.message
    WHERE lower(hex(name)) = '$flash')")" 1 'the flash message overtook them'

# -- the same request at once, twice ---------------------------------------------------------
key=twice
for i in 1 2 3 4; do
	(A=$T/answer.$i; api rs POST messages "$(text fr/cyber Twice)"
	while [ $code = 503 ]; do api rs POST messages "$(text fr/cyber Twice)"; done
	jq -r .name "$A" >"$T/twice.$i") &
	pids="$pids $!"
done
wait $pids; key=
is "$(cat "$T"/twice.* | sort -u | wc -l)" 1 'one key, four requests at once: one message'

# -- two officers -----------------------------------------------------------------------------
officer() {		# officer BADGE ROLE: made by 4711
	echo "Officer-$1" >"$T/pw$1"
	fact "officer $1, $2" e rs user add $1 --name "Officer $1" --role $2 \
	    --password-file "$T/pw$1" --yes
}
as() { cp "$T/token.$1" "$T/rs.token"; }
officer 4712 supervisor; officer 4713 auditor; officer 4714 duty
fact 'a new card shows them' e rs card update --trust "$T/rs.age" \
    --passphrase-file "$T/pass" --yes
for x in 4711 4712 4713 4714; do
	api rs POST sessions '{"account":"'$x'","password":"Officer-'$x'"}'
	jq -r .token "$A" >"$T/token.$x"
done
own() {			# own BADGE: a password that nobody else chose
	as $1; api rs POST me/password '{"old":"Officer-'$1'","password":"Mine-alone-'$1'"}'
}
approve() {		# approve BADGE PASSWORD HASH
	as $1; api rs POST drafts/$draft/approve '{"hash":"'$3'","password":"'$2'"}'
}
wait_for_approval() {
	as $1; api rs POST messages "@$T/normal-request.json"
	draft=$(jq -r .draft "$A"); hash=$(jq -r .hash "$A"); ref=$(jq -r .ref "$A")
}
jq -c '.urgency = "normal" | del(.files, .body.urgency_grounds, .body.urgency_reason,
    .body.loss_expected)' "$T/request.json" >"$T/normal-request.json"
sleep 1			# the card says from when on they may approve
wait_for_approval 4711
is $code 202 'a request of normal urgency waits for a second officer'
approve 4712 Officer-4712 $hash
is "$code $(jq -r .code "$A")" '403 E-APPROVAL-MAKER' \
    'whose account was not made by its author'
wait_for_approval 4714
approve 4714 Officer-4714 $hash
is "$code $(jq -r .code "$A")" '403 E-APPROVAL-SAME' 'nor is its author the second'
approve 4712 Officer-4712 $hash
is "$code $(jq -r .code "$A")" '403 E-APPROVAL-INITIAL' \
    'nor whose password another chose'
own 4712
is $code 204 'he chooses his own'
approve 4712 wrong $hash
[ $code != 201 ]; ok $? 'nor anybody without a password'
approve 4712 Mine-alone-4712 $(echo $hash | tr 0123456789abcdef 123456789abcdef0)
[ $code != 201 ]; ok $? 'nor of another text than was shown'
key=approve
approve 4712 Mine-alone-4712 $hash
is $code 201 'another officer approves'; name=$(jq -r .name "$A")
approve 4712 Mine-alone-4712 $hash
is "$code $(jq -r .name "$A")" "201 $name" 'asked again it is the same approval'
key=
api rs GET messages/$name/note
is "$(grep -c '^— ' "$A")" 2 'the note carries two signatures'
fact 'of the member and of the officer' grep -q '^— demo.example/rs/4712 ' "$A"
settled 20 rs; ok $? 'it is delivered'
is "$(ask rs $ref '.legs[0].delivery')" taken 'and taken, though the card was new'
is "$(ask fr $ref '.messages[0].approvals | join(" ")')" 4712 'the receiver sees who approved'
as 4713
api rs GET 'audit?limit=200'; more=$(jq -r .next "$A")
cp "$A" "$T/audit.1"; [ "$more" = null ] || { api rs GET "audit?limit=200&before=$more"; cp "$A" "$T/audit.2"; }
fact 'the audit tells of what expired' sh -c "cat $T/audit.* |
    jq -se '[.[].items[] | select(.what == \"message.expire\")] | length == 1' >/dev/null"
as 4711

# -- a locked node ------------------------------------------------------------------------------
stop fr
mv "$T/fr.unlock" "$T/away.unlock"
start fr
fact 'without its credential a node is locked' within 5 sh -c \
    "curl -s --unix-socket $T/fr/desk.sock http://n/api/v1/status | grep -q '\"state\":\"locked\"'"
api fr GET legs
is "$code $(jq -r .code "$A")" '503 E-NODE-LOCKED' 'and says so'
post "$(text fr/cyber Locked)"
api fr POST unlock '{"password":"wrong wrong wrong"}'
[ $code != 204 ]; ok $? 'a wrong passphrase opens nothing'
is "$(state_of fr)" locked 'it is locked still'
api fr POST unlock '{"password":"correct horse battery staple"}'
is $code 204 'the right one does'
up fr; ok $? 'it is ready'
settled 20 rs; ok $? 'and gets what waited'
memory_clean
echo "1..$n"
exit $bad
