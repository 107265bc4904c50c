#include <assert.h>
#include <sodium.h>

#include "crypto/age.h"
#include "crypto/age_recipient.h"
#include "crypto/age_stanza.h"
#include "crypto/bech32.h"
#include "crypto/hash.h"

#define TYPE		"X25519"
#define RECIPIENT	"age"
#define IDENTITY	"AGE-SECRET-KEY-"

enum { POINT = 32 };

static_assert(POINT == crypto_scalarmult_BYTES &&
    POINT == crypto_scalarmult_SCALARBYTES, "points and scalars are 32 bytes");

/*
 * The key under which a stanza's body stands, from one's own scalar and the
 * other's point.  False when they yield zero: the point is of small order and
 * the key would be everybody's.
 */
static bool
wrap_key(uint8_t key[static AGE_KEY], const uint8_t *scalar,
    const uint8_t *point, const uint8_t *share, const uint8_t *recipient)
{
	uint8_t shared[POINT], salt[2 * POINT];
	bool ok = crypto_scalarmult(shared, scalar, point) == 0;

	if (ok) {
		memcpy(salt, share, POINT);
		memcpy(salt + POINT, recipient, POINT);
		hkdf_sha256(key, slice_of(shared, sizeof(shared)),
		    slice_of(salt, sizeof(salt)), "age-encryption.org/v1/X25519");
	}
	secret_wipe(shared, sizeof(shared));
	return ok;
}

/* -- recipients ---------------------------------------------------------- */

static bool
recipient_wrap(const struct age_recipient *r,
    const uint8_t file_key[static AGE_FILE_KEY], struct buf *header,
    struct err *err)
{
	uint8_t scalar[POINT], share[POINT], key[AGE_KEY], body[AGE_BODY];
	bool ok;

	randombytes_buf(scalar, sizeof(scalar));
	(void)crypto_scalarmult_base(share, scalar);
	ok = wrap_key(key, scalar, r->point, share, r->point);
	secret_wipe(scalar, sizeof(scalar));
	if (!ok)
		return err_set(err, ERR_INVALID, "E-AGE-KEY",
		    "a recipient's key is a point of small order");
	age_key_wrap(body, key, file_key);
	secret_wipe(key, sizeof(key));
	age_stanza_print(header, TYPE, slice_of(share, sizeof(share)), NULL,
	    body);
	return true;
}

static const struct age_recipient_type x25519_recipient = {
	.name = TYPE,
	.wrap = recipient_wrap,
	.print = age_x25519_print,
};

bool
age_x25519_parse(struct age_recipient *r, struct slice text)
{
	*r = (struct age_recipient){ .type = &x25519_recipient };
	return bech32_decode(r->point, POINT, RECIPIENT, text);
}

void
age_x25519_print(char out[static AGE_KEY_TEXT], const struct age_recipient *r)
{
	assert(bech32_size(RECIPIENT, POINT) <= AGE_KEY_TEXT);
	bech32_encode(out, RECIPIENT, slice_of(r->point, POINT));
}

/* -- identities ---------------------------------------------------------- */

static enum age_unwrap
try_stanza(const struct age_identity *id, const struct age_stanza *s,
    const uint8_t share[static POINT], uint8_t file_key[static AGE_FILE_KEY],
    struct err *err)
{
	uint8_t key[AGE_KEY];
	bool mine;

	if (!wrap_key(key, id->key->p, share, share, id->point)) {
		err_set(err, ERR_INVALID, "E-AGE-HEADER",
		    "an X25519 stanza's share is a point of small order");
		return AGE_BROKEN;
	}
	mine = age_key_unwrap(file_key, key, s->body.p);
	secret_wipe(key, sizeof(key));
	return mine ? AGE_UNWRAPPED : AGE_NOT_MINE;
}

/*
 * The form of every X25519 stanza is checked before the first is tried:
 * whether a header is well formed must not depend on whose key reads it.
 */
static enum age_unwrap
identity_unwrap(const struct age_identity *id,
    const struct age_stanza *stanzas, size_t n,
    uint8_t file_key[static AGE_FILE_KEY], struct err *err)
{
	enum age_unwrap got = AGE_NOT_MINE;
	struct buf text = BUF_INIT;
	uint8_t share[POINT];

	for (size_t i = 0; i < n && got == AGE_NOT_MINE; i++)
		if (age_stanza_is(&stanzas[i], TYPE) &&
		    !age_stanza_form(&stanzas[i], 2, share, POINT, &text, err))
			got = AGE_BROKEN;
	for (size_t i = 0; i < n && got == AGE_NOT_MINE; i++) {
		if (!age_stanza_is(&stanzas[i], TYPE))
			continue;
		(void)age_stanza_form(&stanzas[i], 2, share, POINT, &text, err);
		got = try_stanza(id, &stanzas[i], share, file_key, err);
	}
	buf_free(&text);
	return got;
}

static void
identity_recipient(struct age_recipient *r, const struct age_identity *id)
{
	*r = (struct age_recipient){ .type = &x25519_recipient };
	memcpy(r->point, id->point, POINT);
}

static const struct age_identity_type x25519_identity = {
	.name = TYPE,
	.unwrap = identity_unwrap,
	.recipient = identity_recipient,
};

bool
age_identity_parse(struct secret **key, struct slice text, struct err *err)
{
	*key = secret_new(POINT);
	if (bech32_decode((*key)->p, POINT, IDENTITY, text))
		return true;
	secret_free(*key);
	*key = NULL;
	return err_set(err, ERR_INVALID, "E-AGE-KEY",
	    "not an age identity (\"AGE-SECRET-KEY-1...\")");
}

struct secret *
age_identity_print(const struct secret *key)
{
	struct secret *text = secret_new(bech32_size(IDENTITY, POINT));

	assert(key->n == POINT);
	bech32_encode((char *)text->p, IDENTITY, secret_slice(key));
	return text;
}

struct secret *
age_identity_generate(void)
{
	return secret_random(POINT);
}

void
age_identity_x25519(struct age_identity *id, const struct secret *key)
{
	assert(key->n == POINT);
	*id = (struct age_identity){ .type = &x25519_identity, .key = key };
	(void)crypto_scalarmult_base(id->point, key->p);
}
