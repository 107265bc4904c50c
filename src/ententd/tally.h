#ifndef ENTENTD_TALLY_H
#define ENTENTD_TALLY_H

#include "ententd/vault.h"

/*
 * No loss is silent: the receiver of messages asks their sender which numbers
 * it gave out and what became of each, and both compare digests of those that
 * are accounted for.  What was taken and is not here any more is sent again;
 * what will never come is told why; a node that is older than what it has
 * sent (a backup was restored) learns it from the others and never uses a
 * number twice.  Asked: at start, every hour or so, when a number is missing for two
 * minutes, and when a member that was away is heard from again.
 */
struct tally;

struct tally	*tally_new(struct vault *);
void		 tally_start(struct vault *);
/* A member that could not be reached, or could not be asked, is there. */
void		 tally_heard(struct vault *, const struct member_id *,
		    bool was_away);
/* For status: numbers of the member's that have not come, and since when that
 * is known. */
void		 tally_missing(struct vault *, const struct member_id *,
		    int64_t *n, msec *since);

#endif
