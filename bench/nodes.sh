# Two nodes of a demonstration network, hq and rs, on loopback; sourced by run.
# Needs $B, and $WORK: an absolute directory that is thrown away at the end.

ENTENTE=$PWD/$B/entente
ENTENTD=$PWD/$B/ententd
NODES=
NET=

quiet() {
	"$@" >>"$WORK/talk" 2>&1 || {
		echo "bench: $1 ${2-} failed:" >&2
		tail -5 "$WORK/talk" >&2
		exit 1
	}
}

free_port() {
	node -e 'const s = require("net").createServer();
		s.listen(0, "127.0.0.1", () => {
		console.log(s.address().port); s.close(); })'
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
	give_away "$NET/$m.unlock"
}

nodes_make() {	# once
	if [ -n "$NET" ]; then
		return
	fi
	NET=$WORK/net
	mkdir -p "$NET"
	chmod 755 "$WORK" "$NET"
	echo 'correct horse battery staple' >"$NET/pass"
	echo 'Officer-4711' >"$NET/pw"
	hq=$(free_port) rs=$(free_port)
	as="--trust $NET/roots.age --passphrase-file $NET/pass"
	quiet "$ENTENTE" network create demo.example --demo --roots 1 \
	    --threshold 1 --coordinator hq -o "$NET/net" $as --work 10 --no-input
	cp "$NET/roots.age" "$NET/hq.age"
	cp "$NET/roots.age.unlock" "$NET/hq.age.unlock"
	node_make hq "$hq" --network "$NET/net" --member hq --json
	pin=$(sed -n 's/.*"link_pin" *: *"\([0-9a-f]*\)".*/\1/p' "$WORK/talk")
	quiet "$ENTENTE" network invite rs --class bureau \
	    --url "https://127.0.0.1:$hq" --pin "$pin" \
	    --network-dir "$NET/net" -o "$NET/invite.note" --demo $as --no-input
	node_make rs "$rs" --invite "$NET/invite.note" -o "$NET/join.note"
	quiet "$ENTENTE" network admit "$NET/join.note" \
	    --network-dir "$NET/net" --yes $as --demo --no-input
	for m in hq rs; do
		cp "$NET"/net/*.note "$NET/$m/trust/"
		give_away "$NET/$m/trust"
	done
}

node_start() {	# MEMBER
	"$ENTENTD" "$NET/$1" >>"$NET/$1.log" 2>&1 &
	echo $! >"$NET/$1.pid"
	NODES="$NODES $1"
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		sleep 0.3
		curl -sf --unix-socket "$NET/$1/desk.sock" \
		    http://node/api/v1/status 2>/dev/null |
		    grep -q '"ready"' && return
	done
	echo "bench: $1 does not get ready:" >&2
	tail -5 "$NET/$1.log" >&2
	exit 1
}

node_stop() {	# MEMBER
	if [ -f "$NET/$1.pid" ]; then
		kill "$(cat "$NET/$1.pid")" 2>/dev/null || :
		wait "$(cat "$NET/$1.pid")" 2>/dev/null || :
		rm -f "$NET/$1.pid"
	fi
}

nodes_stop() {
	for m in $NODES; do
		node_stop "$m"
	done
}
