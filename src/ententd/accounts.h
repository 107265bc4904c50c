#ifndef ENTENTD_ACCOUNTS_H
#define ENTENTD_ACCOUNTS_H

#include "ententd/vault.h"
#include "base/json.h"
#include "store/account_store.h"

/* An account as JSON asks for it: badge, name, roles, desks?, lang?, uid?, and
 * the rest of its scope: kinds?, urgency_most?, tlp_most?, level_most?, until?,
 * gives?; where nothing is said all, and of gives what goes with its roles. */
void	account_read(struct account *, struct jobj *, const struct languages *);
/* The parts that may change later: name?, roles?, desks?, lang?, disabled?, and
 * the rest of its scope. */
void	account_change(struct account *, struct jobj *,
	    const struct languages *);
/* DIR/accounts.json, as `entente init` left it: taken in once. */
void	accounts_import(struct vault *);

#endif
