#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "store/db_inside.h"

enum {
	STMTS_MAX = 2048,	/* more means that somebody builds SQL text */
	SLOTS_MIN = 64,
};

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
	db_unit_failed(s->db, &s->why);
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
	return s->bad ? db_unit_refuse(err, &s->why) : true;
}

int64_t
db_changes(const struct db *db)
{
	return db->changes;
}

void
db_stmt_drop(struct db *db, int depth)
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

void
db_stmt_init(struct db *db)
{
	db->nslots = SLOTS_MIN;
	db->slots = xcalloc(db->nslots, sizeof(db->slots[0]));
}

void
db_stmt_free(struct db *db)
{
	db_stmt_drop(db, 0);
	for (size_t i = 0; i < db->nslots; i++) {
		struct db_stmt *s = db->slots[i];

		if (s == NULL)
			continue;
		if (s->query != NULL)
			db->driver->discard(s->query);
		free(s->sql);
		free(s);
	}
	free(db->slots);
}
