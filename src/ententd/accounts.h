#ifndef ENTENTD_ACCOUNTS_H
#define ENTENTD_ACCOUNTS_H

#include "ententd/vault.h"
#include "base/json.h"
#include "store/account_store.h"

/* An account as JSON asks for it: badge, name, roles, desks?, lang?, uid?. */
void	account_read(struct account *, struct jobj *, const struct languages *);
/* The parts that may change later: name?, roles?, desks?, lang?, disabled?. */
void	account_change(struct account *, struct jobj *,
	    const struct languages *);
/* DIR/accounts.json, as `entente init` left it: taken in once. */
void	accounts_import(struct vault *);

#endif
