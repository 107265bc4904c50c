#include <assert.h>
#include <sodium.h>

#include "base/encode.h"
#include "crypto/age.h"
#include "crypto/age_recipient.h"
#include "crypto/age_stanza.h"
#include "crypto/bech32.h"
#include "crypto/hash.h"
#include "crypto/hpke.h"

#define TYPE		"p256tag"
#define RECIPIENT	"age1tag"
#define INFO		"age-encryption.org/p256tag"

enum { TAG = 4 };

static_assert((int)AGE_POINT >= (int)P256_POINT, "a recipient holds a point");
static_assert((int)AGE_BODY == (int)AGE_FILE_KEY + (int)HPKE_TAG,
    "a body is what HPKE makes of a file key");

/*
 * What tells the holder that a stanza is his before the module is asked, which
 * may want a finger on it: of the encapsulated key and the recipient.
 */
static void
tag_of(uint8_t tag[static TAG], const uint8_t enc[static P256_POINT],
    const uint8_t point[static P256_POINT])
{
	uint8_t compressed[P256_SHORT], both[P256_POINT + TAG], all[32];
	struct hash h;

	p256_compress(compressed, point);
	h = hash_of(slice_of(compressed, sizeof(compressed)));
	memcpy(both, enc, P256_POINT);
	memcpy(both + P256_POINT, h.b, TAG);
	hkdf_extract(all, slice_of(both, sizeof(both)), slice_str(INFO));
	memcpy(tag, all, TAG);
}

/* -- recipients ------------------------------------------------------------ */

static void
print_stanza(struct buf *header, const uint8_t enc[static P256_POINT],
    const uint8_t point[static P256_POINT],
    const uint8_t body[static AGE_BODY])
{
	struct buf text = BUF_INIT;
	uint8_t tag[TAG];

	tag_of(tag, enc, point);
	buf_base64(&text, slice_of(enc, P256_POINT), BASE64_RAW);
	age_stanza_print(header, TYPE, slice_of(tag, TAG), buf_cstr(&text),
	    body);
	buf_free(&text);
}

static bool
recipient_wrap(const struct age_recipient *r,
    const uint8_t file_key[static AGE_FILE_KEY], struct buf *header,
    struct err *err)
{
	uint8_t scalar[P256_SCALAR], enc[P256_POINT], body[AGE_BODY];
	struct hpke_key key;
	bool ok;

	p256_generate(scalar, enc);
	ok = hpke_send(&key, scalar, enc, r->point, slice_str(INFO));
	secret_wipe(scalar, sizeof(scalar));
	if (!ok)
		return err_set(err, ERR_INVALID, "E-AGE-KEY",
		    "a recipient's key is no point of P-256");
	hpke_seal(body, &key, slice_of(file_key, AGE_FILE_KEY),
	    slice_of(NULL, 0));
	hpke_key_wipe(&key);
	print_stanza(header, enc, r->point, body);
	return true;
}

static const struct age_recipient_type p256_recipient = {
	.name = TYPE,
	.wrap = recipient_wrap,
	.print = age_p256_print,
};

bool
age_p256_parse(struct age_recipient *r, struct slice text)
{
	uint8_t compressed[P256_SHORT];

	*r = (struct age_recipient){ .type = &p256_recipient };
	return bech32_decode(compressed, sizeof(compressed), RECIPIENT, text) &&
	    p256_expand(r->point, compressed);
}

void
age_p256_print(char out[static AGE_KEY_TEXT], const struct age_recipient *r)
{
	uint8_t compressed[P256_SHORT];

	assert(bech32_size(RECIPIENT, P256_SHORT) <= AGE_KEY_TEXT);
	p256_compress(compressed, r->point);
	bech32_encode(out, RECIPIENT, slice_of(compressed, P256_SHORT));
}

/* -- identities ------------------------------------------------------------ */

struct parts {
	uint8_t	tag[TAG];
	uint8_t	enc[P256_POINT];
};

static bool
stanza_read(struct parts *p, const struct age_stanza *s, struct buf *text,
    struct err *err)
{
	return age_stanza_form(s, 3, p->tag, TAG, text, err) &&
	    age_stanza_bytes(s, 2, p->enc, P256_POINT, text, err);
}

static enum age_unwrap
try_stanza(const struct age_identity *id, const struct parts *p,
    const struct age_stanza *s, uint8_t file_key[static AGE_FILE_KEY],
    struct err *err)
{
	struct hpke_key key;
	uint8_t tag[TAG];
	bool mine;

	tag_of(tag, p->enc, id->point);
	if (memcmp(tag, p->tag, TAG) != 0)
		return AGE_NOT_MINE;
	if (!hpke_receive(&key, id->key->p, id->point, p->enc,
	    slice_str(INFO))) {
		err_set(err, ERR_INVALID, "E-AGE-HEADER",
		    "a p256tag stanza's share is no point of P-256");
		return AGE_BROKEN;
	}
	mine = hpke_open(file_key, &key, s->body, slice_of(NULL, 0));
	hpke_key_wipe(&key);
	return mine ? AGE_UNWRAPPED : AGE_NOT_MINE;
}

/* As with X25519, the form of all is checked before the first is tried. */
static enum age_unwrap
identity_unwrap(const struct age_identity *id,
    const struct age_stanza *stanzas, size_t n,
    uint8_t file_key[static AGE_FILE_KEY], struct err *err)
{
	enum age_unwrap got = AGE_NOT_MINE;
	struct buf text = BUF_INIT;
	struct parts parts;

	for (size_t i = 0; i < n && got == AGE_NOT_MINE; i++)
		if (age_stanza_is(&stanzas[i], TYPE) &&
		    !stanza_read(&parts, &stanzas[i], &text, err))
			got = AGE_BROKEN;
	for (size_t i = 0; i < n && got == AGE_NOT_MINE; i++) {
		if (!age_stanza_is(&stanzas[i], TYPE))
			continue;
		(void)stanza_read(&parts, &stanzas[i], &text, err);
		got = try_stanza(id, &parts, &stanzas[i], file_key, err);
	}
	buf_free(&text);
	return got;
}

static void
identity_recipient(struct age_recipient *r, const struct age_identity *id)
{
	*r = (struct age_recipient){ .type = &p256_recipient };
	memcpy(r->point, id->point, P256_POINT);
}

static const struct age_identity_type p256_identity = {
	.name = TYPE,
	.unwrap = identity_unwrap,
	.recipient = identity_recipient,
};

bool
age_identity_p256(struct age_identity *id, const struct secret *key,
    struct err *err)
{
	assert(key->n == P256_SCALAR);
	*id = (struct age_identity){ .type = &p256_identity, .key = key };
	return p256_public(id->point, key->p) ||
	    err_set(err, ERR_INVALID, "E-AGE-KEY", "no scalar of P-256");
}

struct secret *
age_identity_p256_generate(void)
{
	struct secret *key = secret_new(P256_SCALAR);
	uint8_t point[P256_POINT];

	p256_generate(key->p, point);
	return key;
}
