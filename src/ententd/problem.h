#ifndef ENTENTD_PROBLEM_H
#define ENTENTD_PROBLEM_H

#include "base/buf.h"
#include "base/err.h"
#include "model/catalog.h"

/* An error as RFC 9457 problem details: code, field, clause, what happened;
 * and from the catalogue, in the reader's language, what it means, what is
 * unchanged, what to do. */
unsigned	problem_status(const struct err *);
void		problem_print(struct buf *, const struct err *, const char *clause,
		    const char *lang);
/* What the rules mean: one for the process, so that packs can be put in. */
struct catalog	*problem_catalog(void);

#endif
