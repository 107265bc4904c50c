#include "store/db_sqlite.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <string.h>

enum { WHAT_LEN = 64 };

/* The beginning of a statement on one line.  Its values are parameters. */
static void
print_what(char out[static WHAT_LEN], const char *sql)
{
	size_t n = 0;

	for (; *sql != '\0' && n < WHAT_LEN - 1; sql++) {
		bool space = isspace((unsigned char)*sql) != 0;

		if (space && (n == 0 || out[n - 1] == ' '))
			continue;
		out[n++] = space ? ' ' : *sql;
	}
	out[n] = '\0';
}

/*
 * "t.a, t.b" out of "UNIQUE constraint failed: t.a, t.b", or the constraint's
 * name.  Other kinds of constraint may quote what a trigger or a virtual
 * table says; only these are known to name the schema and nothing else.
 */
static const char *
constraint_name(sqlite3 *h, int rc)
{
	const char *colon;

	switch (rc) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_NOTNULL:
	case SQLITE_CONSTRAINT_CHECK:
		colon = strstr(sqlite3_errmsg(h), ": ");
		return colon == NULL ? "" : colon + 2;
	default:
		return "";
	}
}

static bool
is_conflict(int rc)
{
	return rc == SQLITE_CONSTRAINT_UNIQUE ||
	    rc == SQLITE_CONSTRAINT_PRIMARYKEY || rc == SQLITE_CONSTRAINT_ROWID;
}

static bool
errno_is_full(int e)
{
	return e == ENOSPC || e == EDQUOT || e == EFBIG;
}

/* The errno of what last failed on the file that `which` names. */
static int
file_errno(sqlite3 *h, int which)
{
	sqlite3_file *file = NULL;
	int e = 0;

	(void)sqlite3_file_control(h, "main", which, &file);
	if (file != NULL && file->pMethods != NULL)
		(void)file->pMethods->xFileControl(file,
		    SQLITE_FCNTL_LAST_ERRNO, &e);
	return e;
}

/*
 * SQLite itself knows ENOSPC alone; a quota or a file limit is as full.
 * sqlite3_system_errno() misses what fails while committing, so the files
 * are asked as well.
 */
static bool
is_full(sqlite3 *h, int rc)
{
	if ((rc & 0xff) == SQLITE_FULL)
		return true;
	if ((rc & 0xff) != SQLITE_IOERR && (rc & 0xff) != SQLITE_CANTOPEN)
		return false;
	if (errno_is_full(sqlite3_system_errno(h)))
		return true;
	return (rc == SQLITE_IOERR_WRITE || rc == SQLITE_IOERR_FSYNC) &&
	    (errno_is_full(file_errno(h, SQLITE_FCNTL_JOURNAL_POINTER)) ||
	    errno_is_full(file_errno(h, SQLITE_FCNTL_FILE_POINTER)));
}

static const struct {
	int		 rc;
	enum err_class	 class;
	const char	*rule;
} rules[] = {
	{ SQLITE_IOERR,		ERR_IO,			"E-STORE-IO" },
	{ SQLITE_CANTOPEN,	ERR_IO,			"E-STORE-OPEN" },
	{ SQLITE_PERM,		ERR_IO,			"E-STORE-OPEN" },
	{ SQLITE_CORRUPT,	ERR_IO,			"E-STORE-CORRUPT" },
	{ SQLITE_NOTADB,	ERR_IO,			"E-STORE-CORRUPT" },
	{ SQLITE_BUSY,		ERR_UNAVAILABLE,	"E-STORE-BUSY" },
	{ SQLITE_LOCKED,	ERR_UNAVAILABLE,	"E-STORE-BUSY" },
	{ SQLITE_PROTOCOL,	ERR_UNAVAILABLE,	"E-STORE-BUSY" },
};

bool
sqlite_failed(struct err *err, sqlite3 *h, int rc, const char *sql)
{
	char what[WHAT_LEN];

	/* Exhaustion and misuse are not errors of the store. */
	assert((rc & 0xff) != SQLITE_NOMEM && rc != SQLITE_IOERR_NOMEM);
	assert((rc & 0xff) != SQLITE_MISUSE);

	print_what(what, sql);
	if (is_full(h, rc))
		return err_set(err, ERR_IO, "E-STORE-FULL",
		    "store: no room left on the disk");
	if (is_conflict(rc))
		return err_set(err, ERR_CONFLICT, "E-STORE-CONFLICT",
		    "store: is there already: %s", constraint_name(h, rc));
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].rc == (rc & 0xff))
			return err_set(err, rules[i].class, rules[i].rule,
			    "store: %s (%d): %s", sqlite3_errstr(rc), rc, what);
	return err_set(err, ERR_IO, "E-STORE-SQL", "store: %s (%d) [%s]: %s",
	    sqlite3_errstr(rc), rc, constraint_name(h, rc), what);
}

bool
sqlite_prepare_failed(struct err *err, sqlite3 *h, int rc, const char *sql)
{
	char what[WHAT_LEN];

	if (rc != SQLITE_ERROR)
		return sqlite_failed(err, h, rc, sql);
	print_what(what, sql);
	return err_set(err, ERR_IO, "E-STORE-SQL", "store: %s: %s",
	    sqlite3_errmsg(h), what);
}
