#include "store/outbox_store.h"

#include <assert.h>
#include <stdio.h>

#include "store/row.h"

const char *const outbox_status_names[OUTBOX_STATUSES] = {
	[OUTBOX_QUEUED] = "queued",
	[OUTBOX_TAKEN] = "taken",
	[OUTBOX_REFUSED] = "refused",
	[OUTBOX_EXPIRED] = "expired",
};

/* In the queries, so that the indexes of what is queued serve them. */
static_assert(OUTBOX_QUEUED == 0 && OUTBOX_TAKEN == 1 && OUTBOX_EXPIRED == 3,
    "status = 0, 1 and 3 below");

#define COLUMNS \
	"id, message, peer, lane, deliver_by, next_try, tries, slip, status," \
	" rule, settled"

static void
read_outbox(struct row *r, struct outbox_row *o)
{
	o->id = db_int(r->s, 0);
	row_copy(r, 1, o->message.b, HASH_LEN);
	row_str(r, 2, o->to.s, sizeof(o->to.s));
	o->lane = (enum urgency)row_enum(r, 3, URGENCIES);
	o->deliver_by = db_int(r->s, 4);
	o->next_try = db_int(r->s, 5);
	o->tries = row_enum(r, 6, UINT32_MAX);
	o->slip = db_int(r->s, 7);
	o->status = (enum outbox_status)row_enum(r, 8, OUTBOX_STATUSES);
	row_str(r, 9, o->rule, sizeof(o->rule));
	o->settled = db_int(r->s, 10);
}

static bool
read_all(struct row *r, struct arena *arena, struct outbox_row **rows,
    size_t *n, struct err *err)
{
	struct row_list l = row_list_of(arena, sizeof(**rows));

	while (row_next(r))
		read_outbox(r, row_list_add(&l));
	*rows = (struct outbox_row *)(void *)l.p;
	*n = l.n;
	return row_end(r, err);
}

bool
outbox_put(struct store *st, const struct hash *message,
    const struct member_id *to, enum urgency lane, msec deliver_by, msec now,
    struct err *err)
{
	char pair[8 + sizeof(to->s)];
	int64_t id, slip;
	struct db_stmt *s;

	(void)snprintf(pair, sizeof(pair), "slip/%s", to->s);
	if (!store_next(st, "outbox", &id, err) ||
	    !store_next(st, pair, &slip, err))
		return false;
	s = db_sql(st->db, "INSERT INTO outbox (member, " COLUMNS ") VALUES"
	    " ($1, $2, $3, $4, $5, $6, $7, 0, $8, 0, '', 0)");
	db_bind_text(s, 1, st->member);
	db_bind_int(s, 2, id);
	db_bind_hash(s, 3, message);
	db_bind_text(s, 4, to->s);
	db_bind_int(s, 5, lane);
	db_bind_int(s, 6, deliver_by);
	db_bind_int(s, 7, now);
	db_bind_int(s, 8, slip);
	return db_done(s, err);
}

bool
outbox_next_peer(struct store *st, const char *last, struct member_id *to,
    msec *at, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT peer, next_try FROM outbox"
	    " WHERE member = $1 AND peer > $2 AND status = 0"
	    " ORDER BY peer, next_try LIMIT 1"));

	db_bind_text(r.s, 1, st->member);
	db_bind_text(r.s, 2, last);
	*to = (struct member_id){ "" };
	*at = 0;
	while (row_next(&r)) {
		row_str(&r, 0, to->s, sizeof(to->s));
		*at = db_int(r.s, 1);
	}
	return row_end(&r, err);
}

bool
outbox_due(struct store *st, struct arena *arena, const struct member_id *to,
    enum urgency lowest, enum urgency highest, msec now, size_t limit,
    struct outbox_row **rows, size_t *n, struct err *err)
{
	/* The sign keeps the index of times out: this order needs the other. */
	struct row r = row_of(db_sql(st->db, "SELECT " COLUMNS " FROM outbox"
	    " WHERE member = $1 AND peer = $2 AND status = 0"
	    " AND lane BETWEEN $3 AND $4 AND +next_try <= $5"
	    " ORDER BY lane DESC, id LIMIT $6"));

	db_bind_text(r.s, 1, st->member);
	db_bind_text(r.s, 2, to->s);
	db_bind_int(r.s, 3, lowest);
	db_bind_int(r.s, 4, highest);
	db_bind_int(r.s, 5, now);
	db_bind_int(r.s, 6, (int64_t)limit);
	return read_all(&r, arena, rows, n, err);
}

bool
outbox_retry(struct store *st, int64_t id, msec next_try, const char *rule,
    struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "UPDATE outbox"
	    " SET next_try = $3, rule = $4, tries = tries + 1"
	    " WHERE member = $1 AND id = $2 AND status = 0");

	db_bind_text(s, 1, st->member);
	db_bind_int(s, 2, id);
	db_bind_int(s, 3, next_try);
	db_bind_text(s, 4, rule);
	return db_done(s, err);
}

bool
outbox_settle(struct store *st, const struct hash *message,
    const struct member_id *to, enum outbox_status status, const char *rule,
    msec now, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "UPDATE outbox"
	    " SET status = $4, rule = $5, settled = $6 WHERE member = $1"
	    " AND message = $2 AND peer = $3 AND status <> 1");

	assert(status != OUTBOX_QUEUED);
	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, message);
	db_bind_text(s, 3, to->s);
	db_bind_int(s, 4, status);
	db_bind_text(s, 5, rule);
	db_bind_int(s, 6, now);
	return db_done(s, err);
}

bool
outbox_of_message(struct store *st, struct arena *arena,
    const struct hash *message, struct outbox_row **rows, size_t *n,
    struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT " COLUMNS " FROM outbox"
	    " WHERE member = $1 AND message = $2 ORDER BY peer"));

	db_bind_text(r.s, 1, st->member);
	db_bind_hash(r.s, 2, message);
	return read_all(&r, arena, rows, n, err);
}

bool
outbox_expire(struct store *st, struct arena *arena, msec now,
    struct outbox_row **rows, size_t *n, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "UPDATE outbox"
	    " SET status = 3, settled = $2 WHERE member = $1 AND status = 0"
	    " AND deliver_by < $2 RETURNING " COLUMNS));

	db_bind_text(r.s, 1, st->member);
	db_bind_int(r.s, 2, now);
	return read_all(&r, arena, rows, n, err);
}

bool
outbox_wake(struct store *st, const struct member_id *to, msec now,
    msec after, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "UPDATE outbox SET next_try = $3"
	    " WHERE member = $1 AND peer = $2 AND status = 0"
	    " AND next_try > $4");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, to->s);
	db_bind_int(s, 3, now);
	db_bind_int(s, 4, after);
	return db_done(s, err);
}

static bool
count(struct db_stmt *s, int64_t *n, struct err *err)
{
	*n = db_row(s) ? db_int(s, 0) : 0;
	return db_done(s, err);
}

bool
outbox_count(struct store *st, const char *member_or_null, int64_t *queued,
    struct err *err)
{
	struct db_stmt *s;

	if (member_or_null == NULL) {
		s = db_sql(st->db, "SELECT COUNT(*) FROM outbox"
		    " WHERE member = $1 AND status = 0");
		db_bind_text(s, 1, st->member);
		return count(s, queued, err);
	}
	s = db_sql(st->db, "SELECT COUNT(*) FROM outbox"
	    " WHERE member = $1 AND status = 0 AND peer = $2");
	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, member_or_null);
	return count(s, queued, err);
}
