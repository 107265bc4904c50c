#ifndef ENTENTD_AUTHORITY_H
#define ENTENTD_AUTHORITY_H

#include "ententd/vault.h"
#include "model/scope.h"
#include "store/account_store.h"

/*
 * What an account may do: its own scope, met with what every giver above it
 * may still hand on.  It is computed when asked for, so that a giver's loss is
 * everybody's below him at once.
 */
enum { AUTHORITY_CHAIN = 16 };	/* givers, one above the other; further: nothing */

/* As it was given, whatever became of its givers since. */
void	authority_given(struct scope *, const struct account *);
bool	authority_of(struct vault *, const struct account *, struct scope *,
	    struct err *);
/*
 * What it may hand on, of what it may do.  The desks of an administrator whom
 * the operator made are those where he works; he gives any of the member's.
 */
struct scope authority_handed(const struct account *, const struct scope *);
/* `above` is among the givers of the account, near or far. */
bool	authority_hangs_on(struct vault *, const struct account *,
	    const struct badge *above);
/* One of the two made the other's account, or that of who made it, and so on:
 * they may be one person. */
bool	authority_is_maker(struct vault *, const struct account *,
	    const struct account *);

#endif
