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
};
bool	account_put(struct store *, const struct account *, struct err *);
bool	account_get(struct store *, const char *badge, struct account *, struct err *);
bool	account_by_uid(struct store *, int64_t uid, struct account *, struct err *);
bool	account_list(struct store *, struct arena *, struct account **, size_t *n,
	    struct err *);

/* Sessions and tokens: only the SHA-256 of the bearer's secret is kept. */
enum session_type { SESSION_LOGIN, SESSION_TOKEN };
struct session {
	struct hash		secret;
	struct badge		badge;
	enum session_type	type;
	char			label[64];
	msec			made, used, expires;
};
bool	session_put(struct store *, const struct session *, struct err *);
/* Not expired at now, account not disabled.  E-SESSION-NONE otherwise. */
bool	session_get(struct store *, const struct hash *secret, msec now,
	    struct session *, struct err *);
bool	session_end(struct store *, const struct hash *secret, struct err *);
bool	session_end_all(struct store *, const char *badge, struct err *);
bool	session_list(struct store *, struct arena *, const char *badge,
	    struct session **, size_t *n, struct err *);

/* Idempotency: the answer once given to (account, key); boxed, kept a day. */
bool	answer_put(struct store *, const char *badge, const char *key,
	    const struct hash *request, unsigned status, struct slice body,
	    msec now, struct err *);
/* E-NOT-FOUND when new; E-IDEMPOTENCY (conflict) when the key was used with
 * another request. */
bool	answer_get(struct store *, struct arena *, const char *badge,
	    const char *key, const struct hash *request, unsigned *status,
	    struct slice *body, struct err *);

#endif
