#include <sys/resource.h>

#include "base/secret.h"
#include "crypto/age.h"
#include "tap.h"

/* The example keys of c2sp.org/age. */
#define IDENTITY \
	"AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
#define RECIPIENT \
	"age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

enum { PEOPLE = 3 };

static struct secret		*keys[PEOPLE];
static struct age_identity	 ids[PEOPLE];
static struct age_recipient	 recipients[PEOPLE];

static void
meet(void)
{
	for (int i = 0; i < PEOPLE; i++) {
		keys[i] = age_identity_generate();
		age_identity_x25519(&ids[i], keys[i]);
		age_identity_recipient(&recipients[i], &ids[i]);
	}
}

static void
part(void)
{
	for (int i = 0; i < PEOPLE; i++)
		secret_free(keys[i]);
}

static void
fill(struct buf *b, size_t n)
{
	buf_clear(b);
	for (size_t i = 0; i < n; i++)
		buf_u8(b, (uint8_t)(i * 2654435761U >> 13));
}

static struct slice
cut(struct slice *rest, size_t n)
{
	struct slice head = slice_of(rest->p, n < rest->n ? n : rest->n);

	*rest = slice_skip(*rest, head.n);
	return head;
}

static bool
seal_pieces(struct buf *out, struct slice plain, size_t piece)
{
	struct age_seal *s = age_seal_begin(recipients, 1, out, NULL);

	if (s == NULL)
		return false;
	while (plain.n != 0)
		age_seal_add(s, cut(&plain, piece), out);
	age_seal_end(s, out);
	return true;
}

static bool
open_pieces(struct buf *plain, struct slice sealed, size_t piece,
    struct err *err)
{
	struct age_open *o = age_open_begin(ids, 1, AGE_HEADER_MAX);

	while (sealed.n != 0) {
		if (!age_open_add(o, cut(&sealed, piece), plain, err)) {
			age_open_free(o);
			return false;
		}
	}
	return age_open_end(o, plain, err);
}

static size_t
header_length(struct slice sealed)
{
	struct age_header h;
	size_t n = 0;

	if (age_header_parse(&h, sealed, AGE_HEADER_MAX, NULL) == AGE_PARSED) {
		n = h.length;
		age_header_free(&h);
	}
	return n;
}

static void
test_sizes(void)
{
	static const size_t sizes[] = {
		0, 1, 4096, 65535, 65536, 65537, 131072, 1024 * 1024,
	};
	static const size_t pieces[] = { 1, 7, 4099, 65536, 65552, 3000000 };
	struct buf plain = BUF_INIT, sealed = BUF_INIT, got = BUF_INIT;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		fill(&plain, sizes[i]);
		for (size_t k = 0; k < sizeof(pieces) / sizeof(pieces[0]); k++) {
			buf_clear(&sealed);
			buf_clear(&got);
			OK(seal_pieces(&sealed, buf_all(&plain), pieces[k]) &&
			    open_pieces(&got, buf_all(&sealed), pieces[k], NULL) &&
			    slice_eq(buf_all(&got), buf_all(&plain)),
			    "%zu bytes make the round trip in pieces of %zu",
			    sizes[i], pieces[k]);
			OK(sealed.n == header_length(buf_all(&sealed)) +
			    age_payload_size(sizes[i]), "in the size foretold");
		}
	}
	buf_free(&plain);
	buf_free(&sealed);
	buf_free(&got);
}

static void
test_recipients(void)
{
	struct buf sealed = BUF_INIT, got = BUF_INIT;
	struct err err;

	OK(age_seal_all(&sealed, recipients, 2, slice_str("to two"), &err),
	    "seals to two");
	for (int i = 0; i < 2; i++) {
		buf_clear(&got);
		OK(age_open_all(&got, &ids[i], 1, buf_all(&sealed),
		    AGE_HEADER_LINK, &err) &&
		    slice_eq(buf_all(&got), slice_str("to two")),
		    "recipient %d opens it", i);
	}
	buf_clear(&got);
	OK(!age_open_all(&got, &ids[2], 1, buf_all(&sealed), AGE_HEADER_LINK,
	    &err) && got.n == 0, "a stranger does not");
	EQ_STR(err.rule, "E-AGE-NO-MATCH", "and learns why");
	OK(age_open_all(&got, ids, PEOPLE, buf_all(&sealed), AGE_HEADER_LINK,
	    &err), "one fitting identity of several suffices");
	OK(!age_open_all(&got, ids, 0, buf_all(&sealed), AGE_HEADER_LINK, &err),
	    "no identity opens nothing");
	sealed.n = 0;
	OK(!age_seal_all(&sealed, recipients, 0, slice_str("x"), &err) &&
	    strcmp(err.rule, "E-AGE-KEY") == 0 && sealed.n == 0,
	    "there is no sealing to nobody");
	buf_free(&sealed);
	buf_free(&got);
}

/* In one piece and byte by byte, what is wrong is refused alike. */
static bool
refused(struct slice sealed, size_t *released)
{
	struct buf got = BUF_INIT;
	bool one = open_pieces(&got, sealed, sealed.n + 1, NULL);
	bool bytes;

	*released = got.n;
	bytes = open_pieces(&got, sealed, 1, NULL);
	*released += got.n;
	buf_free(&got);
	return !one && !bytes;
}

static void
test_damage(void)
{
	static const uint8_t masks[] = { 0x01, 0x20, 0x80, 0xff };
	struct buf sealed = BUF_INIT;
	size_t released, leaks = 0, accepted = 0;

	(void)age_seal_all(&sealed, recipients, 2, slice_str("a small file"),
	    NULL);
	for (size_t n = 0; n < sealed.n; n++) {
		accepted += !refused(slice_of(sealed.p, n), &released);
		leaks += released;
	}
	OK(accepted == 0, "no prefix of a file opens");
	for (size_t i = 0; i < sealed.n; i++) {
		for (size_t k = 0; k < sizeof(masks); k++) {
			sealed.p[i] ^= masks[k];
			accepted += !refused(buf_all(&sealed), &released);
			leaks += released;
			sealed.p[i] ^= masks[k];
		}
	}
	OK(accepted == 0, "no file with one byte changed opens");
	buf_u8(&sealed, 0);
	OK(refused(buf_all(&sealed), &released), "nor one with a byte more");
	OK(leaks + released == 0, "nothing of them is released");
	buf_free(&sealed);
}

/* Chunks are released as they come; the file's end is another matter. */
static void
test_prefix(void)
{
	struct buf plain = BUF_INIT, sealed = BUF_INIT, got = BUF_INIT;
	struct age_open *o;
	struct err err;

	fill(&plain, 2 * AGE_CHUNK + 5);
	(void)seal_pieces(&sealed, buf_all(&plain), plain.n);
	o = age_open_begin(ids, 1, AGE_HEADER_MAX);
	OK(age_open_add(o, slice_of(sealed.p, sealed.n - 1), &got, &err),
	    "a cut file is well up to the cut");
	OK(slice_eq(buf_all(&got), slice_of(plain.p, 2 * AGE_CHUNK)),
	    "whole chunks are released");
	OK(!age_open_end(o, &got, &err) && got.n == 2 * AGE_CHUNK,
	    "its end is refused");
	EQ_STR(err.rule, "E-AGE-PAYLOAD", "as damage to the payload");
	buf_clear(&got);
	OK(!age_open_all(&got, ids, 1, slice_of(sealed.p, sealed.n - 1),
	    AGE_HEADER_MAX, &err) && got.n == 0,
	    "opening all at once releases nothing of it");

	sealed.p[sealed.n - AGE_CHUNK] ^= 1;
	o = age_open_begin(ids, 1, AGE_HEADER_MAX);
	OK(!age_open_add(o, buf_all(&sealed), &got, &err), "damage is seen");
	memset(&err, 0, sizeof(err));
	OK(!age_open_add(o, slice_str("more"), &got, &err) &&
	    strcmp(err.rule, "E-AGE-PAYLOAD") == 0, "and stays seen");
	OK(!age_open_end(o, &got, &err), "until the end");
	buf_free(&plain);
	buf_free(&sealed);
	buf_free(&got);
}

static void
test_limits(void)
{
	struct buf sealed = BUF_INIT, got = { .limit = 10 };
	struct age_recipient many[195];
	struct err err;
	size_t n;

	for (size_t i = 0; i < 195; i++)
		many[i] = recipients[0];
	(void)age_seal_all(&sealed, many, 195, slice_str("0123456789"), &err);
	n = header_length(buf_all(&sealed));
	OK(n != 0 && n <= AGE_HEADER_LINK,
	    "a header for 195 members is within a link's bound: %zu", n);
	OK(age_open_all(&got, ids, 1, buf_all(&sealed), n, &err),
	    "a header of exactly the bound is read");
	buf_clear(&got);
	OK(!age_open_all(&got, ids, 1, buf_all(&sealed), n - 1, &err),
	    "one byte more is not");
	EQ_STR(err.rule, "E-AGE-SIZE", "and the rule says so");
	buf_clear(&sealed);
	(void)age_seal_all(&sealed, many, 1, slice_str("0123456789a"), &err);
	OK(!age_open_all(&got, ids, 1, buf_all(&sealed), n, &err) &&
	    strcmp(err.rule, "E-AGE-SIZE") == 0,
	    "plaintext beyond the buffer's limit is refused");
	buf_free(&sealed);
	buf_free(&got);
}

static void
test_not_age(void)
{
	struct age_open *o = age_open_begin(ids, 1, AGE_HEADER_LINK);
	struct buf got = BUF_INIT;
	struct err err;

	OK(!age_open_add(o, slice_str("b"), &got, &err) &&
	    strcmp(err.rule, "E-AGE-HEADER") == 0,
	    "what is no age file is refused at its first byte");
	age_open_free(o);
	OK(!age_open_all(&got, ids, 1, slice_str("age-encryption.org/v2\n"),
	    AGE_HEADER_LINK, &err), "another version is refused");
	EQ_STR(err.rule, "E-AGE-VERSION", "as such");
	OK(!age_open_all(&got, ids, 1, slice_of(NULL, 0), AGE_HEADER_LINK, &err),
	    "nothing is no file");
	buf_free(&got);
}

/* A file's key is enough to open its payload (for one stored apart). */
static void
test_payload(void)
{
	struct buf sealed = BUF_INIT, got = BUF_INIT;
	uint8_t file_key[AGE_FILE_KEY];
	struct age_header h;
	struct age_open *o;

	(void)age_seal_all(&sealed, recipients, 1, slice_str("apart"), NULL);
	OK(age_header_parse(&h, buf_all(&sealed), AGE_HEADER_LINK, NULL) ==
	    AGE_PARSED && h.nstanzas == 1 && h.stanzas[0].nargs == 2 &&
	    slice_eq(h.stanzas[0].args[0], slice_str("X25519")),
	    "the header says what it holds");
	OK(age_header_open(&h, ids, 1, file_key, NULL), "yields its file key");
	o = age_open_payload(file_key);
	OK(age_open_add(o, slice_skip(buf_all(&sealed), h.length), &got, NULL) &&
	    age_open_end(o, &got, NULL) &&
	    slice_eq(buf_all(&got), slice_str("apart")),
	    "which opens the payload alone");
	age_header_free(&h);
	buf_free(&sealed);
	buf_free(&got);
}

static long
resident_peak(void)
{
	struct rusage u;

	(void)getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

static void
test_memory(void)
{
	enum { ROUNDS = 1000, PIECE = 50000 };	/* 50 MB */
	struct buf plain = BUF_INIT, sealed = BUF_INIT, got = BUF_INIT;
	struct age_seal *s = age_seal_begin(recipients, 1, &sealed, NULL);
	struct age_open *o = age_open_begin(ids, 1, AGE_HEADER_MAX);
	long before = 0;
	size_t total = 0;
	bool ok = true;

	fill(&plain, PIECE);
	for (int i = 0; i < ROUNDS && ok; i++) {
		age_seal_add(s, buf_all(&plain), &sealed);
		ok = age_open_add(o, buf_all(&sealed), &got, NULL);
		total += got.n;
		buf_clear(&sealed);
		buf_clear(&got);
		if (i == 10)
			before = resident_peak();
	}
	age_seal_end(s, &sealed);
	ok = ok && age_open_add(o, buf_all(&sealed), &got, NULL);
	ok = age_open_end(o, &got, NULL) && ok;
	total += got.n;
	OK(ok && total == (size_t)ROUNDS * PIECE, "50 MB stream through");
	OK(resident_peak() - before < 1024, "in constant memory: %ld kB more",
	    resident_peak() - before);
	OK(sealed.cap <= 256 * 1024 && got.cap <= 256 * 1024,
	    "with no more than a few chunks in the buffers");
	buf_free(&plain);
	buf_free(&sealed);
	buf_free(&got);
}

static void
test_key_texts(void)
{
	char text[AGE_KEY_TEXT], other[AGE_KEY_TEXT] = IDENTITY;
	struct secret *key, *print, *none;
	struct age_recipient r;
	struct age_identity id;
	struct err err;
	bool ok = age_identity_parse(&key, slice_str(IDENTITY), &err);

	if (!OK(ok && key->n == 32 && key->p[31] == 0x42,
	    "an identity's text is read"))
		return;
	age_identity_x25519(&id, key);
	age_identity_recipient(&r, &id);
	age_recipient_print(text, &r);
	EQ_STR(text, RECIPIENT, "its recipient is the specification's");
	print = age_identity_print(key);
	EQ_STR((const char *)print->p, IDENTITY, "and its text comes back");
	OK(age_recipient_parse(&r, slice_str(RECIPIENT), &err) &&
	    memcmp(r.point, id.point, 32) == 0, "a recipient's text is read");

	for (char *c = other; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	OK(!age_identity_parse(&none, slice_str(other), &err) && none == NULL &&
	    strcmp(err.rule, "E-AGE-KEY") == 0,
	    "an identity in lower case is none: there is one text for it");
	OK(!age_recipient_parse(&r, slice_str(IDENTITY), &err) &&
	    strcmp(err.rule, "E-AGE-KEY") == 0, "an identity is no recipient");
	OK(!age_identity_parse(&none, slice_str(RECIPIENT), &err),
	    "a recipient is no identity");
	OK(!age_recipient_parse(&r, slice_str(RECIPIENT "\n"), &err),
	    "white space is not part of a key's text");
	secret_free(key);
	secret_free(print);
}

static void
test_small_order(void)
{
	struct age_recipient two[2] = { recipients[0], recipients[1] };
	struct buf sealed = BUF_INIT;
	struct err err;

	memset(two[1].point, 0, sizeof(two[1].point));
	buf_str(&sealed, "before");
	OK(!age_seal_all(&sealed, two, 2, slice_str("x"), &err),
	    "a point that yields a zero secret is refused when sealing");
	EQ_STR(err.rule, "E-AGE-KEY", "as no key");
	OK(slice_eq(buf_all(&sealed), slice_str("before")),
	    "and nothing was written");
	buf_free(&sealed);
}

static void
test_scrypt(void)
{
	struct secret *right = secret_copy(slice_str("correct horse"));
	struct secret *wrong = secret_copy(slice_str("battery staple"));
	struct buf sealed = BUF_INIT, got = BUF_INIT;
	struct age_recipient two[2] = { recipients[0] };
	struct age_identity id;
	struct err err;

	age_recipient_scrypt(&two[1], right, 10);
	age_identity_scrypt(&id, right);
	OK(age_seal_all(&sealed, &two[1], 1, slice_str("hi"), &err) &&
	    age_open_all(&got, &id, 1, buf_all(&sealed), AGE_HEADER_LINK, &err)
	    && slice_eq(buf_all(&got), slice_str("hi")),
	    "a passphrase opens what it sealed");
	id.max_work = 9;
	OK(!age_open_all(&got, &id, 1, buf_all(&sealed), AGE_HEADER_LINK, &err),
	    "a work factor above the bound is not tried");
	EQ_STR(err.rule, "E-AGE-WORK", "and the rule says so");
	age_identity_scrypt(&id, wrong);
	OK(!age_open_all(&got, &id, 1, buf_all(&sealed), AGE_HEADER_LINK, &err)
	    && strcmp(err.rule, "E-AGE-NO-MATCH") == 0,
	    "another passphrase does not fit");
	OK(!age_open_all(&got, ids, 1, buf_all(&sealed), AGE_HEADER_LINK, &err)
	    && strcmp(err.rule, "E-AGE-NO-MATCH") == 0,
	    "nor does an X25519 identity");
	OK(!age_seal_all(&sealed, two, 2, slice_str("x"), &err) &&
	    strcmp(err.rule, "E-AGE-KEY") == 0,
	    "a passphrase does not stand beside other recipients");
	age_recipient_scrypt(&two[1], right, 0);
	OK(two[1].work == AGE_SCRYPT_WORK, "there is a usual work factor");
	secret_free(right);
	secret_free(wrong);
	buf_free(&sealed);
	buf_free(&got);
}

int
main(void)
{
	secret_process_init();
	meet();
	test_sizes();
	test_recipients();
	test_damage();
	test_prefix();
	test_limits();
	test_not_age();
	test_payload();
	test_memory();
	test_key_texts();
	test_small_order();
	test_scrypt();
	part();
	return tap_done();
}
