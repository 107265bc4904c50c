#ifndef MODEL_DEADLINE_H
#define MODEL_DEADLINE_H

#include "model/kind.h"
#include "model/leg.h"

/*
 * The two clocks of a request.  They start at the time in the receiver's
 * signed receipt (0: not received yet, nothing runs).  Durations come from
 * the kind, per urgency.  An offer says itself until when it stands, received
 * or not: the earlier of the two counts.
 */
struct deadline {
	msec	acknowledge_by;		/* 0: no such clock */
	msec	answer_by;		/* by the rule */
	msec	promised_by;		/* what the asked said, or 0 */
};

/* Until when a second officer is to sign what one sent alone; 0: none is. */
msec	deadline_countersign(const struct kind *, enum urgency, msec sent);

struct deadline	deadline_of(const struct kind *, enum urgency, msec received,
		    const struct leg *);

#endif
