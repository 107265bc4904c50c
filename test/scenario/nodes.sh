# Nodes on loopback for scenario tests (bash): sourced, not run.
#
#	found hq && join rs && start hq && start rs
#
# Everything lies under $T, which goes with the test, as do the nodes.
B=$(cd "${B:-build/dev}" && pwd) || exit 1
entente=$B/entente ententd=$B/ententd
T=$(mktemp -d /tmp/entente-nodes.XXXXXX) && chmod 755 "$T" || exit 1
export XDG_CONFIG_HOME=$T/home XDG_STATE_HOME=$T/home LC_ALL=C.UTF-8
unset ENTENTE_DIR ENTENTE_URL ENTENTE_TOKEN_FILE ENTENTE_PIN ENTENTE_LANG
# Sanitized programs end where they are killed; that is no leak.
export ASAN_OPTIONS=detect_leaks=0
mkdir "$T/home"
owner= uid=$(id -u)
[ "$uid" -ne 0 ] || { owner="--owner 65534"; uid=65534; }
passphrase=${passphrase:-a passphrase for these nodes}
password=${password:-Officer-4711-nodes}
printf '%s\n' "$passphrase" >"$T/passphrase"
printf '%s\n' "$password" >"$T/password"
chmod 600 "$T/passphrase" "$T/password"
declare -A pid port
n=0 bad=0

ok() {			# ok STATUS FACT
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else bad=1; echo "not ok $n - $2"; fi
}
is() {			# is GOT WANT FACT
	[ "$1" = "$2" ]; local r=$?
	ok $r "$3"
	[ $r -eq 0 ] || echo "# got $1, want $2"
}
skip() { n=$((n + 1)); echo "ok $n - $1 # skip $2"; }
diag() { awk '{ print "# " $0 }' "$@"; }
finish() {
	for m in "${!pid[@]}"; do [ -z "${pid[$m]}" ] || kill "${pid[$m]}" 2>/dev/null; done
	wait 2>/dev/null
	rm -rf "$T"
}
trap finish EXIT
trap 'exit 130' INT TERM

now() { date +%s%3N; }
within() {		# within SECONDS COMMAND...
	local end=$(($(now) + $1 * 1000)); shift
	until "$@"; do
		[ "$(now)" -lt $end ] || return 1
		sleep 0.05
	done
}
free_port() {
	local p
	for _ in 1 2 3 4 5 6 7 8 9; do
		p=$((20000 + RANDOM % 20000))
		(exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null || { echo $p; return; }
	done
	return 1
}

roots="--trust $T/roots.age --passphrase-file $T/passphrase"
e() { "$entente" "$@" --no-input; }
at() { local m=$1; shift; "$entente" "$@" --dir "$T/$m" --no-input; }

make_node() {		# MEMBER ARGS...
	local m=$1; shift
	port[$m]=$(free_port) || return 1
	e init "$T/$m" --demo --name "Bureau $m" --country FR \
	    --time-zone Europe/Paris --languages en,fr \
	    --desk "$m/cyber;name=Cyber desk;phone=+99900000000;hours=24/7;languages=en,fr;powers=${powers:-art29,art35};channels=coe" \
	    --link "127.0.0.1:${port[$m]}" --url "https://127.0.0.1:${port[$m]}" \
	    --admin 4711 --admin-name 'Officer 4711' --role duty --role admin \
	    --trust "$T/$m.age" --trust-passphrase-file "$T/passphrase" \
	    --passphrase-file "$T/passphrase" --password-file "$T/password" \
	    --credential "$T/$m.unlock" --work 10 --yes --json $owner "$@" \
	    >"$T/$m.json" || return 1
	[ -z "$owner" ] || chown 65534 "$T/$m.unlock"
}
found() {		# MEMBER: founds the network, and is its coordinator
	e network create demo.example --demo --roots 3 --threshold 2 \
	    --coordinator "$1" -o "$T/network" $roots --work 10 >"$T/out" 2>&1 &&
	cp "$T/roots.age" "$T/$1.age" && cp "$T/roots.age.unlock" "$T/$1.age.unlock" &&
	make_node "$1" --network "$T/network" --member "$1" 2>"$T/out" || { diag "$T/out"; return 1; }
	coordinator=$1
}
join() {		# MEMBER CLASS
	{ e network invite "$1" --demo --class "$2" -o "$T/$1-invite.note" \
	    --url "https://127.0.0.1:${port[$coordinator]}" --network-dir "$T/network" \
	    --pin "$(jq -r .link_pin "$T/$coordinator.json")" $roots &&
	make_node "$1" --invite "$T/$1-invite.note" -o "$T/$1-join.note" &&
	e network admit "$T/$1-join.note" --demo --network-dir "$T/network" --yes $roots &&
	cp "$T"/network/*.note "$T/$coordinator/trust/" &&
	{ [ -z "$owner" ] || chown -R 65534:65534 "$T/$coordinator/trust"; }
	} >"$T/out" 2>&1 || { diag "$T/out"; return 1; }
}

start() { "$ententd" "$T/$1" >>"$T/$1.log" 2>&1 & pid[$1]=$!; }
stop() { kill "${pid[$1]}"; wait "${pid[$1]}" 2>/dev/null; pid[$1]=; }
# api MEMBER PATH CURL-ARGS...: by the Unix socket, as who logged in.
api() {
	local m=$1 path=$2; shift 2
	[ -f "$T/$m.header" ] && set -- -H "@$T/$m.header" "$@"
	curl -sS --max-time 20 --unix-socket "$T/$m/desk.sock" "$@" "http://node/api/v1/$path"
}
state() { api "$1" status 2>/dev/null | jq -r .state 2>/dev/null; }
is_state() { [ "$(state "$1")" = "$2" ]; }
log_in() {		# MEMBER: the token goes to $T/MEMBER.token and .header
	jq -n --arg p "$password" '{account:"4711",password:$p}' |
	    api "$1" sessions --data-binary @- | jq -r .token >"$T/$1.token"
	printf 'Authorization: Bearer %s\n' "$(cat "$T/$1.token")" >"$T/$1.header"
	[ "$(api "$1" me | jq -r .badge)" = 4711 ]
}
knows() { [ "$(api "$1" members | jq '[.items[] | select(.card_seq)] | length' 2>/dev/null)" = "$2" ]; }
# children MEMBER: "role pid" lines of a running node.
children() {
	local p parent
	for p in /proc/[0-9]*; do
		parent=$(sed -n 's/^PPid:\t//p' "$p/status" 2>/dev/null)
		[ "$parent" = "${pid[$1]}" ] || continue
		echo "$(tr '\0' ' ' <"$p/cmdline" | cut -d' ' -f3) ${p#/proc/}"
	done | sort
}
child() { children "$1" | sed -n "s/^$2 //p"; }
