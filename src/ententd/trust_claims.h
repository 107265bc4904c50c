#ifndef ENTENTD_TRUST_CLAIMS_H
#define ENTENTD_TRUST_CLAIMS_H

#include <stddef.h>

#include "base/clock.h"
#include "model/ident.h"

/*
 * Who said that there is a newer directory, and has not served it: after ten
 * minutes somebody withholds it, or lies.  Bounded: of more members than fit,
 * those that came first are watched.  The alarm is "E-DIRECTORY-WITHHELD".
 */
enum { CLAIMS = 16 };
#define CLAIMS_PATIENCE	(10 * MINUTE)

struct claims {
	struct claim {
		struct member_id	member;
		int64_t			number;
		msec			since;	/* steady clock */
		bool			told;	/* the alarm was raised */
	}	list[CLAIMS];
	size_t	n;
};

/* A member names this number; what it claimed before and did not serve keeps
 * its time. */
void	claims_heard(struct claims *, const struct member_id *, int64_t number,
	    msec now);
/* A directory of this number came: who spoke of it was right. */
void	claims_served(struct claims *, int64_t number);
/* The i-th member whose claim is older than our patience, or NULL. */
struct claim *claims_withheld(struct claims *, size_t i, msec now);

#endif
