#ifndef ENTENTD_RELAY_H
#define ENTENTD_RELAY_H

#include "ententd/call.h"
#include "ententd/wire.h"

/*
 * A node that relays holds sealed messages for members that cannot be reached
 * from outside: those whose card names it, and that [relay] for in its
 * entente.conf allows.  It sees from, to, lane, size and time, and that
 * members share a file.  What it holds it signs for with `custody`, never
 * `taken`; it lets go only of what the recipient signed that it has, or what
 * nobody collected by `deliver_by`.
 */
struct relay;

enum { RELAY_PARCELS = 100000 };		/* most for one member */
#define RELAY_LONGEST	(31 * DAY)		/* of deliver_by, ahead */

struct relay	*relay_new(void);
void		 relay_start(struct vault *);
/* May mail for this member be left here?  E-RELAY-MEMBER. */
bool		 relay_serves(const struct vault *, const struct member_id *,
		    struct err *);
/* A batch, all of it for one other member: held, and receipted with custody.  The call
 * is answered; its body holds the sealed bytes. */
void		 relay_hold(struct call *, const struct wire_batch *);
/* POST /link/v1/collect */
void		 link_collect(struct call *);

#endif
