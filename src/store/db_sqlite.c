#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "store/db_driver.h"
#include "store/db_sqlite.h"

enum {
	BUSY_MS = 1000,		/* one writer by design: only a stranger waits */
	PARAMS_MAX = 1000,
};

struct sqlite_link {
	struct db_link	 base;
	sqlite3		*h;
};

struct sqlite_query {
	struct db_query	 base;
	sqlite3_stmt	*h;
	int		*index;		/* of $1.. as SQLite counts, from 1 */
	int		 nparams;
};

static sqlite3 *
handle(const struct db_link *link)
{
	return ((const struct sqlite_link *)link)->h;
}

static struct sqlite_query *
query(struct db_query *q)
{
	return (struct sqlite_query *)q;
}

/* Statements. */

/* $1..$n, all of them and nothing else: what PostgreSQL takes too. */
static bool
map_params(struct sqlite_query *q)
{
	char name[16];

	q->nparams = sqlite3_bind_parameter_count(q->h);
	if (q->nparams > PARAMS_MAX)
		return false;
	q->index = xcalloc((size_t)q->nparams + 1, sizeof(q->index[0]));
	for (int n = 1; n <= q->nparams; n++) {
		(void)sqlite3_snprintf(sizeof(name), name, "$%d", n);
		q->index[n] = sqlite3_bind_parameter_index(q->h, name);
		if (q->index[n] == 0)
			return false;
	}
	return true;
}

static void
sqlite_discard(struct db_query *base)
{
	struct sqlite_query *q = query(base);

	(void)sqlite3_finalize(q->h);
	free(q->index);
	free(q);
}

static struct db_query *
sqlite_prepare(struct db_link *link, const char *sql, struct err *err)
{
	struct sqlite_query *q = xcalloc(1, sizeof(*q));
	const char *tail = "";
	int rc = sqlite3_prepare_v3(handle(link), sql, -1,
	    SQLITE_PREPARE_PERSISTENT, &q->h, &tail);

	q->base.link = link;
	if (rc != SQLITE_OK) {
		sqlite_prepare_failed(err, handle(link), rc, sql);
	} else if (q->h == NULL || *tail != '\0' || !map_params(q)) {
		err_set(err, ERR_IO, "E-STORE-SQL",
		    "store: not one statement with $1..$n: %.60s", sql);
	} else {
		return &q->base;
	}
	sqlite_discard(&q->base);
	return NULL;
}

static bool
bound(struct sqlite_query *q, int rc, struct err *err)
{
	if (rc == SQLITE_OK)
		return true;
	return sqlite_failed(err, handle(q->base.link), rc, sqlite3_sql(q->h));
}

/* 0, out of SQLite's range, where there is no such parameter. */
static int
param(const struct sqlite_query *q, int n)
{
	return n >= 1 && n <= q->nparams ? q->index[n] : 0;
}

static bool
sqlite_bind_int(struct db_query *base, int n, int64_t v, struct err *err)
{
	struct sqlite_query *q = query(base);

	return bound(q, sqlite3_bind_int64(q->h, param(q, n), v), err);
}

static bool
sqlite_bind_text(struct db_query *base, int n, const char *v, struct err *err)
{
	struct sqlite_query *q = query(base);

	return bound(q, sqlite3_bind_text64(q->h, param(q, n), v, strlen(v),
	    SQLITE_TRANSIENT, SQLITE_UTF8), err);
}

static bool
sqlite_bind_blob(struct db_query *base, int n, struct slice v, struct err *err)
{
	struct sqlite_query *q = query(base);

	return bound(q, sqlite3_bind_blob64(q->h, param(q, n), v.p, v.n,
	    SQLITE_TRANSIENT), err);
}

static bool
sqlite_bind_null(struct db_query *base, int n, struct err *err)
{
	struct sqlite_query *q = query(base);

	return bound(q, sqlite3_bind_null(q->h, param(q, n)), err);
}

static enum db_step
sqlite_step(struct db_query *base, struct err *err)
{
	struct sqlite_query *q = query(base);
	int rc = sqlite3_step(q->h);

	if (rc == SQLITE_ROW)
		return DB_STEP_ROW;
	if (rc == SQLITE_DONE)
		return DB_STEP_END;
	(void)sqlite_failed(err, handle(base->link), rc, sqlite3_sql(q->h));
	return DB_STEP_FAILED;
}

static bool
sqlite_is_null(struct db_query *q, int col)
{
	return sqlite3_column_type(query(q)->h, col) == SQLITE_NULL;
}

static int64_t
sqlite_column_int(struct db_query *q, int col)
{
	return sqlite3_column_int64(query(q)->h, col);
}

static const char *
sqlite_column_text(struct db_query *q, int col)
{
	return (const char *)sqlite3_column_text(query(q)->h, col);
}

static struct slice
sqlite_column_blob(struct db_query *q, int col)
{
	const void *p = sqlite3_column_blob(query(q)->h, col);

	/* SQLite gives NULL for an empty blob; a slice tells the two apart. */
	if (p == NULL && !sqlite_is_null(q, col))
		p = "";
	return slice_of(p, (size_t)sqlite3_column_bytes(query(q)->h, col));
}

static int
sqlite_columns(struct db_query *q)
{
	return sqlite3_column_count(query(q)->h);
}

static bool
sqlite_reset(struct db_query *base, struct err *err)
{
	struct sqlite_query *q = query(base);
	int rc = sqlite3_reset(q->h);

	(void)sqlite3_clear_bindings(q->h);
	return bound(q, rc, err);
}

static int64_t
sqlite_changes(struct db_query *base)
{
	/* SQLite remembers the last INSERT through any number of SELECTs. */
	if (sqlite3_stmt_readonly(query(base)->h))
		return 0;
	return sqlite3_changes64(handle(base->link));
}

/* The connection. */

static bool
sqlite_exec(struct db_link *link, const char *sql, struct err *err)
{
	sqlite3 *h = handle(link);
	sqlite3_stmt *s;
	int rc;

	/* By hand: sqlite3_exec() does not say which statement failed. */
	while (*sql != '\0') {
		const char *here = sql;

		rc = sqlite3_prepare_v2(h, here, -1, &s, &sql);
		if (rc != SQLITE_OK)
			return sqlite_prepare_failed(err, h, rc, here);
		if (s == NULL)
			continue;	/* space or a comment */
		while ((rc = sqlite3_step(s)) == SQLITE_ROW)
			continue;
		if (rc != SQLITE_DONE)
			(void)sqlite_failed(err, h, rc, here);
		(void)sqlite3_finalize(s);
		if (rc != SQLITE_DONE)
			return false;
	}
	return true;
}

static bool
sqlite_in_transaction(const struct db_link *link)
{
	return sqlite3_get_autocommit(handle(link)) == 0;
}

/* The first column of the first row as text; "" when there is no row. */
static bool
first_text(struct db_link *link, const char *sql, char *out, size_t size,
    struct err *err)
{
	struct db_query *q = sqlite_prepare(link, sql, err);
	enum db_step step;

	if (q == NULL)
		return false;
	out[0] = '\0';
	step = sqlite_step(q, err);
	if (step == DB_STEP_ROW && !sqlite_is_null(q, 0))
		(void)sqlite3_snprintf((int)size, out, "%s",
		    sqlite_column_text(q, 0));
	sqlite_discard(q);
	return step != DB_STEP_FAILED;
}

static bool
sqlite_check(struct db_link *link, struct err *err)
{
	char line[120];

	/* It speaks of pages, trees and tables, not of what is in them. */
	if (!first_text(link, "PRAGMA integrity_check(1)", line, sizeof(line),
	    err))
		return false;
	if (strcmp(line, "ok") != 0)
		return err_set(err, ERR_IO, "E-STORE-CORRUPT",
		    "store: the file is damaged: %s", line);
	if (!first_text(link, "PRAGMA foreign_key_check", line, sizeof(line),
	    err))
		return false;
	if (line[0] != '\0')
		return err_set(err, ERR_IO, "E-STORE-CORRUPT",
		    "store: table %s refers to rows that are not there", line);
	return true;
}

static void
sqlite_close(struct db_link *link)
{
	int rc = sqlite3_close(handle(link));

	assert(rc == SQLITE_OK);	/* a query was left */
	free(link);
}

/* Opening. */

/* The file is not trusted with code, nor a program with the file's format. */
static bool
harden(sqlite3 *h)
{
	return sqlite3_db_config(h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) ==
	    SQLITE_OK &&
	    sqlite3_db_config(h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL) ==
	    SQLITE_OK &&
	    /* "x" is a name, as everywhere else, and never a string. */
	    sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DML, 0, NULL) ==
	    SQLITE_OK &&
	    sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DDL, 0, NULL) ==
	    SQLITE_OK &&
	    sqlite3_db_config(h, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0,
	    NULL) == SQLITE_OK &&
	    sqlite3_busy_timeout(h, BUSY_MS) == SQLITE_OK;
}

static const char settings[] =
    "PRAGMA cell_size_check = ON;"
    "PRAGMA mmap_size = 0;"		/* a bad disk is an error, not SIGBUS */
    "PRAGMA temp_store = MEMORY;"	/* no content in files of its own */
    "PRAGMA secure_delete = ON;"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA recursive_triggers = OFF;"
    /* kB, when it was needed: the inner pages of a million threads' indexes,
     * so that a row costs one read of the disk and not three. */
    "PRAGMA cache_size = -8192;"
    "PRAGMA synchronous = FULL;";

/* A WAL that grew behind a long reader is cut back to 16 MB. */
static const char writer_settings[] =
    "PRAGMA wal_autocheckpoint = 2000;"	/* pages: 8 MB */
    "PRAGMA journal_size_limit = 16777216;";

static bool
configure(struct db_link *link, enum db_mode mode, struct err *err)
{
	char journal[16];

	if (!harden(handle(link)))
		return err_set(err, ERR_IO, "E-STORE-OPEN",
		    "store: this SQLite is too old");
	if (!sqlite_exec(link, settings, err))
		return false;
	if (mode == DB_READ)
		return sqlite_exec(link, "PRAGMA query_only = ON", err);
	if (!first_text(link, "PRAGMA journal_mode = WAL", journal,
	    sizeof(journal), err))
		return false;
	if (strcmp(journal, "wal") != 0)
		return err_set(err, ERR_IO, "E-STORE-OPEN",
		    "store: this file system cannot hold a WAL");
	return sqlite_exec(link, writer_settings, err);
}

/*
 * A new file is the owner's alone; SQLite gives the WAL the same mode.  An
 * existing one is not even opened here: closing it would drop the locks of
 * another connection of this process.
 */
static bool
create_private(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd != -1)
		return close(fd) == 0 || err_set(err, ERR_IO, "E-STORE-IO",
		    "store: close: %s", strerror(errno));
	return errno == EEXIST || err_set(err, ERR_IO, "E-STORE-OPEN",
	    "store: create %s: %s", path, strerror(errno));
}

/* ":memory:" and "file:" are SQLite's, and no path of a store. */
static bool
is_path(const char *path)
{
	return path[0] != '\0' && path[0] != ':' &&
	    strncmp(path, "file:", 5) != 0;
}

static struct db_link *
sqlite_open(const char *path, enum db_mode mode, struct err *err)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
	    (mode == DB_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
	struct sqlite_link *l;
	int rc;

	if (!is_path(path)) {
		err_set(err, ERR_INVALID, "E-STORE-OPEN",
		    "store: sqlite: wants the path of a file");
		return NULL;
	}
	if (mode == DB_WRITE && !create_private(path, err))
		return NULL;
	l = xcalloc(1, sizeof(*l));
	l->base.driver = &db_sqlite;
	rc = sqlite3_open_v2(path, &l->h, flags, NULL);
	assert(l->h != NULL);		/* NULL when out of memory */
	if (rc != SQLITE_OK)
		err_set(err, ERR_IO, "E-STORE-OPEN", "store: open %s: %s", path,
		    strerror(sqlite3_system_errno(l->h)));
	else if (configure(&l->base, mode, err))
		return &l->base;
	sqlite_close(&l->base);
	return NULL;
}

const struct db_driver db_sqlite = {
	.scheme = "sqlite",
	/* The lock first: a writer never finds at COMMIT that it was late. */
	.begin = { [DB_WRITE] = "BEGIN IMMEDIATE", [DB_READ] = "BEGIN" },
	.open = sqlite_open,
	.close = sqlite_close,
	.exec = sqlite_exec,
	.in_transaction = sqlite_in_transaction,
	.check = sqlite_check,
	.prepare = sqlite_prepare,
	.discard = sqlite_discard,
	.bind_int = sqlite_bind_int,
	.bind_text = sqlite_bind_text,
	.bind_blob = sqlite_bind_blob,
	.bind_null = sqlite_bind_null,
	.step = sqlite_step,
	.is_null = sqlite_is_null,
	.column_int = sqlite_column_int,
	.column_text = sqlite_column_text,
	.column_blob = sqlite_column_blob,
	.columns = sqlite_columns,
	.reset = sqlite_reset,
	.changes = sqlite_changes,
};
