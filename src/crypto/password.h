#ifndef CRYPTO_PASSWORD_H
#define CRYPTO_PASSWORD_H

#include "base/err.h"
#include "base/secret.h"
#include "crypto/note.h"

/*
 * What a person's password guards: the proof that it is right, and the
 * person's approval key.  One argon2id derivation yields both (libsodium,
 * argon2id13, ops 3, 64 MiB), split by HKDF: one half is compared, the other
 * unseals (XChaCha20-Poly1305).  Slow on purpose: never in a server's loop.
 */
enum {
	PASSWORD_SALT	= 16,
	PASSWORD_SEALED	= 24 + 32 + 16,
	PASSWORD_MIN	= 8,
	PASSWORD_MAX	= 128,
};

struct password_record {
	uint8_t	salt[PASSWORD_SALT];
	uint8_t	check[32];		/* the half that is compared */
	uint8_t	sealed[PASSWORD_SEALED];/* the approval key's seed */
};

/* New salt; seals `seed` (32 bytes).  False: E-PASSWORD-WEAK (fewer than
 * PASSWORD_MIN characters, more than PASSWORD_MAX bytes, not UTF-8, or one
 * character repeated).  *r is untouched then. */
bool	password_set(struct password_record *, const struct secret *password,
	    const struct secret *seed, struct err *);
/* The seed, or NULL with E-PASSWORD-WRONG; E-PASSWORD-RECORD when the password
 * is right but the record was altered. */
struct secret *password_open(const struct password_record *,
	    const struct secret *password, struct err *);
/* The same cost for an account that does not exist, so that timing is alike. */
void	password_waste(const struct secret *password);

#endif
