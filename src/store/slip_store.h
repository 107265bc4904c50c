#ifndef STORE_SLIP_STORE_H
#define STORE_SLIP_STORE_H

#include "base/arena.h"
#include "model/ident.h"
#include "store/store.h"

/*
 * The numbers of the messages that came from each member: gaps show.  The same
 * number with another text: both are kept.
 */
enum slip_seen { SLIP_NEW, SLIP_SAME, SLIP_OTHER_TEXT };

struct slip_peer {
	struct member_id	peer;
	int64_t			low;	/* the least number not seen yet */
	int64_t			high;	/* the highest seen; a gap: low < high */
};

bool	slip_note(struct store *, const struct member_id *from, int64_t number,
	    const struct hash *message, enum slip_seen *, struct err *);
/* Of a member nothing came from: low 1, high 0. */
bool	slip_gap(struct store *, const struct member_id *from,
	    struct slip_peer *, struct err *);
/* Every member something came from. */
bool	slip_peers(struct store *, struct arena *, struct slip_peer **,
	    size_t *n, struct err *);
/* Has this number come? */
bool	slip_have(struct store *, const struct member_id *from, int64_t number,
	    bool *have, struct err *);
/*
 * SHA-256 over the numbers from <= number < to that came and the names they
 * came with (u64, 32 bytes, by number, then by name); *n of them.  The sender
 * has the same of its outbox (outbox_digest), and when the two are equal
 * nothing was lost between them.
 */
bool	slip_digest(struct store *, const struct member_id *peer, int64_t from,
	    int64_t to, struct hash *, int64_t *n, struct err *);

#endif
