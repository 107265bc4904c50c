#include "store/slip_store.h"

#include <assert.h>

#include "store/row.h"

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
    const struct hash *message, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "INSERT INTO slip"
	    " (member, peer, number, message) VALUES ($1, $2, $3, $4)");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, peer);
	db_bind_int(s, 3, number);
	db_bind_hash(s, 4, message);
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

bool
slip_note(struct store *st, const struct member_id *from, int64_t number,
    const struct hash *message, enum slip_seen *seen, struct err *err)
{
	struct slip_peer p;

	assert(number > 0 && number <= JSON_INT_MAX);
	if (!seen_before(st, from->s, number, message, seen, err))
		return false;
	if (*seen == SLIP_SAME)
		return true;
	if (!insert_slip(st, from->s, number, message, err))
		return false;
	if (*seen == SLIP_OTHER_TEXT)
		return true;
	if (!slip_gap(st, from, &p, err))
		return false;
	if (number == p.low && !advance(st, from->s, &p.low, err))
		return false;
	return set_gap(st, from->s, p.low, number > p.high ? number : p.high,
	    err);
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
slip_have(struct store *st, const struct member_id *from, int64_t number,
    bool *have, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "SELECT 1 FROM slip"
	    " WHERE member = $1 AND peer = $2 AND number = $3 LIMIT 1");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, from->s);
	db_bind_int(s, 3, number);
	*have = db_row(s);
	return db_done(s, err);
}

bool
slip_digest(struct store *st, const struct member_id *peer, int64_t from,
    int64_t to, struct hash *digest, int64_t *n, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "SELECT number, message FROM slip"
	    " WHERE member = $1 AND peer = $2 AND number >= $3 AND number < $4"
	    " ORDER BY number, message");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, peer->s);
	db_bind_int(s, 3, from);
	db_bind_int(s, 4, to);
	return row_digest(s, digest, n, err);
}
