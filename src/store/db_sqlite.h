#ifndef STORE_DB_SQLITE_H
#define STORE_DB_SQLITE_H

#include <sqlite3.h>

#include "base/err.h"

/*
 * SQLite's result codes as the rules of db.h.  Both return false.
 *
 * sqlite3_errmsg() may quote a value, so what failed while running is told by
 * the words for the code, the names of a constraint's columns and the
 * beginning of the statement.  What failed to prepare has nothing bound yet:
 * there the message is about the text alone, and is given.
 */
bool	sqlite_failed(struct err *, sqlite3 *, int rc, const char *sql);
bool	sqlite_prepare_failed(struct err *, sqlite3 *, int rc, const char *sql);

#endif
