#include "store/slip_store.h"

#include <assert.h>

#include "store/row.h"

const char *const slip_end_names[SLIP_ENDS] = {
	[SLIP_CAME] = "came",
	[SLIP_REFUSED] = "refused",
	[SLIP_EXPIRED] = "expired",
	[SLIP_GONE] = "gone",
};

/* In the queries and in old rows. */
static_assert(SLIP_CAME == 0 && SLIP_GONE == 3, "ended in rows");

/* SLIP_NEW when the number is new, SLIP_SAME when it came with this text. */
static bool
seen_before(struct store *st, const char *peer, int64_t number,
    const struct hash *message, enum slip_seen *seen, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "SELECT message FROM slip"
	    " WHERE member = $1 AND peer = $2 AND number = $3");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, peer);
	db_bind_int(s, 3, number);
	*seen = SLIP_NEW;
	while (*seen != SLIP_SAME && db_row(s)) {
		struct hash other = db_hash(s, 0);

		*seen = hash_eq(&other, message) ? SLIP_SAME : SLIP_OTHER_TEXT;
	}
	return db_done(s, err);
}

static bool
insert_slip(struct store *st, const char *peer, int64_t number,
    const struct hash *message, enum slip_end ended, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "INSERT INTO slip"
	    " (member, peer, number, message, ended)"
	    " VALUES ($1, $2, $3, $4, $5)"
	    " ON CONFLICT (member, peer, number, message)"
	    " DO UPDATE SET ended = excluded.ended");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, peer);
	db_bind_int(s, 3, number);
	db_bind_hash(s, 4, message);
	db_bind_int(s, 5, ended);
	return db_done(s, err);
}

/* The least number from `low` that was not seen; each is passed once, ever. */
static bool
advance(struct store *st, const char *peer, int64_t *low, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "SELECT DISTINCT number FROM slip"
	    " WHERE member = $1 AND peer = $2 AND number >= $3"
	    " ORDER BY number");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, peer);
	db_bind_int(s, 3, *low);
	while (db_row(s) && db_int(s, 0) == *low)
		++*low;
	return db_done(s, err);
}

bool
slip_gap(struct store *st, const struct member_id *from, struct slip_peer *p,
    struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "SELECT low, high FROM slip_peer"
	    " WHERE member = $1 AND peer = $2");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, from->s);
	*p = (struct slip_peer){ .peer = *from, .low = 1 };
	if (db_row(s)) {
		p->low = db_int(s, 0);
		p->high = db_int(s, 1);
	}
	return db_done(s, err);
}

static bool
set_gap(struct store *st, const char *peer, int64_t low, int64_t high,
    struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "INSERT INTO slip_peer"
	    " (member, peer, low, high) VALUES ($1, $2, $3, $4)"
	    " ON CONFLICT (member, peer)"
	    " DO UPDATE SET low = excluded.low, high = excluded.high");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, peer);
	db_bind_int(s, 3, low);
	db_bind_int(s, 4, high);
	return db_done(s, err);
}

/* A number is accounted for: low goes on when it waited for this one. */
static bool
moved(struct store *st, struct slip_peer *p, int64_t number, struct err *err)
{
	if (number == p->low && !advance(st, p->peer.s, &p->low, err))
		return false;
	return set_gap(st, p->peer.s, p->low,
	    number > p->high ? number : p->high, err);
}

bool
slip_note(struct store *st, const struct member_id *from, int64_t number,
    const struct hash *message, enum slip_seen *seen, struct err *err)
{
	struct slip_peer p;

	assert(number > 0 && number <= JSON_INT_MAX);
	if (!seen_before(st, from->s, number, message, seen, err) ||
	    !slip_gap(st, from, &p, err))
		return false;
	if (*seen == SLIP_NEW && number > p.high + SLIP_REACH)
		*seen = SLIP_FAR;
	if (*seen == SLIP_FAR)
		return true;
	/* Also where it was accounted for otherwise before it came. */
	return insert_slip(st, from->s, number, message, SLIP_CAME, err) &&
	    (*seen != SLIP_NEW || moved(st, &p, number, err));
}

bool
slip_close(struct store *st, const struct member_id *from, int64_t number,
    const struct hash *message, enum slip_end ended, struct err *err)
{
	struct slip_peer p;

	assert(number > 0 && number <= JSON_INT_MAX);
	return insert_slip(st, from->s, number, message, ended, err) &&
	    slip_gap(st, from, &p, err) && moved(st, &p, number, err);
}

/* Numbers from <= number < until that are noted, each once. */
static bool
count_noted(struct store *st, const struct member_id *from, int64_t first,
    int64_t until, int64_t *n, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "SELECT COUNT(DISTINCT number)"
	    " FROM slip WHERE member = $1 AND peer = $2 AND number >= $3"
	    " AND number < $4");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, from->s);
	db_bind_int(s, 3, first);
	db_bind_int(s, 4, until);
	*n = db_row(s) ? db_int(s, 0) : 0;
	return db_done(s, err);
}

bool
slip_pass(struct store *st, const struct member_id *from, int64_t until,
    int64_t *holes, struct err *err)
{
	struct slip_peer p;
	int64_t noted;

	*holes = 0;
	if (!slip_gap(st, from, &p, err))
		return false;
	if (until <= p.low)
		return true;
	if (!count_noted(st, from, p.low, until, &noted, err))
		return false;
	*holes = until - p.low - noted;
	p.low = until;
	return advance(st, from->s, &p.low, err) && set_gap(st, from->s, p.low,
	    p.high < p.low - 1 ? p.low - 1 : p.high, err);
}

bool
slip_cap(struct store *st, const struct member_id *from, int64_t last,
    struct err *err)
{
	struct slip_peer p;

	if (!slip_gap(st, from, &p, err))
		return false;
	if (last < p.low - 1)
		last = p.low - 1;
	return p.high <= last || set_gap(st, from->s, p.low, last, err);
}

bool
slip_missing(struct store *st, const struct slip_peer *p, int64_t *n,
    struct err *err)
{
	int64_t noted;

	*n = 0;
	if (p->low > p->high)
		return true;
	if (!count_noted(st, &p->peer, p->low, p->high + 1, &noted, err))
		return false;
	*n = p->high + 1 - p->low - noted;
	return true;
}

bool
slip_peers(struct store *st, struct arena *arena, struct slip_peer **peers,
    size_t *n, struct err *err)
{
	struct row_list l = row_list_of(arena, sizeof(**peers));
	struct row r = row_of(db_sql(st->db, "SELECT peer, low, high"
	    " FROM slip_peer WHERE member = $1 ORDER BY peer"));

	db_bind_text(r.s, 1, st->member);
	while (row_next(&r)) {
		struct slip_peer *p = row_list_add(&l);

		row_str(&r, 0, p->peer.s, sizeof(p->peer.s));
		p->low = db_int(r.s, 1);
		p->high = db_int(r.s, 2);
	}
	*peers = (struct slip_peer *)(void *)l.p;
	*n = l.n;
	return row_end(&r, err);
}

bool
slip_newest(struct store *st, const struct member_id *from, int64_t *number,
    struct hash *message, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "SELECT s.number, s.message"
	    " FROM slip s JOIN message m"
	    " ON m.member = s.member AND m.name = s.message"
	    " WHERE s.member = $1 AND s.peer = $2"
	    " ORDER BY s.number DESC LIMIT 1");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, from->s);
	*number = 0;
	if (db_row(s)) {
		*number = db_int(s, 0);
		*message = db_hash(s, 1);
	}
	return db_done(s, err);
}

/* 1: the message is here, or it is known why not. */
#define HERE \
	"(s.ended <> 0 OR EXISTS (SELECT 1 FROM message m" \
	" WHERE m.member = s.member AND m.name = s.message))"
#define OF_RANGE \
	" FROM slip s WHERE s.member = $1 AND s.peer = $2" \
	" AND s.number >= $3 AND s.number < $4"

static void
bind_range(struct db_stmt *s, const struct store *st,
    const struct member_id *peer, int64_t from, int64_t until)
{
	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, peer->s);
	db_bind_int(s, 3, from);
	db_bind_int(s, 4, until);
}

bool
slip_digest(struct store *st, const struct member_id *peer, int64_t from,
    int64_t until, struct hash *digest, int64_t *n, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "SELECT s.number, s.message" OF_RANGE
	    " AND " HERE " ORDER BY s.number, s.message");

	bind_range(s, st, peer, from, until);
	return row_digest(s, digest, n, err);
}

bool
slip_list(struct store *st, struct arena *arena, const struct member_id *peer,
    int64_t from, int64_t until, struct slip_row **rows, size_t *n,
    struct err *err)
{
	struct row_list l = row_list_of(arena, sizeof(**rows));
	struct row r = row_of(db_sql(st->db, "SELECT s.number, s.message,"
	    " CASE WHEN " HERE " THEN 1 ELSE 0 END" OF_RANGE
	    " ORDER BY s.number, s.message"));

	bind_range(r.s, st, peer, from, until);
	while (row_next(&r)) {
		struct slip_row *row = row_list_add(&l);

		row->number = db_int(r.s, 0);
		row_copy(&r, 1, row->message.b, HASH_LEN);
		row->here = db_int(r.s, 2) != 0;
	}
	*rows = (struct slip_row *)(void *)l.p;
	*n = l.n;
	return row_end(&r, err);
}
