#include "message_fixture.h"
#include "tap.h"

static struct err err;

/* Parses; what does prints the same. */
static bool
parses(struct slice line, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct content c;
	bool ok;

	*e = (struct err){ .class = ERR_NONE };
	ok = content_parse(&c, &a, line, e);
	if (ok) {
		content_print(&b, &c);
		if (!slice_eq(buf_all(&b), line))
			OK(false, "what parses prints the same");
		content_release(&c);
	}
	buf_wipe(&b);
	arena_free(&a);
	return ok;
}

/* A line of this text, and the pad that it needs. */
static struct slice
padded(struct buf *b, const char *text)
{
	size_t n = strlen(text) + strlen(",\"pad\":\"\"}");

	buf_clear(b);
	buf_str(b, text);
	buf_str(b, ",\"pad\":\"");
	for (n = 1024 - n % 1024; n > 0; n--)
		buf_u8(b, '0');
	buf_str(b, "\"}");
	return buf_all(b);
}

#define SALT	"{\"salt\":\"000102030405060708090a0b0c0d0e0f\""
#define LANG	SALT ",\"lang\":\"en\""
#define X64	"00000000000000000000000000000000000000000000000000000000000000ff"
#define FILE(name) LANG ",\"body\":{},\"files\":[{\"name\":\"" name "\"," \
	"\"type\":\"text/csv\",\"size\":0,\"sha256\":\"" X64 "\",\"blob\":\"" \
	X64 "\",\"key\":\"AGE-SECRET-KEY-1X\"}]"

/* With the pad it needs each line would be well, but for what is wrong. */
static const struct {
	const char *line, *rule, *field;
} cases[] = {
	{ LANG ",\"body\":{}", "", "" },
	{ SALT ",\"subject\":\"x\",\"lang\":\"en\",\"body\":{}", "", "" },
	{ "{\"lang\":\"en\",\"body\":{}", "E-FIELD-MISSING", "salt" },
	{ "{\"salt\":\"00\",\"lang\":\"en\",\"body\":{}", "E-FIELD-VALUE", "salt" },
	{ SALT ",\"body\":{}", "E-FIELD-MISSING", "lang" },
	{ SALT ",\"lang\":\"\",\"body\":{}", "E-FIELD-MISSING", "lang" },
	{ SALT ",\"lang\":\"en-Latn-GB\",\"body\":{}", "E-FIELD-SIZE", "lang" },
	{ SALT ",\"subject\":\"a\\nb\",\"lang\":\"en\",\"body\":{}",
	    "E-FIELD-VALUE", "subject" },
	{ SALT ",\"subject\":\"\",\"lang\":\"en\",\"body\":{}",
	    "E-TEXT-CANONICAL", "" },
	{ LANG, "E-FIELD-MISSING", "body" },
	{ LANG ",\"body\":[]", "E-FIELD-TYPE", "body" },
	{ LANG ",\"body\":null", "E-FIELD-TYPE", "body" },
	{ LANG ",\"body\":{},\"more\":1", "E-FIELD-UNKNOWN", "more" },
	{ LANG ",\"body\":{\"a\":1,\"a\":1}", "E-JSON-DUPLICATE", "" },
	{ LANG ",\"body\":{\"a\":1.0}", "E-JSON-NUMBER", "" },
	{ LANG ",\"body\":{\"a\":1e2}", "E-JSON-NUMBER", "" },
	{ LANG ",\"body\":{\"a\":-0}", "E-TEXT-CANONICAL", "" },
	{ LANG ",\"body\":{\"a\":9007199254740992}", "E-JSON-NUMBER", "" },
	{ LANG ",\"body\":{\"a\":99999999999999999999}", "E-JSON-NUMBER", "" },
	{ LANG ",\"body\":{\"a\":\"\xc3\x28\"}", "E-JSON-UTF8", "" },
	{ LANG ",\"body\":{\"a\":\"\xed\xa0\x80\"}", "E-JSON-UTF8", "" },
	{ LANG ",\"body\":{\"a\":\"\\u0000\"}", "E-JSON-SYNTAX", "" },
	{ LANG ",\"body\":{\"a\":\"\\ud800\"}", "E-JSON-SYNTAX", "" },
	{ LANG ",\"body\":{\"a\":\"\\u0041\"}", "E-TEXT-CANONICAL", "" },
	{ LANG ",\"body\":{\"a\":\"\\/\"}", "E-TEXT-CANONICAL", "" },
	{ LANG ",\"body\":{\"a\":\"\\t\\n\\u001f\xd9\x85\"}", "", "" },
	{ LANG ", \"body\":{}", "E-TEXT-CANONICAL", "" },
	{ SALT ",\"body\":{},\"lang\":\"en\"", "E-TEXT-CANONICAL", "" },
	{ LANG ",\"body\":{},\"files\":[]", "E-TEXT-CANONICAL", "" },
	{ LANG ",\"body\":{},\"files\":[1]", "E-FIELD-TYPE", "files[0]" },
	{ LANG ",\"body\":{},\"files\":[{}]", "E-FIELD-MISSING",
	    "files[0].name" },
	{ FILE("a.csv"), "", "" },
	{ FILE("\xd9\x85.csv"), "", "" },
	{ FILE("..."), "", "" },
	{ FILE(""), "E-FIELD-MISSING", "files[0].name" },
	{ FILE("."), "E-FIELD-VALUE", "files[0].name" },
	{ FILE(".."), "E-FIELD-VALUE", "files[0].name" },
	{ FILE("/etc/passwd"), "E-FIELD-VALUE", "files[0].name" },
	{ FILE("../a"), "E-FIELD-VALUE", "files[0].name" },
	{ FILE("a\\nb"), "E-FIELD-VALUE", "files[0].name" },
};

static void
form(void)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool ok = parses(padded(&b, cases[i].line), &err);

		OK(ok == (cases[i].rule[0] == '\0') &&
		    strcmp(err.rule, cases[i].rule) == 0 &&
		    strcmp(err.field, cases[i].field) == 0,
		    "%.60s: %s (got %s %s)", cases[i].line,
		    ok ? "fine" : cases[i].rule, err.rule, err.field);
	}
	OK(!parses(slice_str(""), &err) && !parses(slice_str("[]"), &err) &&
	    !parses(slice_str("1"), &err) && !parses(slice_str("{}"), &err),
	    "what is no object of these fields is no content");
	buf_free(&b);
}

static void
round_trip(void)
{
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct content c, d;
	bool refused = true;

	fixture_content(&c, &a);
	content_print(&b, &c);
	OK(content_parse(&d, &a, buf_all(&b), &err), "it parses: %s", err.text);
	OK(memcmp(d.salt, c.salt, sizeof(c.salt)) == 0 &&
	    strcmp(d.subject, c.subject) == 0 && strcmp(d.lang, "en") == 0 &&
	    json_equal(d.body, c.body) && d.pad == c.pad, "as it was");
	OK(d.nfiles == 1 && strcmp(d.files[0].name, "connections.csv") == 0 &&
	    strcmp(d.files[0].key, c.files[0].key) == 0 &&
	    d.files[0].size == c.files[0].size &&
	    hash_eq(&d.files[0].sha256, &c.files[0].sha256) &&
	    hash_eq(&d.files[0].blob, &c.files[0].blob), "with its file");
	for (size_t n = 0; n < b.n; n++)
		refused = refused && !parses(slice_of(b.p, n), &err);
	OK(refused, "no prefix of it parses");
	content_release(&d);
	OK(d.files[0].key[0] == '\0', "released, the file's key is wiped");
	content_release(&c);
	buf_free(&b);
	arena_free(&a);
}

/* Whatever the body's length, a whole number of kilobytes, and one pad. */
static void
pads(void)
{
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	char text[1100];
	bool whole = true, parsed = true;
	size_t least = SIZE_MAX, most = 0;
	struct content c;

	fixture_content(&c, &a);
	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		memset(text, 'x', n);
		text[n] = '\0';
		(void)json_object_set_new(c.body, "text", json_string(text));
		buf_clear(&b);
		content_print(&b, &c);
		whole = whole && b.n % 1024 == 0;
		parsed = parsed && parses(buf_all(&b), &err);
		least = c.pad < least ? c.pad : least;
		most = c.pad > most ? c.pad : most;
	}
	OK(whole, "a line is a multiple of 1024 bytes");
	OK(parsed, "and parses at every length");
	OK(least == 1 && most == 1024, "the pad is of 1 to 1024 zeros (%zu, %zu)",
	    least, most);
	content_release(&c);
	buf_free(&b);
	arena_free(&a);
}

static void
bad_pads(void)
{
	static const char end[] = "\"}";
	struct buf b = BUF_INIT;

	OK(!parses(slice_str(LANG ",\"body\":{}}"), &err), "a pad is required");
	EQ_STR(err.rule, "E-TEXT-CANONICAL", "to be in the one form");
	OK(!parses(slice_str(LANG ",\"body\":{},\"pad\":\"\"}"), &err),
	    "an empty one is none");
	(void)padded(&b, LANG ",\"body\":{}");
	b.n -= sizeof(end) - 1;
	buf_str(&b, "0\"}");
	OK(!parses(buf_all(&b), &err), "a zero more is refused");
	(void)padded(&b, LANG ",\"body\":{}");
	b.n -= sizeof(end) - 1;
	for (int i = 0; i < 1024; i++)
		buf_u8(&b, '0');
	buf_str(&b, end);
	OK(!parses(buf_all(&b), &err) && strcmp(err.field, "pad") == 0,
	    "a kilobyte more, too");
	(void)padded(&b, LANG ",\"body\":{}");
	b.p[b.n - sizeof(end)] = '1';
	OK(!parses(buf_all(&b), &err) && strcmp(err.rule, "E-FIELD-VALUE") == 0,
	    "a pad hides nothing: it is zeros");
	buf_free(&b);
}

static struct slice
nested(struct buf *b, int depth)
{
	struct buf t = BUF_INIT;

	buf_str(&t, LANG ",\"body\":{\"a\":");
	for (int i = 0; i < depth; i++)
		buf_u8(&t, '[');
	for (int i = 0; i < depth; i++)
		buf_u8(&t, ']');
	buf_u8(&t, '}');
	(void)padded(b, buf_cstr(&t));
	buf_free(&t);
	return buf_all(b);
}

static void
large(void)
{
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	char *text = xmalloc(CONTENT_MAX + 1);
	struct content c;

	OK(parses(nested(&b, 30), &err), "32 deep: %s", err.text);
	OK(!parses(nested(&b, 31), &err) &&
	    strcmp(err.rule, "E-JSON-DEPTH") == 0, "not 33");
	fixture_content(&c, &a);
	memset(text, 'x', CONTENT_MAX);
	text[CONTENT_MAX - 1024] = '\0';
	(void)json_object_set_new(c.body, "text", json_string(text));
	buf_clear(&b);
	content_print(&b, &c);
	OK(b.n == CONTENT_MAX && parses(buf_all(&b), &err),
	    "a mebibyte (%zu): %s", b.n, err.text);
	text[CONTENT_MAX - 1024] = 'x';
	text[CONTENT_MAX] = '\0';
	(void)json_object_set_new(c.body, "text", json_string(text));
	buf_clear(&b);
	content_print(&b, &c);
	OK(!parses(buf_all(&b), &err) && strcmp(err.rule, "E-JSON-SIZE") == 0,
	    "no more (%zu)", b.n);
	content_release(&c);
	fixture_content(&c, &a);
	for (size_t i = 1; i <= MESSAGE_BLOBS; i++)
		c.files[i] = c.files[0];
	c.nfiles = MESSAGE_BLOBS;
	buf_clear(&b);
	content_print(&b, &c);
	OK(parses(buf_all(&b), &err), "64 files");
	c.nfiles++;
	buf_clear(&b);
	content_print(&b, &c);
	OK(!parses(buf_all(&b), &err) && strcmp(err.rule, "E-FIELD-SIZE") == 0,
	    "not 65");
	content_release(&c);
	free(text);
	buf_free(&b);
	arena_free(&a);
}

static void
fits(void)
{
	struct arena a = ARENA_INIT;
	struct content c;
	struct header h;

	fixture_content(&c, &a);
	fixture_request(&h, &a);
	OK(content_fits(&c, &h, &err), "its file is the header's");
	h.blobs[0].size = c.files[0].size;
	OK(!content_fits(&c, &h, &err), "sealed bytes are more than the file");
	h.blobs[0].size = c.files[0].size + 1;
	h.blobs[0].blob.b[31] ^= 1;
	OK(!content_fits(&c, &h, &err), "another file is not");
	EQ_STR(err.rule, "E-CONTENT-FILES", "and said so");
	fixture_request(&h, &a);
	h.nblobs = 0;
	OK(!content_fits(&c, &h, &err), "a file the header does not name");
	h.blobs[1] = (struct blob_ref){ seed_of("file 2"), 300 };
	h.nblobs = 2;
	OK(!content_fits(&c, &h, &err), "and one the content does not");
	c.files[1] = c.files[0];
	c.files[0].blob = h.blobs[1].blob;
	c.nfiles = 2;
	OK(!content_fits(&c, &h, &err), "both have one order");
	content_release(&c);
	arena_free(&a);
}

/* -- the envelope ----------------------------------------------------------------- */

static struct slice
note_of(struct buf *note, struct arena *a)
{
	struct buf b = BUF_INIT;
	struct header h;

	fixture_request(&h, a);
	header_print(&b, &h);
	(void)signed_by(note, buf_all(&b), BY(RS, RS "/4712"));
	buf_free(&b);
	return buf_all(note);
}

static void
envelopes(void)
{
	struct slip slip = { .number = 17 }, back;
	struct slice line = slice_str("{\"a\":1}");
	struct buf note = BUF_INIT, b = BUF_INIT, again = BUF_INIT;
	struct arena a = ARENA_INIT;
	bool refused = true, same;
	struct envelope e;

	(void)member_id_parse(&slip.to, slice_str("fr"));
	envelope_print(&b, note_of(&note, &a), &slip, line);
	OK(envelope_split(&e, buf_all(&b), &err), "it splits: %s", err.text);
	OK(slice_eq(e.note, buf_all(&note)), "into the note");
	OK(slice_eq(e.slip, slice_str("{\"slip\":17,\"to\":\"fr\"}")), "the slip");
	OK(slice_eq(e.content, line), "and the content");
	OK(slip_parse(&back, e.slip, &err) && back.number == 17 &&
	    member_id_eq(&back.to, &slip.to), "the slip reads");
	envelope_print(&again, e.note, &back, e.content);
	OK(slice_eq(buf_all(&again), buf_all(&b)), "printed again it is the same");
	for (size_t n = 0; n < b.n; n++)
		refused = refused && !envelope_split(&e, slice_of(b.p, n), &err);
	OK(refused, "no prefix of an envelope is one");
	buf_u8(&b, '\n');
	same = envelope_split(&e, buf_all(&b), &err);
	OK(!same && strcmp(err.rule, "E-ENVELOPE-FORM") == 0,
	    "nor is more than one");
	buf_free(&again);
	buf_free(&note);
	buf_free(&b);
	arena_free(&a);
}

static void
odd_envelopes(void)
{
	static const char *const texts[] = { "", "\n", "\n\n", "\n\n\n\n",
	    "a\n\nb\n", "a\n\nb\n\nc\n", "a\n\nb\n\nc\nd", "a\n\nb\n\nc\nd\ne\n" };
	struct buf b = BUF_INIT;
	struct envelope e;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		OK(!envelope_split(&e, slice_str(texts[i]), &err),
		    "odd envelope %zu is refused", i);
	OK(envelope_split(&e, slice_str("a\n\nb\n\nc\nd\n"), &err) &&
	    slice_eq(e.note, slice_str("a\n\nb\n")), "two empty lines part it");
	buf_str(&b, "a\n\nb\n\nc\n");
	for (size_t i = 0; i <= CONTENT_MAX; i++)
		buf_u8(&b, 'x');
	buf_u8(&b, '\n');
	OK(!envelope_split(&e, buf_all(&b), &err) &&
	    strcmp(err.rule, "E-CONTENT-SIZE") == 0,
	    "a mebibyte of content and no more");
	buf_clear(&b);
	for (size_t i = 0; i <= NOTE_MAX; i++)
		buf_u8(&b, 'x');
	buf_str(&b, "\n\nb\n\nc\nd\n");
	OK(!envelope_split(&e, buf_all(&b), &err) &&
	    strcmp(err.rule, "E-ENVELOPE-FORM") == 0, "a note has its bound");
	buf_free(&b);
}

static void
slips(void)
{
	static const struct {
		const char *line, *rule, *field;
	} slip_cases[] = {
		{ "{\"slip\":1,\"to\":\"fr\"}", "", "" },
		{ "{\"slip\":9007199254740991,\"to\":\"fr\"}", "", "" },
		{ "", "E-JSON-SYNTAX", "" },
		{ "[]", "E-FIELD-TYPE", "slip" },
		{ "{\"slip\":0,\"to\":\"fr\"}", "E-FIELD-VALUE", "slip.slip" },
		{ "{\"slip\":\"1\",\"to\":\"fr\"}", "E-FIELD-TYPE", "slip.slip" },
		{ "{\"slip\":1}", "E-FIELD-MISSING", "slip.to" },
		{ "{\"slip\":1,\"to\":\"fr/x\"}", "E-FIELD-VALUE", "slip.to" },
		{ "{\"slip\":1,\"to\":\"fr\",\"a\":1}", "E-FIELD-UNKNOWN", "slip.a" },
		{ "{\"to\":\"fr\",\"slip\":1}", "E-TEXT-CANONICAL", "slip" },
		{ "{\"slip\": 1,\"to\":\"fr\"}", "E-TEXT-CANONICAL", "slip" },
	};
	struct buf b = BUF_INIT;
	struct slip s;

	for (size_t i = 0; i < sizeof(slip_cases) / sizeof(slip_cases[0]); i++) {
		err = (struct err){ .class = ERR_NONE };
		(void)slip_parse(&s, slice_str(slip_cases[i].line), &err);
		OK(strcmp(err.rule, slip_cases[i].rule) == 0 &&
		    strcmp(err.field, slip_cases[i].field) == 0,
		    "slip %s: %s (got %s)", slip_cases[i].line,
		    slip_cases[i].rule[0] == '\0' ? "fine" :
		    slip_cases[i].rule, err.rule);
	}
	for (int i = 0; i < 257; i++)
		buf_u8(&b, ' ');
	OK(!slip_parse(&s, buf_all(&b), &err) &&
	    strcmp(err.rule, "E-JSON-SIZE") == 0, "a slip is short");
	buf_free(&b);
}

int
main(void)
{
	secret_process_init();
	form();
	round_trip();
	pads();
	bad_pads();
	large();
	fits();
	envelopes();
	odd_envelopes();
	slips();
	return tap_done();
}
