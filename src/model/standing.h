#ifndef MODEL_STANDING_H
#define MODEL_STANDING_H

#include "model/agreement.h"
#include "model/ending.h"

/*
 * Whether an agreement counts between two members at a time, and if not, why.
 * A set holds every version and every ending known.
 */
struct standing_set {				/* all borrowed */
	const struct agreement *const	*agreements;	/* charter first */
	size_t				 nagreements;
	const struct ending *const	*endings;
	size_t				 nendings;
};

enum standing {
	STANDING_FORCE,
	STANDING_OTHERS,	/* not both are parties */
	STANDING_YET,		/* begins later */
	STANDING_REPLACED,	/* by a later version */
	STANDING_OVER,		/* its `until` has passed */
	STANDING_ENDED,		/* a party ended it */
	STANDINGS
};
extern const char *const standing_names[STANDINGS];	/* "in-force" ... */

enum standing standing_of(const struct standing_set *, const struct agreement *,
	    const struct directory_member *from,
	    const struct directory_member *to, msec at);
/* The end of it between these two that is first to come or has come: `until`,
 * or what a party said; 0: none is known. */
msec	standing_end(const struct standing_set *, const struct agreement *,
	    const struct member_id *, const struct member_id *);
/* The version of this id that is in force then, else the one that was last, or
 * NULL; `why` says how it stands. */
const struct agreement *standing_find(const struct standing_set *,
	    const char *id, const struct directory_member *from,
	    const struct directory_member *to, msec at, enum standing *why);
/* Some version of the id bears this name. */
bool	standing_has(const struct standing_set *, const char *id,
	    const struct hash *name);

#endif
