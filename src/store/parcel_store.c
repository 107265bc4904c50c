#include "store/parcel_store.h"

#include "store/row.h"

/* -- how much is held: counted, for a sum would pass over all of it ----------- */

static bool
count(struct store *st, const struct member_id *to,
    const struct member_id *from, int64_t n, int64_t bytes, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "INSERT INTO parcel_use"
	    " (member, recipient, sender, n, bytes) VALUES ($1, $2, $3, $4, $5)"
	    " ON CONFLICT (member, recipient, sender) DO UPDATE"
	    " SET n = parcel_use.n + excluded.n,"
	    " bytes = parcel_use.bytes + excluded.bytes");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, to->s);
	db_bind_text(s, 3, from->s);
	db_bind_int(s, 4, n);
	db_bind_int(s, 5, bytes);
	return db_done(s, err);
}

static bool
read_sum(struct db_stmt *s, int64_t *n, int64_t *bytes, struct err *err)
{
	*n = *bytes = 0;
	if (db_row(s)) {
		*n = db_int(s, 0);
		*bytes = db_int(s, 1);
	}
	return db_done(s, err);
}

bool
parcel_use(struct store *st, const struct member_id *to,
    const struct member_id *from, int64_t *n, int64_t *bytes, struct err *err)
{
	struct db_stmt *s = from == NULL ?
	    db_sql(st->db, "SELECT SUM(n), SUM(bytes) FROM parcel_use"
	    " WHERE member = $1 AND recipient = $2") :
	    db_sql(st->db, "SELECT n, bytes FROM parcel_use"
	    " WHERE member = $1 AND recipient = $2 AND sender = $3");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, to->s);
	if (from != NULL)
		db_bind_text(s, 3, from->s);
	return read_sum(s, n, bytes, err);
}

bool
parcel_total(struct store *st, int64_t *n, int64_t *bytes, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "SELECT SUM(n), SUM(bytes)"
	    " FROM parcel_use WHERE member = $1");

	db_bind_text(s, 1, st->member);
	return read_sum(s, n, bytes, err);
}

/* -- parcels -------------------------------------------------------------------- */

bool
parcel_put(struct store *st, const struct parcel *p, bool *fresh,
    struct err *err)
{
	struct db_stmt *s;
	int64_t id;

	if (!store_next(st, "parcel", &id, err))
		return false;
	s = db_sql(st->db, "INSERT INTO parcel (member, id, recipient, sender,"
	    " lane, deliver_by, stored, sealed, size, bytes)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
	    " ON CONFLICT DO NOTHING");
	db_bind_text(s, 1, st->member);
	db_bind_int(s, 2, id);
	db_bind_text(s, 3, p->to.s);
	db_bind_text(s, 4, p->from.s);
	db_bind_int(s, 5, p->lane);
	db_bind_int(s, 6, p->deliver_by);
	db_bind_int(s, 7, p->stored);
	db_bind_hash(s, 8, &p->sealed);
	db_bind_int(s, 9, (int64_t)p->bytes.n);
	db_bind_blob(s, 10, p->bytes);
	if (!db_done(s, err))
		return false;
	*fresh = db_changes(st->db) == 1;
	return !*fresh ||
	    count(st, &p->to, &p->from, 1, (int64_t)p->bytes.n, err);
}

#define COLUMNS \
	"id, sender, lane, deliver_by, stored, sealed, size, bytes"

/* Those of a statement that fit; false: one did not. */
static bool
take(struct row *r, struct arena *arena, const struct member_id *to,
    struct parcels *l)
{
	struct parcel *p;
	size_t size;

	while (row_next(r)) {
		size = (size_t)db_int(r->s, 6);
		if (l->n == l->most || (l->n != 0 && size > l->room))
			return false;
		l->room -= size < l->room ? size : l->room;
		p = &l->list[l->n++];
		*p = (struct parcel){ .id = db_int(r->s, 0), .to = *to };
		row_str(r, 1, p->from.s, sizeof(p->from.s));
		p->lane = (enum urgency)row_enum(r, 2, URGENCIES);
		p->deliver_by = db_int(r->s, 3);
		p->stored = db_int(r->s, 4);
		row_copy(r, 5, p->sealed.b, HASH_LEN);
		p->bytes = row_bytes(r, 7, arena);
	}
	return true;
}

bool
parcel_read(struct store *st, struct arena *arena, const struct member_id *to,
    struct parcel_place *at, const struct parcel_place *until,
    struct parcels *l, bool *all, struct err *err)
{
	struct row r;
	size_t n;

	*all = true;
	for (unsigned lane = URGENCIES; *all && lane-- > 0;) {
		r = row_of(db_sql(st->db, "SELECT " COLUMNS " FROM parcel"
		    " WHERE member = $1 AND recipient = $2 AND lane = $3"
		    " AND id > $4 AND id <= $5 ORDER BY id"));
		db_bind_text(r.s, 1, st->member);
		db_bind_text(r.s, 2, to->s);
		db_bind_int(r.s, 3, lane);
		db_bind_int(r.s, 4, at->last[lane]);
		db_bind_int(r.s, 5, until == NULL ? INT64_MAX :
		    until->last[lane]);
		n = l->n;
		*all = take(&r, arena, to, l);
		if (!row_end(&r, err))
			return false;
		if (l->n != n)
			at->last[lane] = l->list[l->n - 1].id;
	}
	return true;
}

bool
parcel_add(struct store *st, struct arena *arena, const struct member_id *to,
    const struct hash *sealed, struct parcels *l, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT " COLUMNS " FROM parcel"
	    " WHERE member = $1 AND recipient = $2 AND sealed = $3"));

	db_bind_text(r.s, 1, st->member);
	db_bind_text(r.s, 2, to->s);
	db_bind_hash(r.s, 3, sealed);
	(void)take(&r, arena, to, l);
	return row_end(&r, err);
}

bool
parcel_delete(struct store *st, const struct member_id *to,
    const struct hash *sealed, bool *was, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "DELETE FROM parcel"
	    " WHERE member = $1 AND recipient = $2 AND sealed = $3"
	    " RETURNING sender, size"));
	struct member_id from = { "" };
	int64_t size = 0;

	db_bind_text(r.s, 1, st->member);
	db_bind_text(r.s, 2, to->s);
	db_bind_hash(r.s, 3, sealed);
	while (row_next(&r)) {
		row_str(&r, 0, from.s, sizeof(from.s));
		size = db_int(r.s, 1);
	}
	*was = r.n == 1;
	return row_end(&r, err) &&
	    (!*was || count(st, to, &from, -1, -size, err));
}

bool
parcel_late(struct store *st, struct arena *arena, msec now, size_t limit,
    struct parcel **list, size_t *n, struct err *err)
{
	struct row_list l = row_list_of(arena, sizeof(**list));
	struct row r = row_of(db_sql(st->db, "SELECT id, recipient, sender,"
	    " deliver_by, sealed FROM parcel"
	    " WHERE member = $1 AND deliver_by < $2"
	    " ORDER BY deliver_by LIMIT $3"));
	struct parcel *p;

	db_bind_text(r.s, 1, st->member);
	db_bind_int(r.s, 2, now);
	db_bind_int(r.s, 3, (int64_t)limit);
	while (row_next(&r)) {
		p = row_list_add(&l);
		p->id = db_int(r.s, 0);
		row_str(&r, 1, p->to.s, sizeof(p->to.s));
		row_str(&r, 2, p->from.s, sizeof(p->from.s));
		p->deliver_by = db_int(r.s, 3);
		row_copy(&r, 4, p->sealed.b, HASH_LEN);
	}
	*list = (struct parcel *)(void *)l.p;
	*n = l.n;
	return row_end(&r, err);
}
