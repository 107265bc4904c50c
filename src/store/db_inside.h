#ifndef STORE_DB_INSIDE_H
#define STORE_DB_INSIDE_H

#include "store/db_driver.h"

/*
 * Between db.c, db_unit.c and db_stmt.c: what a connection is, and what each
 * of the three asks of the others.  A unit is a transaction or a savepoint.
 */
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

/* -- db_unit.c ------------------------------------------------------------ */

/* Run SQL in the innermost unit; it fails with it. */
bool	db_unit_run(struct db *, const char *sql, struct err *);
/* A failure inside a transaction fails the innermost unit whole. */
void	db_unit_failed(struct db *, const struct err *why);
/* False, so that `return db_unit_refuse(...)` reads as the failure. */
bool	db_unit_refuse(struct err *, const struct err *why);

/* -- db_stmt.c ------------------------------------------------------------ */

void	db_stmt_init(struct db *);	/* no statement is known yet */
void	db_stmt_free(struct db *);	/* all are discarded */
/* End the open statements begun at `depth` or deeper; their work is lost. */
void	db_stmt_drop(struct db *, int depth);

#endif
