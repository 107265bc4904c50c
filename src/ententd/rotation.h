#ifndef ENTENTD_ROTATION_H
#define ENTENTD_ROTATION_H

#include "ententd/vault.h"
#include "model/card.h"

/*
 * The node's own keys over time, as the vault sees them: which of those on its
 * card are used, who knows the card yet, and what is due.  The private parts
 * are in `keys`.
 *
 * A TLS key is announced before it is used: the card lists the key in use and
 * the next; when every active member has shown that it knows that card, or
 * after 30 days, the node changes over.
 */
#define ROTATION_SEAL_LASTS	(90 * DAY)
#define ROTATION_SEAL_NOTICE	(14 * DAY)
#define ROTATION_SIGN_LASTS	(365 * DAY)

/* A key of the ring, its public part alone. */
struct rotation_key {
	uint8_t		use;		/* enum keyring_use */
	msec		made;
	const char	*public;
};

struct rotation	*rotation_new(void);
/* Our card and the TLS key in use, to keys. */
void		 rotation_tell_keys(struct vault *);
/* What is believed changed: perhaps our own card. */
void		 rotation_see_card(struct vault *);
/* This member showed that it has a card of this name. */
void		 rotation_heard(struct vault *, const struct member_id *,
		    const struct hash *card);
/* What keys destroyed, for the audit log. */
void		 rotation_destroyed(struct vault *, struct slice body);

/* The TLS key in use, which is on the card; NULL: it lists none. */
const uint8_t	*rotation_tls_in_use(struct vault *, const struct card *);
/* The i-th member that keeps the next TLS key waiting; NULL: past the end. */
const struct member_id *rotation_waits_for(struct vault *, size_t i);
bool		 rotation_seal_due(const struct card *, msec now);
bool		 rotation_sign_due(const struct card *, msec now);

/* What may be in other hands, and since when. */
struct rotation_loss {
	bool	sign;
	msec	since;
};

/*
 * The keys in the next card: `next` is a copy of the newest with its `issued`
 * set.  A key of the ring that no card listed comes in, what it replaces ends; a message key that
 * was lost is revoked.
 */
void		 rotation_compose(struct vault *, struct arena *,
		    struct card *next, const struct rotation_key *, size_t n,
		    const struct rotation_loss *);

#endif
