#include "store/db.h"

static bool
read_version(struct db *db, int64_t *version, struct err *err)
{
	struct db_stmt *s = db_sql(db,
	    "SELECT version FROM schema_version WHERE one = 1");

	*version = 0;
	if (db_row(s))
		*version = db_int(s, 0);
	return db_done(s, err);
}

static bool
write_version(struct db *db, int64_t version, struct err *err)
{
	struct db_stmt *s = db_sql(db,
	    "INSERT INTO schema_version (one, version) VALUES (1, $1)"
	    " ON CONFLICT (one) DO UPDATE SET version = excluded.version");

	db_bind_int(s, 1, version);
	return db_done(s, err);
}

/*
 * One step.  The version is read inside the transaction that raises it, so of
 * two programs started at once the second finds the first one's work done.
 */
static bool
take_step(struct db *db, const char *const *steps, unsigned n, bool *more,
    struct err *err)
{
	int64_t version;

	*more = false;
	if (!read_version(db, &version, err))
		return false;
	if (version < 0 || version > (int64_t)n)
		return err_set(err, ERR_UNAVAILABLE, "E-STORE-VERSION",
		    "store: has version %lld, this program knows up to %u",
		    (long long)version, n);
	if (version == (int64_t)n)
		return true;
	*more = true;
	return db_exec(db, steps[version], err) &&
	    write_version(db, version + 1, err);
}

bool
db_migrate(struct db *db, const char *const *steps, unsigned n,
    struct err *err)
{
	bool more = true;

	/* Changes nothing, not even the file, where the table is there. */
	if (!db_exec(db, "CREATE TABLE IF NOT EXISTS schema_version ("
	    "one INTEGER PRIMARY KEY CHECK (one = 1),"
	    " version INTEGER NOT NULL)", err))
		return false;
	while (more) {
		if (!db_begin(db, err))
			return false;
		if (!take_step(db, steps, n, &more, err)) {
			db_rollback(db);
			return false;
		}
		if (!db_commit(db, err))
			return false;
	}
	return true;
}
