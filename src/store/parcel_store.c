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

bool
parcel_list(struct store *st, struct arena *arena, const struct member_id *to,
    size_t limit, size_t room,
    bool (*skip)(const void *arg, const struct hash *sealed), const void *arg,
    struct parcel **list, size_t *n, struct err *err)
{
	struct row_list l = row_list_of(arena, sizeof(**list));
	struct row r = row_of(db_sql(st->db, "SELECT id, sender, lane,"
	    " deliver_by, stored, sealed, size, bytes FROM parcel"
	    " WHERE member = $1 AND recipient = $2"
	    " ORDER BY lane DESC, id"));
	struct parcel *p;

	db_bind_text(r.s, 1, st->member);
	db_bind_text(r.s, 2, to->s);
	while (l.n < limit && row_next(&r)) {
		size_t size = (size_t)db_int(r.s, 6);
		struct hash sealed = db_hash(r.s, 5);

		if (skip(arg, &sealed))
			continue;
		if (l.n != 0 && size > room)
			break;
		room -= size < room ? size : room;
		p = row_list_add(&l);
		p->id = db_int(r.s, 0);
		p->to = *to;
		row_str(&r, 1, p->from.s, sizeof(p->from.s));
		p->lane = (enum urgency)row_enum(&r, 2, URGENCIES);
		p->deliver_by = db_int(r.s, 3);
		p->stored = db_int(r.s, 4);
		p->sealed = sealed;
		p->bytes = row_bytes(&r, 7, arena);
	}
	*list = (struct parcel *)(void *)l.p;
	*n = l.n;
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
