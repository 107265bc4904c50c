#!/bin/bash
# A lost keyring, given back by any two of three custodians and by nobody else:
# the node starts again, delivers, and reads what it had.
. test/scenario/nodes.sh

person() { age-keygen -o "$T/$1.key" 2>/dev/null && age-keygen -y "$T/$1.key" >"$T/$1.pub"; }
text() {		# text FROM TO SUBJECT
	echo '{"kind":"message.text/1","purpose":"investigation","lang":"en",
	    "from":"'$1'/cyber","to":["'$2'/cyber"],"subject":"'$3'","body":{"text":"'$3' in full"}}'
}
send() { text "$@" | api $1 messages -H "Idempotency-Key: $RANDOM$RANDOM" --data-binary @- | jq -r .name; }
has_message() { api $1 "messages/$2" | jq -e .name >/dev/null 2>&1; }
reads() { api $1 "messages/$2" | jq -r '.body.text' 2>/dev/null; }
rule() { grep -oE 'E-[A-Z]+(-[A-Z]+)*' "$T/err" | tail -1; }
# What must not be in the clear anywhere but where a person put it.
in_the_clear() { grep -rlaE 'AGE-SECRET-KEY|entente/custody/v1' "$@" 2>/dev/null; }

for p in anna bela chen dora; do person $p || exit 1; done
found hq && join rs bureau && start hq && start rs || exit 1
within 20 is_state hq ready && within 20 is_state rs ready && log_in hq && log_in rs &&
    within 20 knows rs 2 && within 20 knows hq 2
ok $? 'two nodes are ready'
old=$(send hq rs 'Before the loss'); within 20 has_message rs $old; ok $? 'a message lies at the node'

# -- set ----------------------------------------------------------------------
set_three() {
	e custodian set "$T/rs" --custodian "$T/anna.pub" --custodian "$T/bela.pub" \
	    --custodian "$T/chen.pub" --passphrase-file "$T/passphrase" "$@" --json \
	    >"$T/out" 2>"$T/err"
}
set_three --yes; is "$? $(rule)" '9 E-CONFIG-BUSY' 'not while the node runs: no process of it says to whom keys go'
stop rs
set_three; is $? 2 'without a yes nothing is set'
[ ! -e "$T/rs/custody" ]; ok $? 'and no file is made'
e custodian set "$T/rs" --custodian "$T/anna.pub" --yes --passphrase-file "$T/passphrase" --json >"$T/out" 2>"$T/err"
is "$(rule)" E-CUSTODY-SET 'one alone is no set'
e custodian set "$T/rs" --custodian "$T/anna.pub" --custodian "$T/bela.key" --yes \
    --passphrase-file "$T/passphrase" --json >"$T/out" 2>"$T/err"
is "$(rule)" E-CUSTODY-SECRET 'a private key is not taken'
e custodian export "$T/rs" -o "$T/none" --json >"$T/out" 2>"$T/err"
is "$? $(rule)" '3 E-CUSTODY-NONE' 'nothing to export before'
set_three --yes; ok $? 'three custodians are set'
is "$(ls "$T/rs/custody" | tr '\n' ' ')" '1-2.age 1-3.age 2-3.age custodians.txt ' 'a file for each pair'

# -- renewed ------------------------------------------------------------------
sum() { sha256sum "$T/rs/custody/1-2.age" | cut -d' ' -f1; }
before=$(sum)
changed() { [ "$(sum)" != "$before" ]; }
start rs; within 20 is_state rs ready; ok $? 'the node starts'
within 10 changed; ok $? 'and renews the files'
log_in rs; before=$(sum)
echo '{"make":["seal"]}' | api rs keys --data-binary @- >/dev/null
within 10 changed; ok $? 'a new key in the ring renews them by itself'
sleep 0.5
e custodian export "$T/rs" -o "$T/folder" --json >"$T/out" 2>"$T/err"; ok $? 'they are copied out'
is "$(jq -c '.items[0]' "$T/out")" '{"file":"1-2.age","first":"bela","then":"anna"}' \
    'with who opens first'
is "$(in_the_clear "$T/rs" "$T/folder")" '' 'no key lies there in the clear'

# -- alone, and others ----------------------------------------------------------
peel() { e custodian open "$1" --identity "$T/$2.key" -o "$3" --json >"$T/out" 2>"$T/err"; }
peel "$T/folder/1-2.age" anna "$T/x"; is "$(rule)" E-AGE-NO-MATCH 'the first alone opens nothing'
peel "$T/folder/1-2.age" chen "$T/x"; is "$(rule)" E-AGE-NO-MATCH 'nor a custodian of another pair'
peel "$T/folder/1-2.age" dora "$T/x"; is "$(rule)" E-AGE-NO-MATCH 'nor anybody else'
peel "$T/folder/1-2.age" bela "$T/b1"; ok $? 'the second takes his layer off'
peel "$T/b1" bela "$T/x"; is "$(rule)" E-AGE-NO-MATCH 'and gets no further'
recover() {		# recover FILE ARGS...
	e init "$T/rs" --recover "$@" --passphrase-file "$T/new" --credential "$T/rs.unlock" \
	    --work 10 --yes --json >"$T/out" 2>"$T/err"
}
echo 'another passphrase for this node' >"$T/new"; chmod 600 "$T/new"
recover "$T/b1"; is "$(rule)" E-CONFIG-BUSY 'a node that runs is not recovered'
stop rs
recover "$T/b1"; is "$(rule)" E-CUSTODY-LAYER 'with one layer on, nothing is recovered'
recover "$T/folder/1-2.age" --identity "$T/bela.key"; is "$(rule)" E-CUSTODY-LAYER 'nor with two and one key'
recover "$T/b1" --identity "$T/chen.key"; is "$(rule)" E-AGE-NO-MATCH 'nor with a third person'"'"'s'
is "$(head -c 21 "$T/x" 2>/dev/null)" '' 'nothing of all that left a file'

# -- recovered --------------------------------------------------------------------
lose() { cp -a "$T/rs/keyring.age" "$T/ring.kept"; rm -f "$T/rs/keyring.age" "$T/rs/unlock.age" "$T/rs.unlock"; }
works() {		# works WHAT
	local new
	start rs; within 20 is_state rs ready; ok $? "$1: the node starts by its new credential"
	log_in rs
	is "$(reads rs $old)" 'Before the loss in full' "$1: it reads the old message"
	new=$(send hq rs "To $RANDOM"); within 20 has_message rs "$new"; ok $? "$1: it takes mail"
	new=$(send rs hq "From $RANDOM"); within 20 has_message hq "$new"; ok $? "$1: and sends"
	stop rs
}
lose
recover "$T/b1" --identity "$T/anna.key"; ok $? 'second, then first: recovered'
works 'by 1 and 2'
lose
age -d -i "$T/chen.key" "$T/folder/1-3.age" >"$T/c1" 2>/dev/null; ok $? "Debian's age opens the outer layer"
age -d -i "$T/anna.key" "$T/c1" 2>/dev/null |
    e init "$T/rs" --recover - --passphrase-file "$T/new" --credential "$T/rs.unlock" --work 10 \
    --yes --json >"$T/out" 2>"$T/err"
ok $? 'and the inner, by a pipe: no file had the plaintext'
works 'by 1 and 3'
lose
peel "$T/folder/2-3.age" chen "$T/d1" && peel "$T/d1" bela "$T/d2"; ok $? 'both layers off, on two machines'
is "$(stat -c %a "$T/d2")" 600 'the result is for its owner alone'
recover "$T/d2"; ok $? 'recovered from it'
works 'by 2 and 3'

# The passphrase alone is lost: the ring that lies there is the newer one.
e custodian export "$T/rs" -o "$T/later" >/dev/null 2>&1
e card rotate --sign --stopped "$T/rs" --passphrase-file "$T/new" --yes >"$T/out" 2>&1
ok $? 'the ring changes after the export'
peel "$T/later/1-2.age" bela "$T/e1"
rm "$T/rs/unlock.age" "$T/rs.unlock"
recover "$T/e1" --identity "$T/anna.key"; ok $? 'the passphrase alone is lost: recovered'
start rs; within 20 is_state rs ready; log_in rs
is "$(api rs keys | jq '[.items[] | select(.use == "sign")] | length')" 2 'with the keys made since'
stop rs
is "$(in_the_clear "$T/rs")" '' 'no key lies in the data directory in the clear'

# -- the trust keyring ---------------------------------------------------------------
trust() { e trust "$@" --trust "$T/rs.age" --passphrase-file "$T/passphrase" --json; }
trust custodians --custodian "$T/anna.pub" --custodian "$T/bela.pub" --yes >"$T/out" 2>"$T/err"
ok $? 'the trust keyring has custodians too'
trust show | jq -S .items >"$T/keys"
peel "$T/rs.age.custody/1-2.age" bela "$T/t1"
recover "$T/t1" --identity "$T/anna.key"; is "$(rule)" E-CUSTODY-OF 'it is no keyring of a node'
rm "$T/rs.age" "$T/rs.age.unlock"
e trust recover "$T/t1" --identity "$T/anna.key" --trust "$T/rs.age" --passphrase-file "$T/passphrase" \
    --work 10 --json >"$T/out" 2>"$T/err"
ok $? 'and is recovered'
trust show | jq -S .items | cmp -s - "$T/keys"; ok $? 'with its keys'
echo "1..$n"
exit $bad
