#include "store/match_store.h"

#include "store/row.h"

enum { LINKS_SHOWN = 100 };

static bool
put_one(struct store *st, const struct message_row *m,
    const struct identifier *id, const struct hash *hash, struct err *err)
{
	struct shelf_label shelf = shelf_for(m->keep_until);
	struct member_id sender;
	struct db_stmt *s = db_sql(st->db, "INSERT INTO identifier"
	    " (member, hash, stored, message, thread, sender, type, field,"
	    " begins, ends, shelf)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
	    " ON CONFLICT DO NOTHING");

	address_member(&sender, &m->from);
	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, hash);
	db_bind_int(s, 3, m->stored);
	db_bind_hash(s, 4, &m->name);
	db_bind_hash(s, 5, &m->thread);
	db_bind_text(s, 6, sender.s);
	db_bind_text(s, 7, id->type);
	db_bind_text(s, 8, id->field);
	db_bind_int(s, 9, id->begins);
	db_bind_int(s, 10, id->ends);
	db_bind_text(s, 11, shelf.s);
	return db_done(s, err);
}

bool
match_put(struct store *st, const struct message_row *m,
    const struct identifier *list, const struct hash *hashes, size_t n,
    struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (!put_one(st, m, &list[i], &hashes[i], err))
			return false;
	return true;
}

static bool
read_rows(struct row *r, struct arena *arena, struct match_row **rows,
    size_t *n, struct err *err)
{
	struct row_list list = row_list_of(arena, sizeof(struct match_row));

	while (row_next(r)) {
		struct match_row *m = row_list_add(&list);

		row_copy(r, 0, m->hash.b, HASH_LEN);
		row_copy(r, 1, m->thread.b, HASH_LEN);
		row_str(r, 2, m->sender, sizeof(m->sender));
		row_str(r, 3, m->type, sizeof(m->type));
		row_str(r, 4, m->field, sizeof(m->field));
		m->begins = db_int(r->s, 5);
		m->ends = db_int(r->s, 6);
	}
	*rows = (struct match_row *)(void *)list.p;
	*n = list.n;
	return row_end(r, err);
}

bool
match_of_thread(struct store *st, struct arena *arena,
    const struct hash *thread, size_t limit, struct match_row **rows, size_t *n,
    struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT DISTINCT hash, thread,"
	    " sender, type, field, begins, ends FROM identifier"
	    " WHERE member = $1 AND thread = $2"
	    " ORDER BY type, field, begins, hash LIMIT $3"));

	db_bind_text(r.s, 1, st->member);
	db_bind_hash(r.s, 2, thread);
	db_bind_int(r.s, 3, (int64_t)limit);
	return read_rows(&r, arena, rows, n, err);
}

bool
match_elsewhere(struct store *st, struct arena *arena, const struct hash *hash,
    const struct hash *thread, size_t limit, struct match_row **rows, size_t *n,
    struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT hash, thread, sender,"
	    " type, field, begins, ends FROM identifier"
	    " WHERE member = $1 AND hash = $2 AND thread <> $3"
	    " ORDER BY stored DESC LIMIT $4"));

	db_bind_text(r.s, 1, st->member);
	db_bind_hash(r.s, 2, hash);
	db_bind_hash(r.s, 3, thread);
	db_bind_int(r.s, 4, (int64_t)limit);
	return read_rows(&r, arena, rows, n, err);
}

/* -- links ---------------------------------------------------------------- */

bool
match_put_link(struct store *st, const struct message_row *m,
    const struct hash *earlier, struct err *err)
{
	struct shelf_label shelf = shelf_for(m->keep_until);
	struct db_stmt *s = db_sql(st->db, "INSERT INTO thread_link"
	    " (member, thread, earlier, stored, shelf)"
	    " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING");

	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, &m->thread);
	db_bind_hash(s, 3, earlier);
	db_bind_int(s, 4, m->stored);
	db_bind_text(s, 5, shelf.s);
	return db_done(s, err);
}

bool
match_links(struct store *st, struct arena *arena, const struct hash *thread,
    enum match_way way, struct hash **names, size_t *n, struct err *err)
{
	struct row_list list = row_list_of(arena, sizeof(struct hash));
	struct row r = row_of(db_sql(st->db, way == MATCH_FOLLOWS ?
	    "SELECT earlier FROM thread_link WHERE member = $1"
	    " AND thread = $2 ORDER BY stored LIMIT $3" :
	    "SELECT thread FROM thread_link WHERE member = $1"
	    " AND earlier = $2 ORDER BY stored LIMIT $3"));

	db_bind_text(r.s, 1, st->member);
	db_bind_hash(r.s, 2, thread);
	db_bind_int(r.s, 3, LINKS_SHOWN);
	while (row_next(&r))
		row_copy(&r, 0, ((struct hash *)row_list_add(&list))->b,
		    HASH_LEN);
	*names = (struct hash *)(void *)list.p;
	*n = list.n;
	return row_end(&r, err);
}
