#include "crypto/hpke.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "crypto/hash.h"

/* RFC 9180 section 7: the numbers of the algorithms. */
static const uint8_t kem_suite[] = { 'K', 'E', 'M', 0x00, 0x10 };
static const uint8_t suite[] = {
	'H', 'P', 'K', 'E', 0x00, 0x10, 0x00, 0x01, 0x00, 0x03,
};
static const uint8_t base_mode = 0x00;

enum { LABELED = 160 };

static_assert(sizeof(((struct hpke_key *)0)->key) ==
    crypto_aead_chacha20poly1305_ietf_KEYBYTES &&
    sizeof(((struct hpke_key *)0)->nonce) ==
    crypto_aead_chacha20poly1305_ietf_NPUBBYTES &&
    HPKE_TAG == crypto_aead_chacha20poly1305_ietf_ABYTES,
    "keys, nonces and tags are those of the AEAD");
static_assert((int)LABELED <= (int)HKDF_INFO, "what is expanded has room");

struct labeled {		/* "HPKE-v1", the suite, a label, a value */
	uint8_t	bytes[LABELED];
	size_t	n;
};

static void
put(struct labeled *l, const void *p, size_t n)
{
	assert(n <= sizeof(l->bytes) - l->n);
	if (n != 0)
		memcpy(l->bytes + l->n, p, n);
	l->n += n;
}

static void
put_label(struct labeled *l, struct slice of, const char *label)
{
	put(l, "HPKE-v1", 7);
	put(l, of.p, of.n);
	put(l, label, strlen(label));
}

/* Section 4, LabeledExtract and LabeledExpand. */
static void
extract(uint8_t prk[static 32], struct slice salt, struct slice of,
    const char *label, struct slice ikm)
{
	struct labeled l = { .n = 0 };

	put_label(&l, of, label);
	put(&l, ikm.p, ikm.n);
	hkdf_extract(prk, slice_of(l.bytes, l.n), salt);
	secret_wipe(&l, sizeof(l));
}

static void
expand(uint8_t *out, uint8_t n, const uint8_t prk[static 32],
    struct slice of, const char *label, struct slice info)
{
	const uint8_t length[2] = { 0, n };
	struct labeled l = { .n = 0 };

	put(&l, length, sizeof(length));
	put_label(&l, of, label);
	put(&l, info.p, info.n);
	hkdf_expand(out, n, prk, slice_of(l.bytes, l.n));
}

/* Section 4.1, ExtractAndExpand: what the two have in common, bound to both
 * public keys. */
static void
shared_secret(uint8_t out[static 32], const uint8_t dh[static 32],
    const uint8_t enc[static P256_POINT],
    const uint8_t recipient[static P256_POINT])
{
	const struct slice of = slice_of(kem_suite, sizeof(kem_suite));
	uint8_t context[2 * P256_POINT], prk[32];

	memcpy(context, enc, P256_POINT);
	memcpy(context + P256_POINT, recipient, P256_POINT);
	extract(prk, slice_of(NULL, 0), of, "eae_prk", slice_of(dh, 32));
	expand(out, 32, prk, of, "shared_secret",
	    slice_of(context, sizeof(context)));
	secret_wipe(prk, sizeof(prk));
}

/* Section 5.1, KeySchedule, without a key shared before. */
static void
schedule(struct hpke_key *k, const uint8_t shared[static 32],
    struct slice info)
{
	const struct slice of = slice_of(suite, sizeof(suite));
	const struct slice none = slice_of(NULL, 0);
	uint8_t context[1 + 32 + 32], secret[32];
	struct slice all = slice_of(context, sizeof(context));

	assert(info.n <= HPKE_INFO);
	context[0] = base_mode;
	extract(context + 1, none, of, "psk_id_hash", none);
	extract(context + 33, none, of, "info_hash", info);
	extract(secret, slice_of(shared, 32), of, "secret", none);
	expand(k->key, sizeof(k->key), secret, of, "key", all);
	expand(k->nonce, sizeof(k->nonce), secret, of, "base_nonce", all);
	secret_wipe(secret, sizeof(secret));
}

static bool
agree(struct hpke_key *k, const uint8_t scalar[static P256_SCALAR],
    const uint8_t point[static P256_POINT],
    const uint8_t enc[static P256_POINT],
    const uint8_t recipient[static P256_POINT], struct slice info)
{
	uint8_t dh[32], shared[32];
	bool ok = p256_agree(dh, scalar, point);

	if (ok) {
		shared_secret(shared, dh, enc, recipient);
		schedule(k, shared, info);
		secret_wipe(shared, sizeof(shared));
	}
	secret_wipe(dh, sizeof(dh));
	return ok;
}

bool
hpke_send(struct hpke_key *k, const uint8_t ephemeral[static P256_SCALAR],
    const uint8_t enc[static P256_POINT],
    const uint8_t recipient[static P256_POINT], struct slice info)
{
	return agree(k, ephemeral, recipient, enc, recipient, info);
}

bool
hpke_receive(struct hpke_key *k, const uint8_t scalar[static P256_SCALAR],
    const uint8_t recipient[static P256_POINT],
    const uint8_t enc[static P256_POINT], struct slice info)
{
	return agree(k, scalar, enc, enc, recipient, info);
}

void
hpke_key_wipe(struct hpke_key *k)
{
	secret_wipe(k, sizeof(*k));
}

/* The first message of a context, so that its nonce is the base nonce. */
void
hpke_seal(uint8_t *sealed, const struct hpke_key *k, struct slice plain,
    struct slice aad)
{
	(void)crypto_aead_chacha20poly1305_ietf_encrypt(sealed, NULL, plain.p,
	    plain.n, aad.p, aad.n, NULL, k->nonce, k->key);
}

bool
hpke_open(uint8_t *plain, const struct hpke_key *k, struct slice sealed,
    struct slice aad)
{
	return sealed.n >= HPKE_TAG &&
	    crypto_aead_chacha20poly1305_ietf_decrypt(plain, NULL, NULL,
	    sealed.p, sealed.n, aad.p, aad.n, k->nonce, k->key) == 0;
}
