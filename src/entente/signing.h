#ifndef ENTENTE_SIGNING_H
#define ENTENTE_SIGNING_H

#include "base/arena.h"
#include "entente/signed_file.h"
#include "entente/trust_keyring.h"

/*
 * Which keys of a trust keyring a text asks for.  A network, a directory and
 * the charter: roots; a card, a join: the member's card key; an agreement:
 * its parties' and witnesses' card keys; an ending: its party's, or roots; an invite: a card key, or a root before there are
 * members.
 */
struct signing {
	struct note_signer	signers[TRUST_SIGNERS];
	size_t			n;
	struct hash		net;		/* whose text it is */
};

/*
 * `only` is NULL, or "root/1", "card/rs".  Signatures already there by keys
 * of the ring are verified.  Rules: E-SIGN-TYPE, E-SIGN-KEY (no key of the
 * ring may sign it), E-SIGN-WHICH (several may, one is wanted), E-TEXT-NET,
 * E-NOTE-SIGNATURE, and those of model/.
 */
bool	signing_keys(struct signing *, const struct trust_keyring *,
	    const struct signed_file *, const char *only, struct arena *,
	    struct err *);
/* Sign with all of them; *added says how many had not yet. */
bool	signing_do(const struct signing *, struct signed_file *,
	    unsigned *added, struct err *);

#endif
