#include "store/db.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "store/db_inside.h"

static const struct db_driver *const drivers[] = { &db_sqlite };

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
	db_stmt_init(db);
	return db;
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	db_rollback(db);
	db_stmt_free(db);
	db->driver->close(db->link);
	free(db);
}

bool
db_exec(struct db *db, const char *sql, struct err *err)
{
	bool ok = db_unit_run(db, sql, err);

	/* Transactions are begun and ended by their own functions only. */
	assert(!ok || db->driver->in_transaction(db->link) == (db->depth > 0));
	return ok;
}

bool
db_check(struct db *db, struct err *err)
{
	assert(db->depth == 0);
	return db->driver->check(db->link, err);
}
