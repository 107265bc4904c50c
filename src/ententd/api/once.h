#ifndef ENTENTD_API_ONCE_H
#define ENTENTD_API_ONCE_H

#include "ententd/call.h"

/*
 * Idempotency-Key: the same request of the same officer again gets the same
 * answer, which is kept in the transaction that did what it tells of.
 */

/* True: the call is answered, with what was kept or with a refusal. */
bool	once_answered(struct call *);
/* Inside the unit.  A twin under way has won: E-NODE-BUSY, to be asked again. */
bool	once_keep(struct call *, unsigned status, struct slice body,
	    struct err *);

#endif
