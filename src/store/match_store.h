#ifndef STORE_MATCH_STORE_H
#define STORE_MATCH_STORE_H

#include "base/arena.h"
#include "crypto/hash.h"
#include "model/identifier.h"
#include "store/message_store.h"

/*
 * What messages name, as keyed hashes only: never a word, and none once the
 * shelf of the message's content has ended.  And which thread follows which,
 * for as long as the body that says so can be read.
 */
struct match_row {
	struct hash	hash;		/* HMAC under the index key */
	struct hash	thread;
	char		sender[33];
	char		type[33];
	char		field[33];
	msec		begins, ends;
};

/* All identifiers of one message; `hashes` runs beside `list`. */
bool	match_put(struct store *, const struct message_row *,
	    const struct identifier *list, const struct hash *hashes, size_t n,
	    struct err *);
/* Those of a thread, each field and time once, at most `limit`. */
bool	match_of_thread(struct store *, struct arena *,
	    const struct hash *thread, size_t limit, struct match_row **,
	    size_t *n, struct err *);
/* Of other threads under this hash, newest first, at most `limit`. */
bool	match_elsewhere(struct store *, struct arena *, const struct hash *hash,
	    const struct hash *thread, size_t limit, struct match_row **,
	    size_t *n, struct err *);

bool	match_put_link(struct store *, const struct message_row *,
	    const struct hash *earlier, struct err *);
enum match_way { MATCH_FOLLOWS, MATCH_FOLLOWED_BY };
/* The threads that this one follows, or that follow it, in the order they
 * were stored. */
bool	match_links(struct store *, struct arena *, const struct hash *thread,
	    enum match_way, struct hash **, size_t *n, struct err *);

#endif
