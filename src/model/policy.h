#ifndef MODEL_POLICY_H
#define MODEL_POLICY_H

#include "model/agreement.h"
#include "model/card.h"
#include "model/directory.h"
#include "model/kind.h"
#include "model/message.h"

/*
 * May this message go from its sender to this member?  The same code on
 * sending and on receiving.  Rights, ceilings and agreement periods are
 * judged at `sent`; suspension and revocation under the newest directory.
 * Every refusal names the clause.
 */
struct policy {				/* all borrowed */
	const struct network	*network;
	const struct hash	*net;
	const struct directory	*directory;	/* the one the header names */
	const struct directory	*newest;
	const struct card	*from;		/* the sender's card */
	const struct card	*to;		/* the recipient's card */
	const struct agreement *const *agreements;	/* charter first */
	size_t			nagreements;
	const struct kind_set	*kinds;
};

struct decision {
	bool	allowed;
	char	clause[96];	/* "charter/1 3.1": what allows or refuses */
	struct err why;		/* E-POLICY-..., when refused */
};

/* For a root; acts inside a thread pass policy_admit_act(). */
void	policy_admit(struct decision *, const struct policy *,
	    const struct header *, const struct member_id *to);
/*
 * An act in a thread whose root is known: only between the asker and one it
 * asked, under the same kind; no new right is needed, because open threads
 * may be finished.
 */
void	policy_admit_act(struct decision *, const struct policy *,
	    const struct header *, const struct header *root,
	    const struct member_id *to);

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

/* Urgency needs a reason wherever the kind has a field for one.
 * Rule E-URGENCY-REASON. */
bool	policy_urgency(const struct header *, const struct kind *,
	    const json_t *body, struct err *);

#endif
