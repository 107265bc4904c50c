#!/bin/sh
# A network's kind adapted to a member's needs without a rebuild: fr's card asks
# for a language and a field, the sender's node asks its officer for them, and
# own kinds stand beside the network's; what is incomplete is left out and told.
powers=art29,art31,art35
. test/crash/world.sh

refused() {		# refused RULE FACT MEMBER COMMAND...
	local rule what r; rule=$1 what=$2; shift 2
	at "$@" --json >"$T/out" 2>"$T/err"; r=$?
	[ $r -ne 0 ] && grep -q "\"code\":\"$rule\"" "$T/err"; r=$?
	ok $r "$what"
	[ $r -eq 0 ] || sed 's/^/# /' "$T/err"
}
within() {
	local until; until=$(($(date +%s) + $1)); shift
	until "$@"; do
		[ $(date +%s) -lt $until ] || return 1
		sleep 0.05
	done
}
four() { printf '{"en":"%s","ar":"%s","es":"%s","fr":"%s"}' "$1" "$1" "$1" "$1"; }

nodes_make 7
mkdir -p "$T/fr/kinds/codelists"
cat >"$T/fr/kinds/requires.json" <<END
{"request.subscriber/1": {"languages": ["fr"], "fields": [
  {"id": "court", "type": "text", "required": true, "label": $(four Court)}]},
 "request.traffic/1": {"fields": [{"id": "x", "type": "essay", "label": $(four X)}]}}
END
cat >"$T/fr/kinds/codelists/fr-rooms.json" <<END
{"codelist": "fr-rooms", "title": $(four Rooms), "items": [{"code": "a", "label": $(four A)}]}
END
own() {			# own NAME LABEL
	cat <<END
{"kind": "fr:$1/1", "flow": "request", "title": $(four Visit), "basis": ["Law 1"],
 "deliver_by": {"flash": "PT24H", "urgent": "P3D", "normal": "P30D"},
 "keep": {"default": "P1Y", "max": "P5Y", "review": "P180D"},
 "handling": {"default": "TLP:AMBER", "ceiling": "TLP:RED"},
 "sections": [{"id": "what", "title": $(four What), "fields": [
   {"id": "room", "type": "choice", "list": "fr-rooms", "required": true, "label": $2}]}]}
END
}
own visit "$(four Room)" >"$T/fr/kinds/fr:visit-1.json"
own half '{"en": "Room"}' >"$T/fr/kinds/fr:half-1.json"
mkdir "$T/fr/kinds/calendars"
echo '{"calendar": "fr", "weekend": ["fri", "sat"], "holidays": ["2026-07-14"]}' >"$T/fr/kinds/calendars/fr.json"
echo '{"calendar": "to", "weekend": ["friday"], "holidays": []}' >"$T/fr/kinds/calendars/to.json"
mine "$T/fr/kinds"
start rs fr; up rs fr; ok $? 'nodes start, whatever is not good among own files'
login rs fr
for m in rs fr; do e $m login 4711 --password-file "$T/pw"; done

e fr status
grep -q 'fr:half-1.json' "$T/out" && grep -q 'what.room.label.ar' "$T/out"
ok $? 'status names the incomplete kind and its field'
grep -q 'requires.json: request.traffic/1' "$T/out"; ok $? 'and what is asked for badly'
grep -q 'calendars/to.json' "$T/out" && ! grep -q 'calendars/fr.json' "$T/out"
ok $? 'and the calendar that is none'
e fr kind list --json
is "$(jq -r '[.items[].kind | select(startswith("fr:"))] | join(" ")' "$T/out")" \
    fr:visit/1 'the good one stands beside those of the network'

# -- the card says what it needs ---------------------------------------------------------
e fr card update --trust "$T/fr.age" --passphrase-file "$T/pass" --yes
ok $? 'the card says so'
asks() { api rs GET 'kinds/request.subscriber/1?to=fr'; jq -r '.national.fields[0].id // ""' "$A"; }
hears() { [ "x$(asks)" = xcourt ]; }
# A node that starts asks at once what is new.
again() { stop $1; start $1; up $1; login $1; e $1 login 4711 --password-file "$T/pw"; }
again rs
fact 'and another member hears it' within 20 hears
e rs kind show request.subscriber/1 --to fr/cyber && grep -q court "$T/out"
ok $? 'an officer can look it up'
jq '.body.status = "new" | .urgency = "urgent" | .body.urgency_grounds = ["custody-limit"] |
    .body.urgency_reason = "x" | del(.body.reference)' \
    kinds/examples/subscriber.json >"$T/english.json"
jq '.lang = "fr"' "$T/english.json" >"$T/french.json"
refused E-NATIONAL-LANGUAGE 'another language stays here' \
    rs request new --from "$T/english.json" --yes
refused E-FIELD-MISSING 'so does what lacks the field' \
    rs request new --from "$T/french.json" --yes
grep -q 'body.national.fr.court' "$T/err" && grep -q 'fr asks for it' "$T/err"
ok $? 'by its name and the member who asks'
refused E-FIELD-MISSING 'a dry run says the same' \
    rs request new --from "$T/french.json" --dry-run
fact 'with it the request leaves' e rs request new --from "$T/french.json" \
    --set 'national.fr.court=Tribunal de Paris' --yes --json
ref=$(jq -r .ref "$T/out")
there() { api fr GET "threads/$ref?peek=1"; [ "$(jq -r .ref "$A")" = $ref ]; }
fact 'and is taken there' within 10 there
is "$(jq -r '.messages[0].body.national.fr.court' "$A")" 'Tribunal de Paris' 'with the answer'
e fr show $ref --peek && grep -q 'Tribunal de Paris' "$T/out"; ok $? 'which is shown'
refused E-FIELD-UNKNOWN 'what nobody asked for is not sent along' \
    rs request new --from "$T/french.json" --set 'national.fr.court=x' \
    --set 'national.hq.court=y' --yes

# -- own kinds ------------------------------------------------------------------------
visit() { api fr POST messages '{"kind":"fr:visit/1","to":["rs/cyber"],"purpose":"investigation","lang":"en","body":{"room":"a"}}'; }
visit
is "$(jq -r .code "$A")" E-POLICY-KIND 'a member that does not know the kind is not sent it'
mkdir -p "$T/rs/kinds/codelists"
cp "$T/fr/kinds/codelists/fr-rooms.json" "$T/rs/kinds/codelists/"
cp "$T/fr/kinds/fr:visit-1.json" "$T/rs/kinds/"
mine "$T/rs/kinds"
again rs
fact 'given the file, its card lists it' e rs card update --trust "$T/rs.age" \
    --passphrase-file "$T/pass" --yes
again fr
knows() { visit; [ "$(jq -r .code "$A")" != E-POLICY-KIND ]; }
fact 'and the sender learns it' within 20 knows
is "$(jq -r .code "$A")" E-POLICY-AGREEMENT 'then an agreement must allow it, as any kind'
echo "1..$n"
exit $bad
