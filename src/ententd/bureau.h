#ifndef ENTENTD_BUREAU_H
#define ENTENTD_BUREAU_H

#include "ententd/thread.h"

/*
 * A member is one bureau with units below it.  A unit may write to others by
 * itself; its bureau sees a copy, unless the kind says that it does not.
 */

/* The desk of a member whose address has a unit in it: "rs/crime/cyber". */
bool	bureau_is_unit(const struct address *);
/* Where copies go: the member's own address where its card has that as a desk,
 * else the first desk on the card.  False: no card yet. */
bool	bureau_desk(struct vault *, struct address *);
/* A unit of ours wrote in this leg, of a kind that is copied. */
bool	bureau_is_copied(const struct thread *, const struct leg_act *acts,
	    size_t n, enum role ours);

/* In the caller's unit: that desk is told, once of each thread: by its first
 * leg, however many were asked. */
bool	bureau_tell(struct vault *, const struct thread *,
	    const struct leg_row *, struct err *);

#endif
