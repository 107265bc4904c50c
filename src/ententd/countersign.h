#ifndef ENTENTD_COUNTERSIGN_H
#define ENTENTD_COUNTERSIGN_H

#include "ententd/admit.h"
#include "ententd/thread.h"

/*
 * What one officer sent alone, because a life may hang on it, a second signs
 * afterwards: the act `countersign`, which names the root, says what he said
 * and carries his own signature beside the member's.  Until then every party
 * sees until when it is due; when it lapses, every party is told.
 */

/* In the caller's unit, for a root of ours: the supervisors of its desk are
 * paged at once where a second signature is due afterwards. */
bool	countersign_call(struct vault *, const struct message_row *,
	    struct err *);
/* Received: another officer of the same member, whose key its card shows,
 * signed it himself.  Rule E-POLICY-COUNTERSIGN; other acts pass. */
bool	countersign_holds(struct vault *, struct verified *,
	    struct err *);
/* Until when it was due, 0: never; when it came and from whom. */
void	countersign_of(const struct thread *, const struct leg_act *acts,
	    size_t n, struct leg_row *);

#endif
