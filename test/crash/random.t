#!/bin/sh
# Twenty times kill -9 of whichever process of two nodes, while thirty messages
# go each way.  The seed is printed; SEED=n plays the same choices again.
. test/crash/world.sh
. test/crash/invariants.sh
seed=${SEED:-$$}
echo "# seed $seed"

nodes_make 3
start rs fr; up rs fr; login rs fr

stream() {		# stream FROM TO: until each is answered 201
	A=$T/answer.$1
	for i in $(seq 30); do
		key=m-$i; tries=0
		while api $1 POST messages '{"kind":"message.text/1","lang":"en",
		    "purpose":"investigation","from":"'$1'/cyber","to":["'$2'/cyber"],
		    "subject":"n","body":{"text":"Message '$i'"}}'
		    [ $code != 201 ]; do
			case $code in
			000|503|401|403) ;;
			*) echo "# $1: $code $(cat "$A")"; exit 1 ;;
			esac
			[ $((tries = tries + 1)) -lt 400 ] || exit 1
			sleep 0.05
		done
		jq -r .name "$A" >>"$T/names.$1"
		sleep 0.2
	done
}
stream rs fr & one=$!
stream fr rs & two=$!

awk -v s="$seed" 'BEGIN { srand(s); for (i = 0; i < 20; i++)
    print (rand() < 0.5 ? "rs" : "fr"), int(rand() * 6), 0.1 + rand() * 0.5 }' \
    >"$T/plan"
fallen=0
while read -r m which pause; do
	[ $which -eq 5 ] && pid=$(cat "$T/$m.pid") ||
	    pid=$(children $m | cut -d' ' -f$((which + 1)))
	[ -n "$pid" ] && kill -9 "$pid" && fallen=$((fallen + 1))
	sleep "$pause"
	for x in rs fr; do dead $x && start $x; done
done <"$T/plan"
# A child that was being born when it was to be killed is not there to kill.
[ $fallen -ge 15 ]; ok $? "20 rounds, $fallen processes killed"
up rs fr; ok $? 'both nodes live again'
wait $one; ok $? 'rs: each of 30 messages was answered 201 in the end'
wait $two; ok $? 'fr: each of 30 messages was answered 201 in the end'
settled 30 rs fr; ok $? 'all was delivered'
stop rs fr
invariants; ok $? 'one copy of each, no receipt for what is not there'
for p in 'rs main f' 'fr f main'; do
	set -- $p
	got=$(sql "SELECT lower(hex(name)) FROM $2.message WHERE ours = 1 ORDER BY 1")
	is "$(echo "$got" | sha256sum)" "$(sort "$T/names.$1" | sha256sum)" \
	    "$1 has what it answered 201 for, and nothing else"
	got=$(sql "SELECT lower(hex(name)) FROM $3.message WHERE ours = 0 ORDER BY 1")
	is "$(echo "$got" | sha256sum)" "$(sort "$T/names.$1" | sha256sum)" \
	    'and so has the other side'
done
echo "1..$n"
exit $bad
