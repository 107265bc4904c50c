#ifndef TEST_P256_SIGNER_H
#define TEST_P256_SIGNER_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "base/encode.h"
#include "crypto/note.h"

/* A member's hardware module, in software: signs notes with P-256. */
struct p256_signer {
	struct note_signer	 signer;	/* first: found from it */
	EVP_PKEY		*key;
};

static inline bool
p256_sign(const struct note_signer *s, struct slice text, struct buf *out,
    struct err *err)
{
	const struct p256_signer *p = (const struct p256_signer *)s;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char sig[80];
	size_t n = sizeof(sig);
	bool ok;

	ok = EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, p->key) == 1 &&
	    EVP_DigestSign(ctx, sig, &n, text.p, text.n) == 1;
	EVP_MD_CTX_free(ctx);
	if (!ok)
		return err_set(err, ERR_INVALID, "E-KEY-FORM", "no signature");
	buf_put(out, sig, n);
	return true;
}

/* Takes the key. */
static inline void
p256_signer_begin(struct p256_signer *p, const char *name, EVP_PKEY *key)
{
	struct buf raw = BUF_INIT, text = BUF_INIT;
	unsigned char *der = NULL;
	struct hash id;
	struct err err;
	int n;

	*p = (struct p256_signer){ .signer = { .sign = p256_sign },
	    .key = key };
	n = i2d_PUBKEY(p->key, &der);
	id = hash_of(slice_of(der, (size_t)n));
	buf_u8(&raw, NOTE_ECDSA_P256);
	buf_put(&raw, der, (size_t)n);
	buf_str(&text, name);
	buf_u8(&text, '+');
	buf_hex(&text, slice_of(id.b, 4));
	buf_u8(&text, '+');
	buf_base64(&text, buf_all(&raw), BASE64_PADDED);
	if (!note_vkey_parse(&p->signer.vkey, buf_all(&text), &err))
		abort();
	OPENSSL_free(der);
	buf_free(&raw);
	buf_free(&text);
}

static inline void
p256_signer_end(struct p256_signer *p)
{
	EVP_PKEY_free(p->key);
}

#endif
