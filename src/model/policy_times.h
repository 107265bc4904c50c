#ifndef MODEL_POLICY_TIMES_H
#define MODEL_POLICY_TIMES_H

#include "model/kind.h"
#include "model/message.h"

/*
 * Times a receiver checks at first receipt: not more than 10 minutes ahead,
 * not after deliver_by, deliver_by within the kind's bound, keep_until not
 * over when sent and within the kind's bound.
 * Rules E-TIME-AHEAD, E-TIME-LATE, E-TIME-BOUND, E-TIME-KEEP.
 */
bool	policy_times(const struct header *, const struct kind *, msec now,
	    struct err *);
/* `until` stands as the kind says of the act, which it offers, and lies ahead
 * of `sent`.  Rules E-FIELD-MISSING, E-FIELD-UNKNOWN, E-FIELD-VALUE. */
bool	policy_until(const struct header *, const struct kind *, struct err *);

/* raise raises and lower lowers, from what it was.  Rule E-URGENCY-STEP. */
bool	policy_urgency_step(const struct header *, enum urgency was, struct err *);
/* Urgency needs a reason wherever the kind has a field for one, and a step has
 * its direction, wherever it begins.  Rules E-URGENCY-REASON, E-URGENCY-STEP. */
bool	policy_urgency(const struct header *, const struct kind *,
	    const json_t *body, struct err *);

#endif
