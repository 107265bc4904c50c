#!/bin/sh
# A member that no line reaches: mail by hand, receipts by the same way back.
. test/crash/world.sh

post() { api $1 POST messages "$2"; ref=$(jq -r .ref "$A"); [ $code = 201 ]; }
text() {		# text FROM TO SUBJECT [MORE JSON]
	echo '{"kind":"message.text/1","purpose":"investigation","lang":"en",
	    "from":"'$1'","to":["'$2'"],"subject":"'$3'","body":{"text":"x"}'$4'}'
}
count() { jq -r ".$1" "$T/out"; }
refused() {		# refused RULE FACT FILE
	at fr spool import "$3" --json >"$T/out" 2>"$T/err"; r=$?
	[ $r -ne 0 ] && grep -q "$1" "$T/out" "$T/err"
	ok $? "$2: $1"
}

nodes_make 10
# fr never learns of it, and is at an address where nobody listens.
start rs; up rs; login rs
e rs login 4711 --password-file "$T/pw"
head -c 200000 /dev/urandom >"$T/image.bin"
fact 'a request with a file waits' e rs request new --from kinds/examples/preservation.json \
    --to fr/cyber --file "$T/image.bin" --yes --json
req=$(jq -r .ref "$T/out")
i=0
while [ $((i = i + 1)) -le 70 ]; do post rs "$(text rs/cyber fr/cyber Ordinary-number-$i)"; done
post rs "$(text rs/cyber fr/cyber Flash-of-the-night ',"urgency":"flash"')"; flash=$ref
fact 'it is saved for the cut-off member' e rs spool export --to fr -o "$T/1.tar"
grep -aq 'Flash-of-the-night\|Ordinary-number' "$T/1.tar"; [ $? -ne 0 ]; ok $? 'and says nothing'
tar tf "$T/1.tar" >"$T/list"; ok $? 'other tools can list it'
is "$(grep -c '^messages/.*age$' "$T/list")" 72 'with each message in it'
is "$(ask rs $req '.legs[0].delivery')" queued 'the sender still keeps it'
at rs spool export --to fr -o "$T/1.tar" >"$T/out" 2>&1; [ $? -ne 0 ]; ok $? 'a file is not overwritten'
at rs spool export --to zz -o "$T/z.tar" >"$T/out" 2>&1; is $? 3 'nobody of that name'
stop rs

start fr; up fr; login fr
e fr login 4711 --password-file "$T/pw"
fact 'there it is taken in' e fr spool import "$T/1.tar" --json
is "$(count taken) $(count files) $(count refused) $(count missing)" '72 1 0 0' 'all of it'
is "$(ask fr $flash '.messages[0].subject')" Flash-of-the-night 'it can be read'
fact 'and the file' e fr file get $req 1 -o "$T/got.bin"
cmp -s "$T/got.bin" "$T/image.bin"; ok $? 'whole'
fact 'the same once more' e fr spool import "$T/1.tar" --json
is "$(count taken) $(count known)" '0 72' 'is known'
fact 'it is acknowledged' e fr ack $req --by +2h --owner 4711 --yes
fact 'receipts and the answer are saved' e fr spool export --to rs -o "$T/2.tar"

# -- what is not taken in ---------------------------------------------------------------
refused E-SPOOL-TO 'a file for another' "$T/2.tar"
head -c 100000 "$T/1.tar" >"$T/cut.tar"
refused E-TAR 'a file cut short' "$T/cut.tar"
: >"$T/empty.tar"
refused E-SPOOL-FORM 'an empty one' "$T/empty.tar"
mkdir "$T/x" && tar xf "$T/1.tar" -C "$T/x"
sed 's/"number":1/"number":2/' "$T/x/spool.note" >"$T/x/s" && mv "$T/x/s" "$T/x/spool.note"
(cd "$T/x" && tar cf "$T/forged.tar" --format ustar --owner 0 --group 0 $(find . -type f | sed 's,^\./,,' | sort))
refused E-NOTE-SIGNATURE 'a list that was changed' "$T/forged.tar"
rm -rf "$T/x"; mkdir "$T/x" && tar xf "$T/1.tar" -C "$T/x"
rm "$T/x/$(grep '^messages/' "$T/list" | head -1)"
(cd "$T/x" && tar cf "$T/less.tar" --format ustar --owner 0 --group 0 $(find . -type f | sed 's,^\./,,' | sort))
at fr spool import "$T/less.tar" --json >"$T/out" 2>"$T/err"; is $? 10 'a message left out is told'
is "$(count missing)" 1 'by number'
stop fr

start rs; up rs
fact 'back home the receipts settle what was sent' e rs spool import "$T/2.tar" --json
[ "$(count receipts)" -ge 2 ]; ok $? 'as receipts'
is "$(ask rs $req '.legs[0].state')" acknowledged 'and the answer is there'
is "$(sqlite3 "$T/rs/entente.db" 'SELECT count(*) FROM outbox WHERE slip > 0 AND status <> 1')" 0 'nothing waits'
is "$(ask rs $req '.legs[0].received != null')" true 'the clock runs from the receipt'
fact 'each receipt verifies' e rs receipt $req --verify
start fr; up fr
settled 20 rs fr; ok $? 'when there is a line again nothing is sent twice'
is "$(sqlite3 "$T/fr/entente.db" "SELECT count(*) FROM message WHERE ours = 0 AND act <> 1")" 72 'each is there once'

echo "1..$n"
[ $bad = 0 ]
