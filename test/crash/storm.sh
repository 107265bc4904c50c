# Sourced after world.sh and invariants.sh: kill -9 of whichever process of
# whichever member, KILLS times, while each sends to each.
#
#	storm KILLS PAUSE MEMBER...	PAUSE: seconds at most between two
storm_seed() {
	seed=${SEED:-$$}
	echo "# seed $seed"
}
# insist CURL-ARGS: until it is answered as it should be; as a client would, by
# the same key each time.
insist() {
	local tries
	tries=0
	while api "$@"; [ $code != 201 ]; do
		case $code in
		000|503|401|403) ;;
		*) echo "# $1: $code $(cat "$A")"; return 1 ;;
		esac
		[ $((tries = tries + 1)) -lt 1200 ] || return 1
		sleep 0.05
	done
}
stream() {		# stream FROM TO: one after the other until it is enough
	local i body
	A=$T/answer.$1.$2; i=0
	: >"$T/names.$1.$2"
	while [ ! -e "$T/enough" ]; do
		key=m-$2-$((i = i + 1))
		case $((i % 10)) in 0) u=flash ;; 5) u=urgent ;; *) u=normal ;; esac
		insist $1 POST messages '{"kind":"message.text/1","lang":"en",
		    "purpose":"investigation","from":"'$1'/cyber","to":["'$2'/cyber"],
		    "subject":"n","urgency":"'$u'","body":{"text":"Message '$i'"}}' || return 1
		jq -r .name "$A" >>"$T/names.$1.$2"
		sleep 0.2
	done
}
storm() {
	local kills pause a b m which wait streams
	kills=$1 pause=$2; shift 2
	streams=
	rm -f "$T/enough"
	for a in "$@"; do
		for b in "$@"; do
			[ $a != $b ] || continue
			stream $a $b & streams="$streams $!"
		done
	done
	awk -v s="$seed" -v k=$kills -v p=$pause -v all="$*" 'BEGIN {
	    srand(s); n = split(all, m, " ")
	    for (i = 0; i < k; i++) print m[int(rand() * n) + 1], int(rand() * 6),
	    p * (0.2 + 0.8 * rand()) }' >"$T/plan"
	fallen=0
	while read -r m which wait; do
		[ $which -eq 5 ] && pid=$(cat "$T/$m.pid") ||
		    pid=$(children $m | cut -d' ' -f$((which + 1)))
		# One that was being born is not there to kill.
		[ -n "$pid" ] && kill -9 "$pid" 2>/dev/null && fallen=$((fallen + 1))
		sleep "$wait"
		for a in "$@"; do dead $a && start $a; done
	done <"$T/plan"
	[ $fallen -ge $((kills * 3 / 4)) ]; ok $? "$kills rounds, $fallen processes killed"
	up "$@"; ok $? 'all nodes live again'
	: >"$T/enough"
	a=0
	for b in $streams; do wait $b || a=1; done
	ok $a "each of $(cat "$T"/names.*.* | wc -l) messages was answered 201 in the end"
	settled 120 "$@"; ok $? 'all was delivered'
	stop "$@"
	invariants "$@"; ok $? 'one copy of each, no receipt for what is not there'
	for a in "$@"; do
		for b in "$@"; do [ $a = $b ] || sent_and_there $a $b; done
	done
}
sent_and_there() {
	want=$(sort "$T/names.$1.$2")
	is "$(sqlite3 "$T/$1/entente.db" "SELECT lower(hex(message)) FROM outbox
	    WHERE peer = '$2' ORDER BY 1" | sha256sum)" "$(echo "$want" | sha256sum)" \
	    "$1 has what it answered 201 for to $2, and nothing else"
	is "$(sqlite3 "$T/$2/entente.db" "SELECT lower(hex(name)) FROM message
	    WHERE ours = 0 AND sender = '$1' ORDER BY 1" | sha256sum)" \
	    "$(echo "$want" | sha256sum)" "and so has $2"
}
