#ifndef MODEL_COVERAGE_H
#define MODEL_COVERAGE_H

#include "model/grant.h"

/*
 * Does what is in force allow all that a clause would allow?  So that who is
 * to sign sees what is new.  On the safe side: a clause that is bound by a
 * mandate, a framework or an emergency covers nothing here.
 */
bool	coverage_find(char clause[static GRANT_CLAUSE],
	    const struct standing_set *, const struct directory *,
	    const struct clause *, msec at);
/* All that `narrow` allows `wide` allows, between whoever they are. */
bool	coverage_within(const struct clause *narrow, const struct clause *wide);

#endif
