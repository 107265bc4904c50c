#!/bin/sh
# Units, desks and officers: who gives whom what, what is left of it when the
# giver has less, who sees what, and who signs as the second person.
. test/nodes.sh
trap 'nodes_end' EXIT
for d in crime/cyber crime/theft border; do
	more_hq="$more_hq --desk hq/$d;name=$d;phone=+38111123457;hours=24/7;powers=art29;channels=coe;languages=en"
done
nodes_make hq rs || { echo "Bail out! no nodes"; exit 1; }
node_start hq && node_start rs || { echo "Bail out! no node starts"; exit 1; }
pw=$(cat "$T/pw")
code() { jq -r '.code // empty' "$T/answer"; }
one() { jq -r "$1" "$T/answer"; }
said() { echo "$status $(code) $(one '.field // empty')"; }
as() { eval "token=\$token_$1"; }
# make BADGE MORE: by who is logged in
make() {
	api hq POST /accounts -d "{\"badge\":\"$1\",\"name\":\"Officer $1\",$2,\"password\":\"Given-to-$1\"}"
}
enter() {		# enter BADGE: the first time, with a password of his own
	login hq "$1" "Given-to-$1" || return 1
	api hq POST /me/password -d "{\"old\":\"Given-to-$1\",\"password\":\"Mine-alone-$1\"}"
	eval "token_$1=\$token"
}
effective() { api hq GET /accounts; one ".items[] | select(.badge == \"$1\") | .effective | $2"; }

# -- nobody gives more than he has ---------------------------------------------
login hq 4711 "$pw"; token_4711=$token
make head '"roles":["supervisor"],"desks":["hq/crime"],"gives":["duty","analyst"],"tlp_most":"AMBER"'
is "$status" 201 'an administrator makes the head of a unit'
make sup '"roles":["supervisor","duty"]'
make duty '"roles":["duty"],"desks":["hq/cyber"]'
make air '"roles":["duty"],"desks":["hq/border"]'
make plain '"roles":["supervisor"],"desks":["hq/crime"]'
for x in head sup duty air plain; do enter $x || fact 1 "$x logs in"; done
as head
make d1 '"roles":["duty"],"desks":["hq/crime/cyber"],"tlp_most":"AMBER"'
is "$(said)" '201  ' 'who makes officers of his unit'
is "$(one .giver)" head 'that hang on him'
make d2 '"roles":["duty"],"desks":["hq/border"],"tlp_most":"AMBER"'
is "$(said)" '403 E-SCOPE-EXCEEDS desks' 'not of another unit'
make d2 '"roles":["duty"],"desks":["hq/crimes"],"tlp_most":"AMBER"'
is "$(said)" '403 E-SCOPE-EXCEEDS desks' 'nor of one whose name begins the same'
make d2 '"roles":["duty"],"tlp_most":"AMBER"'
is "$(said)" '403 E-SCOPE-EXCEEDS desks' 'nor of all'
make d2 '"roles":["supervisor"],"desks":["hq/crime"],"tlp_most":"AMBER"'
is "$(said)" '403 E-SCOPE-EXCEEDS roles' 'with no role that he does not give'
make d2 '"roles":["duty"],"desks":["hq/crime"]'
is "$(said)" '403 E-SCOPE-EXCEEDS tlp_most' 'no higher than he goes'
make d2 '"roles":["duty"],"desks":["hq/crime"],"tlp_most":"GREEN","gives":["admin"]'
is "$(said)" '403 E-SCOPE-EXCEEDS gives' 'and with nothing to give that he has not'
as plain
make d2 '"roles":["duty"],"desks":["hq/crime"]'
is "$(said)" '403 E-ROLE ' 'a supervisor without that makes nobody'
as head
api hq GET /accounts
is "$(one '[.items[].badge] | sort | join(" ")')" 'd1 head' 'he sees those whom he might have made'
api hq PATCH /accounts/air -d '{"disabled":true}'
is "$(said)" '403 E-SCOPE-EXCEEDS desks' 'and changes no other'
enter d1
as 4711
api hq PATCH /accounts/4711 -d '{"roles":["admin","duty","auditor"]}'
is "$(said)" '400 E-ROLE-AUDITOR roles' 'an administrator is no auditor'
api hq PATCH /accounts/4711 -d '{"roles":["admin","duty","supervisor"]}'
is "$(said)" '403 E-SCOPE-SELF roles' 'nor gives himself another role'
login rs 4711 "$pw"; api rs PATCH /accounts/4711 -d '{"desks":[]}'
is "$(said)" '403 E-SCOPE-SELF desks' 'nor more desks'

# -- what is given is worth what the giver has ----------------------------------
text() {
	api hq POST /messages -d '{"kind":"message.text/1","to":["rs/cyber"],"from":"'$1'",
	    "purpose":"investigation","lang":"en","subject":"From '$1'","body":{"text":"x"}'"$2"'}'
}
as d1; text hq/crime/cyber
is "$status" 201 'an officer writes from his desk'
unit=$(one .ref) unit_name=$(one .name)
text hq/border
is "$(said)" '400 E-DESK from' 'and from no other'
text hq/crime/cyber ',"handling":{"tlp":"RED","onward":false}'
is "$(said)" '403 E-SCOPE handling.tlp' 'nor more than he may handle'
as 4711
api hq PATCH /accounts/head -d '{"desks":["hq/crime/theft"]}'
is "$status $(effective d1 '.desks | join(" ")')" '200 ' 'when his giver loses the desk he has it no more'
as d1; text hq/crime/cyber
is "$(said)" '400 E-DESK from' 'at once'
api hq GET "/threads/$unit?peek=1"
is "$(said)" '404 E-NOT-FOUND ' 'nor does he see what he wrote there'
as 4711
api hq PATCH /accounts/head -d '{"desks":["hq/crime"]}'
is "$(effective d1 '.desks | join(" ")')" hq/crime/cyber 'and has it again with him'
api hq PATCH /accounts/head -d '{"disabled":true}'
is "$status" 200 'a giver is disabled'
as d1; api hq GET /legs
is "$(said)" '403 E-SCOPE-OVER ' 'and what hung on him ends'
as 4711
api hq PATCH /accounts/head -d '{"disabled":true,"heir":"air"}'
is "$(said)" '403 E-SCOPE-EXCEEDS roles' 'no heir takes what he could not give'
make heir '"roles":["supervisor"],"desks":["hq/crime"],"gives":["duty"]'
api hq PATCH /accounts/head -d '{"disabled":true,"heir":"heir"}'
is "$status" 200 'one who can does'
as d1; api hq GET /legs
is "$status" 200 'and it goes on'
as 4711
api hq PATCH /accounts/4711 -d '{"disabled":true}'
is "$(said)" '409 E-ACCOUNT-LAST ' 'the last administrator stays'
make adm '"roles":["admin"]'; enter adm
as adm
api hq PATCH /accounts/4711 -d '{"disabled":true}'
is "$(said)" '409 E-ACCOUNT-LAST ' 'also where the other hangs on him'
make brief '"roles":["duty"],"kinds":["request.*"]'
enter brief; as brief
api hq POST /messages -d '{"kind":"message.text/1","to":["rs/cyber"],"from":"hq/cyber",
    "purpose":"investigation","lang":"en","subject":"x","body":{"text":"x"}}'
is "$(said)" '403 E-SCOPE kind' 'an officer of some kinds sends no other'
as 4711; api hq PATCH /accounts/brief -d '{"until":"2026-01-01T00:00:00.000Z"}'
as brief; api hq GET /legs
is "$(said)" '403 E-SCOPE-OVER ' 'and none when his time is over'

# -- who sees what -----------------------------------------------------------------
as air
api hq GET '/legs?queue=all'
is "$(one '.items | length')" 0 'another desk sees nothing of it'
api hq GET "/threads/$unit?peek=1"
is "$(said)" '404 E-NOT-FOUND ' 'as if it were not there'
api hq GET "/messages/$unit_name"
is "$(said)" '404 E-NOT-FOUND ' 'by no name'
api hq GET "/threads/$unit/export"
is "$(said)" '404 E-NOT-FOUND ' 'nor as an export'
api hq POST /messages -d '{"kind":"message.text/1","to":["rs/cyber"],"from":"hq/border",
    "purpose":"investigation","lang":"en","subject":"x","body":{"text":"x"},
    "forwards":[{"message":"'$unit_name'"}]}'
is "$(said)" '404 E-NOT-FOUND forwards' 'nor to be passed on'
api hq POST /messages -d '{"thread":"'$unit'","act":"reply","body":{"text":"x"}}'
is "$(said)" '404 E-NOT-FOUND ' 'nor to be answered'
as plain
api hq GET '/legs?queue=all'
is "$(one '[.items[].ref] | join(" ")')" "$unit" 'a supervisor sees the desks of his unit'
as duty
api hq GET '/legs?queue=copies'
is "$(one '[.items[] | select(.copied) | .ref] | join(" ")')" "$unit" \
    'what a unit wrote by itself is copied to its bureau'
api hq GET /pages
is "$(one '[.items[] | select(.reason == "copy") | .desk] | join(" ")')" hq/cyber 'which is told'
as 4711; text hq/cyber; own=$(one .ref)
as duty; api hq GET '/legs?queue=copies'
is "$(one '[.items[].ref] | index("'$own'")')" null 'its own is no copy'
as air; api hq GET /pages
is "$(one '[.items[] | select(.reason == "copy")] | length')" 0 'other desks are not'

login rs 4711 "$pw"
api rs POST /messages -d '{"kind":"message.text/1","to":["hq"],"from":"rs/cyber",
    "purpose":"investigation","lang":"en","subject":"To all of you","body":{"text":"x"}}'
whole=$(one .ref)
as duty; i=0
until api hq GET '/legs?queue=all'; [ "$(one '[.items[].ref] | index("'$whole'") != null')" = true ]; do
	i=$((i + 1)); [ $i -lt 50 ] || break
	sleep 0.2
done
[ $i -lt 50 ]; fact $? 'what came to the member alone is its bureau'"'"'s'
as air; api hq GET "/threads/$whole?peek=1"
is "$(said)" '404 E-NOT-FOUND ' 'and no other desk'"'"'s'

# -- a password that was forgotten --------------------------------------------------
as 4711
api hq POST /accounts/d1/password -d '{"password":"Another-for-d1"}'
is "$(said)" '409 E-RESET-NONE ' 'nobody sets the password of another alone'
api hq POST /accounts/d1/reset -d '{}'
is "$status $(one .reset.by)" '200 4711' 'one begins'
api hq POST /accounts/d1/confirm -d '{}'
is "$(said)" '403 E-RESET-PERSONS ' 'and does not agree himself'
as air; api hq POST /accounts/d1/confirm -d '{}'
is "$(said)" '403 E-ROLE ' 'nor does any officer'
as sup; api hq POST /accounts/d1/confirm -d '{}'
is "$status $(one .reset.agreed)" '200 sup' 'a supervisor agrees'
as 4711; before=$(api hq GET /accounts; one '.items[] | select(.badge == "d1") | .vkey')
api hq POST /accounts/d1/password -d '{"password":"Given-to-d1"}'
is "$status $(one .initial) $(one .card_due)" '200 true true' 'then it is set, with a new key for the next card'
[ "$(one .vkey)" != "$before" ]; fact $? 'another than before'
as d1; api hq GET /me
is "$(said)" '401 E-SESSION-NONE ' 'the sessions of before are over'
as 4711; api hq POST /accounts/d1/password -d '{"password":"Once-more-for-d1"}'
is "$(said)" '409 E-RESET-NONE ' 'once'
enter d1; api hq GET /me
is "$(one .initial)" false 'and he chooses his own again'

# -- one alone, and a second afterwards ------------------------------------------------
"$entente" login 4711 --dir "$T/hq" --password-file "$T/pw" --no-input >"$T/out" 2>&1
"$entente" card update --dir "$T/hq" --trust "$T/hq.age" --yes --no-input \
    --passphrase-file "$T/pass" >"$T/out" 2>&1
sleep 1
urgent() {
	jq -c '.to = ["rs/cyber"] | .from = "hq/crime/cyber" | .urgency = "urgent"
	    | del(.files)' kinds/examples/preservation.json >"$T/request.json"
	api hq POST /messages -d @"$T/request.json"
	ref=$(one .ref) name=$(one .name)
}
leg() { api "$1" GET "/threads/$ref?peek=1"; one ".legs[0].countersign | $2"; }
both() {		# both FILTER WANT: within ten seconds, on both sides
	i=0
	until as 4711; a=$(leg hq "$1"); token=$token_rs; b=$(leg rs "$1"); [ "$a $b" = "$2 $2" ]; do
		i=$((i + 1)); [ $i -lt 50 ] || { echo "# $a / $b"; return 1; }
		sleep 0.2
	done
}
login rs 4711 "$pw"; token_rs=$token
as d1; urgent
is "$(said)" '201  ' 'one officer sends what is urgent alone'
both '.at // "none"' none; fact $? 'both sides see that a second is to sign'
api rs GET "/threads/$ref?peek=1"
is "$(one '(.legs[0].countersign.due[0:19] + "Z" | fromdate) - (.legs[0].sent[0:19] + "Z" | fromdate)')" \
    14400 'within the four hours of the kind'
as plain; api hq GET /pages
is "$(one '[.items[] | select(.reason == "countersign") | .ref] | join(" ")')" "$ref" \
    'the supervisor is paged at once'
api hq GET '/legs?queue=countersign'
is "$(one '[.items[].ref] | join(" ")')" "$ref" 'and finds what waits for him'
sign() {		# sign BADGE [HASH [PASSWORD]]
	as $1; api hq POST "/threads/$ref/countersign" \
	    -d "{\"hash\":\"${2:-$name}\",\"password\":\"${3:-Mine-alone-$1}\"}"
}
sign d1; is "$(said)" '403 E-APPROVAL-SAME ' 'its author is no second person'
sign air; is "$(said)" '404 E-NOT-FOUND ' 'nor who does not see it'
sign plain "$(echo $name | tr 0-9a-f 1-9a-f0)"
is "$(said)" '409 E-APPROVAL-CHANGED ' 'nor who was shown another text'
sign plain "$name" wrong; is "$(code)" E-PASSWORD-WRONG 'nor anybody without a password'
as plain; api hq POST /messages -d '{"thread":"'$ref'","act":"countersign","body":{}}'
is "$(said)" '400 E-KIND-ACT act' 'nor by a word without a signature'
sign plain
is "$(said)" '201  ' 'another officer countersigns'; second=$(one .name)
both '.by // "none"' plain; fact $? 'and both sides see by whom'
both .overdue false; fact $? 'in time'
as 4711; api hq GET "/messages/$second/note"
is "$(grep -c '^— ' "$T/answer")" 2 'the act carries two signatures'
grep -q '^— demo.example/hq/plain ' "$T/answer"; fact $? 'the member'"'"'s and his own'
sign sup; is "$(said)" '409 E-COUNTERSIGN-NONE ' 'once is enough'
verdict() {		# of the thread as rs exported it
	token=$token_rs; api rs GET "/threads/$ref/export"
	cp "$T/answer" "$T/thread.tar"
	"$entente" verify "$T/thread.tar" --json 2>"$T/err" |
	    jq -r '[.verdict, (.findings[] | select(.group == "state" and
	    (.what | startswith("messages/"))) | .detail)] | join(" ")' |
	    sed 's/ at .*//; s/ by 20.*/ by/'
}
is "$(verdict)" 'whole countersigned by plain' 'which anybody can verify without a node'
ref=$own; sign sup; is "$(said)" '409 E-COUNTERSIGN-NONE ' 'where none is due there is none'

# -- when nobody does -----------------------------------------------------------------
as d1; urgent; both '.at // "none"' none
is "$(verdict)" 'whole to be countersigned by' 'what still waits for it is no gap'
node_stop hq; node_stop rs
for m in hq rs; do
	sqlite3 "$T/$m/entente.db" "UPDATE leg SET countersign_by = 1000 WHERE ref = '$ref'"
done
node_start hq && node_start rs
lapsed() { api $1 GET /pages; one '[.items[] | select(.reason == "countersign-lapsed") | .ref] | join(" ")'; }
i=0
until as plain; a=$(lapsed hq); token=$token_rs; b=$(lapsed rs); [ "$a $b" = "$ref $ref" ]; do
	i=$((i + 1)); [ $i -lt 60 ] || break
	sleep 0.5
done
is "$a $b" "$ref $ref" 'a lapse is told on both sides'
as plain; token=$token_plain; both .overdue true; fact $? 'and shown'
sign plain; is "$(said)" '201  ' 'who signs late signs'

# -- what a member asks beyond the kind -------------------------------------------------
node_stop hq
printf '\n[approval]\nkinds = request.* message.text/1\n' >>"$T/hq/entente.conf"
node_start hq
as d1; text hq/crime/cyber
is "$status $(one .needs)" '202 approval' 'a member may ask for a second person where the kind does not'
id=$(one .draft) hash=$(one .hash)
as air; api hq GET /drafts
is "$(one '.items | length')" 0 'another desk sees no draft of it'
api hq POST "/drafts/$id/approve" -d "{\"hash\":\"$hash\",\"password\":\"Mine-alone-air\"}"
is "$(said)" '404 E-NOT-FOUND ' 'nor approves it'
as plain; api hq POST "/drafts/$id/approve" -d "{\"hash\":\"$hash\",\"password\":\"Mine-alone-plain\"}"
is "$(said)" '201  ' 'a supervisor of the unit does'
as d1; urgent
is "$(said)" '201  ' 'what one may send alone for a life stays so'
done_testing
