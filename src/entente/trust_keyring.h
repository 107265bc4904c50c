#ifndef ENTENTE_TRUST_KEYRING_H
#define ENTENTE_TRUST_KEYRING_H

#include "base/clock.h"
#include "crypto/hash.h"
#include "crypto/keyring.h"
#include "crypto/note.h"

/*
 * The keys that make trust: roots of a network, card keys of members.  They
 * live in FILE (sealed) and FILE.unlock (its unlock identity under a
 * passphrase), never on a node, and belong to one network: each network has
 * its own keys.  While open, nobody else has it open.
 *
 * Rules set: E-TRUST-MISSING, E-TRUST-MODE, E-TRUST-BUSY, E-KEYRING-NETWORK,
 * E-TRUST-KEY, E-PASSPHRASE-WEAK, and those of crypto/keyring.h.
 */
enum {
	TRUST_PATH		= 512,
	TRUST_SIGNERS		= 64,	/* keys of a keyring that are used */
	PASSPHRASE_MIN		= 12,	/* characters */
};

struct trust_keyring {
	char		 path[TRUST_PATH];
	int		 lock;		/* descriptor of FILE.unlock */
	struct secret	*unlock;
	struct keyring	*ring;
	char		 network[65];	/* "" until the first key */
};

/* Long enough for what may be guessed at leisure. */
bool	trust_passphrase_strong(const struct secret *, struct err *);
bool	trust_keyring_exists(const char *path);
bool	trust_keyring_open(struct trust_keyring *, const char *path,
	    const struct secret *passphrase, struct err *);
/* A new one, empty; nothing of FILE is on disk until trust_keyring_save().
 * work: of scrypt, 0 for the usual. */
bool	trust_keyring_create(struct trust_keyring *, const char *path,
	    const struct secret *passphrase, unsigned work, struct err *);
bool	trust_keyring_save(const struct trust_keyring *, struct err *);
void	trust_keyring_close(struct trust_keyring *);

/* The keys sign for one network: the first id they meet is kept, another is
 * E-TEXT-NET.  Not saved. */
bool	trust_keyring_bind(struct trust_keyring *, const struct hash *net,
	    msec now, struct err *);

/* KEYRING_ROOT "1" or KEYRING_CARD "<member>": makes the key of that network,
 * E-TRUST-KEY when it is there already.  Not saved. */
bool	trust_keyring_generate(struct trust_keyring *, enum keyring_use,
	    const char *label, const char *network, msec now, struct err *);
/* A second card key of a member, to follow the first: both sign for a while.
 * Not saved. */
bool	trust_keyring_generate_next(struct trust_keyring *, const char *member,
	    msec now, struct note_signer *, struct err *);
/* The card keys of a member, oldest first; returns how many, at most max. */
size_t	trust_keyring_cards(const struct trust_keyring *, const char *member,
	    struct note_signer *, size_t max);
/* The signer over a key of the ring, borrowed from it. */
bool	trust_keyring_signer(const struct trust_keyring *, enum keyring_use,
	    const char *label, struct note_signer *, struct err *);
/* All of a use, oldest first; returns how many, at most max. */
size_t	trust_keyring_signers(const struct trust_keyring *, enum keyring_use,
	    struct note_signer *, size_t max);
/* As above, and only those that stand among the keys. */
size_t	trust_keyring_among(const struct trust_keyring *,
	    const struct note_vkey *keys, size_t nkeys,
	    struct note_signer *, size_t max);

#endif
