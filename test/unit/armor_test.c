#include "base/secret.h"
#include "crypto/age.h"
#include "crypto/armor.h"
#include "tap.h"

#define BEGIN	"-----BEGIN AGE ENCRYPTED FILE-----\n"
#define END	"-----END AGE ENCRYPTED FILE-----\n"

static struct slice
cut(struct slice *rest, size_t n)
{
	struct slice head = slice_of(rest->p, n < rest->n ? n : rest->n);

	*rest = slice_skip(*rest, head.n);
	return head;
}

static void
write_pieces(struct buf *out, struct slice bytes, size_t piece)
{
	struct armor_writer w = { .n = 0 };

	while (bytes.n != 0)
		armor_add(&w, cut(&bytes, piece), out);
	armor_end(&w, out);
}

static bool
read_pieces(struct buf *out, struct slice text, size_t piece, struct err *err)
{
	struct armor_reader *r = armor_reader_new();

	while (text.n != 0) {
		if (!armor_read(r, cut(&text, piece), out, err)) {
			armor_reader_free(r);
			return false;
		}
	}
	return armor_read_end(r, out, err);
}

/* In one piece and in single characters the answer is the same. */
static bool
reads(const char *text, const char *want)
{
	struct buf one = BUF_INIT, many = BUF_INIT;
	struct err err = { .class = ERR_NONE };
	bool a = read_pieces(&one, slice_str(text), 100000, &err);
	bool b = read_pieces(&many, slice_str(text), 1, &err);
	bool ok = a && b && slice_eq(buf_all(&one), slice_str(want)) &&
	    slice_eq(buf_all(&many), slice_str(want));

	if (a != b || (!a && strcmp(err.rule, "E-AGE-ARMOR") != 0))
		OK(false, "pieces decide alike, and with the rule");
	buf_free(&one);
	buf_free(&many);
	return ok;
}

static void
test_round_trips(void)
{
	static const size_t pieces[] = { 1, 5, 47, 48, 49, 1000 };
	struct buf bytes = BUF_INIT, text = BUF_INIT, got = BUF_INIT;
	size_t good = 0, alike = 0, tried = 0;

	for (size_t n = 0; n < 200; n++) {
		struct buf whole = BUF_INIT;

		write_pieces(&whole, buf_all(&bytes), 1000);
		for (size_t k = 0; k < sizeof(pieces) / sizeof(pieces[0]); k++) {
			buf_clear(&text);
			buf_clear(&got);
			write_pieces(&text, buf_all(&bytes), pieces[k]);
			alike += slice_eq(buf_all(&text), buf_all(&whole));
			good += read_pieces(&got, buf_all(&text), pieces[k],
			    NULL) && slice_eq(buf_all(&got), buf_all(&bytes));
			tried++;
		}
		buf_free(&whole);
		buf_u8(&bytes, (uint8_t)(n * 91));
	}
	OK(good == tried, "0 to 199 bytes make the round trip in any pieces");
	OK(alike == tried, "and are written alike");
	buf_free(&bytes);
	buf_free(&text);
	buf_free(&got);
}

static void
test_form(void)
{
	struct buf text = BUF_INIT, white = BUF_INIT;

	write_pieces(&text, slice_str("hello"), 5);
	EQ_STR(buf_cstr(&text), BEGIN "aGVsbG8=\n" END, "the strict form");
	OK(reads(BEGIN "aGVsbG8=\n" END, "hello"), "is read");
	OK(reads(BEGIN END, ""), "empty armor holds nothing");
	OK(reads(" \r\n\n\t \n" BEGIN "aGVsbG8=\n" END "\n  ", "hello"),
	    "white space around it does not matter");
	OK(reads("-----BEGIN AGE ENCRYPTED FILE-----\r\naGVsbG8=\r\n"
	    "-----END AGE ENCRYPTED FILE-----\r\n", "hello"), "nor does CRLF");
	OK(reads(BEGIN "aGVsbG8=\n-----END AGE ENCRYPTED FILE-----", "hello"),
	    "nor a missing last newline");
	OK(!reads(BEGIN "aGVsbG9=\n" END, "hello"),
	    "bits beyond the last byte must be zero");
	OK(!reads(BEGIN "aGVsbG8\n" END, "hello"), "padding must be there");
	OK(!reads(BEGIN "aGVs\nbG8=\n" END, "hello"), "only the last line is short");
	OK(!reads(BEGIN "\n" END, ""), "no line is empty");
	OK(!reads(" " BEGIN END, ""), "the begin line stands alone");
	OK(!reads("x\n" BEGIN END, ""), "nothing stands before");
	OK(!reads(BEGIN END "x", ""), "nothing stands behind");
	OK(!reads(BEGIN "aGVsbG8=\n", "hello"), "there is an end line");
	OK(!reads(BEGIN, ""), "there is an end line, even of nothing");
	OK(!reads("", ""), "nothing is no armor");
	OK(!reads(BEGIN "Version: 1\n\naGVsbG8=\n" END, "hello"),
	    "there are no PEM headers");
	/* Every character of it counts, the returns of CRLF, too. */
	for (int i = 0; i < 1025; i++)
		buf_u8(&white, i % 2 == 0 ? '\n' : '\r');
	buf_str(&white, BEGIN END);
	OK(!reads(buf_cstr(&white), ""), "white space is bounded");
	OK(reads(buf_cstr(&white) + 1, ""), "at a kilobyte");
	buf_free(&text);
	buf_free(&white);
}

static void
test_detect(void)
{
	OK(armor_detect(slice_str(BEGIN)), "armor is detected");
	OK(armor_detect(slice_str("\r\n\t " BEGIN)), "behind white space, too");
	OK(!armor_detect(slice_str("age-encryption.org/v1\n")),
	    "a binary file is not");
	OK(!armor_detect(slice_str("-----BEGIN PGP MESSAGE-----")),
	    "nor is other armor");
	OK(!armor_detect(slice_of(NULL, 0)), "nor is nothing");
}

static bool
opens(struct slice text, const struct age_identity *id)
{
	struct buf sealed = BUF_INIT, plain = BUF_INIT;
	bool ok = read_pieces(&sealed, text, 4096, NULL) &&
	    age_open_all(&plain, id, 1, buf_all(&sealed), AGE_HEADER_LINK, NULL);

	buf_free(&sealed);
	buf_free(&plain);
	return ok;
}

static void
test_damage(void)
{
	static const uint8_t masks[] = { 0x01, 0x20, 0x80, 0xff };
	struct secret *key = age_identity_generate();
	struct buf sealed = BUF_INIT, text = BUF_INIT;
	struct age_identity id;
	struct age_recipient r;
	size_t accepted = 0;

	age_identity_x25519(&id, key);
	age_identity_recipient(&r, &id);
	(void)age_seal_all(&sealed, &r, 1, slice_str("a small file"), NULL);
	write_pieces(&text, buf_all(&sealed), 4096);
	OK(opens(buf_all(&text), &id), "an armored file opens");
	OK(opens(slice_of(text.p, text.n - 1), &id), "without its newline, too");
	for (size_t n = 0; n < text.n - 1; n++)
		accepted += opens(slice_of(text.p, n), &id);
	OK(accepted == 0, "no shorter prefix opens");
	for (size_t i = 0; i < text.n; i++) {
		for (size_t k = 0; k < sizeof(masks); k++) {
			text.p[i] ^= masks[k];
			accepted += opens(buf_all(&text), &id);
			text.p[i] ^= masks[k];
		}
	}
	OK(accepted == 0, "nor one with a character changed");
	secret_free(key);
	buf_free(&sealed);
	buf_free(&text);
}

int
main(void)
{
	secret_process_init();
	test_round_trips();
	test_form();
	test_detect();
	test_damage();
	return tap_done();
}
