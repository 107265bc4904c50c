#ifndef ENTENTD_PICKUP_H
#define ENTENTD_PICKUP_H

#include "ententd/vault.h"

/*
 * A member whose card names a relay collects there: it asks, signed, waits up
 * to a minute for the answer, takes in what came as if its senders had posted
 * it, and says with the next question what need not be kept any longer.
 */
struct pickup;

struct pickup	*pickup_new(struct vault *);
void		 pickup_start(struct vault *);

#endif
