#include "store/outbox_store.h"

#include <assert.h>
#include <stdio.h>

#include "store/row.h"

const char *const outbox_status_names[OUTBOX_STATUSES] = {
	[OUTBOX_QUEUED] = "queued",
	[OUTBOX_TAKEN] = "taken",
	[OUTBOX_REFUSED] = "refused",
	[OUTBOX_EXPIRED] = "expired",
	[OUTBOX_CUSTODY] = "custody",
};

/* In the queries, so that the indexes of what is queued serve them. */
static_assert(OUTBOX_QUEUED == 0 && OUTBOX_TAKEN == 1 &&
    OUTBOX_EXPIRED == 3 && OUTBOX_CUSTODY == 4, "status = ... below");

#define COLUMNS \
	"id, message, peer, lane, deliver_by, next_try, tries, slip, status," \
	" rule, settled, receipt, made"

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
	if (!db_is_null(r->s, 11))
		row_copy(r, 11, o->receipt.b, HASH_LEN);
	o->made = db_int(r->s, 12);
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

#define INSERT \
	"INSERT INTO outbox (member, " COLUMNS ") VALUES" \
	" ($1, $2, $3, $4, $5, $6, $7, 0, $8, 0, '', 0, $9, $7)"

static bool
insert(struct store *st, const struct outbox_row *o, struct err *err)
{
	struct db_stmt *s;
	int64_t id;

	if (!store_next(st, "outbox", &id, err))
		return false;
	s = o->slip != 0 ? db_sql(st->db, INSERT) :
	    db_sql(st->db, INSERT " ON CONFLICT DO NOTHING");
	db_bind_text(s, 1, st->member);
	db_bind_int(s, 2, id);
	db_bind_hash(s, 3, &o->message);
	db_bind_text(s, 4, o->to.s);
	db_bind_int(s, 5, o->lane);
	db_bind_int(s, 6, o->deliver_by);
	db_bind_int(s, 7, o->made);
	db_bind_int(s, 8, o->slip);
	if (o->slip == 0)
		db_bind_hash(s, 9, &o->receipt);
	return db_done(s, err);
}

/* The sequence of the numbers given out to a member. */
struct pair {
	char	s[8 + sizeof(((struct member_id *)NULL)->s)];
};

static struct pair
pair_of(const struct member_id *to)
{
	struct pair p;

	(void)snprintf(p.s, sizeof(p.s), "slip/%s", to->s);
	return p;
}

bool
outbox_put(struct store *st, const struct hash *message,
    const struct member_id *to, enum urgency lane, msec deliver_by, msec now,
    struct err *err)
{
	struct outbox_row o = { .message = *message, .to = *to, .lane = lane,
	    .deliver_by = deliver_by, .made = now };

	return store_next(st, pair_of(to).s, &o.slip, err) &&
	    insert(st, &o, err);
}

bool
outbox_put_receipt(struct store *st, const struct hash *name,
    const struct hash *note, const struct member_id *to, enum urgency lane,
    msec deliver_by, msec now, struct err *err)
{
	struct outbox_row o = { .message = *name, .to = *to, .lane = lane,
	    .deliver_by = deliver_by, .receipt = *note, .made = now };

	return insert(st, &o, err);
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
outbox_unsettled(struct store *st, struct arena *arena,
    const struct member_id *to, size_t limit, struct outbox_row **rows,
    size_t *n, struct err *err)
{
	struct row_list l = row_list_of(arena, sizeof(**rows));
	struct outbox_row *queued;
	struct row r;

	if (!outbox_due(st, arena, to, URGENCY_NORMAL, URGENCY_FLASH, TIME_MAX,
	    limit, &queued, n, err))
		return false;
	for (size_t i = 0; i < *n; i++)
		*(struct outbox_row *)row_list_add(&l) = queued[i];
	r = row_of(db_sql(st->db, "SELECT " COLUMNS " FROM outbox"
	    " WHERE member = $1 AND peer = $2 AND status = 4"
	    " ORDER BY lane DESC, id LIMIT $3"));
	db_bind_text(r.s, 1, st->member);
	db_bind_text(r.s, 2, to->s);
	db_bind_int(r.s, 3, (int64_t)(limit - *n));
	while (row_next(&r))
		read_outbox(&r, row_list_add(&l));
	*rows = (struct outbox_row *)(void *)l.p;
	*n = l.n;
	return row_end(&r, err);
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
    msec now, bool *news, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "UPDATE outbox"
	    " SET status = $4, rule = $5, settled = $6 WHERE member = $1"
	    " AND message = $2 AND peer = $3 AND status <> 1"
	    " AND (status <> $4 OR rule <> $5)");

	assert(status != OUTBOX_QUEUED);
	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, message);
	db_bind_text(s, 3, to->s);
	db_bind_int(s, 4, status);
	db_bind_text(s, 5, rule);
	db_bind_int(s, 6, now);
	if (!db_done(s, err))
		return false;
	*news = db_changes(st->db) == 1;
	return true;
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
	    " SET status = 3, settled = $2 WHERE member = $1"
	    " AND (status = 0 AND deliver_by < $2 AND settled < $3"
	    " OR status = 4 AND deliver_by < $2) RETURNING " COLUMNS));

	db_bind_text(r.s, 1, st->member);
	db_bind_int(r.s, 2, now);
	/* What was taken in time and lost since has time once more. */
	db_bind_int(r.s, 3, now - OUTBOX_LOST_WAITS);
	return read_all(&r, arena, rows, n, err);
}

/* -- relays -------------------------------------------------------------------- */

bool
outbox_custody(struct store *st, const struct hash *message,
    const struct member_id *to, msec now, msec again, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "UPDATE outbox SET"
	    " status = CASE WHEN slip = 0 THEN 1 ELSE 4 END,"
	    " settled = $4, next_try = $5, tries = tries + 1, rule = ''"
	    " WHERE member = $1 AND message = $2 AND peer = $3 AND status = 0");

	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, message);
	db_bind_text(s, 3, to->s);
	db_bind_int(s, 4, now);
	db_bind_int(s, 5, again);
	return db_done(s, err);
}

bool
outbox_again(struct store *st, msec now, int64_t *n, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "UPDATE outbox SET status = 0,"
	    " settled = 0 WHERE member = $1 AND status = 4 AND next_try <= $2");
	bool ok;

	db_bind_text(s, 1, st->member);
	db_bind_int(s, 2, now);
	ok = db_done(s, err);
	*n = ok ? db_changes(st->db) : 0;
	return ok;
}

/* -- reconciliation -------------------------------------------------------------- */

bool
outbox_requeue(struct store *st, const struct hash *message,
    const struct member_id *to, msec now, enum outbox_status *was, bool *there,
    struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT status FROM outbox"
	    " WHERE member = $1 AND message = $2 AND peer = $3"));
	struct db_stmt *s;

	db_bind_text(r.s, 1, st->member);
	db_bind_hash(r.s, 2, message);
	db_bind_text(r.s, 3, to->s);
	while (row_next(&r))
		*was = (enum outbox_status)row_enum(&r, 0, OUTBOX_STATUSES);
	*there = r.n == 1;
	if (!row_end(&r, err) || !*there)
		return !*there;
	s = db_sql(st->db, "UPDATE outbox SET status = 0, settled = 0,"
	    " next_try = $4 WHERE member = $1 AND message = $2 AND peer = $3");
	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, message);
	db_bind_text(s, 3, to->s);
	db_bind_int(s, 4, now);
	return db_done(s, err);
}

bool
outbox_lost(struct store *st, const struct hash *message,
    const struct member_id *to, msec now, bool *was_taken, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "UPDATE outbox SET status = 0,"
	    " settled = $4, next_try = $4, tries = 0 WHERE member = $1"
	    " AND message = $2 AND peer = $3 AND status = 1 AND slip > 0");
	bool ok;

	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, message);
	db_bind_text(s, 3, to->s);
	db_bind_int(s, 4, now);
	ok = db_done(s, err);
	*was_taken = ok && db_changes(st->db) == 1;
	return ok;
}

bool
outbox_last_slip(struct store *st, const struct member_id *to, int64_t *last,
    struct err *err)
{
	return store_last(st, pair_of(to).s, last, err);
}

bool
outbox_skip_slips(struct store *st, const struct member_id *to, int64_t last,
    struct err *err)
{
	return store_skip(st, pair_of(to).s, last, err);
}

bool
outbox_slips(struct store *st, struct arena *arena, const struct member_id *to,
    int64_t from, int64_t until, size_t limit, struct outbox_row **rows,
    size_t *n, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT " COLUMNS " FROM outbox"
	    " WHERE member = $1 AND peer = $2 AND slip >= $3 AND slip < $4"
	    " AND slip > 0 ORDER BY slip LIMIT $5"));

	db_bind_text(r.s, 1, st->member);
	db_bind_text(r.s, 2, to->s);
	db_bind_int(r.s, 3, from);
	db_bind_int(r.s, 4, until);
	db_bind_int(r.s, 5, (int64_t)limit);
	return read_all(&r, arena, rows, n, err);
}

bool
outbox_digest(struct store *st, const struct member_id *to, int64_t from,
    int64_t until, struct hash *digest, int64_t *n, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "SELECT slip, message FROM outbox"
	    " WHERE member = $1 AND peer = $2 AND slip >= $3 AND slip < $4"
	    " AND slip > 0 ORDER BY slip, message");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, to->s);
	db_bind_int(s, 3, from);
	db_bind_int(s, 4, until);
	return row_digest(s, digest, n, err);
}

/* -- the sender's watch ------------------------------------------------------------ */

bool
outbox_overdue(struct store *st, struct arena *arena, msec made, size_t limit,
    struct outbox_row **rows, size_t *n, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT " COLUMNS " FROM outbox"
	    " WHERE member = $1 AND told = 0 AND made < $2"
	    " AND (status = 0 OR status = 4) AND slip > 0"
	    " AND (status = 4 OR settled = 0)"
	    " ORDER BY made LIMIT $3"));

	db_bind_text(r.s, 1, st->member);
	db_bind_int(r.s, 2, made);
	db_bind_int(r.s, 3, (int64_t)limit);
	return read_all(&r, arena, rows, n, err);
}

bool
outbox_told(struct store *st, int64_t id, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "UPDATE outbox SET told = 1"
	    " WHERE member = $1 AND id = $2");

	db_bind_text(s, 1, st->member);
	db_bind_int(s, 2, id);
	return db_done(s, err);
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
