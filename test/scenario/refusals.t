#!/bin/sh
# What bad input gets, whoever sends it: a coded refusal that names field and
# rule, says what is unchanged and what to do, and leaves nothing half stored.
# First other members (hostile.c), then bytes that are no request, then
# officers and their programs, then the command line.
. test/nodes.sh
trap nodes_end EXIT
nodes_make hq rs fr || exit 1
node_start rs || exit 1		# hq and fr are away: see "unreachable"
db=$T/rs/entente.db

# Every table's rows, the sequences' numbers, the files: what must not change.
snapshot() {
	for nodes_t in $(sqlite3 -readonly "$db" "SELECT name FROM sqlite_master
	    WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"); do
		echo "SELECT '$nodes_t', count(*) FROM $nodes_t;"
	done | sqlite3 -readonly "$db"
	sqlite3 -readonly "$db" 'SELECT * FROM sequence'
	ls -a "$T/rs/blobs" "$T/rs"
}
begin() { snapshot >"$T/before"; }
nothing_stored() {
	snapshot >"$T/after"
	cmp -s "$T/before" "$T/after"
	fact $? "$1: and nothing is stored"
	diff "$T/before" "$T/after" | sed 's/^/# /'
}

# -- other members ----------------------------------------------------------------
# Its facts are facts of ours.
hostile=0
for by in hostile hostile_numbers; do
	rm -f "$T/peer.pem"
	"$B/test/scenario/$by" "$T" >>"$T/hostile.tap" || hostile=1
done
awk '/^1\.\./ { next } /^(not )?ok / { sub(/ok [0-9]+/, "ok " ++n) } { print }' "$T/hostile.tap"
tap_n=$(grep -c '^\(not \)\{0,1\}ok ' "$T/hostile.tap")
fact $hostile 'members that break the rules are refused by them'

# -- no requests at all --------------------------------------------------------------
# raw FILE: the bytes to the link port, in fr's name; the answer to stdout.
raw() {
	(cat "$1"; sleep 0.3) | timeout 10 openssl s_client -quiet -no_ign_eof \
	    -cert "$T/peer.pem" -key "$T/peer.pem" \
	    -connect "127.0.0.1:$port_rs" 2>/dev/null
}
local_raw() {
	perl -MIO::Socket::UNIX -e '
		my $s = IO::Socket::UNIX->new($ARGV[0]) or die;
		local $/; print $s scalar <STDIN>; shutdown($s, 1);
		alarm 1; print <$s>' "$T/rs/desk.sock" <"$1"
}
garbage() {		# FACT WANTED-IN-ANSWER ("" for none), bytes in $T/bytes
	for by in raw local_raw; do
		begin
		$by "$T/bytes" >"$T/answer"
		if [ -n "$2" ]; then
			grep -q "$2" "$T/answer"
			fact $? "$1 ($by): $2"
		else
			! grep -q '^HTTP/1.1 2' "$T/answer"
			fact $? "$1 ($by): no answer but a refusal"
		fi
		nothing_stored "$1 ($by)"
	done
}
printf '\026\003\001\002\000\001\000\001\374\003\003%0200d\r\n\r\n' 7 >"$T/bytes"
garbage 'bytes that are no HTTP' ''
printf 'GET /api/v1/status HTTP/1.1\r\nHost' >"$T/bytes"
garbage 'a head cut short' ''
printf 'POST /link/v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc' >"$T/bytes"
garbage 'a body cut short' ''
printf 'POST /link/v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' >"$T/bytes"
garbage 'a body with two ends' '"code":"E-HTTP-REQUEST"'
printf 'GET /api/v1/legs%%00/x HTTP/1.1\r\nHost: x\r\n\r\n' >"$T/bytes"
garbage 'a path with a zero byte' '"code":"E-HTTP-REQUEST"'
{ printf 'GET /api/v1/status HTTP/1.1\r\nHost: x\r\nX: '; head -c 20000 /dev/zero | tr '\0' x; printf '\r\n\r\n'; } >"$T/bytes"
garbage 'a head of 20 kB' 'HTTP/1.[01] 431'
printf 'POST /link/v1/messages HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc' >"$T/bytes"
begin
raw "$T/bytes" >"$T/answer"
grep -q '"code":"E-HTTP-CODING"' "$T/answer"; fact $? 'a compressed batch: E-HTTP-CODING'
nothing_stored 'a compressed batch'
openssl req -x509 -newkey ed25519 -nodes -subj /CN=x -days 2 -keyout "$T/x.key" \
    -out "$T/x.pem" 2>"$T/said"
curl -sik --cert "$T/x.pem" --key "$T/x.key" -m 10 -X POST -d x \
    "https://127.0.0.1:$port_rs/link/v1/messages" >"$T/answer"
grep -q E-PEER-UNKNOWN "$T/answer" && grep -qi '^connection: close' "$T/answer"
fact $? 'a stranger is told so, and keeps no line open'
for old in tls1 tls1_1 tls1_2; do
	openssl s_client -$old -cipher ALL:@SECLEVEL=0 -cert "$T/peer.pem" -key "$T/peer.pem" \
	    -connect "127.0.0.1:$port_rs" </dev/null >"$T/answer" 2>&1
	grep -q 'Cipher is (NONE)' "$T/answer"; fact $? "$old is not spoken"
done
printf 'GET /etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' >"$T/bytes"
garbage 'a path of nobody' '"code":"E-NOT-FOUND"'
api rs GET /status; is "$status" 200 'the node goes on'

# -- officers and their programs -------------------------------------------------------
login rs 4711 "$(cat "$T/pw")"; fact $? 'an officer logs in'
duty=$token
# no STATUS CODE FIELD FACT METHOD PATH CURL-ARGS...: FIELD "-" is none.
no() {
	no_status=$1 no_code=$2 no_field=$3 no_fact=$4; shift 4
	begin
	api rs "$@"
	no_got=$(jq -r '[.code, .field // "-"] | join(" ")' "$T/answer" 2>&1)
	is "$status $no_got" "$no_status $no_code $no_field" \
	    "$no_fact: $no_status $no_code"
	jq -e '.title and .detail and .unchanged and .todo' "$T/answer" >"$T/said"
	fact $? "$no_fact: it says what is unchanged and what to do"
	nothing_stored "$no_fact"
	echo "$no_code" >>"$T/rules"
}
send='{"kind":"message.text/1","to":["hq/cyber"],"purpose":"investigation","lang":"en","body":{"text":"x"}}'
with() { echo "$send" | jq -c "$1"; }
deep=$(head -c 40 /dev/zero | tr '\0' '['); shut=$(head -c 40 /dev/zero | tr '\0' ']')
no 400 E-JSON-SYNTAX - 'no JSON' POST /messages -d 'hello'
no 400 E-JSON-SYNTAX - 'JSON cut short' POST /messages -d '{"kind":"message.t'
no 400 E-JSON-SYNTAX - 'nothing' POST /messages
no 400 E-JSON-DUPLICATE - 'a key twice' POST /messages -d '{"kind":"a","kind":"b"}'
printf '{"kind":"\377"}' >"$T/bytes"
no 400 E-JSON-UTF8 - 'bad UTF-8' POST /messages --data-binary "@$T/bytes"
no 400 E-JSON-DEPTH - '41 deep' POST /messages -d "{\"body\":$deep$shut}"
no 400 E-JSON-NUMBER - 'a fraction' POST /messages -d '{"kind":1.5}'
no 400 E-FIELD-TYPE - 'a list for an object' POST /messages -d '[]'
no 400 E-FIELD-TYPE kind 'a number for text' POST /messages -d '{"kind":1}'
no 400 E-FIELD-UNKNOWN knid 'a misspelt field' POST /messages -d "$(with '.knid=1')"
no 400 E-FIELD-MISSING to 'nobody addressed' POST /messages -d "$(with 'del(.to)')"
no 400 E-FIELD-MISSING purpose 'no purpose' POST /messages -d "$(with 'del(.purpose)')"
no 400 E-FIELD-MISSING body.text 'a field of the kind missing' POST /messages -d "$(with '.body={}')"
no 400 E-FIELD-UNKNOWN body.more 'a field the kind has not' POST /messages -d "$(with '.body.more=1')"
no 400 E-FIELD-VALUE 'to' 'an address that is none' POST /messages -d "$(with '.to=["HQ"]')"
no 400 E-FIELD-VALUE to 'one member twice' POST /messages -d "$(with '.to=["hq/cyber","hq"]')"
no 400 E-FIELD-VALUE from 'another member'"'"'s desk' POST /messages -d "$(with '.from="hq/cyber"')"
no 400 E-FIELD-VALUE urgency 'an urgency that is none' POST /messages -d "$(with '.urgency="now"')"
no 400 E-TIME-BOUND deliver_by 'a time in the past' POST /messages -d "$(with '.deliver_by="2020-01-01T00:00:00.000Z"')"
no 400 E-FIELD-VALUE deliver_by 'a time that is none' POST /messages -d "$(with '.deliver_by="soon"')"
no 400 E-FIELD-VALUE files 'a file of nobody' POST /messages -d "$(with '.files=["00"]')"
no 400 E-POLICY-KIND kind 'a kind nobody knows' POST /messages -d "$(with '.kind="none/1"')"
no 404 E-TRUST-CARD to 'a member nobody knows' POST /messages -d "$(with '.to=["zz/cyber"]')"
no 422 E-POLICY-DESK to 'a desk that is not there' POST /messages -d "$(with '.to=["hq/none"]')"
no 422 E-POLICY-HANDLING handling 'above what any clause allows' POST /messages \
    -d "$(with '.handling={"tlp":"RED","level":"CONFIDENTIAL","onward":false}')"
no 404 E-NOT-FOUND - 'a thread nobody knows' POST /messages -d '{"thread":"zz-1","act":"reply","body":{}}'
no 400 E-FIELD-VALUE Idempotency-Key 'a key with a blank' POST /messages -H 'Idempotency-Key: a b' -d "$send"
{ printf '{"kind":"'; head -c 2200000 /dev/zero | tr '\0' x; printf '"}'; } >"$T/bytes"
no 400 E-BODY-SIZE - 'a body over 2 MiB' POST /messages -H 'Expect:' --data-binary "@$T/bytes"
{ printf '%s' "$send" | sed 's/"x"}}$/"/'; head -c 1100000 /dev/zero | tr '\0' x; printf '"}}'; } >"$T/bytes"
no 400 E-FIELD-SIZE body.text 'a text over its bound' POST /messages -H 'Expect:' --data-binary "@$T/bytes"
no 400 E-FIELD-VALUE name 'a file'"'"'s name with a path' POST '/files?name=..%2Fx' -d x
no 400 E-FIELD-VALUE name 'a file'"'"'s name that turns its own text' POST '/files?name=exe.%E2%80%AEtxt' -d x
no 400 E-FIELD-VALUE name 'a file'"'"'s name of another system'"'"'s path' POST '/files?name=..%5Cx' -d x
no 400 E-HTTP-CODING - 'a compressed body' POST /messages -H 'Content-Encoding: gzip' -d "$send"
no 400 E-FIELD-VALUE name 'a file without a name' POST /files -d x
no 400 E-FIELD-VALUE queue 'a queue that is none' GET '/legs?queue=mine'
no 400 E-FIELD-VALUE limit 'a page without end' GET '/legs?limit=1000000'
no 404 E-NOT-FOUND - 'a thread that is not here' GET /threads/zz-1
no 404 E-NOT-FOUND - 'a message that is not here' GET /messages/zz
no 404 E-NOT-FOUND - 'a path that is none' GET /nothing
no 404 E-NOT-FOUND - 'a method that is none' PUT /messages -d x
no 403 E-ROLE - 'what an officer may not' GET /audit
no 400 E-FIELD-TYPE notes 'a note that is no text' POST /trust -d '{"notes":[{}]}'
no 400 E-PASSWORD-WEAK password 'a password too easy' POST /me/password \
    -d "{\"old\":\"$(cat "$T/pw")\",\"password\":\"abc\"}"
no 403 E-PASSWORD-WRONG - 'a new password without the old' POST /me/password -d '{"old":"x","password":"a long new one"}'
no 400 E-FIELD-MISSING password 'no password' POST /me/password -d '{}'
no 403 E-KEYRING-PASSPHRASE - 'a wrong passphrase' POST /unlock -d '{"password":"wrong"}'
no 403 E-PASSWORD-WRONG - 'a wrong password' POST /sessions -d '{"account":"4711","password":"wrong"}'
no 404 E-NOT-FOUND label 'a token that is not there' DELETE /tokens/none
token=0000
no 401 E-SESSION-NONE - 'a token of nobody' GET /me
token=$duty
api rs POST /messages -H 'Accept-Language: fr' -d 'hello'
is "$(jq -r .unchanged "$T/answer")" "$(jq -sr 'add["E-JSON-SYNTAX"].unchanged.fr' lang/errors*.json)" \
    'the reader is told in his language'
api rs POST /messages -H 'Accept-Language: ar' --data-binary "@$T/bytes"
is "$(jq -r .todo "$T/answer")" "$(jq -sr 'add["E-FIELD-SIZE"].todo.ar' lang/errors*.json)" \
    'whichever of the four it is'

# An upload that breaks off leaves nothing.
begin
printf 'POST /api/v1/files?name=half HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 100\r\n\r\nhalf of it' \
    "$token" >"$T/bytes"
local_raw "$T/bytes" >"$T/answer"
sleep 0.3
! grep -q '^HTTP/1.1 2' "$T/answer"; fact $? 'an upload cut short is no upload'
nothing_stored 'an upload cut short'

# -- the command line ------------------------------------------------------------------
echo "$token" >"$T/token"; chmod 600 "$T/token"
export ENTENTE_DIR="$T/rs" ENTENTE_TOKEN_FILE="$T/token"
# cli EXIT CODE FIELD FACT COMMAND...
cli() {
	cli_exit=$1 cli_code=$2 cli_field=$3 cli_fact=$4; shift 4
	begin
	"$entente" "$@" --no-input --json >"$T/out" 2>"$T/answer" </dev/null
	cli_got=$?
	is "$cli_got $(jq -r '[.code, .field // "-"] | join(" ")' "$T/answer" 2>&1)" \
	    "$cli_exit $cli_code $cli_field" "entente $1, $cli_fact: $cli_code"
	jq -e '.title and .unchanged and .todo' "$T/answer" >"$T/said" &&
	    [ ! -s "$T/out" ]
	fact $? "entente $1, $cli_fact: on stderr alone, with what to do"
	nothing_stored "entente $1, $cli_fact"
	echo "$cli_code" >>"$T/rules"
}
from() { printf '%s' "$1" >"$T/bad.json"; }
from '{"kind":'
cli 1 E-JSON-SYNTAX - 'a file cut short' request new --from "$T/bad.json" --yes
from '{"kind":"ping/1","kind":"ping/1"}'
cli 1 E-JSON-DUPLICATE - 'a key twice' request new --from "$T/bad.json" --yes
printf '{"kind":"\377"}' >"$T/bad.json"
cli 1 E-JSON-UTF8 - 'bad UTF-8' request new --from "$T/bad.json" --yes
from "{\"body\":$deep$shut}"
cli 1 E-JSON-DEPTH - 'nested too deep' request new --from "$T/bad.json" --yes
from "$(with '.kind="none/1"')"
cli 3 E-NOT-FOUND kind 'a kind nobody knows' request new --from "$T/bad.json" --yes
from "$(jq -c '.to=["hq/cyber"] | del(.body.facts)' kinds/examples/preservation.json)"
cli 1 E-FIELD-MISSING body.facts 'a field missing' request new --from "$T/bad.json" --yes
from "$(jq -c '.to=["hq/cyber"] | .body.connection[1].at="yesterday"' kinds/examples/preservation.json)"
cli 1 E-FIELD-VALUE 'body.connection[1].at' 'a time that is none' request new --from "$T/bad.json" --yes
from "$(with '.to=["hq/none"]')"
cli 5 E-POLICY-DESK to 'a desk that is not there' request new --from "$T/bad.json" --yes
cli 3 E-TRUST-CARD to 'a member nobody knows' send zz/cyber --text x --purpose investigation --yes
cli 3 E-NOT-FOUND - 'a thread nobody knows' show zz-1
echo 'wrong wrong wrong' >"$T/wrong"; chmod 600 "$T/wrong"
cli 4 E-KEYRING-PASSPHRASE - 'a wrong passphrase' unlock --passphrase-file "$T/wrong"
cli 4 E-PASSWORD-WRONG - 'a wrong password' login 4711 --password-file "$T/wrong"
from 'no archive'
cli 8 E-TAR-END - 'bytes that are no bundle' verify "$T/bad.json"
head -c 3000 test/vectors/bundle.tar >"$T/half.tar"
cli 8 E-TAR-END - 'a bundle cut short' verify "$T/half.tar"
ENTENTE_DIR=$T/hq
cli 1 E-NODE-UNREACHABLE - 'a node that is away' status
ENTENTE_DIR=$T/rs

# -- unreachable --------------------------------------------------------------------------
# Not refused but kept: said to be queued, and why, and tried again.
"$entente" send hq/cyber --text x --purpose investigation --wait 1 --yes \
    --no-input --json >"$T/answer" 2>"$T/said"
is $? 6 'a message to a node that is away is queued'
ref=$(jq -r .ref "$T/answer")
n=0; rule=
while [ $n -lt 50 ] && [ -z "$rule" ]; do
	api rs GET "/threads/$ref"
	rule=$(jq -r '.messages[0].delivery[0] | select(.status == "queued") | .rule // empty' "$T/answer")
	n=$((n + 1)); sleep 0.1
done
is "$rule" E-PEER-UNREACHABLE 'its thread says why'
api rs GET /status
is "$(jq -r '.queues.outbox, (.peers[] | select(.member == "hq") | .queued, .last_error)' "$T/answer" | tr '\n' ' ')" \
    '1 1 E-PEER-UNREACHABLE ' 'so does the state of the node'
echo E-PEER-UNREACHABLE >>"$T/rules"
node_start hq && n=0
while [ $n -lt 100 ] && ! jq -e '.messages[0].delivery[0].status == "taken"' "$T/answer" >/dev/null; do
	api rs GET "/threads/$ref"; n=$((n + 1)); sleep 0.1
done
is "$(jq -r '.messages[0].delivery[0].status' "$T/answer")" taken \
    'once it is back, it takes the message'

# -- every rule that was shown is explained in four languages -----------------------------------
jq -s add lang/errors*.json >"$T/catalog"
: >"$T/answer"
for rule in $(sort -u "$T/rules"); do
	jq -e --arg r "$rule" '.[$r] | [.title, .unchanged, .todo] |
	    all(.en and .ar and .es and .fr)' "$T/catalog" >/dev/null
	fact $? "$rule is explained in four languages"
done
done_testing
