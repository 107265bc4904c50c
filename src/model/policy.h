#ifndef MODEL_POLICY_H
#define MODEL_POLICY_H

#include "model/agreement.h"
#include "model/card.h"
#include "model/directory.h"
#include "model/grant.h"
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
	struct standing_set	agreements;	/* every version and ending */
	const struct kind_set	*kinds;
};

struct decision {
	bool	allowed;
	bool	emergency;	/* by an emergency clause: flagged, reported */
	char	clause[GRANT_CLAUSE];	/* "charter/1 3.1": allows or refuses */
	struct err why;		/* E-POLICY-..., when refused */
};

/* For a root; acts inside a thread pass policy_admit_act(). */
void	policy_admit(struct decision *, const struct policy *,
	    const struct header *, const struct member_id *to);
/*
 * The same judgement with all that it looked at: every clause that speaks of
 * these two, how it stands and where it fails.  What is allowed is decided
 * where policy_admit() decides it.  The clauses live in the arena.
 */
struct explanation {
	struct decision		 decision;
	struct grant		*seen;
	size_t			 n;
};
void	policy_explain(struct explanation *, struct arena *,
	    const struct policy *, const struct header *,
	    const struct member_id *to);
/*
 * An act in a thread whose root is known: only between the asker and one it
 * asked, under the same kind; no new right is needed, because open threads
 * may be finished.
 */
void	policy_admit_act(struct decision *, const struct policy *,
	    const struct header *, const struct header *root,
	    const struct member_id *to);

#endif
