#include "crypto/hash.h"

#include <assert.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#include "base/buf.h"

struct hash_stream {
	EVP_MD_CTX	*ctx;
};

/* Fetching an algorithm costs more than hashing a kilobyte with it. */
static EVP_MD		*sha256;
static pthread_once_t	 once = PTHREAD_ONCE_INIT;

static void
fetch(void)
{
	sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	assert(sha256 != NULL);
}

static void
begin(EVP_MD_CTX *ctx)
{
	int ok = EVP_DigestInit_ex(ctx, sha256, NULL);

	assert(ok == 1);
	(void)ok;
}

struct hash_stream *
hash_stream_new(void)
{
	struct hash_stream *h = xmalloc(sizeof(*h));

	(void)pthread_once(&once, fetch);
	h->ctx = EVP_MD_CTX_new();
	assert(h->ctx != NULL);
	begin(h->ctx);
	return h;
}

void
hash_stream_add(struct hash_stream *h, struct slice s)
{
	int ok = EVP_DigestUpdate(h->ctx, s.p, s.n);

	assert(ok == 1);
	(void)ok;
}

struct hash
hash_stream_end(struct hash_stream *h)
{
	struct hash out;
	int ok = EVP_DigestFinal_ex(h->ctx, out.b, NULL);

	assert(ok == 1);
	(void)ok;
	begin(h->ctx);
	return out;
}

void
hash_stream_free(struct hash_stream *h)
{
	if (h == NULL)
		return;
	EVP_MD_CTX_free(h->ctx);
	free(h);
}

struct hash
hash_of(struct slice s)
{
	static _Thread_local struct hash_stream *h;

	if (h == NULL)
		h = hash_stream_new();
	hash_stream_add(h, s);
	return hash_stream_end(h);
}

bool
hash_eq(const struct hash *a, const struct hash *b)
{
	return sodium_memcmp(a->b, b->b, HASH_LEN) == 0;
}

void
hmac_sha256(uint8_t out[static 32], struct slice key, struct slice data)
{
	crypto_auth_hmacsha256_state st;

	(void)crypto_auth_hmacsha256_init(&st, key.p, key.n);
	(void)crypto_auth_hmacsha256_update(&st, data.p, data.n);
	(void)crypto_auth_hmacsha256_final(&st, out);
	sodium_memzero(&st, sizeof(st));
}

void
hkdf_sha256(uint8_t out[static 32], struct slice ikm, struct slice salt,
    const char *info)
{
	static const uint8_t zeros[32];
	uint8_t prk[32], block[96];
	size_t n = strlen(info);

	assert(n < sizeof(block));
	/* Extract; an absent salt is a block of zeros (RFC 5869 section 2.2). */
	hmac_sha256(prk, salt.n == 0 ? slice_of(zeros, sizeof(zeros)) : salt, ikm);
	/* Expand to one block of 32 bytes. */
	memcpy(block, info, n);
	block[n] = 1;
	hmac_sha256(out, slice_of(prk, sizeof(prk)), slice_of(block, n + 1));
	sodium_memzero(prk, sizeof(prk));
}
