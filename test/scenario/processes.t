#!/bin/bash
# A node's processes, live: what each has open, who may look into it, what a
# peer can reach, and what happens when one dies.
. test/scenario/nodes.sh

{ found hq && join rs bureau; } || { echo "Bail out! no nodes"; exit 1; }
# Descriptors that whoever starts a node left open must not come along.
exec 8<"$T/hq/keyring.age" 9<"$T/hq/entente.conf"
start hq
exec 8<&- 9<&-
start rs
within 20 is_state hq ready; ok $? 'hq is ready'
within 20 is_state rs ready; ok $? 'rs is ready'
log_in hq; ok $? 'an officer logs in'
knows_rs() { knows hq 2; }
within 20 knows_rs; ok $? 'hq holds the card of rs'

# -- what each process is ------------------------------------------------------
field() { sed -n "s/^$2:[\t ]*//p" "/proc/$1/status"; }
as_owner() {		# as the user the node runs as
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=$uid --regid=$uid --clear-groups "$@"
	else
		"$@"
	fi
}
closed() {		# FILE FACT: a process of the node's own user cannot read it
	! as_owner head -c 1 "$1" >/dev/null 2>&1; ok $? "$2"
}
roles=$(children hq)
is "$(echo "$roles" | cut -d' ' -f1 | tr '\n' ' ')" 'courier desk keys link vault ' \
    'a node has its five children'
while read -r role p; do
	is "$(field $p NoNewPrivs)" 1 "$role: no new privileges"
	is "$(field $p Seccomp)" 2 "$role: seccomp"
	is "$(field $p CapEff)$(field $p CapPrm)$(field $p CapAmb)" \
	    000000000000000000000000000000000000000000000000 "$role: no capabilities"
	is "$(field $p Uid | tr '\t' ' ')" "$uid $uid $uid $uid" \
	    "$role: the owner of the data directory"
	is "$(tr '\0' ' ' <"/proc/$p/cmdline")" "ententd --child $role " \
	    "$role: nothing else on its command line"
done <<<"$roles"
while read -r role p; do
	is "$(field $p Uid | cut -f2)" $uid "$role: not root"
	[ "$(id -u)" -ne 0 ] || is "$(field $p Groups)" '' "$role: no groups"
	is "$(awk '/^Max core file size/ { print $5 $6 }' "/proc/$p/limits")" 00 \
	    "$role: leaves no core"
	is "$(stat -c %u "/proc/$p/fd")" 0 "$role: not dumpable"
	closed "/proc/$p/mem" "$role: its memory is closed to its own user"
	closed "/proc/$p/environ" "$role: and its environment"
done <<<"$roles
parent ${pid[hq]}"

# -- what each has open ----------------------------------------------------------
fds() { for f in "/proc/$1"/fd/*; do readlink "$f"; done; }
listens() {		# how many of its sockets listen for TCP
	local inode
	for inode in $(fds "$1" | sed -n 's/^socket:\[\(.*\)\]$/\1/p'); do
		awk -v i="$inode" '$10 == i && $4 == "0A"' /proc/net/tcp /proc/net/tcp6
	done | wc -l
}
tcp() {			# how many of its sockets are TCP at all
	local inode
	for inode in $(fds "$1" | sed -n 's/^socket:\[\(.*\)\]$/\1/p'); do
		awk -v i="$inode" '$10 == i' /proc/net/tcp /proc/net/tcp6
	done | wc -l
}
if [ "$(id -u)" -eq 0 ]; then
	while read -r role p; do
		fds $p >"$T/fds"
		! grep -qE 'keyring|unlock|entente\.conf|passphrase' "$T/fds"
		ok $? "$role: no key file open, and nothing inherited"
		files=$(grep -c "^$T/hq/" "$T/fds")
		case $role in
		vault) [ $files -gt 0 ]; ok $? 'vault: has the store open' ;;
		*) is $files 0 "$role: no file of the data directory open" ;;
		esac
		is "$(listens $p)" $([ $role = link ] && echo 1 || echo 0) \
		    "$role: TCP listeners"
		case $role in
		keys|vault) is "$(tcp $p)" 0 "$role: no network socket" ;;
		esac
		is "$(tr -d '\0' <"/proc/$p/environ" | wc -c)" 0 "$role: no environment"
	done <<<"$roles"
else
	skip 'what each process has open' 'only root can look'
fi

# -- what a peer can reach ---------------------------------------------------------
"$B/test/scenario/node_tls" "$T/rs/keyring.age" "$T/rs.unlock" rs >"$T/rs.pem" 2>/dev/null ||
    as_owner "$B/test/scenario/node_tls" "$T/rs/keyring.age" "$T/rs.unlock" rs >"$T/rs.pem"
link() {		# CURL-ARGS... PATH: as rs, to hq
	local path=${!#}
	curl -sS -k --max-time 20 --path-as-is --cert "$T/rs.pem" -o "$T/body" -w '%{http_code}' \
	    "${@:1:$#-1}" "https://127.0.0.1:${port[hq]}$path" 2>"$T/err"
}
blob=$(printf x | sha256sum | cut -d' ' -f1)
is "$(link /link/v1/blobs/$blob)" 200 'rs is served at the peers'"'"' port'
token="Authorization: Bearer $(cat "$T/hq.token")"
printf '%s\n' "$token" >"$T/bearer"
while read -r method path; do
	code=$(link -X "$method" -H "@$T/bearer" -H 'Content-Type: application/json' \
	    -d '{"account":"4711","password":"x"}' "$path")
	[ "$code" = 404 ] || [ "$code" = 400 ]
	ok $? "at the peers' port $method $path is not there ($code)"
	! grep -qE '"(member|token|items|badge)":' "$T/body"; ok $? 'and says nothing of the node'
done <<'PATHS'
GET /api/v1/status
GET /api/v1/me
POST /api/v1/sessions
POST /api/v1/unlock
GET /link/v1/../../api/v1/status
GET /link/v1/../api/v1/me
GET /link/v1/%2e%2e/%2e%2e/api/v1/me
GET /link/v1/..%2f..%2fapi/v1/me
GET //api/v1/me
GET /./api/v1/me
GET /%61pi/v1/me
GET /link/v1//api/v1/me
GET /link/v1/me
GET /link/v1/status
GET /link/v1/%00/../../api/v1/me
GET /
PATCH /api/v1/accounts/4711
DELETE /api/v1/sessions/current
PATHS
is "$(link -H 'Host: localhost' --request-target "https://127.0.0.1/api/v1/me" /)" 400 \
    'nor is it by an absolute address'
code=$(curl -sS -k --max-time 10 -o "$T/body" -w '%{http_code}' \
    "https://127.0.0.1:${port[hq]}/link/v1/blobs/$blob" 2>/dev/null)
is "$code" 000 'without a certificate nothing is served'
is "$(api hq ../../link/v1/sync --path-as-is -o /dev/null -w '%{http_code}' -X POST -d x)" 404 \
    'what is for peers is not at the officers'"'"' socket'

# A peer that sends more than it announced is refused, and leaves nothing busy.
is "$(head -c 1000 /dev/zero | link -T - "/link/v1/blobs/$blob?size=1&offset=0")" 400 \
    'more bytes than were announced are refused'
code=$(printf x | link -T - "/link/v1/blobs/$blob?size=1&offset=0")
case $code in 200|409) true ;; *) diag "$T/body"; false ;; esac
ok $? "and the file is not busy for ever ($code)"

# -- deaths -----------------------------------------------------------------------------
serves() {		# officers, with keys at hand, and peers
	is_state hq ready && [ "$(api hq me | jq -r .badge 2>/dev/null)" = 4711 ] &&
	[ "$(link /link/v1/blobs/$blob)" = 200 ]
}
can_send() {
	[ "$(api hq messages -o "$T/sent" -w '%{http_code}' --data-binary @"$T/message.json")" = 201 ]
}
jq -n '{kind:"message.text/1",to:["rs/cyber"],purpose:"investigation",subject:"Hello",lang:"en",body:{text:"Hello"}}' \
    >"$T/message.json"
can_send; ok $? 'hq sends'; [ "$bad" = 0 ] || diag "$T/sent"
for role in link desk courier keys vault; do
	before=$(children hq | grep -v "^$role ")
	old=$(child hq $role) from=$(now)
	kill -9 "$old"
	born() { [ -n "$(child hq $role)" ] && [ "$(child hq $role)" != "$old" ]; }
	within 3 born
	within 3 serves; ok $? "$role is killed: the node serves again ($(($(now) - from)) ms)"
	within 3 can_send; ok $? 'and sends'
	is "$(children hq | grep -v "^$role ")" "$before" 'the others are as they were'
	born; ok $? 'and it is another process'
done
inbox() { [ "$(api rs 'legs?queue=all&limit=200' | jq '.items | length' 2>/dev/null)" = "$1" ]; }
log_in rs; ok $? 'an officer logs in at rs'
within 15 inbox 6; ok $? 'rs got each message once'
is "$(grep -c ' message ' "$T/hq/signed.log" 2>/dev/null || as_owner grep -c ' message ' "$T/hq/signed.log")" 6 \
    'the log of signatures has one line for each'

# An upload that is under way ends in an error, and in no file.
head -c 30000000 /dev/urandom >"$T/upload"
find_own() { find "$T/hq/blobs" -type f "$@"; }
for role in vault desk; do
	find_own | sort >"$T/before"
	curl -sS --max-time 20 --unix-socket "$T/hq/desk.sock" -H "@$T/hq.header" --limit-rate 10M \
	    -H 'Expect:' -o "$T/body" -w '%{http_code}' --data-binary "@$T/upload" \
	    "http://node/api/v1/files?name=upload" >"$T/code" 2>/dev/null &
	upload=$!
	part() { [ -n "$(find_own -name '*.tmp' -size +1000k)" ]; }
	within 5 part; ok $? 'an upload is under way'
	kill -9 "$(child hq $role)"
	wait $upload; status=$? code=$(cat "$T/code")
	[ $status -ne 0 ] || [ "$code" -ge 500 ]
	ok $? "$role is killed: the upload is told so (curl $status, HTTP $code)"
	within 3 serves; ok $? 'the node serves again'
	same() { find_own | sort | cmp -s - "$T/before"; }
	within 3 same; ok $? 'and no part of the file is left'
done

# -- a node that a passphrase opens --------------------------------------------------------
kids=$(children rs | cut -d' ' -f2)
from=$(now); stop rs
[ $(($(now) - from)) -lt 3000 ]; ok $? "a node stops ($(($(now) - from)) ms)"
alive=0; for p in $kids; do kill -0 $p 2>/dev/null && alive=$((alive + 1)); done
is $alive 0 'and its children ended before it'
as_owner sed -i '/^credential/d' "$T/rs/entente.conf"
start rs
within 10 is_state rs locked; ok $? 'without a credential rs is locked'
unlock() {
	jq -n --arg p "$1" '{password:$p}' |
	    api rs unlock --data-binary @- -o "$T/body" -w '%{http_code}'
}
is "$(unlock 'wrong wrong wrong')" 403 'a wrong passphrase does not unlock it'
is "$(api rs me -o /dev/null -w '%{http_code}')" 503 'and officers are told so'
is "$(unlock "$passphrase")" 204 'the right one does'
within 5 is_state rs ready; ok $? 'rs is ready'
kill -9 "$(child rs keys)"
within 3 is_state rs locked; ok $? 'when its keys die it is locked again'
is "$(api rs me -o /dev/null -w '%{http_code}')" 503 'and serves no officer'
is "$(unlock "$passphrase")" 204 'until it is unlocked again'
within 5 is_state rs ready; ok $? 'rs is ready'
[ "$(api rs me | jq -r .badge)" = 4711 ]; ok $? 'with its sessions as they were'
can_send && within 15 inbox 7; ok $? 'and receives'

echo "1..$n"
exit $bad
