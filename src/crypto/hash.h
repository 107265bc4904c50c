#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

#include "base/slice.h"

/* SHA-256, HMAC and HKDF (RFC 5869) of libcrypto, algorithms fetched once. */
enum { HASH_LEN = 32 };

/* The name of a signed text, a blob, a content line. */
struct hash {
	uint8_t	b[HASH_LEN];
};

struct hash	hash_of(struct slice);
bool		hash_eq(const struct hash *, const struct hash *);

struct hash_stream;			/* SHA-256 in pieces */
struct hash_stream *hash_stream_new(void);
void		hash_stream_add(struct hash_stream *, struct slice);
struct hash	hash_stream_end(struct hash_stream *);	/* and start again */
void		hash_stream_free(struct hash_stream *);

void	hmac_sha256(uint8_t out[static 32], struct slice key, struct slice data);
void	hkdf_sha256(uint8_t out[static 32], struct slice ikm, struct slice salt,
	    const char *info);
/* Its two steps, for what derives more than one key from a secret.  An absent
 * salt is a block of zeros; n is at most 32, info at most HKDF_INFO bytes. */
enum { HKDF_INFO = 160 };
void	hkdf_extract(uint8_t prk[static 32], struct slice ikm, struct slice salt);
void	hkdf_expand(uint8_t *out, size_t n, const uint8_t prk[static 32],
	    struct slice info);

#endif
