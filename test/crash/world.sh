# For scripts that test real nodes: a network of hq, rs, fr and it ($MEMBERS) on
# loopback in $T, made by the CLI, with officer 4711 at each.  Sourced with B
# set; the caller says `nodes_make`, then starts and stops them by name.  After
# test/crash/wires.sh, each stands on a network of its own instead.
MEMBERS=${MEMBERS:-hq rs fr it}
demo=--demo
[ "$V" != valgrind ] || DAEMON=tools/memcheck
entente=$PWD/${CLI:-${B:-build/dev}/entente}
ententd=$PWD/${DAEMON:-${B:-build/dev}/ententd}
T=$(mktemp -d) || exit 1
chmod 755 "$T"
export LC_ALL=C HOME="$T/home" XDG_CONFIG_HOME="$T/home" XDG_STATE_HOME="$T/home"
# Sanitized programs end where they are killed; that is no leak.
export ASAN_OPTIONS=detect_leaks=0
unset ENTENTE_DIR ENTENTE_URL ENTENTE_LANG ENTENTE_TOKEN_FILE
mkdir "$T/home"
export MEMCHECK_LOG="$T/memcheck"
mkdir -m 777 "$MEMCHECK_LOG"
n=0; bad=0; seen=0
slow=1			# how many times as long everything takes
[ "$V" != valgrind ] || slow=20

ok() {			# ok STATUS FACT
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		bad=1; echo "not ok $n - $2"
	fi
}
is() { [ "$1" = "$2" ]; r=$?; ok $r "$3"; [ $r -eq 0 ] || echo "# got $1, want $2"; }
fact() { what=$1; shift; "$@"; ok $? "$what"; }

# What valgrind has to say, once all have ended.
memory_clean() {
	local m
	[ "$V" = valgrind ] || return 0
	for m in $MEMBERS; do [ ! -f "$T/$m.pid" ] || stop $m; done
	cat "$MEMCHECK_LOG"/* >"$T/memory"
	sed 's/^/# /' "$T/memory"
	[ ! -s "$T/memory" ]; ok $? 'no bad read, no bad write, nothing lost'
}

# Only what was started here is ended, by its number.
nodes_end() {
	for f in "$T"/*.pid; do
		[ -f "$f" ] && kill -9 "$(cat "$f")" 2>/dev/null
	done
	sleep 0.2
	[ -n "$KEEP" ] && echo "# kept $T" || rm -rf "$T"
}
trap nodes_end EXIT
trap 'exit 1' INT TERM

listens() { grep -qi ":$(printf %04X "$1") 00000000:0000 0A" /proc/net/tcp; }
nodes_port() {		# as many free ports from $port on as there are members
	local m again
	port=$((10000 + ($$ * 7 + ${1:-0}) % 20000))
	until
		again=0
		for m in $MEMBERS; do
			listens $(port_of $m) && again=1
		done
		[ $again -eq 0 ]
	do port=$((port + 8)); done
}
# Where a member is reached, and what is said before a program to run it there.
place_of() { echo "127.0.0.1:$(port_of $1)"; }
where_is() { :; }
port_of() {
	local m p
	p=$port
	for m in $MEMBERS; do
		[ $m != $1 ] || { echo $p; return; }
		p=$((p + 1))
	done
	echo $p
}

node_init() {		# node_init MEMBER ARGS...
	m=$1; shift
	"$entente" init "$T/$m" --name "Bureau of $m" --country FR \
	    --time-zone Europe/Paris --languages en,fr \
	    --desk "$m/cyber;name=Cyber desk;phone=+381111234567;hours=24/7;powers=${powers:-art29,art35};channels=coe;languages=en,fr" \
	    --link $(place_of $m) --url https://$(place_of $m) \
	    --admin 4711 --admin-name 'A. Officer' --trust "$T/$m.age" \
	    --trust-passphrase-file "$T/pass" --passphrase-file "$T/pass" \
	    --password-file "$T/pw" --credential "$T/$m.unlock" $demo \
	    --work 10 --yes --no-input $owner "$@" || return 1
	[ -z "$owner" ] || chown 65534 "$T/$m.unlock"
}
node_admit() {		# invite, make, admit
	"$entente" network invite $1 --class bureau \
	    --url https://$(place_of hq) --pin "$pin" --network-dir "$T/net" \
	    -o "$T/$1-invite.note" $demo $as --no-input &&
	node_init $1 --invite "$T/$1-invite.note" -o "$T/$1-join.note" &&
	"$entente" network admit "$T/$1-join.note" --network-dir "$T/net" --yes $as \
	    $demo --no-input
}
give_trust() { cp "$T"/net/*.note "$T/$1/trust/" && mine "$T/$1/trust"; }
mine() { [ -z "$owner" ] || chown -R 65534:65534 "$@"; }

nodes_make() {
	owner=; [ "$(id -u)" -eq 0 ] && owner='--owner 65534'
	nodes_port "$1"
	echo 'correct horse battery staple' >"$T/pass"
	echo 'Officer-4711' >"$T/pw"
	as="--trust $T/roots.age --passphrase-file $T/pass"
	nodes_found >"$T/make.log" 2>&1 || { sed 's/^/# /' "$T/make.log"; exit 1; }
}
nodes_found() {
	local x
	"$entente" network create demo.example $demo --roots 3 --threshold 2 \
	    --coordinator hq -o "$T/net" $as --work 10 --no-input &&
	cp "$T/roots.age" "$T/hq.age" && cp "$T/roots.age.unlock" "$T/hq.age.unlock" &&
	node_init hq --network "$T/net" --member hq --json >"$T/hq.json" &&
	pin=$(jq -r .link_pin "$T/hq.json") || return 1
	for x in $MEMBERS; do
		[ $x = hq ] || node_admit $x || return 1
	done
	for x in $MEMBERS; do give_trust $x || return 1; done
}

# -- processes ------------------------------------------------------------------
dead() {		# its parent is gone, or waits to be buried
	pid=$(cat "$T/$1.pid" 2>/dev/null) || return 0
	ended $pid
}
ended() {
	case $(sed 's/.*) \(.\).*/\1/' /proc/$1/stat 2>/dev/null) in
	''|Z|X) return 0 ;; esac
	return 1
}
start() {
	local m
	for m in "$@"; do
		$(where_is $m) "$ententd" "$T/$m" >>"$T/$m.log" 2>&1 &
		echo $! >"$T/$m.pid"
	done
}
stop() {
	local m k kids
	kids=$(for m in "$@"; do children $m; done)
	for m in "$@"; do kill "$(cat "$T/$m.pid")" 2>/dev/null; done
	for m in "$@"; do
		wait "$(cat "$T/$m.pid")" 2>/dev/null
		rm -f "$T/$m.pid"
	done
	for k in $kids; do gone $k; done
}
gone() {
	local i
	i=0
	until ended $1 || [ $((i = i + 1)) -gt 400 ]; do sleep 0.01; done
}
children() {
	pid=$(cat "$T/$1.pid") && cat /proc/$pid/task/$pid/children 2>/dev/null
}
child() {		# child MEMBER NAME: its pid
	for k in $(children $1); do
		tr '\0' ' ' </proc/$k/cmdline 2>/dev/null | grep -q -- "--child $2" &&
		    echo $k
	done
}
state_of() {
	curl -s -m $((2 * slow)) --unix-socket "$T/$1/desk.sock" http://n/api/v1/status |
	    sed -n 's/.*"state":"\([a-z]*\)".*/\1/p'
}
up() {			# wait until each is ready
	local m tries
	for m in "$@"; do
		tries=0
		while [ "$(state_of $m)" != ready ]; do
			[ $((tries = tries + 1)) -lt $((400 * slow)) ] || return 1
			dead $m && start $m
			sleep 0.03
		done
	done
}

# -- the officers' API --------------------------------------------------------------
# api MEMBER METHOD PATH [DATA]: $code, and the answer in $A.
A=$T/answer
api() {
	local m method path
	m=$1 method=$2 path=$3; shift 3
	code=$(curl -s -m $((20 * slow)) -o "$A" -w '%{http_code}' -X $method \
	    --unix-socket "$T/$m/desk.sock" \
	    -H "Authorization: Bearer $(cat "$T/$m.token" 2>/dev/null)" \
	    ${key:+-H "Idempotency-Key: $key"} ${1:+-d} ${1:+"$1"} \
	    "http://n/api/v1/$path") || code=000
}
login() {
	local m
	for m in "$@"; do
		api $m POST sessions '{"account":"4711","password":"Officer-4711"}'
		jq -r .token "$A" >"$T/$m.token"
	done
}
outbox() { api $1 GET status; jq -r '.queues.outbox // "?"' "$A" 2>/dev/null; }
settled() {		# settled SECONDS MEMBER...: nothing waits to be delivered
	local m x until
	until=$(($(date +%s) + $1 * slow)); shift
	for m in "$@"; do
		while [ "$(outbox $m)" != 0 ]; do
			[ $(date +%s) -lt $until ] || return 1
			for x in "$@"; do dead $x && start $x; done
			sleep 0.05
		done
	done
}

# -- what the officers' tests share ---------------------------------------------------
at() { local m; m=$1; shift; "$entente" "$@" --dir "$T/$m" --no-input; }
# e MEMBER COMMAND...: by the CLI, its answer in $T/out; why it failed is shown
e() {
	at "$@" >"$T/out" 2>"$T/err" || {
		r=$?; sed 's/^/# /' "$T/err"; return $r
	}
}
within() {		# within SECONDS COMMAND...
	local until; until=$(($(date +%s) + $1)); shift
	until "$@"; do
		[ $(date +%s) -lt $until ] || return 1
		sleep 0.05
	done
}
# ask MEMBER REF FILTER: of the thread, as its officer reads it, unopened
ask() { api $1 GET "threads/$2?peek=1"; jq -r "$3" "$A"; }
says() { [ "$(ask "$1" "$2" "$3")" = "$4" ]; }
