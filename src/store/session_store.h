#ifndef STORE_SESSION_STORE_H
#define STORE_SESSION_STORE_H

#include "base/arena.h"
#include "model/ident.h"
#include "store/store.h"

/* Sessions and tokens: only the SHA-256 of the bearer's secret is kept. */
enum session_type { SESSION_LOGIN, SESSION_TOKEN, SESSION_TYPES };
struct session {
	struct hash		secret;
	struct badge		badge;
	enum session_type	type;
	char			label[64];
	msec			made, used, expires;
};
/* Insert, or renew label, used and expires.  Clears away what has expired by
 * `used`. */
bool	session_put(struct store *, const struct session *, struct err *);
/* Not expired at now, account not disabled.  E-SESSION-NONE otherwise. */
bool	session_get(struct store *, const struct hash *secret, msec now,
	    struct session *, struct err *);
bool	session_end(struct store *, const struct hash *secret, struct err *);
bool	session_end_all(struct store *, const char *badge, struct err *);
/* Newest first, expired ones too. */
bool	session_list(struct store *, struct arena *, const char *badge,
	    struct session **, size_t *n, struct err *);

/* Idempotency: the answer once given to (account, key).  The hash of the
 * request, which would betray a guess, is boxed with it; on shelf_brief(now),
 * and cleared away by the first answer a day later.  E-STORE-CONFLICT: the key
 * has an answer. */
bool	answer_put(struct store *, const char *badge, const char *key,
	    const struct hash *request, unsigned status, struct slice body,
	    msec now, struct err *);
/* E-NOT-FOUND when new; E-IDEMPOTENCY (conflict) when the key was used with
 * another request.  The body in the arena. */
bool	answer_get(struct store *, struct arena *, const char *badge,
	    const char *key, const struct hash *request, unsigned *status,
	    struct slice *body, struct err *);

#endif
