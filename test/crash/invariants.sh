# What must hold between rs and fr when all has settled, whoever fell before.
# Sourced after world.sh; the nodes have stopped.
sql() { sqlite3 "$T/rs/entente.db" "ATTACH '$T/fr/entente.db' AS f" "$@"; }
none() { [ "$2" = 0 ] || { echo "# $1: $2"; wrong=1; }; }
invariants() {
	wrong=0
	for m in rs fr; do
		[ "$(sqlite3 "$T/$m/entente.db" 'PRAGMA integrity_check')" = ok ] ||
		    none "integrity of $m" 1
		none "leftovers at $m" "$(find "$T/$m" -name '*.tmp' -o -name '*.new' -o -name '*.part' | wc -l)"
		for b in "$T/$m"/blobs/*; do
			[ -e "$b" ] || continue
			none "file without a row at $m" $((1 - $(sqlite3 "$T/$m/entente.db" \
			    "SELECT count(*) > 0 FROM blob WHERE complete = 1
			    AND lower(hex(name)) = '${b##*/}'")))
		done
	done
	for pair in "main f fr" "f main rs"; do
		set -- $pair
		none "sent by $1 and not there" "$(sql "SELECT count(*) FROM $1.message m
		    WHERE ours = 1 AND NOT EXISTS (SELECT 1 FROM $2.message x
		    WHERE x.name = m.name AND x.ours = 0 AND x.place = 0)")"
		none "unsettled at $1" "$(sql "SELECT count(*) FROM $1.outbox WHERE status <> 1")"
		none "not in the outbox of $1" "$(sql "SELECT count(*) FROM $1.message m WHERE ours = 1
		    AND NOT EXISTS (SELECT 1 FROM $1.outbox o WHERE o.message = m.name)")"
		none "taken without a receipt at $1" "$(sql "SELECT count(*) FROM $1.outbox o
		    WHERE NOT EXISTS (SELECT 1 FROM $1.receipt_entry e WHERE
		    e.message = o.message AND e.giver = '$3' AND e.result = 0)")"
		none "receipt for what is not there" "$(sql "SELECT count(*) FROM $1.receipt_entry e
		    WHERE e.giver = '$3' AND e.result = 0 AND NOT EXISTS
		    (SELECT 1 FROM $2.message x WHERE x.name = e.message)")"
		none "receipt its giver does not know" "$(sql "SELECT count(*) FROM $1.receipt_entry e
		    WHERE e.giver = '$3' AND NOT EXISTS
		    (SELECT 1 FROM $2.receipt r WHERE r.hash = e.receipt)")"
		none "taken twice" "$(sql "SELECT count(*) FROM (SELECT 1 FROM $1.receipt_entry
		    WHERE result = 0 GROUP BY message, giver HAVING count(*) > 1)")"
		none "gap in the slips $1 got" "$(sql "SELECT count(*) FROM $1.slip_peer WHERE low <> high + 1")"
	done
	none "legs differ" "$(sql "SELECT count(*) FROM (SELECT thread, state, urgency, crossed
	    FROM main.leg EXCEPT SELECT thread, state, urgency, crossed FROM f.leg)")"
	none "legs differ in number" "$(sql 'SELECT (SELECT count(*) FROM main.leg) <>
	    (SELECT count(*) FROM f.leg)')"
	return $wrong
}
