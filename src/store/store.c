#include "store/store.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "store/row.h"
#include "store/schema.h"

static bool
make_blobs(const char *dir, struct err *err)
{
	struct buf path = BUF_INIT;
	bool ok;

	buf_printf(&path, "%s/blobs", dir);
	ok = mkdir(buf_cstr(&path), 0700) == 0 || errno == EEXIST ||
	    err_errno(err, "store: make blobs");
	buf_free(&path);
	return ok;
}

bool
store_open(struct store *s, const char *dir, const char *member,
    enum db_mode mode, struct shelves *shelves, struct err *err)
{
	struct buf url = BUF_INIT;

	assert(strlen(member) < sizeof(s->member));
	*s = (struct store){ .shelves = shelves };
	(void)snprintf(s->member, sizeof(s->member), "%s", member);
	buf_printf(&url, "sqlite:%s/entente.db", dir);
	s->db = db_open(buf_cstr(&url), mode, err);
	buf_free(&url);
	if (s->db == NULL)
		return false;
	/* A reader succeeds where nothing is left to migrate. */
	if (db_migrate(s->db, schema_steps, SCHEMA_STEPS, err) &&
	    (mode == DB_READ || make_blobs(dir, err)))
		return true;
	store_close(s);
	return false;
}

void
store_close(struct store *s)
{
	db_close(s->db);
	*s = (struct store){ .db = NULL };
}

bool
store_fact(struct store *st, struct arena *arena, const char *key,
    const char **value, struct err *err)
{
	struct db_stmt *s = db_sql(st->db,
	    "SELECT value FROM fact WHERE member = $1 AND key = $2");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, key);
	*value = "";
	if (db_row(s))
		*value = arena_strdup(arena, db_text(s, 0));
	return db_done(s, err);
}

bool
store_set_fact(struct store *st, const char *key, const char *value,
    struct err *err)
{
	struct db_stmt *s = db_sql(st->db,
	    "INSERT INTO fact (member, key, value) VALUES ($1, $2, $3)"
	    " ON CONFLICT (member, key) DO UPDATE SET value = excluded.value");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, key);
	db_bind_text(s, 3, value);
	return db_done(s, err);
}

bool
store_next(struct store *st, const char *sequence, int64_t *n, struct err *err)
{
	struct db_stmt *s = db_sql(st->db,
	    "INSERT INTO sequence (member, name, last) VALUES ($1, $2, 1)"
	    " ON CONFLICT (member, name) DO UPDATE SET last = sequence.last + 1"
	    " RETURNING last");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, sequence);
	*n = 0;
	if (db_row(s))
		*n = db_int(s, 0);
	return db_done(s, err);
}

bool
store_last(struct store *st, const char *sequence, int64_t *last,
    struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "SELECT last FROM sequence"
	    " WHERE member = $1 AND name = $2");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, sequence);
	*last = db_row(s) ? db_int(s, 0) : 0;
	return db_done(s, err);
}

bool
store_skip(struct store *st, const char *sequence, int64_t last,
    struct err *err)
{
	struct db_stmt *s = db_sql(st->db,
	    "INSERT INTO sequence (member, name, last) VALUES ($1, $2, $3)"
	    " ON CONFLICT (member, name) DO UPDATE SET last = excluded.last"
	    " WHERE sequence.last < excluded.last");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, sequence);
	db_bind_int(s, 3, last);
	return db_done(s, err);
}

/* Which box this is; lengths in front keep two rows from saying the same. */
static void
put_what(struct buf *what, const struct store *st, const char *table,
    struct slice key)
{
	buf_var_str(what, st->member);
	buf_var_str(what, table);
	buf_var(what, key);
}

bool
store_seal(const struct store *st, struct buf *box,
    const struct shelf_label *shelf, const char *table, struct slice key,
    struct slice plain, struct err *err)
{
	struct buf what = BUF_INIT;
	bool ok;

	put_what(&what, st, table, key);
	ok = shelf_seal(box, st->shelves, shelf, buf_all(&what), plain, err);
	buf_free(&what);
	return ok;
}

bool
store_unseal(const struct store *st, struct buf *plain,
    const struct shelf_label *shelf, const char *table, struct slice key,
    struct slice box, struct err *err)
{
	struct buf what = BUF_INIT;
	bool ok;

	put_what(&what, st, table, key);
	ok = shelf_open(plain, st->shelves, shelf, buf_all(&what), box, err);
	buf_free(&what);
	return ok;
}

bool
store_clear_shelf(struct store *st, const struct shelf_label *shelf,
    struct err *err)
{
	static const char *const texts[] = {
		"DELETE FROM content WHERE member = $1 AND shelf = $2",
		"DELETE FROM upload WHERE member = $1 AND shelf = $2",
		"DELETE FROM draft WHERE member = $1 AND shelf = $2",
		"DELETE FROM answer WHERE member = $1 AND shelf = $2",
		"DELETE FROM identifier WHERE member = $1 AND shelf = $2",
		"DELETE FROM thread_link WHERE member = $1 AND shelf = $2",
		"UPDATE audit SET box = NULL WHERE member = $1 AND shelf = $2",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct db_stmt *s = db_sql(st->db, texts[i]);

		db_bind_text(s, 1, st->member);
		db_bind_text(s, 2, shelf->s);
		if (!db_done(s, err))
			return false;
	}
	return true;
}
