#ifndef STORE_ACCOUNT_STORE_H
#define STORE_ACCOUNT_STORE_H

#include "base/arena.h"
#include "model/ident.h"
#include "store/store.h"

/* Officers' local accounts.  Passwords and approval keys are in `keys`. */
enum account_role {
	ACCOUNT_DUTY = 1, ACCOUNT_ANALYST = 2, ACCOUNT_SUPERVISOR = 4,
	ACCOUNT_FRONTLINE = 8, ACCOUNT_AUDITOR = 16, ACCOUNT_ADMIN = 32,
};
bool		account_role_parse(unsigned *bit, const char *);
const char	*account_role_name(unsigned bit);

struct account {
	struct badge	badge;		/* also the login name */
	char		name[128];
	unsigned	roles;		/* bits */
	char		desks[512];	/* addresses, spaces between; "" all */
	char		lang[8];
	int64_t		uid;		/* Unix user who is this account locally; -1 */
	char		vkey[288];	/* approval key, public; "" none yet */
	struct badge	made_by;
	bool		disabled;
	msec		made;
	struct badge	giver;		/* whose scope bounds this one; "" nobody's */
	int64_t		gives;		/* roles, bits; -1 as its roles have it */
	char		kinds[512];	/* patterns, spaces between; "" all */
	unsigned	urgency, tlp, level;	/* at most */
	msec		until;		/* 0: no end */
	bool		initial;	/* its password was chosen by another */
	/* A password to be set anew: who asked, when, and who agreed. */
	struct badge	reset_by, reset_ok;
	msec		reset_at;
};
/* Insert or replace.  E-STORE-CONFLICT: the Unix user is another account's. */
bool	account_put(struct store *, const struct account *, struct err *);
/* E-NOT-FOUND, as account_by_uid; a uid below 0 is nobody's. */
bool	account_get(struct store *, const char *badge, struct account *, struct err *);
bool	account_by_uid(struct store *, int64_t uid, struct account *, struct err *);
/* All, by badge. */
bool	account_list(struct store *, struct arena *, struct account **, size_t *n,
	    struct err *);

#endif
