#ifndef MODEL_OFFER_H
#define MODEL_OFFER_H

#include "model/message.h"

/*
 * What binds in an offer (CETS 185, Art. 26): the acceptance names the very
 * message whose conditions it accepts, and content goes out under no lower
 * handling than was accepted.  The conditions that people read stand in the
 * body of that message, their handling in its header, so that a proof needs
 * no content.
 */
struct offer_terms {
	struct hash		name;		/* the submit or reoffer */
	struct handling		handling;
	msec			keep_until;	/* content is gone by then */
	msec			until;		/* when it ends to stand; 0: never */
};

/* At least as restrictive in every respect: TLP, level, codes, onward. */
bool	offer_covers(const struct handling *act, const struct handling *terms);

/*
 * Conditions as they are offered, in submit and reoffer: what the body says of
 * passing on and of deletion the header says, too.  Rules E-OFFER-ONWARD,
 * E-OFFER-KEEP.
 */
bool	offer_states(const struct header *, const json_t *body, struct err *);
/*
 * An act under terms: accept names them, in time and as they are; lapse comes
 * when the time is over; deliver is handled as was accepted, and kept no longer.
 * Other acts pass.  Rules E-OFFER-TERMS, E-OFFER-LAPSED, E-OFFER-EARLY,
 * E-OFFER-HANDLING, E-OFFER-KEEP.
 */
bool	offer_keeps(const struct header *, const json_t *body,
	    const struct offer_terms *, struct err *);
/* The day by which the conditions want all deleted; 0: none. */
msec	offer_delete_by(const json_t *body);
/* The name in the body of an acceptance; false: there is none. */
bool	offer_named(struct hash *, const json_t *body);

#endif
