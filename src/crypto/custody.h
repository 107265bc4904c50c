#ifndef CRYPTO_CUSTODY_H
#define CRYPTO_CUSTODY_H

#include "crypto/keyring.h"

/*
 * A ring that any two of its custodians give back.  For each pair there is a
 * file: what opens the ring, and the ring, sealed to the first of the two, and
 * that once more to the second.  Both layers are plain age files.
 *
 * The custodians stand in the ring itself, as public recipients: who could
 * change them from outside would be given the ring.
 *
 * The plaintext is two lines and an age file:
 *
 *	entente/custody/v1 node demo.example/rs
 *	AGE-SECRET-KEY-1...
 *	(the sealed ring, to the end)
 *
 * Rules set: E-CUSTODY-FORM, E-CUSTODY-SET (not 2 to 8 persons, a name or a
 * key that is none, one twice), and those of crypto/age.h.
 */
enum {
	CUSTODIANS	= 8,
	CUSTODY_PAIRS	= CUSTODIANS * (CUSTODIANS - 1) / 2,
	CUSTODIAN_NAME	= 33,
	CUSTODY_FILE_MAX = KEYRING_FILE_MAX + 16 * 1024,
};

struct custodian {
	char	name[CUSTODIAN_NAME];		/* [a-z0-9-] */
	char	recipient[AGE_KEY_TEXT];
};
struct custodians {
	struct custodian	of[CUSTODIANS];
	size_t			n;
};

/* One more person; *c is as it was when it fails. */
bool	custodians_add(struct custodians *, struct slice name,
	    struct slice recipient, struct err *);
/* In place of those that were. */
bool	custodians_put(struct keyring *, const struct custodians *, msec now,
	    struct err *);
/* In their order; n 0: nobody was ever named. */
void	custodians_of(struct custodians *, const struct keyring *);

/* The i-th pair, first < second; false: there are no more. */
bool	custody_pair(const struct custodians *, size_t i, size_t *first,
	    size_t *second);

enum custody_of { CUSTODY_NODE, CUSTODY_TRUST };
/* One pair's file: sealed to `first`, then to `second`. */
bool	custody_seal(struct buf *out, enum custody_of, const char *whose,
	    const struct custodian *first, const struct custodian *second,
	    const struct secret *unlock, struct slice ring, struct err *);

/* One layer off, in guarded memory; NULL: err. */
struct secret *custody_peel(struct slice sealed, const struct age_identity *,
	    size_t n, struct err *);
/* There is another layer beneath. */
bool	custody_is_sealed(struct slice);

struct custody {
	enum custody_of	 of;
	char		 whose[KEYRING_LABEL];
	struct secret	*unlock;
	struct slice	 ring;		/* borrowed from the plaintext */
};
bool	custody_parse(struct custody *, struct slice plain, struct err *);
void	custody_release(struct custody *);

#endif
