#include "base/encode.h"
#include "base/secret.h"
#include "crypto/age.h"
#include "crypto/bech32.h"
#include "crypto/p256.h"
#include "tap.h"

/* The example of c2sp.org/age, and its compressed point. */
#define RECIPIENT \
	"age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e"
#define POINT	"02cff73f9dfebacfbb6eeaec739c809edbddefc64b5eeeda91e2f59f8a98ac1c65"
/* A key of ours for files that another program sealed: 0x42, 32 times. */
#define KEY_BYTE	0x42

static struct err err;
static struct secret *key, *key2, *xkey;
static struct age_identity id, id2, xid;
static struct age_recipient to, to2, xto;

static void
meet(void)
{
	key = secret_new(32);
	memset(key->p, KEY_BYTE, key->n);
	key2 = age_identity_p256_generate();
	xkey = age_identity_generate();
	if (!age_identity_p256(&id, key, &err) ||
	    !age_identity_p256(&id2, key2, &err))
		abort();
	age_identity_x25519(&xid, xkey);
	age_identity_recipient(&to, &id);
	age_identity_recipient(&to2, &id2);
	age_identity_recipient(&xto, &xid);
}

static bool
opens(struct slice sealed, const struct age_identity *who, const char *plain)
{
	struct buf got = BUF_INIT;
	bool ok = age_open_all(&got, who, 1, sealed, AGE_HEADER_LINK, &err) &&
	    slice_eq(buf_all(&got), slice_str(plain));

	buf_free(&got);
	return ok;
}

/* -- texts ------------------------------------------------------------------- */

static void
test_texts(void)
{
	char text[AGE_KEY_TEXT], other[AGE_KEY_TEXT];
	uint8_t compressed[33], want[33];
	struct age_recipient r;
	unsigned known = 0;

	OK(age_recipient_parse(&r, slice_str(RECIPIENT), &err),
	    "the specification's recipient is read");
	p256_compress(compressed, r.point);
	(void)hex_decode(want, sizeof(want), slice_str(POINT));
	OK(memcmp(compressed, want, sizeof(want)) == 0, "as its point");
	age_recipient_print(text, &r);
	EQ_STR(text, RECIPIENT, "and its text comes back");
	for (size_t i = 0; text[i] != '\0'; i++) {
		memcpy(other, text, sizeof(other));
		other[i] ^= 1;
		known += age_recipient_known(slice_str(other)) != AGE_NO_RECIPIENT;
	}
	OK(known == 0, "with any one character changed it is no recipient");
	memset(want + 1, 0xff, 32);
	bech32_encode(text, "age1tag", slice_of(want, 33));
	OK(!age_recipient_parse(&r, slice_str(text), &err) &&
	    strcmp(err.rule, "E-AGE-KEY") == 0 &&
	    age_recipient_known(slice_str(text)) == AGE_NO_RECIPIENT,
	    "what is off the curve is none, and not of another type");
	memset(want, 0, 33);
	want[0] = 4;
	bech32_encode(text, "age1tag", slice_of(want, 33));
	OK(!age_recipient_parse(&r, slice_str(text), &err),
	    "nor what is not compressed");
}

/* What a later program may write, and what no program may. */
static void
test_foreign(void)
{
	static const struct { const char *hrp; size_t n; enum age_known is; } t[] = {
		{ "age1pq", 1216, AGE_FOREIGN }, { "age1tagpq", 1249, AGE_FOREIGN },
		{ "age1yubikey", 33, AGE_FOREIGN }, { "age1a-9", 1, AGE_FOREIGN },
		{ "age", 33, AGE_NO_RECIPIENT }, { "age1tag", 32, AGE_NO_RECIPIENT },
		{ "age1", 32, AGE_NO_RECIPIENT }, { "age2", 32, AGE_NO_RECIPIENT },
		{ "age1a_b", 32, AGE_NO_RECIPIENT },
		{ "age1x", 2560, AGE_NO_RECIPIENT },	/* too long */
	};
	static uint8_t bytes[2560];
	static char text[8192];

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		bech32_encode(text, t[i].hrp, slice_of(bytes, t[i].n));
		OK(age_recipient_known(slice_str(text)) == t[i].is,
		    "%s of %zu bytes is %s", t[i].hrp, t[i].n,
		    t[i].is == AGE_FOREIGN ? "kept" : "none");
	}
	OK(age_recipient_known(slice_str(RECIPIENT)) == AGE_KNOWN,
	    "one of P-256 is known");
}

/* -- files ------------------------------------------------------------------- */

static void
test_round_trip(void)
{
	struct age_recipient both[3] = { to, xto, to2 };
	struct buf sealed = BUF_INIT;
	struct secret *none;
	struct age_identity zero;

	OK(age_seal_all(&sealed, &to, 1, slice_str("to one"), &err) &&
	    opens(buf_all(&sealed), &id, "to one"),
	    "what is sealed to a P-256 key opens with it");
	OK(!opens(buf_all(&sealed), &id2, "to one") &&
	    strcmp(err.rule, "E-AGE-NO-MATCH") == 0, "and not with another");
	OK(!opens(buf_all(&sealed), &xid, "to one") &&
	    strcmp(err.rule, "E-AGE-NO-MATCH") == 0, "nor with an X25519 key");
	buf_clear(&sealed);
	OK(age_seal_all(&sealed, both, 3, slice_str("to three"), &err) &&
	    opens(buf_all(&sealed), &id, "to three") &&
	    opens(buf_all(&sealed), &id2, "to three") &&
	    opens(buf_all(&sealed), &xid, "to three"),
	    "P-256 and X25519 stand in one file");
	none = secret_new(32);
	OK(!age_identity_p256(&zero, none, &err) &&
	    strcmp(err.rule, "E-AGE-KEY") == 0, "zero is no key");
	both[1] = to;
	memset(both[1].point, 0, sizeof(both[1].point));
	sealed.n = 0;
	buf_str(&sealed, "before");
	OK(!age_seal_all(&sealed, both, 3, slice_str("x"), &err) &&
	    strcmp(err.rule, "E-AGE-KEY") == 0 &&
	    slice_eq(buf_all(&sealed), slice_str("before")),
	    "to what is no point nothing is sealed, and nothing is written");
	secret_free(none);
	buf_free(&sealed);
}

static void
test_damage(void)
{
	struct age_recipient both[2] = { to, xto };
	struct buf sealed = BUF_INIT;
	unsigned opened = 0;

	(void)age_seal_all(&sealed, both, 2, slice_str("a small file"), &err);
	for (size_t n = 0; n < sealed.n; n++)
		opened += opens(slice_of(sealed.p, n), &id, "a small file");
	OK(opened == 0, "no prefix of such a file opens");
	for (size_t i = 0; i < sealed.n; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			sealed.p[i] ^= (uint8_t)(1U << bit);
			opened += opens(buf_all(&sealed), &id, "a small file");
			sealed.p[i] ^= (uint8_t)(1U << bit);
		}
	OK(opened == 0, "nor with any one bit changed");
	buf_free(&sealed);
}

/* -- the form of a stanza ------------------------------------------------------ */

struct stanza {
	struct slice		args[4];
	struct age_stanza	s;
};

static enum age_unwrap
unwrap(struct stanza *s, size_t nargs, const char *tag, const char *enc,
    size_t body)
{
	static const uint8_t zeros[64];
	uint8_t file_key[AGE_FILE_KEY];

	s->args[0] = slice_str("p256tag");
	s->args[1] = slice_str(tag);
	s->args[2] = slice_str(enc);
	s->args[3] = slice_str("more");
	s->s = (struct age_stanza){ s->args, nargs, slice_of(zeros, body) };
	return id.type->unwrap(&id, &s->s, 1, file_key, &err);
}

static void
test_form(void)
{
	static const char tag[] = "AAAAAA";
	struct buf enc = BUF_INIT, brief = BUF_INIT;
	struct stanza s;
	const char *e;

	buf_base64(&enc, slice_of(to2.point, 65), BASE64_RAW);
	buf_base64(&brief, slice_of(to2.point, 64), BASE64_RAW);
	e = buf_cstr(&enc);
	OK(unwrap(&s, 3, tag, e, 32) == AGE_NOT_MINE,
	    "a stanza of another tag is another's");
	OK(unwrap(&s, 2, tag, e, 32) == AGE_BROKEN &&
	    unwrap(&s, 4, tag, e, 32) == AGE_BROKEN &&
	    unwrap(&s, 1, tag, e, 32) == AGE_BROKEN,
	    "it has three arguments");
	EQ_STR(err.rule, "E-AGE-HEADER", "or the header is broken");
	OK(unwrap(&s, 3, "AAAA", e, 32) == AGE_BROKEN &&
	    unwrap(&s, 3, "AAAAAAA", e, 32) == AGE_BROKEN &&
	    unwrap(&s, 3, "AAAAAB", e, 32) == AGE_BROKEN &&
	    unwrap(&s, 3, "AAAAAA==", e, 32) == AGE_BROKEN,
	    "its tag is 4 bytes, in canonical base64");
	OK(unwrap(&s, 3, tag, buf_cstr(&brief), 32) == AGE_BROKEN &&
	    unwrap(&s, 3, tag, "", 32) == AGE_BROKEN,
	    "its key has 65 bytes");
	OK(unwrap(&s, 3, tag, e, 31) == AGE_BROKEN &&
	    unwrap(&s, 3, tag, e, 33) == AGE_BROKEN,
	    "its body has 32 bytes, whoever reads it");
	buf_free(&enc);
	buf_free(&brief);
}

/* The bound for what peers send holds for a network's worth of such keys. */
static void
test_many(void)
{
	struct age_recipient many[195];
	struct age_header h = { .length = 0 };
	struct buf sealed = BUF_INIT;

	for (size_t i = 0; i < 195; i++)
		many[i] = i % 2 == 0 ? to : xto;
	many[194] = to2;
	OK(age_seal_all(&sealed, many, 195, slice_str("to all"), &err) &&
	    age_header_parse(&h, buf_all(&sealed), AGE_HEADER_LINK, &err) ==
	    AGE_PARSED && h.nstanzas == 195,
	    "195 mixed stanzas are within a link's bound");
	OK(opens(buf_all(&sealed), &id2, "to all"), "and the last opens it");
	age_header_free(&h);
	buf_free(&sealed);
}

int
main(void)
{
	secret_process_init();
	meet();
	test_texts();
	test_foreign();
	test_round_trip();
	test_damage();
	test_form();
	test_many();
	secret_free(key);
	secret_free(key2);
	secret_free(xkey);
	return tap_done();
}
