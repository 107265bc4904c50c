#ifndef ENTENTD_RELAY_STATE_H
#define ENTENTD_RELAY_STATE_H

#include "ententd/relay.h"
#include "model/collect.h"
#include "store/parcel_store.h"

/* Inside relay*.c only.  What is normal and comes this soon after the last answer waits for more: a
 * round of its own for each message costs the member, the relay and the sender
 * more than the message. */
#define GATHER		250

/* What was handed out, by relay_offer.c; times are of the steady clock. */
struct offering {
	struct parcel_place	offered;		/* once at least */
	struct parcel_place	round, round_end;	/* once more */
	bool			in_round;
	msec			next_round, next_batch;
	struct hash		again[COLLECT_LIST];	/* now, it says */
	size_t			nagain;
};

struct collector {			/* a member that collects here */
	struct collector	*next;
	struct vault		*vault;
	struct member_id	 member;
	struct hash		 nonce;		/* of our last answer */
	struct call		*waiting;	/* its question, or NULL */
	struct loop_timer	*timer;		/* of the long wait */
	msec			 gave;		/* when it had parcels last */
	struct loop_timer	*gather;	/* until it may have the next */
	struct offering		 offering;
};

struct relay {
	struct collector	*collectors;
};

/* relay_offer.c: what to hand out now, its bytes in the arena; nothing: when to
 * look again, unless something new comes; and from the start, when what was
 * said so far did not arrive. */
bool	relay_offer(struct collector *, struct arena *, struct parcels *,
	    struct err *);
msec	relay_offer_wait(const struct collector *);
void	relay_offer_anew(struct collector *);
/* Once this turn is on disk: it may have something to collect. */
void	relay_wake_after(struct vault *, const struct member_id *);

#endif
