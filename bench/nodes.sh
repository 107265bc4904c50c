# Networks of real nodes on loopback; sourced by run.  hq is the coordinator.
# Needs $B, and $WORK: an absolute directory that is thrown away at the end.
#
#	nodes_make		hq and rs, once, for all who need no more
#	net_begin many		another network beside it, to which these add:
#	net_join MEMBER...
#	net_spread		all know all; now they may be started
#	net_end			stopped and deleted; the one before is in hand again

ENTENTE=$PWD/$B/entente
ENTENTD=$PWD/$B/ententd
NODES=				# running, each by its directory
NET=
PORT=$((10000 + $$ * 7 % 10000))

quiet() {
	"$@" >>"$WORK/talk" 2>&1 || {
		echo "bench: $1 ${2-} failed:" >&2
		tail -5 "$WORK/talk" >&2
		exit 1
	}
}

# Below those that the kernel gives to who calls: other nodes do, all the time.
# Sets $port.
next_port() {
	while PORT=$((PORT + 1)); grep -qi \
	    ":$(printf %04X $PORT) 00000000:0000 0A" /proc/net/tcp; do
		:
	done
	port=$PORT
}

# ententd refuses root: then the nodes belong to nobody.
owner_options() {
	if [ "$(id -u)" = 0 ]; then
		echo --owner 65534
	fi
}

give_away() {
	if [ "$(id -u)" = 0 ]; then
		chown -R 65534:65534 "$@"
	fi
}

node_make() {	# MEMBER PORT OPTION...
	m=$1 port=$2
	shift 2
	quiet "$ENTENTE" init "$NET/$m" --name "Member $m" --country FR \
	    --time-zone Europe/Paris --languages en,fr \
	    --desk "$m/cyber;name=Cyber desk;phone=+33111123456;hours=24/7;languages=en,fr" \
	    --link "127.0.0.1:$port" --url "https://127.0.0.1:$port" \
	    --admin 4711 --admin-name "A. Officer" --uid "$(id -u)" \
	    --trust "$NET/$m.age" --trust-passphrase-file "$NET/pass" \
	    --passphrase-file "$NET/pass" --password-file "$NET/pw" \
	    --credential "$NET/$m.unlock" --demo --work 10 --yes --no-input \
	    $(owner_options) "$@"
	# All come from one address here.
	sed -i '/^listen *= *127.0.0.1:'"$port"'$/a per_address = 1000' \
	    "$NET/$m/entente.conf"
	give_away "$NET/$m.unlock"
}

# Founds a network in a directory of its own and begins it with hq.
net_begin() {	# NAME
	NETS="$NET ${NETS-}"
	NET=$WORK/$1
	mkdir -p "$NET"
	chmod 755 "$WORK" "$NET"
	echo 'correct horse battery staple' >"$NET/pass"
	echo 'Officer-4711' >"$NET/pw"
	quiet "$ENTENTE" network create demo.example --demo --roots 1 \
	    --threshold 1 --coordinator hq -o "$NET/net" $(net_roots) --work 10 \
	    --no-input
	cp "$NET/roots.age" "$NET/hq.age"
	cp "$NET/roots.age.unlock" "$NET/hq.age.unlock"
	next_port
	HQ=$port
	node_make hq "$HQ" --network "$NET/net" --member hq --json
	PIN=$(sed -n 's/.*"link_pin" *: *"\([0-9a-f]*\)".*/\1/p' "$WORK/talk" |
	    tail -1)
	echo hq >"$NET/members"
}

net_roots() {
	echo "--trust $NET/roots.age --passphrase-file $NET/pass"
}

# Making a node is mostly waiting for its passwords: two at a time.
net_join() {	# MEMBER...
	for who in "$@"; do
		quiet "$ENTENTE" network invite "$who" --class bureau \
		    --url "https://127.0.0.1:$HQ" --pin "$PIN" \
		    --network-dir "$NET/net" -o "$NET/$who-invite.note" --demo \
		    $(net_roots) --no-input
		next_port
		node_make "$who" "$port" --invite "$NET/$who-invite.note" \
		    -o "$NET/$who-join.note" &
		[ -z "${other-}" ] || wait "$other"
		other=$!
	done
	wait "$other"
	other=
	for who in "$@"; do
		quiet "$ENTENTE" network admit "$NET/$who-join.note" \
		    --network-dir "$NET/net" --yes $(net_roots) --demo --no-input
		echo "$who" >>"$NET/members"
	done
}

net_spread() {
	for m in $(cat "$NET/members"); do
		cp "$NET"/net/*.note "$NET/$m/trust/"
		give_away "$NET/$m/trust"
	done
}

net_end() {
	nodes_stop
	rm -rf "$NET"
	NET=${NETS%% *} NETS=${NETS#* }
}

nodes_make() {
	if [ -z "$NET" ]; then
		net_begin net
		net_join rs
		net_spread
	fi
}

node_launch() {	# MEMBER
	"$ENTENTD" "$NET/$1" >>"$NET/$1.log" 2>&1 &
	echo $! >"$NET/$1.pid"
	NODES="$NODES $NET/$1"
}

node_ready() {	# MEMBER
	for _ in $(seq 200); do
		curl -sf --unix-socket "$NET/$1/desk.sock" \
		    http://node/api/v1/status 2>/dev/null |
		    grep -q '"ready"' && return
		sleep 0.3
	done
	echo "bench: $1 does not get ready:" >&2
	tail -5 "$NET/$1.log" >&2
	exit 1
}

node_start() {	# MEMBER...
	for m in "$@"; do
		node_launch "$m"
	done
	for m in "$@"; do
		node_ready "$m"
	done
}

# A directory, so that it works whichever network is in hand.
node_stop() {	# DIR
	if [ -f "$1.pid" ]; then
		kill "$(cat "$1.pid")" 2>/dev/null || :
		wait "$(cat "$1.pid")" 2>/dev/null || :
		rm -f "$1.pid"
	fi
}

nodes_stop() {
	for node in $NODES; do
		node_stop "$node"
	done
	NODES=
}

# The node's processes; they let nobody look at them but root.
node_processes() {	# MEMBER [ROLE]
	pid=$(cat "$NET/$1.pid")
	for p in "$pid" $(cat "/proc/$pid/task/$pid/children"); do
		if [ -z "${2-}" ] ||
		    tr '\0' ' ' <"/proc/$p/cmdline" | grep -q -- "--child $2"
		then
			echo "$p"
		fi
	done
}

# Memory in kB of these processes; pages that processes share count once.
memory_of() {	# PID...
	for p in "$@"; do
		cat "/proc/$p/smaps_rollup"
	done | awk '/^Pss:/ { kb += $2 } END { print kb }'
}
