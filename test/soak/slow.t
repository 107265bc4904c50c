#!/bin/sh
# Slow heads, slow bodies, slow readers by slowhttptest against the officers'
# listener, more than it holds of one address: an officer at another is served
# all the while, and each attacker has his time and no more.
MEMBERS='hq rs'
. test/crash/world.sh
nodes_make 13
desk=$(port_of desk)
printf '\n[desk]\nlisten = 127.0.0.1:%s\n' $desk >>"$T/rs/entente.conf"
start rs; up rs; login rs; ok $? 'a node with a listener for officers'
url=https://127.0.0.1:$desk/api/v1/status

held() {		# connections of the attacker
	awk -v p=":$(printf %04X $desk)" '$4 == "01" && $2 == "0100007F" p &&
	    $3 ~ /^0100007F:/' /proc/net/tcp | wc -l
}
officer() {		# from another address, over TLS
	curl -sk --interface 127.0.0.2 -m 5 -o "$T/me" -w '%{http_code}' \
	    -H "Authorization: Bearer $(cat "$T/rs.token")" \
	    "https://127.0.0.1:$desk/api/v1/me"
}
attack() {		# FACT ARGS...
	what=$1; shift
	# Its probes come from its own address, and wait like the rest.
	timeout 60 slowhttptest -c 400 -r 200 -l 25 -p 5 -u "$url" "$@" >"$T/slow" 2>&1 &
	pid=$!
	served=0 most=0
	for i in 1 2 3 4 5 6 7 8; do
		sleep 1
		[ "$(officer)" = 200 ] && served=$((served + 1))
		h=$(held); [ $h -le $most ] || most=$h
	done
	is $served 8 "$what: an officer elsewhere is served each time"
	[ $most -gt 20 ] && [ $most -le 220 ]
	ok $? "$what: of one address the house holds 200 at most (held $most)"
	wait $pid
	i=0
	until [ "$(held)" = 0 ] || [ $((i = i + 1)) -gt 40 ]; do sleep 0.5; done
	is "$(held)" 0 "$what: and nothing of it in the end"
}
attack 'slow heads' -H -i 3 -x 20
attack 'slow bodies' -B -i 3 -x 20 -s 8192
attack 'slow readers' -X -w 1 -y 2 -n 3 -z 1 -k 1
kb=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$(child rs desk)/status")
[ "$kb" -lt 100000 ]; ok $? "the desk holds $kb kB"
is "$(officer)" 200 'the node goes on'
stop rs
echo "1..$n"
exit $bad
