#ifndef ENTENTD_OFFERING_H
#define ENTENTD_OFFERING_H

#include "ententd/thread.h"

/*
 * The rules of offer.h, asked of a thread as it lies here: by the author's node
 * before it signs, by the recipient's before it takes.  Kinds of another flow
 * pass.  An acceptance whose ancestors are still on their way is judged by the
 * offer that it names; content is refused where nothing was accepted, whatever
 * it claims to follow: who accepts knows that he did.
 * Rules E-OFFER-*, E-FLOW-ACT.
 */
bool	offering_allows(struct vault *, struct arena *, const struct header *,
	    const struct hash *name, const json_t *body, struct err *);

/* How an act of ours is handled, and how long kept, when its author does not
 * say: as its root and as the conditions that stand towards those it goes to. */
void	offering_terms(struct vault *, struct arena *, const struct thread *,
	    struct header *);

#endif
