#ifndef ENTENTD_SPOOL_H
#define ENTENTD_SPOOL_H

#include "ententd/call.h"

/*
 * Mail by hand, for a member that is cut off: what waits for it, sealed as it
 * would travel, in one signed file; and such a file of another taken in as if
 * it had been posted.  Receipts of what came so wait for the next file that
 * goes back, or for a line.
 */

/* GET /spools/{member}: up to SPOOL_ITEMS of what no receipt has settled, flash
 * first, and what lets it be verified there.  All of it stays queued until a receipt. */
void	api_spool_out(struct call *);
/* POST /spools: such a file.  Answers what became of it. */
void	api_spool_in(struct call *);

#endif
