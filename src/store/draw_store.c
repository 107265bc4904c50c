#include "store/draw_store.h"

#include "store/row.h"

bool
draw_put(struct store *st, const struct draw *d, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "INSERT INTO pledge_draw"
	    " (member, message, thread, agreement, pledge, party, other,"
	    " amount, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
	    " ON CONFLICT DO NOTHING");

	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, &d->message);
	db_bind_hash(s, 3, &d->thread);
	db_bind_text(s, 4, d->agreement);
	db_bind_text(s, 5, d->pledge);
	db_bind_text(s, 6, d->party.s);
	db_bind_text(s, 7, d->other.s);
	db_bind_int(s, 8, d->amount);
	db_bind_int(s, 9, d->at);
	return db_done(s, err);
}

bool
draw_sum(struct store *st, const char *agreement, const char *pledge,
    msec from, msec until, int64_t *sum, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT COALESCE(SUM(amount), 0)"
	    " FROM pledge_draw WHERE member = $1 AND agreement = $2"
	    " AND pledge = $3 AND at >= $4 AND ($5 = 0 OR at < $5)"));

	*sum = 0;
	db_bind_text(r.s, 1, st->member);
	db_bind_text(r.s, 2, agreement);
	db_bind_text(r.s, 3, pledge);
	db_bind_int(r.s, 4, from);
	db_bind_int(r.s, 5, until);
	if (row_next(&r))
		*sum = db_int(r.s, 0);
	return row_one(&r, "sum", err);
}
