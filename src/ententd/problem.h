#ifndef ENTENTD_PROBLEM_H
#define ENTENTD_PROBLEM_H

#include "base/buf.h"
#include "base/err.h"
#include "model/ident.h"

/* An error as RFC 9457 problem details: code, field, clause, what happened;
 * and from the catalogue, in the reader's language, what it means, what is
 * unchanged, what to do. */
unsigned	problem_status(const struct err *);
void		problem_print(struct buf *, const struct err *, const char *clause,
		    enum lang);

#endif
