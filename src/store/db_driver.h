#ifndef STORE_DB_DRIVER_H
#define STORE_DB_DRIVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
#include "store/db.h"

/*
 * What stands behind db.h: one table of functions for each database.  A
 * driver knows its library, its settings and its errors; caching, nesting,
 * stickiness and migration are db_*.c's, so a second driver is not a second
 * store.  Included by db_inside.h and the drivers, by nobody else.
 *
 * Each function that fails fills err with one of the rules of db.h.  The text
 * may name the statement, columns and constraints; never a value.
 */
struct db_link {			/* a connection: first member of the driver's own */
	const struct db_driver	*driver;
};
struct db_query {			/* a prepared statement, likewise */
	struct db_link		*link;
};

enum db_step { DB_STEP_ROW, DB_STEP_END, DB_STEP_FAILED };

struct db_driver {
	const char	*scheme;	/* before the colon of the URL */
	const char	*begin[2];	/* indexed by enum db_mode */

	/* `where` is what follows the colon. */
	struct db_link	*(*open)(const char *where, enum db_mode, struct err *);
	void		 (*close)(struct db_link *);	/* its queries are gone */
	bool		 (*exec)(struct db_link *, const char *sql, struct err *);
	/* Asked of the database itself: an error may have ended it. */
	bool		 (*in_transaction)(const struct db_link *);
	bool		 (*check)(struct db_link *, struct err *);

	struct db_query	*(*prepare)(struct db_link *, const char *sql,
			    struct err *);
	void		 (*discard)(struct db_query *);
	/* Copies; n is the number after the dollar, any int. */
	bool		 (*bind_int)(struct db_query *, int n, int64_t,
			    struct err *);
	bool		 (*bind_text)(struct db_query *, int n, const char *,
			    struct err *);
	bool		 (*bind_blob)(struct db_query *, int n, struct slice,
			    struct err *);
	bool		 (*bind_null)(struct db_query *, int n, struct err *);
	enum db_step	 (*step)(struct db_query *, struct err *);
	bool		 (*is_null)(struct db_query *, int col);
	int64_t		 (*column_int)(struct db_query *, int col);
	const char	*(*column_text)(struct db_query *, int col);
	struct slice	 (*column_blob)(struct db_query *, int col);
	int		 (*columns)(struct db_query *);
	/* Ready for its next use, nothing bound.  False when ending a
	 * statement before its last row failed to make its work stand. */
	bool		 (*reset)(struct db_query *, struct err *);
	int64_t		 (*changes)(struct db_query *);	/* after reset */
};

extern const struct db_driver db_sqlite;

#endif
