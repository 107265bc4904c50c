#include "store/receipt_store.h"

#include <assert.h>

#include "store/row.h"

/* Named in the queries. */
static_assert(RECEIPT_TAKEN == 0, "result = 0 below");

static bool
put_entry(struct store *st, const struct hash *receipt,
    const struct receipt *rc, const struct receipt_entry *e, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "INSERT INTO receipt_entry"
	    " (member, message, giver, receipt, result, at)"
	    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING");

	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, hash_is_zero(&e->name) ? &e->sealed : &e->name);
	db_bind_text(s, 3, rc->from.s);
	db_bind_hash(s, 4, receipt);
	db_bind_int(s, 5, e->result);
	db_bind_int(s, 6, rc->at);
	return db_done(s, err);
}

bool
receipt_put(struct store *st, struct slice note, const struct receipt *rc,
    struct err *err)
{
	struct hash hash = hash_of(note);
	struct db_stmt *s = db_sql(st->db, "INSERT INTO receipt"
	    " (member, hash, note) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");

	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, &hash);
	db_bind_blob(s, 3, note);
	if (!db_done(s, err))
		return false;
	if (db_changes(st->db) == 0)
		return true;
	for (size_t i = 0; i < rc->n; i++)
		if (!put_entry(st, &hash, rc, &rc->entries[i], err))
			return false;
	return true;
}

bool
receipt_put_custody(struct store *st, struct slice note,
    const struct receipt *rc, const struct hash *message, struct err *err)
{
	struct receipt_entry e = { .name = *message,
	    .result = RECEIPT_CUSTODY };
	struct hash hash = hash_of(note);

	return put_entry(st, &hash, rc, &e, err);
}

bool
receipt_note(struct store *st, const struct hash *hash, struct buf *note,
    struct err *err)
{
	struct row r = row_of(db_sql(st->db,
	    "SELECT note FROM receipt WHERE member = $1 AND hash = $2"));

	db_bind_text(r.s, 1, st->member);
	db_bind_hash(r.s, 2, hash);
	if (row_next(&r))
		buf_slice(note, db_blob(r.s, 0));
	return row_one(&r, "receipt", err);
}

bool
receipt_get(struct store *st, struct arena *arena, const struct hash *message,
    const char *by_member, struct slice *note, msec *at,
    enum receipt_result *result, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT r.note, e.at, e.result"
	    " FROM receipt_entry e JOIN receipt r"
	    " ON r.member = e.member AND r.hash = e.receipt"
	    " WHERE e.member = $1 AND e.message = $2 AND e.giver = $3"
	    " ORDER BY CASE WHEN e.result = 0 THEN 0 ELSE 1 END,"
	    " CASE WHEN e.result = 0 THEN e.at ELSE -e.at END LIMIT 1"));

	db_bind_text(r.s, 1, st->member);
	db_bind_hash(r.s, 2, message);
	db_bind_text(r.s, 3, by_member);
	if (row_next(&r)) {
		*note = row_bytes(&r, 0, arena);
		*at = db_int(r.s, 1);
		*result = (enum receipt_result)row_enum(&r, 2, RECEIPT_RESULTS);
	}
	return row_one(&r, "receipt", err);
}

bool
receipt_of_message(struct store *st, struct arena *arena,
    const struct hash *message, struct slice **notes, size_t *n,
    struct err *err)
{
	struct row_list l = row_list_of(arena, sizeof(**notes));
	struct row r = row_of(db_sql(st->db, "SELECT r.note"
	    " FROM receipt_entry e JOIN receipt r"
	    " ON r.member = e.member AND r.hash = e.receipt"
	    " WHERE e.member = $1 AND e.message = $2 ORDER BY e.at, e.giver"));

	db_bind_text(r.s, 1, st->member);
	db_bind_hash(r.s, 2, message);
	while (row_next(&r)) {
		struct slice *note = row_list_add(&l);

		*note = row_bytes(&r, 0, arena);
	}
	*notes = (struct slice *)(void *)l.p;
	*n = l.n;
	return row_end(&r, err);
}
