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
hkdf_extract(uint8_t prk[static 32], struct slice ikm, struct slice salt)
{
	static const uint8_t zeros[32];

	/* RFC 5869 section 2.2. */
	hmac_sha256(prk, salt.n == 0 ? slice_of(zeros, sizeof(zeros)) : salt, ikm);
}

/* One block is all that anybody here asks for. */
void
hkdf_expand(uint8_t *out, size_t n, const uint8_t prk[static 32],
    struct slice info)
{
	uint8_t block[HKDF_INFO + 1], all[32];

	assert(info.n <= HKDF_INFO && n <= sizeof(all));
	if (info.n != 0)
		memcpy(block, info.p, info.n);
	block[info.n] = 1;
	hmac_sha256(all, slice_of(prk, 32), slice_of(block, info.n + 1));
	memcpy(out, all, n);
	sodium_memzero(all, sizeof(all));
}

void
hkdf_sha256(uint8_t out[static 32], struct slice ikm, struct slice salt,
    const char *info)
{
	uint8_t prk[32];

	hkdf_extract(prk, ikm, salt);
	hkdf_expand(out, 32, prk, slice_str(info));
	sodium_memzero(prk, sizeof(prk));
}
