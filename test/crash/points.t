#!/bin/sh
# Killed at each commit point: after it lives again there is one copy, no
# receipt for what is not there, no 201 forgotten.  The vault dies alone and
# is born again; then its parent with it, and the node is started anew.
[ "$V" != asan ] || { echo '1..0 # SKIP it builds a variant of its own'; exit 0; }
make --no-print-directory -s -j2 V=crash build/crash/ententd >&2 || exit 1
DAEMON=build/crash/ententd
. test/crash/world.sh
. test/crash/invariants.sh

nodes_make
start rs fr; up rs fr; login rs fr; stop rs fr
mkdir "$T/new"
cp -a "$T/rs" "$T/fr" "$T/new"
"$entente" network invite no --class bureau --url https://127.0.0.1:$port \
    --pin "$pin" --network-dir "$T/net" -o "$T/no-invite.note" --demo $as \
    --no-input >/dev/null 2>&1
node_init no --invite "$T/no-invite.note" -o "$T/no-join.note" >/dev/null 2>&1
"$entente" network admit "$T/no-join.note" --network-dir "$T/net" --yes $as \
    --demo --no-input >/dev/null 2>&1
jq -c '{kind,purpose,area,subject,lang,body,from:"rs/cyber",to:["fr/cyber"],
    urgency:"urgent"}' kinds/examples/preservation.json >"$T/request.json"
jq -c '.urgency = "normal" | del(.body.urgency_grounds, .body.urgency_reason)' \
    "$T/request.json" >"$T/draft.json"
jq -c --rawfile d "$T/net/directory-0005.note" -n '{notes:[$d]}' >"$T/trust.json"
head -c 5000000 /dev/urandom >"$T/file"

# -- what is done while it dies -----------------------------------------------------
# Until it is answered: again, with the same key, as a client would.
insist() {		# insist WANTED MEMBER METHOD PATH [DATA]
	local want tries
	want=$1; shift; tries=0
	while api "$@"; [ "$code" != $want ]; do
		case $code in 000|503) ;; *) return 1 ;; esac
		[ $((tries = tries + 1)) -lt 200 ] || return 1
		dead $1 && start $1
		sleep 0.03
	done
}
send_it() {		# send_it JSON: the same name, whoever died
	key=k-1
	insist 201 rs POST messages "$1" || return 1
	name=$(jq -r .name "$A")
	insist 201 rs POST messages "$1" || return 1
	key=
	[ "$(jq -r .name "$A")" = "$name" ] && [ ${#name} -eq 64 ]
}
op_send() { send_it "@$T/request.json"; }
upload() {
	tries=0
	while code=$(curl -s -o "$A" -w '%{http_code}' -m 20 \
	    --unix-socket "$T/rs/desk.sock" -H "Authorization: Bearer $(cat "$T/rs.token")" \
	    -H 'Expect:' --data-binary "@$T/file" 'http://n/api/v1/files?name=a.bin') ||
	    code=000; [ "$code" != 201 ]; do
		[ $((tries = tries + 1)) -lt 100 ] || return 1
		dead rs && start rs
		sleep 0.03
	done
	id=$(jq -r .id "$A")
}
op_file() {
	upload && send_it '{"kind":"message.text/1","purpose":"investigation",
	    "from":"rs/cyber","to":["fr/cyber"],"lang":"en","subject":"A file",
	    "body":{"text":"x","files":[0]},"files":["'"$id"'"]}'
}
op_trust() {
	insist 200 rs POST trust "@$T/trust.json" &&
	jq -e '.items[0].result == "new" or .items[0].result == "known"' \
	    "$A" >/dev/null && up rs && api rs GET status &&
	jq -e '.directory.number == 5' "$A" >/dev/null
}
op_draft() {
	key=k-1
	insist 202 rs POST messages "@$T/draft.json" || return 1
	one=$(jq -r .draft "$A")
	insist 202 rs POST messages "@$T/draft.json" || return 1
	key=
	[ "$(jq -r .draft "$A")" = "$one" ] && api rs GET drafts &&
	[ "$(jq '.items | length' "$A")" = 1 ]
}
op_open() {
	op_send && settled 15 rs && insist 200 fr GET threads/$name || return 1
	up fr && insist 200 fr GET threads/$name && settled 15 fr rs && insist 200 rs GET threads/$name &&
	jq -e '[.messages[].act] == ["submit","opened"]' "$A" >/dev/null
}

copies() {		# copies N: that many requests, here and there
	[ "$(sql "SELECT (SELECT count(*) FROM main.message WHERE act = 0) || ' ' ||
	    (SELECT count(*) FROM f.message WHERE act = 0)")" = "$1 $1" ]
}

# When its vault stands still at the point, parent and vault die as one.
fell_together() {
	pid=$(cat "$T/$1.pid"); vault=$(child $1 vault)
	for i in $(seq 2000); do
		case $(cat /proc/$vault/stat 2>/dev/null) in
		*') T '*) kill -9 $pid $vault; break ;;
		esac
		sleep 0.01
	done
}
try() {			# try POINT VICTIM OPERATION REQUESTS
	for with in '' ' stop'; do
		rm -rf "$T/rs" "$T/fr" "$T"/*.log
		cp -a "$T/new/rs" "$T/new/fr" "$T"
		echo "$1$with" >"$T/$2/crash-point"
		mine "$T/$2/crash-point"
		start rs fr; up rs fr
		fall=
		[ -z "$with" ] || { fell_together $2 & fall=$!; }
		done=1; $3 || done=0
		settled 15 rs fr || { echo '# never settled'; done=0; }
		fell=$(grep -c 'vault died of signal 9' "$T/$2.log")
		[ -z "$with" ] || fell=$(grep -c 'parent.*ready' "$T/$2.log")
		stop rs fr
		[ -z "$fall" ] || { kill $fall 2>/dev/null; wait $fall 2>/dev/null; }
		[ $done -eq 1 ] || { echo "# $3: $code"; head -c 600 "$A" | sed 's/^/# /'; }
		invariants; r=$?
		copies $4 || { echo '# copies'; r=1; }
		[ -z "$with" ] && want=1 || want=2
		[ "$fell" = $want ] || { echo "# fell $fell times"; r=1; }
		[ $done -eq 1 ] && [ $r -eq 0 ]
		r=$?; ok $r "$1, $2${with:+ and its parent}: nothing lost, nothing twice"
		[ $r -eq 0 ] || { tail -n 12 "$T/rs.log" "$T/fr.log" | sed 's/^/# /'; }
	done
}

grep -q crash-point "$PWD/$B/ententd"
ok $((! $?)) 'the ordinary build has no crash points'
grep -q 'a build for valgrind' "$PWD/$B/ententd"
ok $((! $?)) 'and always has its sandbox'
try send:signed rs op_send 1
try send:before-commit rs op_send 1
try send:after-commit rs op_send 1
try deliver:sealed rs op_send 1
try deliver:posted rs op_send 1
try deliver:before-commit rs op_send 1
try deliver:after-commit rs op_send 1
try receive:unwrapped fr op_send 1
try receipt:signed fr op_send 1
try receive:before-commit fr op_send 1
try receive:after-commit fr op_send 1
try blob:part fr op_file 1
try blob:renamed fr op_file 1
try blob:after-commit fr op_file 1
try upload:before-rename rs op_file 1
try upload:renamed rs op_file 1
try trust:before-commit rs op_trust 0
try trust:after-commit rs op_trust 0
try draft:before-commit rs op_draft 0
try draft:after-commit rs op_draft 0
try opened:before-commit fr op_open 1
try opened:after-commit fr op_open 1
echo "1..$n"
exit $bad
