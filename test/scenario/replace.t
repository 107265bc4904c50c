#!/bin/sh
# A message key in other hands: its member replaces and revokes it, what the
# thief signs is refused, what was taken before stays and says so.
MEMBERS='hq rs fr'
. test/crash/world.sh

at() { local m; m=$1; shift; "$entente" "$@" --dir "$T/$m" --no-input; }
within() {		# within SECONDS COMMAND...
	local until; until=$(($(date +%s) + $1 * slow)); shift
	until "$@"; do
		[ $(date +%s) -lt $until ] || return 1
		sleep 0.05
	done
}
text() {		# text FROM TO SUBJECT
	echo '{"kind":"message.text/1","purpose":"investigation","lang":"en",
	    "from":"'$1'/cyber","to":["'$2'/cyber"],"subject":"'$3'","body":{"text":"'$3'"}}'
}
send() { api $1 POST messages "$(text $1 $2 "$3")"; name=$(jq -r .name "$A"); ref=$(jq -r .ref "$A"); }
of() { api $1 GET "messages/$2"; jq -r "$3" "$A"; }
has() { [ "$(of $1 $2 '.name // empty')" = $2 ]; }
seq_at() { api $1 GET members/rs; [ "$(jq -r .card_seq "$A")" = $2 ]; }
card() { at rs card "$@" --trust "$T/rs.age" --passphrase-file "$T/pass" --yes; }
now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
sign_in() { at $1 login 4711 --password-file "$T/pw" >"$T/out" 2>&1; }

nodes_make 17
start hq rs fr; up hq rs fr; ok $? 'three nodes are ready'
login hq rs fr
for m in hq rs fr; do sign_in $m; done
send rs hq Before; old=$name old_ref=$ref
fact 'a message is taken' within 10 has hq $old
is "$(of hq $old 'has("key_revoked")')" false 'under a key in good hands'

# -- the thief has all of it; what he signs waits while his peers are away -------
stop rs; cp -a "$T/rs" "$T/thief"; start rs; up rs; login rs
sleep 1.1; since=$(now)

# -- replaced ----------------------------------------------------------------------
api rs GET "card/draft?compromised=sign&since=2026-01-01T00:00:00.000Z"
is "$code $(jq -r .code "$A")" '409 E-CARD-REPLACE' 'nothing is revoked before there is a new key'
api rs GET "card/draft?compromised=sign&since=2126-01-01T00:00:00.000Z"
is "$code $(jq -r .field "$A")" '400 since' 'nor from a time to come'
card replace --compromised everything --since "$since" >"$T/out" 2>&1
is $? 2 'what is not known cannot be lost'
sleep 1.1
card replace --compromised sign --compromised seal --since "$since" >"$T/out" 2>&1
ok $? 'the member replaces its message and sealing keys'
fact 'and others have the card' within 20 seq_at hq 2
within 20 seq_at fr 2
api hq GET members/rs
is "$(jq -r '[.card.keys[] | has("revoked")] | tostring' "$A")" '[true,false]' \
    'the old message key is revoked on it'
is "$(jq -r '.card.seals | length' "$A")" 1 'the old sealing key is off it'
send rs hq After; new=$name
fact 'what the member sends now is taken' within 10 has hq $new
is "$(of hq $new 'has("key_revoked")')" false 'under the new key'

# -- what was taken before ----------------------------------------------------------
is "$(of hq $old .body.text)" Before 'the old message reads'
[ "$(of hq $old .key_revoked)" != null ]; ok $? 'and says that its key was revoked'
at hq show $old_ref >"$T/out" 2>&1
grep -q 'revoked' "$T/out"; ok $? 'to whom it is shown, too'
at hq export $old_ref -o "$T/bundle.tar" >"$T/out" 2>&1
"$entente" verify "$T/bundle.tar" --no-input >"$T/out" 2>"$T/err"
ok $? 'an export of it verifies'
"$entente" verify "$T/bundle.tar" --no-input --json | grep -q 'revoked later'; ok $? 'and says that the key was revoked later'

# -- the thief -----------------------------------------------------------------------
stop rs; stop hq; stop fr
mv "$T/rs" "$T/rs.true"; mv "$T/thief" "$T/rs"
start rs; up rs; login rs
send rs hq 'From the thief'; stolen=$name
[ -n "$stolen" ] && [ "$stolen" != null ]; ok $? 'the thief signs with the old key'
start hq fr; up hq fr; login hq fr
told() { sqlite3 "$T/hq/entente.db" 'SELECT note FROM receipt' | grep -q '"refused","rule":"E-MESSAGE-KEY-REVOKED"'; }
fact 'and is refused, by its rule' within 30 told
has hq $stolen; [ $? -ne 0 ]; ok $? 'nothing of it is there'
stop rs
mv "$T/rs" "$T/thief"; mv "$T/rs.true" "$T/rs"
start rs; up rs; login rs
send rs hq 'Again'; fact 'the member itself is served' within 10 has hq $name

memory_clean
echo "1..$n"
exit $bad
