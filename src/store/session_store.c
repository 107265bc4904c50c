#include "store/session_store.h"

#include <assert.h>

#include "base/cursor.h"
#include "store/row.h"

#define COLUMNS "s.secret, s.badge, s.type, s.label, s.made, s.used, s.expires"

static void
read_session(struct row *r, struct session *ses)
{
	row_copy(r, 0, ses->secret.b, HASH_LEN);
	row_str(r, 1, ses->badge.s, sizeof(ses->badge.s));
	ses->type = (enum session_type)row_enum(r, 2, SESSION_TYPES);
	row_str(r, 3, ses->label, sizeof(ses->label));
	ses->made = db_int(r->s, 4);
	ses->used = db_int(r->s, 5);
	ses->expires = db_int(r->s, 6);
}

/* One statement with the member and a time. */
static bool
clear_before(struct store *st, const char *sql, msec before, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, sql);

	db_bind_text(s, 1, st->member);
	db_bind_int(s, 2, before);
	return db_done(s, err);
}

bool
session_put(struct store *st, const struct session *ses, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "INSERT INTO session"
	    " (member, secret, badge, type, label, made, used, expires)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
	    " ON CONFLICT (member, secret) DO UPDATE SET"
	    " label = excluded.label, used = excluded.used,"
	    " expires = excluded.expires");

	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, &ses->secret);
	db_bind_text(s, 3, ses->badge.s);
	db_bind_int(s, 4, ses->type);
	db_bind_text(s, 5, ses->label);
	db_bind_int(s, 6, ses->made);
	db_bind_int(s, 7, ses->used);
	db_bind_int(s, 8, ses->expires);
	return db_done(s, err) && clear_before(st, "DELETE FROM session"
	    " WHERE member = $1 AND expires <= $2", ses->used, err);
}

bool
session_get(struct store *st, const struct hash *secret, msec now,
    struct session *ses, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT " COLUMNS
	    " FROM session s JOIN account a"
	    " ON a.member = s.member AND a.badge = s.badge"
	    " WHERE s.member = $1 AND s.secret = $2 AND s.expires > $3"
	    " AND a.disabled = 0"));

	db_bind_text(r.s, 1, st->member);
	db_bind_hash(r.s, 2, secret);
	db_bind_int(r.s, 3, now);
	*ses = (struct session){ .made = 0 };
	if (row_next(&r))
		read_session(&r, ses);
	return row_end(&r, err) && (r.n > 0 || err_set(err, ERR_DENIED,
	    "E-SESSION-NONE", "no such session, or it has ended"));
}

bool
session_end(struct store *st, const struct hash *secret, struct err *err)
{
	struct db_stmt *s = db_sql(st->db,
	    "DELETE FROM session WHERE member = $1 AND secret = $2");

	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, secret);
	return db_done(s, err);
}

bool
session_end_all(struct store *st, const char *badge, struct err *err)
{
	struct db_stmt *s = db_sql(st->db,
	    "DELETE FROM session WHERE member = $1 AND badge = $2");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, badge);
	return db_done(s, err);
}

bool
session_list(struct store *st, struct arena *arena, const char *badge,
    struct session **all, size_t *n, struct err *err)
{
	struct row_list l = row_list_of(arena, sizeof(**all));
	struct row r = row_of(db_sql(st->db, "SELECT " COLUMNS
	    " FROM session s WHERE s.member = $1 AND s.badge = $2"
	    " ORDER BY s.made DESC"));

	db_bind_text(r.s, 1, st->member);
	db_bind_text(r.s, 2, badge);
	while (row_next(&r))
		read_session(&r, row_list_add(&l));
	*all = (struct session *)(void *)l.p;
	*n = l.n;
	return row_end(&r, err);
}

/* Answers.  A client may put words into its key: only its hash is kept. */

enum { ANSWER_MAX = 16 * 1024 * 1024 };

static void
answer_box_key(struct buf *out, const char *badge, const struct hash *key)
{
	buf_var_str(out, badge);
	buf_put(out, key->b, HASH_LEN);
}

static bool
insert_answer(struct store *st, const char *badge, const struct hash *key,
    msec now, const struct shelf_label *shelf, struct slice box,
    struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "INSERT INTO answer"
	    " (member, badge, key, made, shelf, box)"
	    " VALUES ($1, $2, $3, $4, $5, $6)");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, badge);
	db_bind_hash(s, 3, key);
	db_bind_int(s, 4, now);
	db_bind_text(s, 5, shelf->s);
	db_bind_blob(s, 6, box);
	return db_done(s, err);
}

bool
answer_put(struct store *st, const char *badge, const char *key,
    const struct hash *request, unsigned status, struct slice body, msec now,
    struct err *err)
{
	struct shelf_label shelf = shelf_brief(now);
	struct hash key_hash = hash_of(slice_str(key));
	struct buf plain = BUF_INIT, what = BUF_INIT, box = BUF_INIT;
	bool ok;

	assert(body.n <= ANSWER_MAX);
	buf_put(&plain, request->b, HASH_LEN);
	buf_u32(&plain, status);
	buf_var(&plain, body);
	answer_box_key(&what, badge, &key_hash);
	ok = store_seal(st, &box, &shelf, "answer", buf_all(&what),
	    buf_all(&plain), err) &&
	    clear_before(st, "DELETE FROM answer"
	    " WHERE member = $1 AND made < $2", now - DAY, err) &&
	    insert_answer(st, badge, &key_hash, now, &shelf, buf_all(&box),
	    err);
	buf_wipe(&plain);
	buf_free(&what);
	buf_free(&box);
	return ok;
}

/* The box of the row, copied; E-NOT-FOUND. */
static bool
find_answer(struct store *st, const char *badge, const struct hash *key,
    struct shelf_label *shelf, struct buf *box, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT shelf, box FROM answer"
	    " WHERE member = $1 AND badge = $2 AND key = $3"));

	db_bind_text(r.s, 1, st->member);
	db_bind_text(r.s, 2, badge);
	db_bind_hash(r.s, 3, key);
	if (row_next(&r)) {
		row_str(&r, 0, shelf->s, sizeof(shelf->s));
		buf_slice(box, db_blob(r.s, 1));
	}
	return row_one(&r, "answer", err);
}

static bool
read_answer(struct slice plain, struct arena *arena,
    const struct hash *request, unsigned *status, struct slice *body,
    struct err *err)
{
	struct cursor c = cursor_of(plain);
	struct hash first;

	cursor_copy(&c, first.b, HASH_LEN);
	*status = cursor_u32(&c);
	*body = arena_slice(arena, cursor_var(&c, ANSWER_MAX));
	if (!cursor_done(&c))
		return err_set(err, ERR_IO, "E-STORE-CORRUPT",
		    "store: a kept answer is malformed");
	return hash_eq(&first, request) || err_set(err, ERR_CONFLICT,
	    "E-IDEMPOTENCY", "this key was used with another request");
}

bool
answer_get(struct store *st, struct arena *arena, const char *badge,
    const char *key, const struct hash *request, unsigned *status,
    struct slice *body, struct err *err)
{
	struct hash key_hash = hash_of(slice_str(key));
	struct buf plain = BUF_INIT, what = BUF_INIT, box = BUF_INIT;
	struct shelf_label shelf = { "" };
	bool ok;

	answer_box_key(&what, badge, &key_hash);
	ok = find_answer(st, badge, &key_hash, &shelf, &box, err) &&
	    store_unseal(st, &plain, &shelf, "answer", buf_all(&what),
	    buf_all(&box), err) &&
	    read_answer(buf_all(&plain), arena, request, status, body, err);
	buf_wipe(&plain);
	buf_free(&what);
	buf_free(&box);
	return ok;
}
