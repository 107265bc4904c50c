#ifndef MODEL_IDENTIFIER_H
#define MODEL_IDENTIFIER_H

#include "model/kind.h"

/*
 * What a body names that other messages may name too: the values of its
 * kind's fields with `match`, in the form in which they are compared.  Pure:
 * the words go no further than the keyed hash that is made of them.
 */
struct identifier {
	const char	*type;		/* "ip": field_type_match() */
	const char	*field;		/* its id */
	struct slice	 normal;	/* field_normal(), in the arena */
	msec		 begins;	/* when it was used; 0 and 0: not said */
	msec		 ends;
};

enum { IDENTIFIERS_MAX = 2000 };	/* of one body; more are left out */

/* Those of a checked body, each once for its field and time. */
size_t	identifier_list(struct arena *, const struct kind *, enum act,
	    const json_t *body, struct identifier **);

/* Both times said and apart means no; all else may be the same. */
bool	identifier_overlap(msec a_begins, msec a_ends, msec b_begins,
	    msec b_ends);

/*
 * Why two threads that name the same thing belong before an officer's eyes.
 * The order is that of their weight.
 */
enum match_reason {
	MATCH_REFERENCE,	/* the same asker and kind, its same case number */
	MATCH_REQUEST,		/* the same asker, kind, identifier and time */
	MATCH_CASE,		/* the same asker's case, asked for something else */
	MATCH_IDENTIFIER,	/* the same identifier */
	MATCH_REASONS
};
extern const char *const match_reason_names[MATCH_REASONS];

struct match_side {
	const char		*kind;
	struct member_id	 asker;
	msec			 begins, ends;
};
/* False: they only look alike (numbers of cases are each member's own). */
bool	identifier_reason(enum match_reason *, const char *type,
	    const struct match_side *, const struct match_side *);

#endif
