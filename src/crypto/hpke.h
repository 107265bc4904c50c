#ifndef CRYPTO_HPKE_H
#define CRYPTO_HPKE_H

#include "base/buf.h"
#include "base/slice.h"
#include "crypto/p256.h"

/*
 * Hybrid public key encryption (RFC 9180), as far as age asks for it: base
 * mode, one message to a key, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256,
 * ChaCha20-Poly1305.
 */
enum { HPKE_TAG = 16, HPKE_INFO = 64 };

struct hpke_key {		/* of one message, in either direction */
	uint8_t	key[32];
	uint8_t	nonce[12];
};

/*
 * What sender (by his ephemeral scalar, of which enc is the point) and
 * recipient derive.  info is at most HPKE_INFO bytes; an ephemeral scalar
 * serves once.  False when a point or scalar is none.
 */
bool	hpke_send(struct hpke_key *, const uint8_t ephemeral[static P256_SCALAR],
	    const uint8_t enc[static P256_POINT],
	    const uint8_t recipient[static P256_POINT], struct slice info);
bool	hpke_receive(struct hpke_key *, const uint8_t scalar[static P256_SCALAR],
	    const uint8_t recipient[static P256_POINT],
	    const uint8_t enc[static P256_POINT], struct slice info);
void	hpke_key_wipe(struct hpke_key *);

/* sealed has plain.n + HPKE_TAG bytes, plain HPKE_TAG less than sealed. */
void	hpke_seal(uint8_t *sealed, const struct hpke_key *, struct slice plain,
	    struct slice aad);
/* False when the key is not the one, or something was changed. */
bool	hpke_open(uint8_t *plain, const struct hpke_key *, struct slice sealed,
	    struct slice aad);

#endif
