# Members' nodes on loopback, for the tests that talk to real ones: source it
# from the project's root with B set.  Everything lies in $T, a directory of
# its own; nothing but the processes started here is ended.
#
#	nodes_make hq rs fr	a demo network, hq its coordinator; the others
#				are of class $class_fr, bureaus unless told
#	node_start hq [STATE]	and wait until it says it is ready, or locked
#	node_stop hq
#	nodes_end		stop all, remove $T
#	api hq POST /sessions -d '{"..."}'	status in $status, body in $T/answer
#	login hq 4711 PASSWORD		token in $token
#	fact / is / done_testing	TAP
#
# Ports: $port_hq, ...  Powers of its desk: $powers_hq, when set before; more
# words for its init, without spaces inside: $more_hq.
# Passphrases: $T/pass for rings, $T/pw for 4711.
nodes_bin=$(cd "$B" && pwd) || exit 1
entente=$nodes_bin/entente
T=$(mktemp -d) || exit 1
chmod 755 "$T"
export LC_ALL=C HOME="$T/home" XDG_CONFIG_HOME="$T/home/.config"
unset ENTENTE_DIR ENTENTE_URL ENTENTE_PIN ENTENTE_TOKEN_FILE ENTENTE_LANG LANG
mkdir "$T/home"
echo 'correct horse battery staple' >"$T/pass"
echo 'Officer-4711 of the demo' >"$T/pw"
# The daemon never runs as root: then the directory is somebody else's.
node_owner=
[ "$(id -u)" -eq 0 ] && node_owner="--owner 65534"
nodes_all=
token=

nodes_free_port() {
	perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(
	    LocalAddr => "127.0.0.1", Listen => 1)->sockport'
}

nodes_trust() { echo "--trust $T/$1.age --passphrase-file $T/pass"; }

nodes_init() {		# MEMBER ARGS...
	nodes_m=$1; shift
	"$entente" init "$T/$nodes_m" --name "Member $nodes_m" --country FR \
	    --time-zone Europe/Paris --languages en,fr \
	    --desk "$nodes_m/cyber;name=Cyber desk;phone=+38111123456;hours=24/7;powers=$(eval echo "\${powers_$nodes_m:-art29,art35}");channels=coe;languages=en,fr" \
	    --link "127.0.0.1:$(eval echo "\$port_$nodes_m")" \
	    --url "https://127.0.0.1:$(eval echo "\$port_$nodes_m")" \
	    --admin 4711 --admin-name 'A. Officer' \
	    --trust "$T/$nodes_m.age" --trust-passphrase-file "$T/pass" \
	    --passphrase-file "$T/pass" --password-file "$T/pw" \
	    --credential "$T/$nodes_m.unlock" --demo --work 10 --yes \
	    $(eval echo "\${more_$nodes_m:-}") \
	    --no-input $node_owner "$@" || return 1
	[ -z "$node_owner" ] || chown 65534 "$T/$nodes_m.unlock"
}

nodes_join() {		# MEMBER: invited, made, admitted
	"$entente" network invite "$1" --class "$(eval echo "\${class_$1:-bureau}")" \
	    --network-dir "$T/net" \
	    --url "https://127.0.0.1:$port_hq" --pin "$pin_hq" \
	    -o "$T/$1-invite.note" --demo --no-input $(nodes_trust hq) &&
	nodes_init "$1" --invite "$T/$1-invite.note" -o "$T/$1-join.note" &&
	"$entente" network admit "$T/$1-join.note" --network-dir "$T/net" \
	    --yes --demo --no-input $(nodes_trust roots)
}

nodes_make() {
	for nodes_x; do eval "port_$nodes_x=$(nodes_free_port)"; done
	"$entente" network create demo.example --demo --roots 1 \
	    --coordinator hq -o "$T/net" $(nodes_trust roots) --work 10 \
	    --no-input >"$T/make.log" 2>&1 || { cat "$T/make.log"; return 1; }
	cp "$T/roots.age" "$T/hq.age"
	cp "$T/roots.age.unlock" "$T/hq.age.unlock"
	nodes_init hq --network "$T/net" --member hq --json >"$T/hq.json" \
	    2>"$T/make.log" || { cat "$T/make.log"; return 1; }
	pin_hq=$(jq -r .link_pin "$T/hq.json")
	for nodes_x; do
		[ "$nodes_x" = hq ] || nodes_join "$nodes_x" \
		    >"$T/make.log" 2>&1 || { cat "$T/make.log"; return 1; }
	done
	for nodes_x; do
		cp "$T"/net/*.note "$T/$nodes_x/trust/"
		cp "$T"/net/cards/*.note "$T/$nodes_x/trust/" 2>/dev/null
		[ -z "$node_owner" ] ||
			chown -R 65534:65534 "$T/$nodes_x/trust"
	done
}

node_start() {
	"$nodes_bin/ententd" "$T/$1" >>"$T/$1.log" 2>&1 &
	eval "pid_$1=$!"
	nodes_all="$nodes_all $1"
	nodes_n=0
	until api "$1" GET /status &&
	    grep -q "\"state\":\"${2:-ready}\"" "$T/answer"; do
		nodes_n=$((nodes_n + 1))
		[ $nodes_n -lt 100 ] || { cat "$T/$1.log"; return 1; }
		sleep 0.1
	done
}

node_stop() {
	eval "nodes_pid=\${pid_$1:-}"
	[ -n "$nodes_pid" ] || return 0
	kill "$nodes_pid" 2>/dev/null
	wait "$nodes_pid" 2>/dev/null
	eval "pid_$1="
}

nodes_end() {
	for nodes_x in $nodes_all; do node_stop "$nodes_x"; done
	rm -rf "$T"
}

api() {			# NODE METHOD PATH CURL-ARGS...
	nodes_n_=$1 nodes_me=$2 nodes_p=$3; shift 3
	: >"$T/answer"
	status=$(curl -s --max-time 30 --unix-socket "$T/$nodes_n_/desk.sock" \
	    -o "$T/answer" -D "$T/head" -w '%{http_code}' -X "$nodes_me" \
	    ${token:+-H "Authorization: Bearer $token"} "$@" \
	    "http://desk/api/v1$nodes_p")
}

login() {		# NODE BADGE PASSWORD
	token=
	api "$1" POST /sessions -d "{\"account\":\"$2\",\"password\":\"$3\"}"
	token=$(jq -r '.token // empty' "$T/answer")
	[ -n "$token" ]
}

# -- TAP ----------------------------------------------------------------------
tap_n=0 tap_bad=0
fact() {		# STATUS FACT: status 0 holds
	tap_n=$((tap_n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_n - $2"
	else
		tap_bad=1
		echo "not ok $tap_n - $2"
		[ ! -s "$T/answer" ] || { head -c 2000 "$T/answer" | sed 's/^/# /'; echo; }
	fi
}
is() {			# GOT WANT FACT
	[ "$1" = "$2" ] && { fact 0 "$3"; return; }
	fact 1 "$3"
	echo "#  got: $1"; echo "# want: $2"
}
done_testing() {
	echo "1..$tap_n"
	exit $tap_bad
}
