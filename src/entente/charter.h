#ifndef ENTENTE_CHARTER_H
#define ENTENTE_CHARTER_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "crypto/hash.h"

/*
 * Texts of agreements from what people write: a JSON object with "title" and
 * "clauses" (a charter), or the fields of an agreement without "net" (any
 * other).  Rules: those of agreement_parse(), with the field named.
 */
struct slice charter_template(void);	/* the one that comes with the program */
bool	charter_text(struct buf *text, struct slice json, const struct hash *net,
	    msec from, struct err *);
/* "from" is now when it is left out. */
bool	charter_agreement(struct buf *text, struct slice json,
	    const struct hash *net, msec now, struct err *);
/* As the version after `version` - 1, whose name is prev. */
bool	charter_amended(struct buf *text, struct slice json,
	    const struct hash *net, msec now, int64_t version,
	    const struct hash *prev, struct err *);

#endif
