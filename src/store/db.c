#include "store/db.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "store/db_driver.h"

enum {
	STMTS_MAX = 2048,	/* more means that somebody builds SQL text */
	SLOTS_MIN = 64,
	DEPTH_MAX = 16,
};

enum stmt_state { STMT_IDLE, STMT_BINDING, STMT_ROW, STMT_ENDED };

struct db_stmt {
	struct db	*db;
	const char	*key;		/* the caller's pointer */
	char		*sql;		/* what it pointed to */
	struct db_query	*query;		/* NULL until it prepares */
	struct db_stmt	*next_open;
	enum stmt_state	 state;
	int		 depth;		/* of the transaction it was begun in */
	bool		 bad;
	struct err	 why;		/* when bad */
};

struct db {
	const struct db_driver	*driver;
	struct db_link		*link;
	enum db_mode		 mode;
	int			 depth;	/* 0, 1 a transaction, 2.. savepoints */
	int			 failed;	/* lowest depth that failed, or 0 */
	struct err		 why;	/* when failed */
	int64_t			 changes;
	struct db_stmt		*open;	/* not idle, newest first */
	struct db_stmt		**slots;	/* open addressing by key */
	size_t			 nslots;	/* a power of two */
	size_t			 nstmts;
};

static const struct db_driver *const drivers[] = { &db_sqlite };

/*
 * A failure inside a transaction fails the innermost unit whole, on every
 * database: PostgreSQL refuses what follows, and SQLite must not be the one
 * where it goes on half done.
 */
static void
unit_failed(struct db *db, const struct err *why)
{
	if (db->depth == 0 || db->failed != 0)
		return;
	/* Some errors (disk full) end the whole transaction at once. */
	db->failed = db->driver->in_transaction(db->link) ? db->depth : 1;
	db->why = *why;
}

/* False, so that `return refuse(...)` reads as the failure. */
static bool
refuse(struct err *err, const struct err *why)
{
	if (err != NULL)
		*err = *why;
	return false;
}

static bool
run(struct db *db, const char *sql, struct err *err)
{
	struct err why;

	if (db->failed != 0)
		return refuse(err, &db->why);
	if (db->driver->exec(db->link, sql, &why))
		return true;
	unit_failed(db, &why);
	return refuse(err, &why);
}

bool
db_exec(struct db *db, const char *sql, struct err *err)
{
	bool ok = run(db, sql, err);

	/* Transactions are begun and ended by their own functions only. */
	assert(!ok || db->driver->in_transaction(db->link) == (db->depth > 0));
	return ok;
}

/* Transactions. */

/* End the open statements begun at `depth` or deeper; their work is lost. */
static void
drop_open(struct db *db, int depth)
{
	struct db_stmt **at = &db->open;
	struct err ignored;

	while (*at != NULL) {
		struct db_stmt *s = *at;

		if (s->depth < depth) {
			at = &s->next_open;
			continue;
		}
		if (s->query != NULL)
			(void)db->driver->reset(s->query, &ignored);
		s->state = STMT_IDLE;
		*at = s->next_open;
	}
}

bool
db_begin(struct db *db, struct err *err)
{
	assert(db->depth == 0);
	/* Its snapshot may be older than what the transaction must see. */
	assert(db->open == NULL);
	if (!db->driver->exec(db->link, db->driver->begin[db->mode], err))
		return false;
	db->depth = 1;
	db->failed = 0;
	return true;
}

bool
db_commit(struct db *db, struct err *err)
{
	assert(db->depth == 1);
	assert(db->failed != 0 || db->open == NULL);
	if (!run(db, "COMMIT", err)) {
		db_rollback(db);
		return false;
	}
	db->depth = 0;
	return true;
}

void
db_rollback(struct db *db)
{
	struct err ignored;

	if (db->depth == 0)
		return;
	drop_open(db, 1);
	if (db->driver->in_transaction(db->link))
		(void)db->driver->exec(db->link, "ROLLBACK", &ignored);
	/* Going on inside it would promise what is not going to stand. */
	assert(!db->driver->in_transaction(db->link));
	db->depth = 0;
	db->failed = 0;
}

bool
db_in_transaction(const struct db *db)
{
	return db->depth > 0;
}

bool
db_savepoint(struct db *db, struct err *err)
{
	char sql[32];

	assert(db->depth >= 1 && db->depth < DEPTH_MAX);
	(void)snprintf(sql, sizeof(sql), "SAVEPOINT s%d", db->depth + 1);
	if (!run(db, sql, err))
		return false;
	db->depth++;
	return true;
}

bool
db_release(struct db *db, struct err *err)
{
	char sql[32];

	assert(db->depth >= 2);
	assert(db->failed != 0 || db->open == NULL ||
	    db->open->depth < db->depth);
	(void)snprintf(sql, sizeof(sql), "RELEASE s%d", db->depth);
	if (!run(db, sql, err)) {
		db_rollback_savepoint(db);
		return false;
	}
	db->depth--;
	return true;
}

void
db_rollback_savepoint(struct db *db)
{
	struct err err;
	char sql[64];

	assert(db->depth >= 2);
	drop_open(db, db->depth);
	(void)snprintf(sql, sizeof(sql), "ROLLBACK TO s%d; RELEASE s%d",
	    db->depth, db->depth);
	db->depth--;
	/* Shallower than this savepoint: the whole transaction is lost. */
	if (db->failed != 0 && db->failed <= db->depth)
		return;
	db->failed = 0;
	if (!db->driver->exec(db->link, sql, &err)) {
		db->failed = 1;
		db->why = err;
	}
}

/* Statements. */

static size_t
slot_of(const struct db *db, const char *key)
{
	/* Literals lie close together: spread them (Fibonacci hashing). */
	size_t i = ((uintptr_t)key * UINT64_C(0x9e3779b97f4a7c15)) >> 32;

	for (i &= db->nslots - 1; db->slots[i] != NULL &&
	    db->slots[i]->key != key; i = (i + 1) & (db->nslots - 1))
		continue;
	return i;
}

static void
grow(struct db *db)
{
	struct db_stmt **old = db->slots;
	size_t n = db->nslots;

	db->nslots *= 2;
	db->slots = xcalloc(db->nslots, sizeof(db->slots[0]));
	for (size_t i = 0; i < n; i++)
		if (old[i] != NULL)
			db->slots[slot_of(db, old[i]->key)] = old[i];
	free(old);
}

static struct db_stmt *
stmt_of(struct db *db, const char *key)
{
	size_t i = slot_of(db, key);
	struct db_stmt *s = db->slots[i];

	if (s != NULL) {
		/* A pointer that changed its text was not static. */
		assert(strcmp(s->sql, key) == 0);
		return s;
	}
	assert(db->nstmts < STMTS_MAX);
	s = xcalloc(1, sizeof(*s));
	s->db = db;
	s->key = key;
	s->sql = xstrdup(key);
	db->slots[i] = s;
	if (++db->nstmts * 2 > db->nslots)
		grow(db);
	return s;
}

/* s->why is filled. */
static void
spoil(struct db_stmt *s)
{
	s->bad = true;
	unit_failed(s->db, &s->why);
}

struct db_stmt *
db_sql(struct db *db, const char *sql)
{
	struct db_stmt *s = stmt_of(db, sql);

	assert(s->state == STMT_IDLE);
	s->state = STMT_BINDING;
	s->depth = db->depth;
	s->bad = false;
	s->next_open = db->open;
	db->open = s;
	if (db->failed != 0) {
		s->bad = true;
		s->why = db->why;
	} else if (s->query == NULL) {
		s->query = db->driver->prepare(db->link, s->sql, &s->why);
		if (s->query == NULL)
			spoil(s);
	}
	return s;
}

void
db_bind_int(struct db_stmt *s, int n, int64_t v)
{
	assert(s->state == STMT_BINDING);
	if (!s->bad && !s->db->driver->bind_int(s->query, n, v, &s->why))
		spoil(s);
}

void
db_bind_text(struct db_stmt *s, int n, const char *v)
{
	assert(s->state == STMT_BINDING);
	if (v == NULL)
		db_bind_null(s, n);
	else if (!s->bad && !s->db->driver->bind_text(s->query, n, v, &s->why))
		spoil(s);
}

void
db_bind_blob(struct db_stmt *s, int n, struct slice v)
{
	assert(s->state == STMT_BINDING);
	if (v.p == NULL)
		db_bind_null(s, n);
	else if (!s->bad && !s->db->driver->bind_blob(s->query, n, v, &s->why))
		spoil(s);
}

void
db_bind_hash(struct db_stmt *s, int n, const struct hash *v)
{
	db_bind_blob(s, n, slice_of(v->b, sizeof(v->b)));
}

void
db_bind_null(struct db_stmt *s, int n)
{
	assert(s->state == STMT_BINDING);
	if (!s->bad && !s->db->driver->bind_null(s->query, n, &s->why))
		spoil(s);
}

bool
db_row(struct db_stmt *s)
{
	assert(s->state != STMT_IDLE);
	if (s->state == STMT_ENDED)
		return false;
	s->state = STMT_ENDED;
	/* Something between its rows may have failed the unit. */
	if (!s->bad && s->db->failed != 0) {
		s->bad = true;
		s->why = s->db->why;
	}
	if (s->bad)
		return false;
	switch (s->db->driver->step(s->query, &s->why)) {
	case DB_STEP_ROW:
		s->state = STMT_ROW;
		return true;
	case DB_STEP_FAILED:
		spoil(s);
		break;
	case DB_STEP_END:
		break;
	}
	return false;
}

static struct db_query *
row_of(struct db_stmt *s, int col)
{
	assert(s->state == STMT_ROW);
	assert(col >= 0 && col < s->db->driver->columns(s->query));
	return s->query;
}

bool
db_is_null(struct db_stmt *s, int col)
{
	return s->db->driver->is_null(row_of(s, col), col);
}

int64_t
db_int(struct db_stmt *s, int col)
{
	return s->db->driver->column_int(row_of(s, col), col);
}

const char *
db_text(struct db_stmt *s, int col)
{
	const char *text = s->db->driver->column_text(row_of(s, col), col);

	return text == NULL ? "" : text;
}

struct slice
db_blob(struct db_stmt *s, int col)
{
	return s->db->driver->column_blob(row_of(s, col), col);
}

struct hash
db_hash(struct db_stmt *s, int col)
{
	struct slice v = db_blob(s, col);
	struct hash h = { { 0 } };

	if (v.n == sizeof(h.b))
		memcpy(h.b, v.p, sizeof(h.b));
	return h;
}

static void
close_stmt(struct db_stmt *s)
{
	struct db_stmt **at = &s->db->open;

	while (*at != s)
		at = &(*at)->next_open;
	*at = s->next_open;
	s->state = STMT_IDLE;
}

bool
db_done(struct db_stmt *s, struct err *err)
{
	const struct db_driver *driver = s->db->driver;
	struct err late;

	assert(s->state != STMT_IDLE);
	if (s->state == STMT_BINDING)
		(void)db_row(s);
	if (s->query != NULL && !driver->reset(s->query, &late) && !s->bad) {
		s->why = late;
		spoil(s);
	}
	s->db->changes = s->bad ? 0 : driver->changes(s->query);
	close_stmt(s);
	return s->bad ? refuse(err, &s->why) : true;
}

int64_t
db_changes(const struct db *db)
{
	return db->changes;
}

/* Opening and closing. */

struct db *
db_open(const char *url, enum db_mode mode, struct err *err)
{
	const char *colon = strchr(url, ':');
	const struct db_driver *driver = NULL;
	struct db_link *link;
	struct db *db;

	for (size_t i = 0; colon != NULL &&
	    i < sizeof(drivers) / sizeof(drivers[0]); i++)
		if (slice_eq(slice_of(url, (size_t)(colon - url)),
		    slice_str(drivers[i]->scheme)))
			driver = drivers[i];
	if (driver == NULL) {
		/* The URL of a database may hold a password: not shown. */
		err_set(err, ERR_INVALID, "E-STORE-OPEN",
		    "store: the URL must begin with sqlite:");
		return NULL;
	}
	link = driver->open(colon + 1, mode, err);
	if (link == NULL)
		return NULL;
	db = xcalloc(1, sizeof(*db));
	db->driver = driver;
	db->link = link;
	db->mode = mode;
	db->nslots = SLOTS_MIN;
	db->slots = xcalloc(db->nslots, sizeof(db->slots[0]));
	return db;
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	db_rollback(db);
	drop_open(db, 0);
	for (size_t i = 0; i < db->nslots; i++) {
		struct db_stmt *s = db->slots[i];

		if (s == NULL)
			continue;
		if (s->query != NULL)
			db->driver->discard(s->query);
		free(s->sql);
		free(s);
	}
	db->driver->close(db->link);
	free(db->slots);
	free(db);
}

bool
db_check(struct db *db, struct err *err)
{
	assert(db->depth == 0);
	return db->driver->check(db->link, err);
}
