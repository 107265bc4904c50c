#include "crypto/age_stream.h"

#include <assert.h>
#include <openssl/evp.h>
#include <pthread.h>

#include "crypto/age_key.h"

enum { IV = 12 };

/* libcrypto's cipher does 64 KiB in half of libsodium's time; fetching it
 * costs as much as using it once. */
static EVP_CIPHER	*cipher;
static pthread_once_t	 once = PTHREAD_ONCE_INIT;

static void
fetch(void)
{
	cipher = EVP_CIPHER_fetch(NULL, "ChaCha20-Poly1305", NULL);
	assert(cipher != NULL);
}

/* Steps that fail only by a mistake of ours, or without memory. */
static void
sure(int ok)
{
	assert(ok == 1);
	(void)ok;
}

void
age_stream_begin(struct age_stream *s,
    const uint8_t file_key[static AGE_FILE_KEY],
    const uint8_t nonce[static AGE_NONCE], enum age_direction direction)
{
	uint8_t key[AGE_KEY];

	(void)pthread_once(&once, fetch);
	s->chunk = 0;
	s->ctx = EVP_CIPHER_CTX_new();
	assert(s->ctx != NULL);
	age_key_payload(key, file_key, nonce);
	sure(EVP_CipherInit_ex2(s->ctx, cipher, key, NULL,
	    direction == AGE_SEALING, NULL));
	secret_wipe(key, sizeof(key));
}

void
age_stream_end(struct age_stream *s)
{
	EVP_CIPHER_CTX_free(s->ctx);
	s->ctx = NULL;
}

/* Eleven bytes of counter, one that says whether this is the last. */
static void
set_place(struct age_stream *s, enum age_place place)
{
	uint8_t iv[IV] = { 0 };

	for (int i = 0; i < 8; i++)
		iv[IV - 2 - i] = (uint8_t)(s->chunk >> (8 * i));
	iv[IV - 1] = place == AGE_FINAL ? 1 : 0;
	sure(EVP_CipherInit_ex2(s->ctx, NULL, NULL, iv, -1, NULL));
}

void
age_stream_seal(struct age_stream *s, uint8_t *out, struct slice plain,
    enum age_place place)
{
	int n;

	assert(plain.n <= AGE_CHUNK);
	set_place(s, place);
	if (plain.n != 0)
		sure(EVP_CipherUpdate(s->ctx, out, &n, plain.p, (int)plain.n));
	sure(EVP_CipherFinal_ex(s->ctx, out + plain.n, &n));
	sure(EVP_CIPHER_CTX_ctrl(s->ctx, EVP_CTRL_AEAD_GET_TAG, AGE_TAG,
	    out + plain.n));
	s->chunk++;
}

bool
age_stream_open(struct age_stream *s, uint8_t *out, struct slice sealed,
    enum age_place place)
{
	uint8_t tag[AGE_TAG], none;
	size_t plain = sealed.n - AGE_TAG;
	int n;

	assert(sealed.n >= AGE_TAG && plain <= AGE_CHUNK);
	memcpy(tag, sealed.p + plain, sizeof(tag));
	set_place(s, place);
	sure(EVP_CIPHER_CTX_ctrl(s->ctx, EVP_CTRL_AEAD_SET_TAG, AGE_TAG, tag));
	if (plain != 0)
		sure(EVP_CipherUpdate(s->ctx, out, &n, sealed.p, (int)plain));
	if (EVP_CipherFinal_ex(s->ctx, &none, &n) != 1) {
		secret_wipe(out, plain);
		return false;
	}
	s->chunk++;
	return true;
}
