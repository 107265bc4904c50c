#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "store/db.h"
#include "store/shelf.h"

/*
 * A node's store: the database and the shelf keys at hand.  Each table group
 * has a file of its own (message_store.h, outbox_store.h, ...).  Functions
 * that write run inside the transaction their caller began; the caller
 * commits.  Every table carries a `member` column: the node's own member.
 */
struct store {
	struct db	*db;
	struct shelves	*shelves;	/* borrowed */
	char		 member[33];
};

/* Opens and migrates DIR/entente.db, and makes DIR/blobs, for the owner alone.
 * DB_READ: no migration; E-STORE-VERSION unless there is none to do. */
bool	store_open(struct store *, const char *dir, const char *member,
	    enum db_mode, struct shelves *, struct err *);
void	store_close(struct store *);

/* Small facts of the node: "incarnation", ... "" when there is none. */
bool	store_fact(struct store *, struct arena *, const char *key,
	    const char **value, struct err *);
bool	store_set_fact(struct store *, const char *key, const char *value,
	    struct err *);
/* The next number of a named sequence, from 1. */
bool	store_next(struct store *, const char *sequence, int64_t *n, struct err *);
/* The last one given out; 0: none. */
bool	store_last(struct store *, const char *sequence, int64_t *last,
	    struct err *);
/* Numbers up to `last` were given out already; store_next() goes on behind. */
bool	store_skip(struct store *, const char *sequence, int64_t last,
	    struct err *);

/*
 * For the table groups: what a row says, sealed on a shelf (shelf_seal) and
 * bound to member, table and the row's key, so that no box can stand in for
 * another.  On false nothing was appended.
 */
bool	store_seal(const struct store *, struct buf *box,
	    const struct shelf_label *, const char *table, struct slice key,
	    struct slice plain, struct err *);
bool	store_unseal(const struct store *, struct buf *plain,
	    const struct shelf_label *, const char *table, struct slice key,
	    struct slice box, struct err *);
/* After a shelf's key is destroyed: the room its boxes took.  Headers and
 * leaves stay. */
bool	store_clear_shelf(struct store *, const struct shelf_label *,
	    struct err *);

#endif
