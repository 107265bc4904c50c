#ifndef CRYPTO_AGE_STREAM_H
#define CRYPTO_AGE_STREAM_H

#include "crypto/age.h"

/*
 * The cipher of a payload (STREAM over ChaCha20-Poly1305): chunks in their
 * order, the last one marked, so that none can be moved, dropped or added.
 */
struct evp_cipher_ctx_st;

enum age_direction { AGE_SEALING, AGE_OPENING };
enum age_place { AGE_INNER, AGE_FINAL };

struct age_stream {
	struct evp_cipher_ctx_st	*ctx;	/* holds the payload's key */
	uint64_t			 chunk;	/* the next one's number */
};

void	age_stream_begin(struct age_stream *,
	    const uint8_t file_key[static AGE_FILE_KEY],
	    const uint8_t nonce[static AGE_NONCE], enum age_direction);
/* out has room for AGE_TAG more bytes than plain. */
void	age_stream_seal(struct age_stream *, uint8_t *out, struct slice plain,
	    enum age_place);
/* out has room for AGE_TAG bytes less.  On false it is wiped, and the same
 * chunk may be tried again at another place. */
bool	age_stream_open(struct age_stream *, uint8_t *out, struct slice sealed,
	    enum age_place);
void	age_stream_end(struct age_stream *);	/* forgets the key */

#endif
