#ifndef ENTENTD_FORWARDING_H
#define ENTENTD_FORWARDING_H

#include "ententd/vault.h"
#include "model/forward.h"

/*
 * What a message passes on: every enclosed text signed by the member it is
 * from, and let go by its label or its owner (model/forward.h).  Asked by who
 * sends before signing, and by who receives.  E-NOTE-UNSIGNED: a card may be
 * on its way.
 */
bool	forwarding_holds(struct vault *, struct arena *, const struct header *,
	    const struct content *, struct err *);
/* One enclosed text, its signature checked; released by the caller, also when
 * it failed. */
bool	forwarding_open(struct vault *, struct arena *,
	    const struct signed_content *, struct evidence *, struct err *);

#endif
