# What must hold between members when all has settled, whoever fell before.
# Sourced after world.sh; the nodes have stopped.
#
#	invariants rs fr	all was taken, and no slip is missing
#	agreement rs fr it	what lapsed or was refused may be missing
sql() { sqlite3 "$T/rs/entente.db" "ATTACH '$T/fr/entente.db' AS f" "$@"; }
none() { [ "$2" = 0 ] || { echo "# $1: $2"; wrong=1; }; }

whole() {		# MEMBER: its own store and files
	[ "$(sqlite3 "$T/$1/entente.db" 'PRAGMA integrity_check')" = ok ] ||
	    none "integrity of $1" 1
	none "leftovers at $1" "$(find "$T/$1" -name '*.tmp' -o -name '*.new' -o -name '*.part' | wc -l)"
	for b in "$T/$1"/blobs/*; do
		[ -e "$b" ] || continue
		none "file without a row at $1" $((1 - $(sqlite3 "$T/$1/entente.db" \
		    "SELECT count(*) > 0 FROM blob WHERE complete = 1
		    AND lower(hex(name)) = '${b##*/}'")))
	done
	none "not in the outbox of $1" "$(sqlite3 "$T/$1/entente.db" \
	    "SELECT count(*) FROM message m WHERE ours = 1 AND NOT EXISTS
	    (SELECT 1 FROM outbox o WHERE o.member = '$1' AND o.message = m.name)")"
}

# pair A B SETTLED: what A sent B.  Each line is a fault and how many show it.
pair() {
	sqlite3 -separator ': ' "$T/$1/entente.db" "ATTACH '$T/$2/entente.db' AS f" "
	WITH fault(words, n) AS (
	SELECT 'unsettled', count(*) FROM main.outbox
	    WHERE peer = '$2' AND status NOT IN $3
	UNION ALL SELECT 'taken and not there', count(*) FROM main.outbox o
	    WHERE peer = '$2' AND status = 1 AND NOT EXISTS (SELECT 1 FROM f.message x
	    WHERE x.member = '$2' AND x.name = o.message AND x.ours = 0 AND x.place = 0)
	UNION ALL SELECT 'there and not sent', count(*) FROM f.message x
	    WHERE ours = 0 AND sender = '$1' AND NOT EXISTS (SELECT 1 FROM main.outbox o
	    WHERE o.member = '$1' AND o.message = x.name AND o.peer = '$2')
	UNION ALL SELECT 'taken without a receipt', count(*) FROM main.outbox o
	    WHERE peer = '$2' AND status = 1 AND NOT EXISTS (SELECT 1
	    FROM main.receipt_entry e WHERE e.member = '$1'
	    AND e.message = o.message AND e.giver = '$2' AND e.result = 0)
	UNION ALL SELECT 'receipt for what is not there', count(*)
	    FROM main.receipt_entry e WHERE giver = '$2' AND result = 0 AND NOT EXISTS
	    (SELECT 1 FROM f.message x WHERE x.member = '$2' AND x.name = e.message)
	UNION ALL SELECT 'receipt its giver does not know', count(*)
	    FROM main.receipt_entry e WHERE giver = '$2' AND NOT EXISTS
	    (SELECT 1 FROM f.receipt r WHERE r.member = '$2' AND r.hash = e.receipt)
	UNION ALL SELECT 'taken twice', count(*) FROM (SELECT 1 FROM main.receipt_entry
	    WHERE giver = '$2' AND result = 0 GROUP BY message HAVING count(*) > 1)
	UNION ALL SELECT 'gap in the slips', count(*) FROM f.slip_peer
	    WHERE peer = '$1' AND low <> high + 1 AND '$3' = '(1)'
	UNION ALL SELECT 'legs differ', count(*) FROM (
	    SELECT thread, state, urgency, crossed FROM main.leg
	    WHERE asker = '$1' AND asked = '$2'
	    EXCEPT SELECT thread, state, urgency, crossed FROM f.leg)
	UNION ALL SELECT 'legs differ in number',
	    (SELECT count(*) FROM main.leg WHERE asker = '$1' AND asked = '$2') <>
	    (SELECT count(*) FROM f.leg WHERE asker = '$1' AND asked = '$2'))
	SELECT '# $1 to $2, ' || words, n FROM fault WHERE n <> 0"
}
among() {		# SETTLED MEMBER...
	local settled a b
	settled=$1; shift
	wrong=0
	for a in "$@"; do
		whole $a
		for b in "$@"; do
			[ $a != $b ] || continue
			said=$(pair $a $b "$settled") && [ -z "$said" ] ||
			    { echo "${said:-# $a and $b: no stores}"; wrong=1; }
		done
	done
	return $wrong
}
invariants() { [ $# -gt 0 ] || set -- rs fr; among "(1)" "$@"; }
agreement() { among '(1,2,3)' "$@"; }
