#ifndef ENTENTD_RELAY_STATE_H
#define ENTENTD_RELAY_STATE_H

#include "ententd/relay.h"

/* Inside relay*.c only: a member that collects here.  What was offered is not
 * offered again for a while, so that what cannot be taken in yet stands in
 * nobody's way. */
enum { OFFERED = 4 * WIRE_BATCH };
#define OFFER_AGAIN	MINUTE
/* What is normal and comes this soon after the last answer waits for more: a
 * round of its own for each message costs the member, the relay and the sender
 * more than the message. */
#define GATHER		250

struct offered {
	struct hash	sealed;
	msec		at;		/* by the steady clock; 0: none */
};

struct collector {
	struct collector	*next;
	struct vault		*vault;
	struct member_id	 member;
	struct hash		 nonce;		/* of our last answer */
	struct call		*waiting;	/* its question, or NULL */
	struct loop_timer	*timer;		/* of the long wait */
	msec			 gave;		/* when it had parcels last */
	struct loop_timer	*gather;	/* until it may have the next */
	struct offered		 offered[OFFERED];
	size_t			 next_offered;
};

struct relay {
	struct collector	*collectors;
};

/* Once this turn is on disk: it may have something to collect. */
void	relay_wake_after(struct vault *, const struct member_id *);

#endif
