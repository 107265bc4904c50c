#ifndef ENTENTD_THREAD_H
#define ENTENTD_THREAD_H

#include "ententd/vault.h"
#include "model/leg.h"
#include "store/leg_store.h"
#include "store/message_store.h"

/* A thread as it lies in the store: its messages, its legs folded from them. */
struct thread {
	struct hash		name;		/* of the root */
	const struct message_row *root;
	struct message_row	*rows;		/* PLACE_THREAD, in the order stored */
	size_t			n;
	const struct kind	*kind;		/* NULL: not known any more */
	struct member_id	asker;
};

/* Loads the admitted messages.  E-NOT-FOUND when there is no such thread. */
bool	thread_load(struct vault *, struct arena *, const struct hash *name,
	    struct thread *, struct err *);
/* Folds the leg of one asked member; acts (in the arena) are annotated. */
void	thread_fold(const struct thread *, struct arena *,
	    const struct member_id *asked, struct leg *, struct leg_act **acts,
	    size_t *nacts);
/* The same with one message more, which is not in the store: what became of it,
 * or NULL when it belongs to no leg of that member. */
const struct leg_act *thread_fold_with(const struct thread *, struct arena *,
	    const struct header *, const struct hash *name,
	    const struct member_id *asked, struct leg *);
/* The desk of that member the root was addressed to; NULL: not a party. */
const struct address *thread_asked(const struct thread *, const struct member_id *);

/* After a message was stored: fold the legs it belongs to and keep them; and
 * let in what was held because of it.  Inside the caller's unit. */
bool	thread_changed(struct vault *, const struct message_row *, struct err *);
/* After a held message was stored: what it waits for may have come while it
 * was on its way to the store. */
bool	thread_held(struct vault *, const struct message_row *, struct err *);

/* A receipt for a message of ours came from that member: a root's starts the
 * clocks of its leg, and of no other. */
bool	thread_receipted(struct vault *, const struct message_row *,
	    const struct member_id *by, struct err *);

/*
 * May this act come now?  Its ancestors are looked up: FLOW_HELD when one is
 * missing, E-FLOW-ACT when it was not lawful where its author stood,
 * E-FLOW-FULL when the thread takes no more.
 */
enum flow_verdict { FLOW_LAWFUL, FLOW_HELD, FLOW_UNLAWFUL };
enum flow_verdict thread_judge(struct vault *, struct arena *,
	    const struct header *, const struct hash *name, struct err *);

/* A row for the store from a header and what is around it. */
void	thread_row(struct message_row *, struct arena *, const struct header *,
	    const struct hash *name, struct slice note, bool ours, msec now);

#endif
