#!/bin/sh
# Trust, offline and end to end: a network of 2 of 3 roots in two hands, two
# members made and admitted, and what must be refused.
entente=$(cd "$(dirname "$B/entente")" && pwd)/entente
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
cd "$T" || exit 1
export LC_ALL=C HOME="$T/home" XDG_CONFIG_HOME="$T/home/.config"
unset ENTENTE_DIR ENTENTE_URL ENTENTE_LANG
mkdir home
n=0; bad=0

ok() {			# ok STATUS FACT
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		bad=1; echo "not ok $n - $2"
		sed 's/^/# /' out err 2>/dev/null
	fi
}
e() { "$entente" "$@" --no-input >out 2>err </dev/null; }
did() { fact=$1; shift; e "$@"; ok $? "$fact"; }
# refused RULE EXIT FACT COMMAND...
refused() {
	rule=$1 want=$2 fact=$3; shift 3
	e "$@" --json; got=$?
	[ $got -eq "$want" ] && grep -q "\"code\":\"$rule\"" err
	ok $? "$fact"
}
is() { [ "$1" = "$2" ]; r=$?; [ $r -eq 0 ] || echo "# got $1, want $2"; ok $r "$3"; }

echo 'correct horse battery staple' >pass-a
echo 'another long passphrase' >pass-b
echo 'yet another passphrase' >pass-rs
echo 'the passphrase of fr' >pass-fr
echo 'the passphrase of a node' >pass-node
echo 'wrong wrong wrong' >pass-wrong
echo 'short' >pass-short
echo 'Officer-4711' >password
as_a="--trust a.age --passphrase-file pass-a"
as_b="--trust b.age --passphrase-file pass-b"
owner=
[ "$(id -u)" -eq 0 ] && owner="--owner 65534"
node() {		# node DIR MEMBER PORT TRUSTPASS ARGS...
	dir=$1 m=$2 port=$3 tp=$4; shift 4
	e init "$dir" --name "Bureau of $m" --name "fr=Bureau $m" \
	    --country FR --time-zone Europe/Paris --languages en,fr \
	    --desk "$m/cyber;name=Cyber desk;phone=+381111234567;hours=24/7;powers=art29,art35;channels=coe;languages=en,fr" \
	    --link 127.0.0.1:"$port" --admin 4711 --admin-name 'A. Officer' \
	    --trust "$m.age" --trust-passphrase-file "$tp" \
	    --passphrase-file pass-node --work 10 --yes $owner "$@"
}

# -- keys ---------------------------------------------------------------------
refused E-PASSPHRASE-WEAK 1 'a short passphrase makes no keyring' \
    trust keygen --root 1 --network police.example --work 10 \
    --trust weak.age --passphrase-file pass-short
[ ! -e weak.age ] && [ ! -e weak.age.unlock ]; ok $? 'and leaves no file'
did 'root 1 is made' trust keygen --root 1 --network police.example --work 10 $as_a
grep -q '^police.example/root/1+' out; ok $? 'its verifier key is printed'
did 'root 2 joins it' trust keygen --root 2 --network police.example $as_a
did 'root 3 is in other hands' trust keygen --root 3 --network police.example --work 10 $as_b
root3=$(cat out)
is "$(stat -c %a a.age)" 600 'the keyring is its owner'"'"'s alone'
is "$(stat -c %a a.age.unlock)" 600 'so is its unlock identity'
refused E-TRUST-KEY 9 'a key is not made over' \
    trust keygen --root 1 --network police.example $as_a
refused E-KEYRING-NETWORK 9 'a keyring serves one network' \
    trust keygen --root 4 --network other.example $as_a
refused E-KEYRING-PASSPHRASE 4 'a wrong passphrase opens nothing' \
    trust show --trust a.age --passphrase-file pass-wrong
refused E-TRUST-MISSING 3 'a keyring that is not there is named' \
    trust show --trust none.age --passphrase-file pass-a
chmod 640 b.age.unlock
refused E-TRUST-MODE 4 'a keyring that others may read is refused' trust show $as_b
chmod 600 b.age.unlock
did 'a keyring shows its keys' trust show $as_a --json
is "$(jq -r '.items | length' out)" 2 'both of them'
age -d -i /dev/null a.age >/dev/null 2>&1
ok $((! $?)) 'without its unlock identity the keyring stays shut'

# -- a network in two hands ---------------------------------------------------
did 'a network of 2 of 3 is founded' network create police.example -o net \
    --root "$root3" --threshold 2 --coordinator hq $as_a
id=$(cat out)
is "$id" "$(sed '/^$/,$d' net/network.note | sha256sum | cut -d' ' -f1)" \
    'its id is the SHA-256 of the founding text'
did 'it shows' network show --network-dir net --json
is "$(jq -r '.founded,.charter,.directory.number' out | tr '\n' ' ')" \
    'false false null ' 'but is not founded until the third root signs'
refused E-CHAIN-PENDING 9 'nobody is invited before' network invite rs \
    --class bureau --url https://127.0.0.1:7401 --pin "$id" --network-dir net $as_a
did 'the third root signs' trust sign net/network.note $as_b --yes
grep -q 'Founding note' err; ok $? 'having been told what it is in words'
did 'signing again' trust sign net/network.note $as_b --yes
grep -q 'as it was' err; ok $? 'adds nothing'
e network show --network-dir net --json
is "$(jq -r '.founded,.charter,.directory.number,.directory.members[0].id' out | tr '\n' ' ')" \
    'true true 1 hq ' 'now all holds: charter, directory 1, its coordinator'
refused E-FILE-EXISTS 9 'a network is not founded over another' \
    network create police.example -o net $as_a

# -- the coordinator's node ---------------------------------------------------
# Its card key stands in the keyring of the roots here.
cp a.age hq.age; cp a.age.unlock hq.age.unlock
node hq hq 7401 pass-a --network net --member hq --json
ok $? 'the coordinator makes its node'
pin=$(jq -r .link_pin out)
is "$(stat -c %a hq hq/trust hq/keyring.age hq/unlock.age hq/entente.conf hq/accounts.json hq/trust/*.note | sort -u | tr '\n' ' ')" \
    '600 700 ' 'directories are 0700, files 0600'
is "$(ls hq hq/trust | tr '\n' ' ')" \
    'hq: accounts.json entente.conf keyring.age trust unlock.age  hq/trust: agreement-charter-1.note card-hq-1.note directory-0001.note network.note ' \
    'everything is there and nothing else'
is "$(jq -r '.accounts[0] | .badge, (.roles | join(","))' hq/accounts.json | tr '\n' ' ')" \
    '4711 admin,duty ' 'the first officer is an admin'
refused E-INIT-EXISTS 9 'a node is not made over another' init hq \
    --network net --member hq --name x --link 127.0.0.1:1 --admin 1 \
    --trust hq.age --trust-passphrase-file pass-a --passphrase-file pass-node \
    --work 10 --yes $owner
ls -d hq.new.* >/dev/null 2>&1; ok $((! $?)) 'and no half of it stays'

# -- two members --------------------------------------------------------------
refused E-FIELD-VALUE 1 'an invitation names a class that there is' \
    network invite rs --class police --url https://127.0.0.1:7401 --pin "$pin" \
    --network-dir net $as_a
did 'rs is invited' network invite rs --class bureau --expires 7d \
    --url https://127.0.0.1:7401 --pin "$pin" --network-dir net -o rs-invite.note $as_a
node rs rs 7402 pass-rs --invite rs-invite.note -o rs-join.note \
    --credential rs-unlock --password-file password
ok $? 'rs makes its node with it'
is "$(stat -c %a rs-unlock)" 600 'the credential is its owner'"'"'s alone'
age -d -i rs-unlock rs/keyring.age >ring 2>err
ok $? "Debian's age opens the keyring with the credential"
grep -aq 4711 ring; ok $? 'the officer'"'"'s approval key is in it'
grep -aq "$(head -c 40 rs-unlock)" -r rs; ok $((! $?)) 'the unlock identity is not in the node in clear'
grep -q '"officers":\[{"badge":"4711"' rs/trust/card-rs-1.note; ok $? 'and in the card'
sed 's/"bureau"/"industry"/' rs-invite.note >forged.note
node x x 7409 pass-rs --invite forged.note --json; got=$?
[ $got -eq 8 ] && grep -q E-INVITE-SIGNATURE err; ok $? 'a tampered invitation makes no node'
did 'fr is invited' network invite fr --class bureau \
    --url https://127.0.0.1:7401 --pin "$pin" --network-dir net -o fr-invite.note $as_a
node fr fr 7403 pass-fr --invite fr-invite.note; ok $? 'fr makes its node'

sed 's/Bureau of rs/Bureau of xx/' rs-join.note >forged.note
refused E-JOIN-KEY 8 'a tampered request admits nobody' \
    network admit forged.note --network-dir net --yes $as_a
e network admit rs-join.note --network-dir net --dry-run $as_a
[ ! -e net/directory-0002.note ]; ok $? 'a dry run writes nothing'
did 'rs is admitted by two roots' network admit rs-join.note --network-dir net --yes $as_a
did 'one root alone drafts the next' network admit fr/join.note --network-dir net --yes $as_b
e network show --network-dir net --json
is "$(jq -r '.directory.number,.pending' out | tr '\n' ' ')" '2 true ' \
    'which holds for nobody'
refused E-CHAIN-PENDING 9 'and nothing follows it' network renew --network-dir net --yes $as_a
did 'another root signs it' trust sign net/directory-0003.note --key root/1 --yes $as_a
grep -q 'New member: fr' err; ok $? 'having been shown what it changes'
mkdir fork; cp net/network.note net/directory-0001.note net/directory-0003.note fork
sed -i '/^$/,$d;s/"number":3/"number":2/' fork/directory-0003.note
refused E-DIRECTORY-CHAIN 9 'a directory that follows another is not signed' \
    trust sign fork/directory-0003.note --yes $as_a
e network show --network-dir net --json
is "$(jq -r '.directory.number, (.directory.members | map(.id) | join(","))' out | tr '\n' ' ')" \
    '3 fr,hq,rs ' 'now fr, hq and rs are members'
refused E-CHAIN-MEMBER 9 'nobody is admitted twice' \
    network admit rs-join.note --network-dir net --yes $as_a
did 'the directory is renewed' network renew --network-dir net --yes $as_a
e network show --network-dir net; grep -q hq out; ok $? 'and shows'
cp -r net torn; sed -i 's/"bureau"/"judicial"/' torn/directory-0002.note
refused E-NOTE-SIGNATURE 8 'a tampered directory breaks the chain' \
    network show --network-dir torn

# -- signing ------------------------------------------------------------------
printf 'entente/message/v1\n{"net":"x"}\n' >message
refused E-SIGN-TYPE 1 'a message is not signed here' trust sign message --yes $as_a
refused E-SIGN-KEY 4 'nor what this keyring has no key for' \
    trust sign rs-join.note --yes $as_a
refused E-CLI-INPUT 2 'nothing is signed unasked' trust sign net/directory-0004.note $as_b
cat >rs-fr.json <<'J'
{"id":"rs-fr","title":{"en":"Between rs and fr"},"parties":["rs","fr"],"clauses":[
 {"id":"1","text":{"en":"They may write."},"kinds":["message.*"],"from":["rs","fr"],"to":["rs","fr"],
  "purposes":["*"],"areas":["*"],"ceiling":{"tlp":"RED","onward":false}}]}
J
did 'rs proposes an agreement' agreement propose rs-fr.json --network-dir net \
    -o rs-fr.note --trust rs.age --passphrase-file pass-rs --yes
did 'fr signs it' agreement sign rs-fr.note --trust fr.age --passphrase-file pass-fr --yes
is "$(grep -c '^— police.example/' rs-fr.note)" 2 'it bears both signatures'
sed 's/They may/They must/' rs-fr.note >forged.note
refused E-NOTE-SIGNATURE 8 'what was changed since is not signed again' \
    agreement sign forged.note --trust fr.age --passphrase-file pass-fr --yes
sed 's/"areas"/"arias"/' rs-fr.json >typo.json
refused E-FIELD-UNKNOWN 1 'a misspelt clause is refused by its word' \
    agreement propose typo.json --network-dir net -o typo.note \
    --trust rs.age --passphrase-file pass-rs --yes

# -- demo networks ------------------------------------------------------------
did 'a demo network is founded by one' network create demo.example --demo \
    --roots 1 --coordinator hq -o demo --work 10 --trust d.age --passphrase-file pass-a
cp d.age dm.age; cp d.age.unlock dm.age.unlock
node dhq dm 7404 pass-a --network demo --member hq --desk 'hq/duty;name=Duty' --json
[ $? -eq 4 ] && grep -q E-DEMO-NETWORK err; ok $? 'without --demo nobody takes part in it'
refused E-DEMO-NETWORK 4 'and nobody takes a real network for one' \
    network renew --demo --network-dir net --yes $as_a
refused E-DEMO-URL 4 'its invitation stays on this machine' network invite rs \
    --class bureau --url https://hq.example:7401 --pin "$pin" --demo \
    --network-dir demo --trust d.age --passphrase-file pass-a
e init dhq --demo --network demo --member hq --name HQ --link 192.0.2.1:7401 \
    --admin 1 --trust d.age --trust-passphrase-file pass-a \
    --passphrase-file pass-node --work 10 --yes --json $owner
[ $? -eq 4 ] && grep -q E-DEMO-URL err; ok $? 'and so does its node'
did 'on loopback its node is made' init dhq --demo --network demo --member hq \
    --name HQ --link '[::1]:7401' --admin 1 --trust d.age \
    --trust-passphrase-file pass-a --passphrase-file pass-node --work 10 --yes $owner
refused E-KEYRING-NETWORK 9 'keys of one network make no node of another' init dx \
    --demo --network demo --member x --class bureau --name X \
    --link 127.0.0.1:7405 --admin 1 --trust rs.age \
    --trust-passphrase-file pass-rs --passphrase-file pass-node --work 10 --yes $owner
grep -rq "$(cat pass-a)" net hq rs fr demo dhq ./*.age ./*.note
ok $((! $?)) 'no passphrase stands in any file that was made'
echo "1..$n"
exit $bad
