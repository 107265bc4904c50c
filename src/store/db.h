#ifndef STORE_DB_H
#define STORE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/slice.h"
#include "crypto/hash.h"

/*
 * A thin SQL layer: the store speaks to this, a driver stands behind it.
 * SQL is written once, in what SQLite and PostgreSQL share: parameters $1..$n,
 * INTEGER as 64 bits (bigint), TEXT, BLOB (bytea), ON CONFLICT, RETURNING; no
 * rowid, no AUTOINCREMENT, no pragma outside the driver.
 *
 * Statements are prepared once per text and kept.  A statement is sticky:
 * binding and stepping cannot fail one by one, the end says.  So is a
 * transaction: what fails inside it fails its innermost savepoint (or it, when
 * it has none) whole; everything after returns that first error until it is
 * rolled back.  A unit that may fail alone needs a savepoint of its own.
 *
 * Rules set: E-STORE-OPEN, E-STORE-SQL (a bug or a broken file),
 * E-STORE-FULL (disk), E-STORE-IO (disk), E-STORE-BUSY (another program
 * writes), E-STORE-CONFLICT (unique key, class ERR_CONFLICT),
 * E-STORE-CORRUPT, E-STORE-VERSION (made by a newer program).  No error text
 * holds a value.
 */
struct db;
struct db_stmt;

enum db_mode { DB_WRITE, DB_READ };

/*
 * "sqlite:PATH".  WAL, synchronous=FULL, temp_store=MEMORY, foreign keys.
 * DB_WRITE makes the file when there is none, for its owner alone; DB_READ
 * sees what is committed, and its transactions one state from first to last.
 */
struct db	*db_open(const char *url, enum db_mode, struct err *);
void		 db_close(struct db *);		/* rolls back; takes NULL */

/* One statement or several separated by semicolons, no parameters, no rows. */
bool		 db_exec(struct db *, const char *sql, struct err *);

/*
 * Transactions; savepoints nest inside one for a unit that may fail alone.
 * db_commit and db_release end it either way: false means undone.  The two
 * rollbacks end the statements begun inside, too; db_rollback does nothing
 * when there is no transaction.  At db_begin, db_commit and db_release no
 * statement (begun inside) may be unfinished.
 */
bool		 db_begin(struct db *, struct err *);
bool		 db_commit(struct db *, struct err *);
void		 db_rollback(struct db *);
bool		 db_in_transaction(const struct db *);
bool		 db_savepoint(struct db *, struct err *);
bool		 db_release(struct db *, struct err *);
void		 db_rollback_savepoint(struct db *);

/*
 * From db_sql to its db_done a statement is in use and not to be had a second
 * time.  It must not change the table it is reading.
 *
 *	struct db_stmt *s = db_sql(db, "SELECT a, b FROM t WHERE c = $1");
 *	db_bind_text(s, 1, c);
 *	while (db_row(s))
 *		use(db_int(s, 0), db_text(s, 1));
 *	return db_done(s, err);
 */
struct db_stmt	*db_sql(struct db *, const char *sql);	/* static text */
/* What is bound is copied; what is not bound is NULL. */
void		 db_bind_int(struct db_stmt *, int n, int64_t);
void		 db_bind_text(struct db_stmt *, int n, const char *);	/* NULL binds NULL */
void		 db_bind_blob(struct db_stmt *, int n, struct slice);	/* p NULL binds NULL */
void		 db_bind_hash(struct db_stmt *, int n, const struct hash *);
void		 db_bind_null(struct db_stmt *, int n);
bool		 db_row(struct db_stmt *);	/* a row is there */
/* Columns from 0, borrowed until the next db_row or db_done. */
bool		 db_is_null(struct db_stmt *, int col);
int64_t		 db_int(struct db_stmt *, int col);
const char	*db_text(struct db_stmt *, int col);	/* "" for NULL */
struct slice	 db_blob(struct db_stmt *, int col);	/* p NULL for NULL only */
struct hash	 db_hash(struct db_stmt *, int col);	/* zeros unless 32 bytes */
/* Run a statement without rows to its end, or finish one after its rows; the
 * statement is ready for its next use.  False: err. */
bool		 db_done(struct db_stmt *, struct err *);
/* Rows changed by the last finished statement; 0 when it failed or read. */
int64_t		 db_changes(const struct db *);

/* Forward-only: runs steps[from..n) each in its own transaction and records
 * the number.  A store of a higher version: E-STORE-VERSION, untouched.  On a
 * reader it succeeds only where there is nothing left to do. */
bool		 db_migrate(struct db *, const char *const *steps, unsigned n,
		    struct err *);
/* Outside transactions: checks all structure, indexes and references; not the
 * bytes inside values, which hashes and seals of their own protect. */
bool		 db_check(struct db *, struct err *);

#endif
