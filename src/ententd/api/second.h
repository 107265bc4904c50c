#ifndef ENTENTD_API_SECOND_H
#define ENTENTD_API_SECOND_H

#include "ententd/call.h"

/*
 * May the caller be the second person to what this author wrote?  Two persons
 * are two humans: not the author, nobody whose account came from the author or
 * the author's from him, however many accounts lie between; and his password
 * is one that he chose himself, for who gave it him could sign in his place.
 * Recipients know him by the card, so his key is on it.
 * Rules E-APPROVAL-SAME, -MAKER, -INITIAL, -CARD.
 */
bool	second_may(struct call *, const struct badge *author, struct err *);

#endif
