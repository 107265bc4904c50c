#!/bin/sh
# Directories that contradict each other, go back, end, or claim another's key:
# what four real nodes do with them, and how a fork is settled.
. test/crash/world.sh

at() { local m; m=$1; shift; "$entente" "$@" --dir "$T/$m" --no-input; }
within() {		# within SECONDS COMMAND...
	local until; until=$(($(date +%s) + $1)); shift
	until "$@"; do
		[ $(date +%s) -lt $until ] || return 1
		sleep 0.05
	done
}
sign() {		# sign NET VERB ARGS...: the next directory there, in $newest
	local d; d=$1; shift
	"$entente" network "$@" --network-dir "$T/$d" --demo $as --yes --no-input \
	    >"$T/out" 2>"$T/err" || { sed 's/^/# /' "$T/err"; return 1; }
	newest=$(tail -1 "$T/out")
}
give() {		# give MEMBER FILE: the result and rule
	jq -Rs '{notes: [.]}' <"$2" >"$T/notes.json"
	api $1 POST trust @"$T/notes.json"
	got=$(jq -r '.items[0] | "\(.result) \(.code // "-")"' "$A")
}
directory() { api $1 GET status; jq -r ".directory.$2" "$A"; }
knows() { [ "$(directory $1 number)" = $2 ]; }
is_forked() { [ "$(directory $1 forked)" = $2 ]; }
standing() { api $1 GET members/$2; [ "$(jq -r .status "$A")" = $3 ]; }
text() {		# text FROM TO SUBJECT URGENCY
	echo '{"kind":"message.text/1","purpose":"investigation","lang":"en","urgency":"'$4'",
	    "from":"'$1'/cyber","to":["'$2'/cyber"],"subject":"'$3'","body":{"text":"x"}}'
}
send() { api $1 POST messages "$(text $1 $2 "$3" ${4:-normal})"; ref=$(jq -r .ref "$A"); }
delivery_is() { api $1 GET "threads/$2?peek=1"; [ "$(jq -r '.legs[0].delivery' "$A")" = $3 ]; }
name_of() { sed '/^$/,$d' "$1" | sha256sum | cut -d' ' -f1; }

nodes_make 17
start hq rs fr it; up hq rs fr it; ok $? 'four nodes are ready'
login hq rs fr it
for m in hq fr; do at $m login 4711 --password-file "$T/pw" >"$T/out" 2>&1; done
first=$(directory hq number)

# -- a rollback ---------------------------------------------------------------
give hq "$T/net/directory-0002.note"
is "$got" 'known -' 'a directory of the past is known'
is "$(directory hq number)" $first 'and replaces nothing'

# -- a fork, at one node ------------------------------------------------------
cp -r "$T/net" "$T/net2"
sign net renew; a=$newest
sign net2 suspend it --reason 'Fork'; b=$newest
give hq "$a"; is "$got" 'new -' 'one directory is given'
for m in rs fr it; do within 10 knows $m $((first + 1)) || bad=1; done
ok $bad 'and reaches all'
give hq "$b"
is "$got" 'refused E-DIRECTORY-FORK' 'another of that number is a fork: E-DIRECTORY-FORK'
is "$(directory hq forked)" true 'status says so'
at hq status --lang en >"$T/out" 2>&1; grep -q 'Two directories' "$T/out"; ok $? 'in words'
standing hq it active; ok $? 'what was believed is believed still'
sign net renew; give hq "$newest"
is "$got" 'refused E-DIRECTORY-FORK' 'and nothing of trust is taken any more'
rm "$newest"
send hq rs frozen; fact 'messages go on' within 10 delivery_is hq $ref taken
stop hq; start hq; up hq; login hq
is "$(directory hq forked)" true 'a restart does not thaw it'

# -- settled --------------------------------------------------------------------
mkdir "$T/evidence"
at hq network fork -o "$T/evidence" >"$T/out" 2>"$T/err"
is "$(ls "$T/evidence" | wc -l)" 2 'the node gives both as evidence'
set -- "$T"/evidence/*.note
"$entente" network settle "$1" "$2" --keep $(name_of "$T/net/network.note") $as --yes \
    --no-input --json -o "$T/no.note" >"$T/out" 2>&1
grep -q E-CHAIN-FORK "$T/out"; ok $? 'a third cannot be kept'
"$entente" network settle "$1" "$2" --keep $(name_of "$b") $as --yes --no-input \
    -o "$T/settlement.note" >"$T/out" 2>&1
ok $? 'the roots settle which one holds'
awk '/^— /{ if (n++ > 0) next } { print }' "$T/settlement.note" >"$T/one.note"
give hq "$T/one.note"
is "$got" 'refused E-SETTLEMENT-SIGNATURES' 'one root alone settles nothing: E-SETTLEMENT-SIGNATURES'
sed 's/"number":[0-9]*/"number":1/' "$T/settlement.note" >"$T/forged.note"
give hq "$T/forged.note"
is "$got" 'refused E-NOTE-SIGNATURE' 'nor does what was changed'
give hq "$T/settlement.note"; is "$got" 'new -' 'k of them do'
is "$(directory hq forked)" false 'trust goes on'
standing hq it suspended; ok $? 'under the one that was kept'
for m in rs fr; do fact "$m, which never saw it, follows" within 20 standing $m it suspended; done
is_forked rs false && is_forked fr false; ok $? 'and is not frozen'
give hq "$a"; is "$got" 'known -' 'the other is known, and forks nothing again'
is_forked hq false; ok $? 'at no time'
stop hq; start hq; up hq; login hq
standing hq it suspended && is_forked hq false; ok $? 'nor after a restart'
sign net2 reinstate it --reason 'Settled'; give hq "$newest"
is "$got" 'new -' 'the next directory follows it'
for m in rs fr it; do fact "which reaches $m" within 20 knows $m $((first + 2)); done

# -- two members who were shown different lists ------------------------------------
cp -r "$T/net2" "$T/net3"
sign net2 renew; a=$newest
sign net3 suspend it --reason 'Fork'; b=$newest
stop hq it fr; give rs "$a"; stop rs
start fr; up fr; login fr; give fr "$b"
is "$(directory fr forked)" false 'each alone sees nothing'
start rs; up rs; login rs
fact 'when they meet, one finds out' within 30 is_forked rs true
fact 'and the other' within 30 is_forked fr true
start hq; up hq; login hq
set -- "$a" "$b"
"$entente" network settle "$1" "$2" --keep $(name_of "$a") $as --yes --no-input \
    -o "$T/settlement2.note" >"$T/out" 2>&1
give rs "$T/settlement2.note"; is "$got" 'new -' 'it is settled at one'
fact 'which the other hears of' within 30 is_forked fr false
standing fr it active; ok $? 'and believes what was kept'
start it; up it; login it

# -- a TLS key that is another's ----------------------------------------------------
api fr GET members/fr; mine=$(jq -r '.card.tls[0]' "$A")
api rs GET members/rs; theirs=$(jq -r '.card.tls[0]' "$A")
api fr GET card/draft; sed "s/$mine/$theirs/" "$A" >"$T/stolen.note"
"$entente" trust sign "$T/stolen.note" --trust "$T/fr.age" --passphrase-file "$T/pass" \
    --yes --no-input >"$T/out" 2>&1
give fr "$T/stolen.note"
is "$got" 'refused E-CARD-TLS' 'a card with the TLS key of another is refused: E-CARD-TLS'
is "$(jq -r '.items[0].field' "$A")" tls 'by its field'
give hq "$T/stolen.note"
is "$got" 'refused E-CARD-TLS' 'by every node'

# -- a directory past its date --------------------------------------------------------
n1=$(directory rs number)
sign net2 renew --valid-until "$(date -u -d '+6 seconds' +%Y-%m-%dT%H:%M:%SZ)"
give rs "$newest"; is "$got" 'new -' 'a directory that holds for seconds'
within 10 knows fr $((n1 + 1))
expired() { [ "$(directory $1 expired)" = true ]; }
fact 'then it is past its date' within 10 expired rs
send rs fr normal; normal=$ref
send rs fr flash flash; flash=$ref
fact 'flash leaves all the same' within 10 delivery_is rs $flash taken
sleep 1; delivery_is rs $normal queued; ok $? 'nothing else does'
sign net2 renew; give rs "$newest"
fact 'until the next comes' within 10 delivery_is rs $normal taken
echo "1..$n"
exit $bad
