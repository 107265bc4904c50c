#ifndef STORE_ROW_H
#define STORE_ROW_H

#include "base/arena.h"
#include "store/db.h"

/*
 * Reading rows into structs.  Sticky: a value that does not fit what the
 * program knows makes the row bad, and the end says so (E-STORE-CORRUPT).
 * Used by the table groups of the store.
 *
 *	struct row r = row_of(s);
 *	while (row_next(&r)) {
 *		row_str(&r, 0, x->ref, sizeof(x->ref));
 *		x->state = row_enum(&r, 1, STATES);
 *	}
 *	return row_end(&r, err);
 */
struct row {
	struct db_stmt	*s;
	size_t		 n;		/* rows so far */
	bool		 bad;
};

static inline struct row
row_of(struct db_stmt *s)
{
	return (struct row){ .s = s };
}

bool		row_next(struct row *);
void		row_str(struct row *, int col, char *out, size_t size);
unsigned	row_enum(struct row *, int col, unsigned count);
/* Exactly n bytes. */
void		row_copy(struct row *, int col, void *out, size_t n);
/* Copied into the arena; empty, p not NULL, when there are no bytes. */
struct slice	row_bytes(struct row *, int col, struct arena *);
/* The statement is done; every row was good. */
bool		row_end(struct row *, struct err *);
/* The same, and there was one: otherwise E-NOT-FOUND "no such <what>". */
bool		row_one(struct row *, const char *what, struct err *);

/* Runs a statement of rows (number, name): SHA-256 over u64 and 32 bytes of
 * each, and how many there were. */
bool		 row_digest(struct db_stmt *, struct hash *, int64_t *n,
		    struct err *);

/* An array that grows in an arena while rows are read. */
struct row_list {
	struct arena	*arena;
	size_t		 size;		/* of an item */
	size_t		 n;
	size_t		 cap;
	uint8_t		*p;
};

static inline struct row_list
row_list_of(struct arena *arena, size_t size)
{
	return (struct row_list){ .arena = arena, .size = size };
}

/* A zeroed item at the end, good until the next one. */
void		*row_list_add(struct row_list *);

#endif
