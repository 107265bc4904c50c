#ifndef TEST_DB_FIXTURE_H
#define TEST_DB_FIXTURE_H

#include "../unit/tap.h"
#include "store/db.h"

static struct err err;

/* True, or the error is shown. */
static inline bool
fine(bool ok)
{
	if (!ok)
		printf("# %s %s\n", err.rule, err.text);
	return ok;
}

static inline bool
is_rule(const char *rule)
{
	return fine(strcmp(err.rule, rule) == 0);
}

/* The one number that a query without parameters gives; -1 when it fails. */
static inline int64_t
number(struct db *db, const char *sql)
{
	struct db_stmt *s = db_sql(db, sql);
	int64_t n = -1;

	if (db_row(s))
		n = db_int(s, 0);
	return db_done(s, &err) ? n : -1;
}

#endif
