#ifndef STORE_SLIP_STORE_H
#define STORE_SLIP_STORE_H

#include "base/arena.h"
#include "model/ident.h"
#include "store/store.h"

/*
 * The numbers of the messages that came from each member: gaps show.  The same
 * number with another text: both are kept.  Nobody signs a number, so one that
 * is absurdly far ahead is not believed: it would open a gap that nothing
 * closes.
 */
enum slip_seen { SLIP_NEW, SLIP_SAME, SLIP_OTHER_TEXT, SLIP_FAR };
#define SLIP_REACH	((int64_t)1 << 20)

/* How a number was accounted for; kept by number (schema.c). */
enum slip_end {
	SLIP_CAME,		/* with its message */
	SLIP_REFUSED,		/* here, by receipt */
	SLIP_EXPIRED,		/* the sender gave it up */
	SLIP_GONE,		/* it came, was lost here, and cannot come again */
	SLIP_ENDS
};
extern const char *const slip_end_names[SLIP_ENDS];

struct slip_peer {
	struct member_id	peer;
	int64_t			low;	/* all below are accounted for */
	int64_t			high;	/* the highest seen; a gap: low < high */
};

struct slip_row {
	int64_t			number;
	struct hash		message;
	bool			here;	/* the message is, or why it is not is
					 * known */
};

/* A message came under this number. */
bool	slip_note(struct store *, const struct member_id *from, int64_t number,
	    const struct hash *message, enum slip_seen *, struct err *);
/* By the sender's own list this number, however far, is that message's, and
 * is accounted for: how. */
bool	slip_close(struct store *, const struct member_id *from,
	    int64_t number, const struct hash *message, enum slip_end,
	    struct err *);
/* The sender gave out no other numbers below `until` than those noted: low is
 * there or beyond.  *holes: how many of them it does not know. */
bool	slip_pass(struct store *, const struct member_id *from, int64_t until,
	    int64_t *holes, struct err *);

/* The sender gave out none beyond `last`, though one of those was seen: no gap
 * reaches there. */
bool	slip_cap(struct store *, const struct member_id *from, int64_t last,
	    struct err *);

/* Of a member nothing came from: low 1, high 0. */
bool	slip_gap(struct store *, const struct member_id *from,
	    struct slip_peer *, struct err *);
/* How many numbers of that gap have not come. */
bool	slip_missing(struct store *, const struct slip_peer *, int64_t *n,
	    struct err *);
/* Every member something came from. */
bool	slip_peers(struct store *, struct arena *, struct slip_peer **,
	    size_t *n, struct err *);
/* The highest number whose message is here, and its name; 0: none. */
bool	slip_newest(struct store *, const struct member_id *from,
	    int64_t *number, struct hash *message, struct err *);

/*
 * SHA-256 over the numbers from <= number < until that are accounted for and
 * the names they came with (u64, 32 bytes, by number, then by name); *n of
 * them.  A number whose message came and is not here any more does not count.
 * The sender has the same of its outbox (outbox_digest), and when the two are
 * equal nothing was lost between them.
 */
bool	slip_digest(struct store *, const struct member_id *peer, int64_t from,
	    int64_t until, struct hash *, int64_t *n, struct err *);
bool	slip_list(struct store *, struct arena *, const struct member_id *peer,
	    int64_t from, int64_t until, struct slip_row **, size_t *n,
	    struct err *);

#endif
