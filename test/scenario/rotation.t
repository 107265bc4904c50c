#!/bin/sh
# Four real nodes under traffic while one of them rotates its keys: sealing,
# message and TLS key, nothing lost and nobody refused.
. test/crash/world.sh

at() { local m; m=$1; shift; "$entente" "$@" --dir "$T/$m" --no-input; }
within() {		# within SECONDS COMMAND...
	local until; until=$(($(date +%s) + $1)); shift
	until "$@"; do
		[ $(date +%s) -lt $until ] || return 1
		sleep 0.05
	done
}
text() {		# text FROM TO SUBJECT
	echo '{"kind":"message.text/1","purpose":"investigation","lang":"en",
	    "from":"'$1'/cyber","to":["'$2'/cyber"],"subject":"'$3'","body":{"text":"x"}}'
}
# A message each way, again and again, until the file is there.
traffic() {
	local i a
	i=0
	while [ ! -e "$T/enough" ]; do
		i=$((i + 1))
		for a in 'rs fr' 'fr rs' 'it rs' 'rs it'; do
			set -- $a
			A=$T/traffic.answer; api $1 POST messages "$(text $1 $2 "T$i")"
			[ $code = 201 ] && jq -r .name "$A" >>"$T/sent"
		done
		sleep 0.05
	done
}
begin() { rm -f "$T/enough" "$T/sent"; traffic & traffic_pid=$!; sleep 1; }
lost() {		# of what was sent, how much was not taken
	local m
	for m in rs fr it; do
		sqlite3 "$T/$m/entente.db" 'SELECT count(*) FROM outbox WHERE status <> 1'
	done | awk '{ n += $1 } END { print n }'
}
end() {			# end WHAT: the traffic stops, and all of it has arrived
	sleep 1; : >"$T/enough"; wait $traffic_pid
	settled 30 rs fr it; ok $? "$1: all that was under way arrived"
	is "$(lost)" 0 "$1: nothing lost of $(wc -l <"$T/sent") messages"
}
rotate() {
	at rs card rotate "$@" --trust "$T/rs.age" --passphrase-file "$T/pass" \
	    --yes >"$T/out" 2>"$T/err" || { sed 's/^/# /' "$T/out" "$T/err"; return 1; }
}
seq_at() { api $1 GET members/rs; jq -r .card_seq "$A"; }
has_card() { [ "$(seq_at $1)" = $2 ]; }
all_have() { within 20 has_card fr $1 && within 20 has_card it $1 && within 20 has_card hq $1; }
keys() { api rs GET keys; jq -r "$1" "$A"; }
# The peers' interface of rs: the SHA-256 of the key it shows.
shown() {
	echo | openssl s_client -connect 127.0.0.1:$(port_of rs) 2>/dev/null |
	    openssl x509 -pubkey -noout | openssl pkey -pubin -outform DER 2>/dev/null |
	    sha256sum | cut -d' ' -f1
}
shows() { [ "$(shown)" = "$1" ]; }
refusals() { cat "$T"/fr.log "$T"/it.log "$T"/hq.log | grep -c 'E-PEER-UNKNOWN'; }

nodes_make 11
start hq rs fr it; up hq rs fr it; ok $? 'four nodes are ready'
login hq rs fr it
sign_in() { at rs login 4711 --password-file "$T/pw" >"$T/out" 2>&1; }
sign_in
api rs GET status
is "$(jq -r '.keys | .seal_due, .sign_due' "$A" | tr '\n' ' ')" 'false false ' 'nothing is due'
is "$(keys '[.items[] | .use + " " + .state] | sort | join(", ")')" \
    'seal used, sign used, tls used' 'each key is used'

# -- the sealing key --------------------------------------------------------------
begin
fact 'a new sealing key' rotate --seal
fact 'everybody has the card' all_have 2
end 'sealing key'
is "$(keys '[.items[] | select(.use == "seal") | .state] | sort | join(" ")')" \
    'retired used' 'the old one opens what is under way, and is sealed to no more'

# -- the message key --------------------------------------------------------------
begin
fact 'a new message key' rotate --sign
fact 'everybody has the card' all_have 3
end 'message key'
api fr GET members/rs
is "$(jq -r '[.card.keys[] | has("until")] | tostring' "$A")" '[true,false]' \
    'the old one stays on the card, with its end'
new=$(jq -r '.card.keys[1].vkey' "$A")
api rs POST messages "$(text rs fr After)"; name=$(jq -r .name "$A"); settled 10 rs
api rs GET messages/$name/note
id=$(echo "$new" | cut -d+ -f2)
is "$(tail -1 "$A" | cut -d' ' -f3 | base64 -d | head -c 4 | od -An -tx1 | tr -d ' \n')" "$id" \
    'and the new one signs'

# -- the TLS key ------------------------------------------------------------------
old=$(keys '.items[] | select(.use == "tls") | .public')
is "$(shown)" "$old" 'the node shows the TLS key of its card'
kill -STOP $(cat "$T/it.pid") $(children it); before=$(refusals)
begin
fact 'a new TLS key' rotate --tls
api rs GET status
next=$(keys '.items[] | select(.use == "tls" and .state == "announced") | .public')
[ -n "$next" ] && [ "$next" != "$old" ]; ok $? 'it is announced'
sleep 3
is "$(shown)" "$old" 'and not used while a member does not know of it'
api rs GET status
is "$(jq -r '.keys.tls_waits_for | join(" ")' "$A")" it 'which status names'
kill -CONT $(cat "$T/it.pid") $(children it)
fact 'when all know it, the node changes over' within 30 shows "$next"
is "$(keys '.items[] | select(.public == "'$next'") | .state')" used 'and says so'
end 'TLS key'
is "$(refusals)" "$before" 'no connection was refused'
stop rs; start rs; up rs; login rs
is "$(shown)" "$next" 'after a restart it shows the same'
update() {
	at rs card update --trust "$T/rs.age" --passphrase-file "$T/pass" --yes \
	    >"$T/out" 2>&1 || { sed 's/^/# /' "$T/out"; return 1; }
}
fact 'the next card leaves the old one out' update
within 10 has_card rs 5
is "$(keys '[.items[] | select(.use == "tls") | .public] | join(" ")')" "$next" \
    'and its private half is destroyed'
fact 'which is written down past the vault' grep -q destroyed "$T/rs/signed.log"

# -- all at once, and a node that is stopped -----------------------------------------
begin
fact 'all three keys at once' rotate --seal --sign --tls
fact 'everybody has the card' all_have 6
end 'all keys'
stop rs
"$entente" card rotate --seal --stopped "$T/rs" --passphrase-file "$T/pass" --yes \
    --no-input >"$T/out" 2>&1
ok $? 'a stopped node gets its key on its files'
"$entente" card rotate --seal --stopped "$T/fr" --passphrase-file "$T/pass" --yes \
    --no-input --json >"$T/out" 2>&1
grep -q E-CONFIG-BUSY "$T/out"; ok $? 'not one that runs'
start rs; up rs; login rs
is "$(keys '[.items[] | select(.use == "seal") | .state] | sort | join(" ")')" \
    'new retired retired used' 'it waits for the next card'
fact 'which names it' update
is "$(keys '[.items[] | select(.state == "new")] | length')" 0 'then none waits'

# -- what is refused --------------------------------------------------------------
api rs POST keys '{"make":["root"]}'
is "$code $(jq -r .code "$A")" '400 E-FIELD-VALUE' 'only keys that rotate are made'
api rs POST keys '{}'
is "$code $(jq -r .code "$A")" '400 E-FIELD-MISSING' 'and only those asked for'
api rs POST keys '{"make":["seal"]}'; api rs POST keys '{"make":["seal"]}'
is "$(keys '[.items[] | select(.use == "seal" and .state == "new")] | length')" 1 \
    'one that waits for its card is not made again'
echo "1..$n"
exit $bad
