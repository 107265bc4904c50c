#ifndef ENTENTD_AGREED_H
#define ENTENTD_AGREED_H

#include "ententd/vault.h"
#include "model/message.h"

/*
 * What a message means for agreements beside being allowed: an answer may draw
 * on a pledge, a root may pass by an emergency clause, and a message of the kind
 * agreement/1 may bring a signed agreement or ending.
 */

/*
 * An answer of ours that draws on a pledge may: the pledge stands in a newest
 * agreement, is ours, and has as much left.  Fields `pledge`
 * ("<agreement>/<pledge>") and `pledge_amount`.  Rules E-PLEDGE-UNKNOWN,
 * E-PLEDGE-DRAWN.
 */
bool	agreed_may(struct vault *, const struct header *, const json_t *body,
	    struct err *);
/* agreed_note() may have something to keep: else its body need not be read. */
bool	agreed_matters(const struct header *);
/*
 * With the message, in the unit that stores it: keeps what it draws, and
 * that an emergency clause let it pass.  What others draw too much is kept
 * and shown: they have answered for it.
 */
bool	agreed_note(struct vault *, const struct header *,
	    const struct hash *name, const json_t *body, struct err *);
/* Once it is stored: the note it brings, when everybody has signed it who
 * must, is taken as from anybody. */
void	agreed_bring(struct vault *, const struct header *, const json_t *body);
/* The bounds in which a draw at that time counts: its year, or all of time
 * (*until 0). */
void	agreed_period(const struct pledge *, msec at, msec *from, msec *until);

#endif
