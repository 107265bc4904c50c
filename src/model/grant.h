#ifndef MODEL_GRANT_H
#define MODEL_GRANT_H

#include "model/message.h"
#include "model/standing.h"

/*
 * Does a clause grant that a message passes?  Each clause is asked the same
 * questions in one order; how far it comes says how near it is.  A clause of
 * an annex grants only what some clause of its framework grants too.
 */
enum grant_step {
	GRANT_EMERGENCY,	/* first: nobody is told "call it an emergency" */
	GRANT_KIND, GRANT_FROM, GRANT_TO, GRANT_PURPOSE, GRANT_AREA,
	GRANT_MANDATE, GRANT_CEILING, GRANT_FRAMEWORK,
	GRANT_NARROWLY,		/* it grants: an emergency clause, flagged */
	GRANT_WHOLLY,		/* it grants */
	GRANT_STEPS
};
extern const char *const grant_step_names[GRANT_STEPS];

enum { GRANT_CLAUSE = 96 };	/* "fr-rs-cyber/1 3.1" */

struct grant_case {				/* all borrowed */
	const struct standing_set	*set;
	const struct header		*header;
	const struct directory_member	*from, *to;
};

/* How one clause stands to a case. */
struct grant {
	const struct agreement	*agreement;	/* NULL: no clause at all */
	const struct clause	*clause;
	enum standing		 standing;	/* of the agreement */
	enum grant_step		 step;		/* where it fails first, or grants */
	unsigned		 fails;		/* bit 1 << step of every failure */
	/* At GRANT_FRAMEWORK: how the framework stands, where its nearest
	 * clause fails, and its name. */
	enum standing		 framework;
	enum grant_step		 inner;
	char			 inner_clause[GRANT_CLAUSE];
};

/* Every clause that was asked, in order; NULL where nobody reads it. */
struct grant_trail {
	struct grant	*seen;
	size_t		 n, room;
};

/*
 * The nearest clause of the agreements in force, of equals the first; one that
 * grants wholly before an emergency clause.  With a trail the clauses of
 * agreements not in force are asked too and noted, and change nothing.
 */
void	grant_search(struct grant *best, const struct grant_case *,
	    struct grant_trail *);
/* The clause that would grant it, of an agreement that has come to its end;
 * agreement NULL: none would. */
void	grant_search_ended(struct grant *, const struct grant_case *);
static inline bool
grant_is_given(const struct grant *g)
{
	return g->agreement != NULL && g->step >= GRANT_NARROWLY;
}
/* Only the handling is in the way, of the clause or of its framework. */
bool	grant_fails_at_handling(const struct grant *);
/* "charter/1 3"; "" when there is none. */
void	grant_name(char out[static GRANT_CLAUSE], const struct grant *);
/* Room that a trail needs. */
size_t	grant_clauses(const struct standing_set *);

#endif
