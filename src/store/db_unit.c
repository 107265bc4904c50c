#include <assert.h>
#include <stdio.h>

#include "store/db_inside.h"

enum { DEPTH_MAX = 16 };

/*
 * A failure inside a transaction fails the innermost unit whole, on every
 * database: PostgreSQL refuses what follows, and SQLite must not be the one
 * where it goes on half done.
 */
void
db_unit_failed(struct db *db, const struct err *why)
{
	if (db->depth == 0 || db->failed != 0)
		return;
	/* Some errors (disk full) end the whole transaction at once. */
	db->failed = db->driver->in_transaction(db->link) ? db->depth : 1;
	db->why = *why;
}

bool
db_unit_refuse(struct err *err, const struct err *why)
{
	if (err != NULL)
		*err = *why;
	return false;
}

bool
db_unit_run(struct db *db, const char *sql, struct err *err)
{
	struct err why;

	if (db->failed != 0)
		return db_unit_refuse(err, &db->why);
	if (db->driver->exec(db->link, sql, &why))
		return true;
	db_unit_failed(db, &why);
	return db_unit_refuse(err, &why);
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
	if (!db_unit_run(db, "COMMIT", err)) {
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
	db_stmt_drop(db, 1);
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
	if (!db_unit_run(db, sql, err))
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
	if (!db_unit_run(db, sql, err)) {
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
	db_stmt_drop(db, db->depth);
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
