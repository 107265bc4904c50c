# What a node does under load, in a network, and with a full store; sourced by
# run.  Everything is measured from outside: over the desk's socket, and by what
# is committed in the databases.
SECONDS_LONG=${BENCH_SECONDS:-60}	# a sustained load
MEMBERS=${BENCH_MEMBERS:-50}		# of the networks of many
THREADS=${BENCH_THREADS:-1000000}	# of the full store
BACKLOG=${BENCH_BACKLOG:-10000}		# for a peer that is away
MAIL=${BENCH_MAIL:-5000}		# of Postfix

load() {
	"$BIN/load_bench" "$@"
}

# m01 m02 ... of so many members.
members() {	# N
	seq -f 'm%02g' "$1"
}

desks() {
	for d in "$@"; do
		echo "$d/cyber"
	done
}

# What Postfix moves, once a run; nothing where it cannot be.
mail_rate() {
	if [ "$(id -u)" != 0 ] || ! command -v smtp-source >/dev/null; then
		say "no figure of Postfix: needs root, and Debian's postfix"
	elif [ ! -f "$WORK/postfix.rate" ]; then
		postfix_rate "$MAIL"
	fi
}

# As many as the node takes for a minute, and until the last receipt.  Postfix
# before and after: the better counts.
deliver() {
	wanted deliver || return 0
	mail_rate
	nodes_make
	node_start rs hq
	load flood "$NET/rs/desk.sock" "$NET/rs/entente.db" "$SECONDS_LONG" \
	    hq/cyber >"$WORK/took"
	nodes_stop
	read -r n took <"$WORK/took"
	ours=$(rate "$n" "$took")
	line deliver "$ours" goal 2000 messages/s rate 1
	if [ -f "$WORK/postfix.rate" ]; then
		line deliver_postfix "$ours" "Postfix, two queued hops" \
		    "$(cat "$WORK/postfix.rate")" messages/s rate 4
	fi
}

deliver_p99() {
	wanted deliver_p99 || return 0
	nodes_make
	node_start rs hq
	load light "$NET/rs/desk.sock" "$NET/rs/entente.db" \
	    $((SECONDS_LONG * 10)) hq/cyber >"$WORK/took"
	nodes_stop
	read -r middle p99 worst <"$WORK/took"
	say "from 201 to receipt: half within $middle ms, all within $worst ms"
	line deliver_p99 "$p99" goal 50 ms most 1
}

# -- one to all ---------------------------------------------------------------------

broadcast_195() {
	wanted broadcast_195 || return 0
	{
		"$BIN/seal_bench" seal 195
		"$BIN/seal_bench" seal 195
		"$BIN/seal_bench" seal 195
	} | fastest >"$WORK/us"
	line broadcast_195 "$(cat "$WORK/us")" goal 25000 us most 1
}

# Three times, each after a pause; the worst counts.
broadcast_nodes() {
	wanted broadcast_nodes || return 0
	net_begin many
	all=$(members $((MEMBERS - 1)))
	say "making $MEMBERS nodes"
	net_join $all
	net_spread
	begun=$(date +%s)
	node_start hq $all
	say "$MEMBERS nodes are ready after $(($(date +%s) - begun)) s"
	sleep "$SETTLE"
	for _ in 1 2 3; do
		load broadcast "$NET/hq/desk.sock" "$NET/hq/entente.db" \
		    $(desks $all)
		sleep 5
	done >"$WORK/took"
	awk '{ print "bench: 201 after " $1 " ms, last receipt after " $2 " ms" }
	    ' "$WORK/took" >&2
	if [ "$(id -u)" = 0 ]; then
		say "memory of $MEMBERS nodes: $(for m in hq $all; do
		    memory_of $(node_processes "$m"); done | awk '{ kb += $1 }
		    END { printf "%.0f MB, %.1f each", kb / 1e3, kb / NR / 1e3 }
		    ')"
	fi
	net_end
	line broadcast_nodes "$(cut -d' ' -f2 "$WORK/took" | sort -n |
	    tail -1)" goal 5000 ms most 1
}
SETTLE=${BENCH_SETTLE:-20}		# until nodes that began together are quiet

# -- a peer that was away ----------------------------------------------------------------

drain() {
	wanted drain || return 0
	net_begin away
	net_join rs
	net_spread
	node_start rs
	load queue "$NET/rs/desk.sock" "$BACKLOG" 10 hq/cyber
	node_launch hq
	load drained "$NET/hq/desk.sock" "$NET/rs/entente.db" >"$WORK/took"
	# Before the last flash message, so many others.
	before=$(sqlite3 "$NET/hq/entente.db" "SELECT count(*) FROM message
	    WHERE urgency = 0 AND number < (SELECT max(number) FROM message
	    WHERE urgency = 2)")
	net_end
	line drain "$(cat "$WORK/took")" goal \
	    "$(awk -v n="$BACKLOG" 'BEGIN { print 6 * n / 10000 }')" s most 1
	line drain_flash "$before" goal 64 messages most 1
}

# -- behind a relay ------------------------------------------------------------------------

# By its own officer, as any card; and then hq and rs know it.
behind_relay() {	# MEMBER
	quiet "$ENTENTE" card update --relay hq --address - --dir "$NET/$1" \
	    --trust "$NET/$1.age" --passphrase-file "$NET/pass" --yes --no-input
	curl -sf --unix-socket "$NET/$1/desk.sock" \
	    http://node/api/v1/trust | jq -c '{ notes: .cards }' >"$WORK/cards"
	for to in hq rs; do
		quiet curl -sf --unix-socket "$NET/$to/desk.sock" -o /dev/null \
		    --data-binary "@$WORK/cards" http://node/api/v1/trust
	done
}

# Of each message: from the relay's receipt (custody, 3) to the member's (0).
relay_delays() {
	sqlite3 "$NET/rs/entente.db" "SELECT t.at - c.at FROM receipt_entry t
	    JOIN receipt_entry c ON c.message = t.message AND c.result = 3
	    WHERE t.result = 0 ORDER BY 1"
}

relay() {
	wanted relay || return 0
	net_begin relay
	all=$(members "$MEMBERS")
	say "making $((MEMBERS + 2)) nodes"
	net_join rs $all
	net_spread
	printf '[relay]\nfor = *\n' >>"$NET/hq/entente.conf"
	node_start hq rs $all
	for who in $all; do
		behind_relay "$who"
	done
	sleep "$SETTLE"
	for m in $all; do
		curl -sf --unix-socket "$NET/rs/desk.sock" \
		    "http://node/api/v1/members/$m"
	done | grep -o '"relay":"hq"' | wc -l >"$WORK/behind"
	say "$(cat "$WORK/behind") of $MEMBERS are behind hq"
	load paced "$NET/rs/desk.sock" "$NET/rs/entente.db" \
	    $((SECONDS_LONG / 2)) "$RELAYED" $(desks $all) >"$WORK/took"
	relay_delays >"$WORK/delays"
	net_end
	read -r n took <"$WORK/took"
	say "$(wc -l <"$WORK/delays") of $n went through the relay"
	line relay "$(rate "$(wc -l <"$WORK/delays")" "$took")" goal 1000 \
	    messages/s rate 1
	line relay_p99 "$(awk '{ a[NR] = $1 } END { print a[int(NR * 0.99) + 1] }
	    ' "$WORK/delays")" goal 1000 ms most 1
}
RELAYED=${BENCH_RELAYED:-1200}		# a second, so that 1000 are not the limit

# -- a full store -----------------------------------------------------------------------------

# A network whose two nodes have known each other for long.
flat_make() {	# NAME THREADS
	net_begin "$1"
	net_join rs
	net_spread
	# Tables are made by the nodes.
	node_start rs hq
	nodes_stop
	say "filling two stores with $2 threads"
	quiet "$BIN/fill_bench" "$NET/rs" rs hq "$2" sent &
	other=$!
	quiet "$BIN/fill_bench" "$NET/hq" hq rs "$2" taken
	wait "$other"
	other=
	give_away "$NET/rs" "$NET/hq"
}

# FEW or MANY: one round, appended to $WORK/flat.NAME as microseconds each.
flat_round() {
	load flood "$WORK/$1/rs/desk.sock" "$WORK/$1/rs/entente.db" \
	    $((SECONDS_LONG / 6)) hq/cyber >"$WORK/took"
	awk '{ printf "%.1f\n", $2 / $1 * 1e6 }' "$WORK/took" >>"$WORK/flat.$1"
}

# Both networks run, and take turns, so that what else the machine does falls on
# both; the best of three.  Memory: the larger of the two vaults.
flat() {
	wanted flat || return 0
	flat_make few $((THREADS / 100))
	flat_make many "$THREADS"
	node_start rs hq
	NET=$WORK/few
	node_start rs hq
	for _ in 1 2 3; do
		flat_round few
		flat_round many
	done
	say "microseconds each: $(tr '\n' ' ' <"$WORK/flat.few")and with" \
	    "$THREADS threads $(tr '\n' ' ' <"$WORK/flat.many")"
	if [ "$(id -u)" = 0 ]; then
		flat_memory >"$WORK/few.kb"
		NET=$WORK/many
		flat_memory >"$WORK/many.kb"
	fi
	NET=$WORK/many
	net_end
	net_end
	line flat_time "$(fastest <"$WORK/flat.many")" \
	    "with a hundredth of $THREADS threads" \
	    "$(fastest <"$WORK/flat.few")" us most 1.2
	if [ -f "$WORK/many.kb" ]; then
		line flat_memory "$(cat "$WORK/many.kb")" \
		    "with a hundredth of $THREADS threads" \
		    "$(cat "$WORK/few.kb")" kB most 1.2
	fi
}

flat_memory() {
	for m in rs hq; do
		memory_of $(node_processes "$m" vault)
	done | sort -n | tail -1
}
