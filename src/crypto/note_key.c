#include "crypto/note.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <sodium.h>

#include "base/encode.h"
#include "base/utf8.h"
#include "crypto/note_form.h"

enum {
	SPKI_PREFIX	= 27,
	SPKI_P256	= 91,
};
static_assert(crypto_sign_PUBLICKEYBYTES == 32, "Ed25519 keys have 32 bytes");
static_assert(SPKI_P256 <= sizeof(((struct note_vkey *)0)->key),
    "a P-256 key has room");
/* name + hash + base64 of algorithm and key, and a NUL */
static_assert(NOTE_NAME - 1 + 1 + 8 + 1 + (1 + SPKI_P256 + 2) / 3 * 4 + 1 <=
    NOTE_VKEY, "the longest vkey has room");

/*
 * SubjectPublicKeyInfo of a P-256 key up to and with the 04 of an uncompressed
 * point: RFC 5480 with the one curve.  All else about such a key is its point,
 * so a comparison makes the form canonical.
 */
static const uint8_t spki_prefix[SPKI_PREFIX] = {
	0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02,
	0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03,
	0x42, 0x00, 0x04,
};

/* -- names --------------------------------------------------------------- */

/* The next code point of valid UTF-8. */
static uint32_t
next_point(struct slice *s)
{
	uint8_t lead = s->p[0];
	size_t n = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	uint32_t point = n == 1 ? lead : lead & (0x7fU >> n);

	for (size_t i = 1; i < n; i++)
		point = point << 6 | (s->p[i] & 0x3f);
	*s = slice_skip(*s, n);
	return point;
}

/* Unicode's White_Space property. */
static bool
is_space(uint32_t c)
{
	switch (c) {
	case 0x20: case 0x85: case 0xa0: case 0x1680: case 0x2028: case 0x2029:
	case 0x202f: case 0x205f: case 0x3000:
		return true;
	default:
		return (c >= 0x09 && c <= 0x0d) || (c >= 0x2000 && c <= 0x200a);
	}
}

bool
note_name_form(struct slice name)
{
	if (name.n == 0 || !utf8_valid(name))
		return false;
	while (name.n > 0) {
		uint32_t c = next_point(&name);

		if (c < 0x20 || c == '+' || is_space(c))
			return false;
	}
	return true;
}

bool
note_name_valid(struct slice name)
{
	return name.n < NOTE_NAME && note_name_form(name) &&
	    utf8_printable(name, UTF8_ONE_LINE);
}

/* -- public keys --------------------------------------------------------- */

static uint32_t
id_of(struct slice bytes)
{
	struct hash h = hash_of(bytes);

	return (uint32_t)h.b[0] << 24 | (uint32_t)h.b[1] << 16 |
	    (uint32_t)h.b[2] << 8 | h.b[3];
}

static uint32_t
vkey_id(const struct note_vkey *v)
{
	uint8_t bytes[NOTE_NAME + 1 + sizeof(v->key)];
	size_t n = strlen(v->name);

	/* ECDSA keys are named by themselves alone (c2sp.org/signed-note). */
	if (v->alg == NOTE_ECDSA_P256)
		return id_of(slice_of(v->key, v->key_len));
	memcpy(bytes, v->name, n);
	bytes[n++] = '\n';
	bytes[n++] = (uint8_t)v->alg;
	memcpy(bytes + n, v->key, v->key_len);
	return id_of(slice_of(bytes, n + v->key_len));
}

/* The caller frees it; NULL when the point is not on the curve. */
static EVP_PKEY *
p256_key(struct slice spki)
{
	const unsigned char *p = spki.p;

	return d2i_PUBKEY(NULL, &p, (long)spki.n);
}

static bool
p256_valid(struct slice spki)
{
	EVP_PKEY *key;

	if (spki.n != SPKI_P256 ||
	    memcmp(spki.p, spki_prefix, SPKI_PREFIX) != 0)
		return false;
	key = p256_key(spki);
	EVP_PKEY_free(key);
	return key != NULL;
}

static bool
vkey_fill(struct note_vkey *v, struct slice name, struct slice alg_key)
{
	struct slice key = slice_skip(alg_key, 1);

	switch (alg_key.p[0]) {
	case NOTE_ED25519:
		if (key.n != crypto_sign_PUBLICKEYBYTES)
			return false;
		v->alg = NOTE_ED25519;
		break;
	case NOTE_ECDSA_P256:
		if (!p256_valid(key))
			return false;
		v->alg = NOTE_ECDSA_P256;
		break;
	default:
		return false;
	}
	memcpy(v->name, name.p, name.n);
	memcpy(v->key, key.p, key.n);
	v->key_len = key.n;
	v->id = vkey_id(v);
	return true;
}

bool
note_vkey_parse(struct note_vkey *v, struct slice text, struct err *err)
{
	struct slice name, hash, rest = text;
	struct buf key = BUF_INIT;
	uint8_t id[4];
	bool ok;

	memset(v, 0, sizeof(*v));
	ok = text.n < NOTE_VKEY &&
	    slice_cut(&name, &rest, '+') && note_name_valid(name) &&
	    slice_cut(&hash, &rest, '+') && hex_decode(id, 4, hash) &&
	    base64_decode(&key, rest, BASE64_PADDED) && key.n > 0 &&
	    vkey_fill(v, name, buf_all(&key));
	if (!ok)
		err_set(err, ERR_INVALID, "E-KEY-FORM",
		    "vkey: not name+hash+key of a known algorithm");
	else if (v->id != ((uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 |
	    (uint32_t)id[2] << 8 | id[3]))
		ok = err_set(err, ERR_INVALID, "E-KEY-FORM",
		    "vkey: the hash is not that of this name and key");
	buf_free(&key);
	return ok;
}

void
note_vkey_print(char out[static NOTE_VKEY], const struct note_vkey *v)
{
	struct buf raw = BUF_INIT, text = BUF_INIT;

	buf_u8(&raw, (uint8_t)v->alg);
	buf_put(&raw, v->key, v->key_len);
	buf_printf(&text, "%s+%08x+", v->name, v->id);
	buf_base64(&text, buf_all(&raw), BASE64_PADDED);
	assert(text.n < NOTE_VKEY);
	memcpy(out, text.p, text.n);
	out[text.n] = '\0';
	buf_free(&raw);
	buf_free(&text);
}

bool
note_vkey_eq(const struct note_vkey *a, const struct note_vkey *b)
{
	return a->id == b->id && a->alg == b->alg &&
	    strcmp(a->name, b->name) == 0 &&
	    slice_eq(slice_of(a->key, a->key_len),
	    slice_of(b->key, b->key_len));
}

void
note_vkey_ed25519(struct note_vkey *v, const char *name,
    const uint8_t public_key[static 32])
{
	assert(note_name_valid(slice_str(name)));
	memset(v, 0, sizeof(*v));
	memcpy(v->name, name, strlen(name));
	v->alg = NOTE_ED25519;
	memcpy(v->key, public_key, 32);
	v->key_len = 32;
	v->id = vkey_id(v);
}

/* -- verifying ----------------------------------------------------------- */

static bool
p256_verify(struct slice spki, struct slice text, struct slice signature)
{
	EVP_PKEY *key = p256_key(spki);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok;

	ok = key != NULL && ctx != NULL &&
	    EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
	    EVP_DigestVerify(ctx, signature.p, signature.n, text.p,
	    text.n) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return ok;
}

bool
note_vkey_verify(const struct note_vkey *v, struct slice text,
    struct slice signature)
{
	switch (v->alg) {
	case NOTE_ED25519:
		return signature.n == crypto_sign_BYTES &&
		    crypto_sign_verify_detached(signature.p, text.p, text.n,
		    v->key) == 0;
	case NOTE_ECDSA_P256:
		return p256_verify(slice_of(v->key, v->key_len), text,
		    signature);
	}
	return false;
}

/* -- signing ------------------------------------------------------------- */

static bool
ed25519_sign(const struct note_signer *s, struct slice text,
    struct buf *signature, struct err *err)
{
	uint8_t both[crypto_sign_SECRETKEYBYTES], sig[crypto_sign_BYTES];

	(void)err;
	/*
	 * libsodium's secret key is the seed and the public key, which stands
	 * in the vkey: deriving it again would double the cost.
	 */
	memcpy(both, s->seed->p, 32);
	memcpy(both + 32, s->vkey.key, 32);
	(void)crypto_sign_detached(sig, NULL, text.p, text.n, both);
	secret_wipe(both, sizeof(both));
	buf_put(signature, sig, sizeof(sig));
	return true;
}

void
note_signer_ed25519(struct note_signer *s, const char *name,
    const struct secret *seed)
{
	uint8_t both[crypto_sign_SECRETKEYBYTES];
	uint8_t public_key[crypto_sign_PUBLICKEYBYTES];

	assert(seed->n == crypto_sign_SEEDBYTES);
	(void)crypto_sign_seed_keypair(public_key, both, seed->p);
	secret_wipe(both, sizeof(both));
	note_vkey_ed25519(&s->vkey, name, public_key);
	s->seed = seed;
	s->sign = ed25519_sign;
}
