#ifndef MODEL_VERDICT_H
#define MODEL_VERDICT_H

#include "base/err.h"

/* Inside policy*.c and grant.c: how a decision is filled; what it holds stands
 * in policy.h. */
struct decision;

void	verdict_allow(struct decision *, const char *clause);
/* Rule, clause and a sentence: what every refusal has. */
void	verdict_deny(struct decision *, const char *rule, const char *clause,
	    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
