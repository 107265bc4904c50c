#!/bin/sh
# entente verify on test/vectors/bundle.tar: exit codes, JSON, extraction.
V=$PWD/test/vectors/bundle.tar
E=$PWD/${B:-build/dev}/entente
D=$(mktemp -d) || exit 1
trap 'rm -rf "$D"' EXIT INT TERM
export LC_ALL=C HOME="$D"
unset ENTENTE_DIR ENTENTE_URL ENTENTE_LANG XDG_CONFIG_HOME
n=0; bad=0
ok() {	# fact, then the command
	fact=$1; shift; n=$((n + 1))
	if "$@" >"$D/out" 2>"$D/err"; then
		echo "ok $n - $fact"
	else
		bad=1; echo "not ok $n - $fact"
		cat "$D/out" "$D/err" | tail -15 | sed 's/^/# /'
	fi
}
ends() {	# wanted exit code, then the command
	want=$1; shift
	"$@"; got=$?
	[ $got -eq "$want" ] || { echo "exit $got, want $want"; return 1; }
}
cd "$D" || exit 1

ID=$(tar -xOf "$V" bundle/network.note | head -n 2 | sha256sum | cut -c-64)
OTHER=$(printf %064d 1)
ok "a whole bundle verifies" ends 0 "$E" verify "$V"
ok "and by the network's id" ends 0 "$E" verify "$V" --network-id "$ID"
ok "another network's id is bad" ends 8 "$E" verify "$V" --network-id $OTHER
ok "an id that is none is a misuse" ends 2 "$E" verify "$V" --network-id x
ok "no such file" ends 3 "$E" verify no.tar
head -c 20000 "$V" >short.tar
ok "half a bundle is bad" ends 8 "$E" verify short.tar
: >empty.tar
ok "nothing is bad" ends 8 "$E" verify empty.tar

tar -xmf "$V"; sed -i 's/"act":"answer"/"act":"refuse"/' bundle/messages/003-*.note
find bundle -type f | tar --format=ustar -cf lie.tar -T -
ok "an answer turned into a refusal is bad" ends 8 "$E" verify lie.tar
"$E" verify lie.tar --json >lie.json 2>/dev/null
ok "and the JSON says which" jq -e '.verdict == "bad" and .ok == false and
    any(.findings[]; .rule == "E-NOTE-SIGNATURE" and .status == "bad" and
    (.what | startswith("messages/003-")))' lie.json
"$E" verify "$V" --json >good.json
ok "a whole one says so, with its messages" jq -e '.verdict == "whole" and
    (.messages | length) == 3 and .messages[0].approvals == ["4712"] and
    .legs[0].state == "answered" and .network.id == "'"$ID"'" and
    .claims.by == "rs" and all(.groups[]; .bad == 0 and .missing == 0)' good.json

ok "its file is opened" ends 0 "$E" verify "$V" --extract files
ok "the one that was sent" test "$(sha256sum <files/001-0-connections.csv |
    cut -c-64)" = "$(tar -xOf "$V" --wildcards 'bundle/messages/001-*.content' |
    jq -r '.files[0].sha256')"
ok "for its owner alone" test "$(stat -c %a files files/* | tr '\n' ' ')" = \
    "700 600 "
ok "and never over another" ends 9 "$E" verify "$V" --extract files
ok "nothing else is left there" test "$(ls -A files)" = 001-0-connections.csv
ok "what does not verify is not opened" ends 8 "$E" verify lie.tar --extract no
ok "no folder is made for it" test ! -e no
mkdir trap; ln -s ../elsewhere trap/001-0-connections.csv
ok "a link in the way is not followed" ends 9 "$E" verify "$V" --extract trap
ok "nothing was written through it" test ! -e elsewhere
for l in en ar es fr; do
	ok "the verdict in $l" ends 0 "$E" verify "$V" --lang $l
done
echo "1..$n"
exit $bad
