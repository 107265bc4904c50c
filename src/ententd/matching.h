#ifndef ENTENTD_MATCHING_H
#define ENTENTD_MATCHING_H

#include "ententd/vault.h"
#include "model/identifier.h"
#include "store/message_store.h"

/*
 * Threads that belong before the same eyes: one that follows another, one
 * that was asked before, one that names the same thing.  What bodies name is
 * kept as HMAC-SHA-256 under the node's index key, until the shelf of the
 * content ends.  Nothing is merged by itself: an officer sees it, and why.
 */

/* What this message names, and what it follows; in the caller's unit. */
bool	matching_index(struct vault *, struct arena *,
	    const struct message_row *, const json_t *body, struct err *);

/* The earlier thread that a body's `reference` names, seen from a message of
 * `sender`; false: none here that the sender was a party of. */
bool	matching_earlier(struct vault *, struct arena *,
	    const struct member_id *sender, const char *reference,
	    struct hash *thread);

struct match {
	enum match_reason	 reason;
	const char		*field;		/* of the thread looked at */
	const struct message_row *root;		/* of the other one */
};
enum { MATCHES_SHOWN = 50 };
/* Those of a thread, the weightiest first, each thread and reason once; none
 * that are linked to it already. */
bool	matching_find(struct vault *, struct arena *,
	    const struct message_row *root, struct match **, size_t *n,
	    struct err *);

#endif
