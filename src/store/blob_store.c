#include "store/blob_store.h"

#include <assert.h>

#include "store/row.h"

/* In the queries and an index. */
static_assert(BLOB_OURS == 0 && BLOB_RELAYED == 1 && BLOB_SHARED == 2,
    "relayed = ... below");

#define COLUMNS "name, sender, size, have, complete, made, until, relayed"

static void
read_blob(struct row *r, struct blob_row *b)
{
	row_copy(r, 0, b->blob.b, HASH_LEN);
	row_str(r, 1, b->sender, sizeof(b->sender));
	b->size = db_int(r->s, 2);
	b->have = db_int(r->s, 3);
	b->complete = db_int(r->s, 4) != 0;
	b->made = db_int(r->s, 5);
	b->until = db_int(r->s, 6);
	b->use = (enum blob_use)row_enum(r, 7, BLOB_USES);
}

bool
blob_put(struct store *st, const struct blob_row *b, struct err *err)
{
	struct db_stmt *s = db_sql(st->db,
	    "INSERT INTO blob (member, " COLUMNS ")"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
	    " ON CONFLICT (member, name, sender) DO UPDATE SET"
	    " size = excluded.size, have = excluded.have,"
	    " complete = excluded.complete, made = excluded.made"
	    " WHERE blob.complete = 0");

	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, &b->blob);
	db_bind_text(s, 3, b->sender);
	db_bind_int(s, 4, b->size);
	db_bind_int(s, 5, b->have);
	db_bind_int(s, 6, b->complete);
	db_bind_int(s, 7, b->made);
	db_bind_int(s, 8, b->until);
	db_bind_int(s, 9, b->use);
	return db_done(s, err);
}

bool
blob_get(struct store *st, const struct hash *name, const char *sender,
    struct blob_row *b, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT " COLUMNS " FROM blob"
	    " WHERE member = $1 AND name = $2 AND sender = $3"));

	db_bind_text(r.s, 1, st->member);
	db_bind_hash(r.s, 2, name);
	db_bind_text(r.s, 3, sender);
	*b = (struct blob_row){ .size = 0 };
	if (row_next(&r))
		read_blob(&r, b);
	return row_one(&r, "blob", err);
}

bool
blob_any(struct store *st, const struct hash *name, bool partial, bool *there,
    struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "SELECT 1 FROM blob"
	    " WHERE member = $1 AND name = $2 AND complete <= $3 LIMIT 1");

	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, name);
	db_bind_int(s, 3, partial ? 0 : 1);
	*there = db_row(s);
	return db_done(s, err);
}

bool
blob_of_sender(struct store *st, const char *sender, int64_t *bytes_partial,
    struct err *err)
{
	struct db_stmt *s = db_sql(st->db,
	    "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM blob"
	    " WHERE member = $1 AND sender = $2 AND complete = 0");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, sender);
	*bytes_partial = db_row(s) ? db_int(s, 0) : 0;
	return db_done(s, err);
}

static bool
lengthen(struct store *st, struct db_stmt *s, const struct hash *name,
    const char *sender, msec until, struct err *err)
{
	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, name);
	db_bind_text(s, 3, sender);
	db_bind_int(s, 4, until);
	return db_done(s, err);
}

bool
blob_keep(struct store *st, const struct hash *name, const char *sender,
    msec until, struct err *err)
{
	return lengthen(st, db_sql(st->db, "UPDATE blob SET"
	    " relayed = CASE relayed WHEN 0 THEN 0 ELSE 2 END,"
	    " until = CASE WHEN until < $4 THEN $4 ELSE until END"
	    " WHERE member = $1 AND name = $2 AND sender = $3"), name, sender,
	    until, err);
}

bool
blob_relay(struct store *st, const struct hash *name, const char *sender,
    msec until, struct err *err)
{
	return lengthen(st, db_sql(st->db, "UPDATE blob SET relayed ="
	    " CASE WHEN until = 0 OR relayed = 1 THEN 1 ELSE 2 END,"
	    " until = CASE WHEN until < $4 THEN $4 ELSE until END"
	    " WHERE member = $1 AND name = $2 AND sender = $3"), name, sender,
	    until, err);
}

bool
blob_relayed(struct store *st, const char *sender, int64_t *bytes,
    struct err *err)
{
	struct db_stmt *s = db_sql(st->db,
	    "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM blob"
	    " WHERE member = $1 AND sender = $2 AND relayed = 1");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, sender);
	*bytes = db_row(s) ? db_int(s, 0) : 0;
	return db_done(s, err);
}

static bool
read_all(struct row *r, struct arena *arena, struct blob_row **rows,
    size_t *n, struct err *err)
{
	struct row_list l = row_list_of(arena, sizeof(**rows));

	while (row_next(r))
		read_blob(r, row_list_add(&l));
	*rows = (struct blob_row *)(void *)l.p;
	*n = l.n;
	return row_end(r, err);
}

bool
blob_over(struct store *st, struct arena *arena, msec now, msec unnamed,
    struct blob_row **rows, size_t *n, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT " COLUMNS " FROM blob"
	    " WHERE member = $1 AND complete = 1 AND until < $2"
	    " AND (until > 0 OR made < $3) ORDER BY until, name"));

	db_bind_text(r.s, 1, st->member);
	db_bind_int(r.s, 2, now);
	db_bind_int(r.s, 3, unnamed);
	return read_all(&r, arena, rows, n, err);
}

bool
blob_stale(struct store *st, struct arena *arena, msec before,
    struct blob_row **rows, size_t *n, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT " COLUMNS " FROM blob"
	    " WHERE member = $1 AND complete = 0 AND made < $2"
	    " ORDER BY made"));

	db_bind_text(r.s, 1, st->member);
	db_bind_int(r.s, 2, before);
	return read_all(&r, arena, rows, n, err);
}

bool
blob_delete(struct store *st, const struct hash *name, const char *sender,
    struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "DELETE FROM blob"
	    " WHERE member = $1 AND name = $2 AND sender = $3");

	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, name);
	db_bind_text(s, 3, sender);
	return db_done(s, err);
}
