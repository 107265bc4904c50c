#ifndef STORE_DRAW_STORE_H
#define STORE_DRAW_STORE_H

#include "model/agreement.h"
#include "store/store.h"

/* What answers drew from the pledges of agreements, as far as this node saw. */
struct draw {
	struct hash		message, thread;
	char			agreement[AGREEMENT_ID];
	char			pledge[AGREEMENT_CLAUSE];
	struct member_id	party;		/* who pledged, and answered */
	struct member_id	other;		/* whose request it was */
	int64_t			amount;
	msec			at;
};

/* One for each message; a second changes nothing. */
bool	draw_put(struct store *, const struct draw *, struct err *);
/* The sum drawn from a pledge, from <= at < until (0: no end). */
bool	draw_sum(struct store *, const char *agreement, const char *pledge,
	    msec from, msec until, int64_t *sum, struct err *);

#endif
