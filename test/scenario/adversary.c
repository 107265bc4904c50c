#include "hostile_world.h"

#include "base/encode.h"
#include "base/secret.h"

/*
 * One hostile step against node rs, in the middle of a dialogue (test/talk):
 * adversary DIR STEP.  The keys are those of fr and hq, as in hostile.c; what
 * is seen here is what needs a history: copies, counters, and much of a thing.
 */
static struct world w;
static const char ping[] = "{\"nonce\":\"7\"}";

static bool
told_result(const struct who *as, const struct letter *l, struct told *t,
    struct receipt_entry *e)
{
	struct wire_message m = wire_of(l, buf_all(&l->sealed));
	struct slice bytes;

	post(&w, as, t, &m, 1);
	return receipt_in(&w, as, t, e, &bytes);
}

static void
taken(const struct who *as, const struct letter *l, const char *fact)
{
	struct told t = { .body = BUF_INIT };
	struct receipt_entry e = { .rule = "" };

	OK(told_result(as, l, &t, &e) && e.result == RECEIPT_TAKEN, "%s", fact);
	if (t.status != 200)
		printf("# %u %s\n", t.status, t.rule);
	buf_free(&t.body);
}

static void
refused(const struct who *as, struct letter *l, const char *rule,
    const char *field, const char *fact)
{
	judged(&w, as, l, RECEIPT_REFUSED, rule, field, fact);
	letter_free(l);
}

/* -- copies ------------------------------------------------------------------------- */

/* The very bytes, many times: one row, and the same receipt. */
static void
replay(void)
{
	struct told t = { .body = BUF_INIT };
	struct receipt_entry e;
	struct letter l;
	struct held before;
	bool same = true;

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_end(&w, &l, &w.fr);
	taken(&w.fr, &l, "a message is taken");
	before = held(&w);
	for (int i = 0; i < 50; i++)
		same = told_result(&w.fr, &l, &t, &e) &&
		    e.result == RECEIPT_TAKEN && same;
	OK(same, "fifty times again it gets its receipt");
	OK(held_same(before, held(&w)), "and nothing is stored");
	buf_free(&t.body);
	letter_free(&l);
}

/* fr's letter, posted by hq: the receipt is for who signed. */
static bool
carried_by_hq(const struct letter *l, struct receipt_entry *e)
{
	struct wire_message m = wire_of(l, buf_all(&l->sealed));
	struct told t = { .body = BUF_INIT };
	struct slice bytes;
	bool ok;

	post(&w, &w.hq, &t, &m, 1);
	ok = receipt_in(&w, &w.fr, &t, e, &bytes);
	buf_free(&t.body);
	return ok;
}

/* By another member, who may bring it and gains nothing by it. */
static void
carried(void)
{
	struct receipt_entry e = { .rule = "" };
	struct letter l;

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_end(&w, &l, &w.fr);
	OK(carried_by_hq(&l, &e) && e.result == RECEIPT_TAKEN &&
	    hash_eq(&e.name, &l.name),
	    "brought by another, its receipt is for who signed it");
	letter_free(&l);
}

/* What rs said to fr comes back to rs, sealed to it by fr. */
static void
reflected(void)
{
	struct who rs = { .ring = NULL };
	struct letter l;

	become(&w, &rs, "rs");
	letter_begin(&w, &l, &rs, "ping/1", ping);
	(void)address_parse(&l.to.desk, slice_str("fr/cyber"));
	(void)member_id_parse(&l.slip.to, slice_str("fr"));
	letter_end(&w, &l, &rs);
	judged(&w, &rs, &l, RECEIPT_REFUSED, "E-SLIP-TO", "slip.to",
	    "our own words, sent back");
	(void)member_id_parse(&l.slip.to, slice_str("rs"));
	letter_seal(&l, &w.to_rs);
	judged(&w, &rs, &l, RECEIPT_REFUSED, "E-POLICY-ADDRESS", "to",
	    "and with a slip made for us");
	letter_free(&l);
	who_free(&rs);

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	(void)address_parse(&l.to.desk, slice_str("hq/cyber"));
	letter_end(&w, &l, &w.fr);
	refused(&w.fr, &l, "E-POLICY-ADDRESS", "to",
	    "what was for hq, sealed to rs");
}

/* An honest counter never gives a number twice. */
static void
slips(void)
{
	struct letter a, b;

	letter_begin(&w, &a, &w.fr, "ping/1", ping);
	letter_end(&w, &a, &w.fr);
	taken(&w.fr, &a, "a slip's number");
	letter_begin(&w, &b, &w.fr, "ping/1", "{\"nonce\":\"8\"}");
	b.slip.number = a.slip.number;
	letter_end(&w, &b, &w.fr);
	taken(&w.fr, &b, "used for another text: both are kept");
	letter_free(&a);
	letter_free(&b);
	letter_begin(&w, &a, &w.fr, "ping/1", ping);
	a.slip.number = (int64_t)1 << 52;
	letter_end(&w, &a, &w.fr);
	taken(&w.fr, &a, "a slip far ahead refuses nothing");
	letter_free(&a);
}

/* -- versions ------------------------------------------------------------------------- */

static void
versions(void)
{
	struct told t = { .body = BUF_INIT };
	struct wire_message m;
	struct buf b = BUF_INIT;
	struct held before = held(&w);
	struct letter l;
	uint8_t *v;

	for (uint8_t i = 0; i < 255; i++) {
		if (i == WIRE_V1)
			continue;
		letter_begin(&w, &l, &w.fr, "ping/1", ping);
		letter_end(&w, &l, &w.fr);
		m = wire_of(&l, buf_all(&l.sealed));
		buf_clear(&b);
		wire_batch_begin(&b, &w.net, w.directory, &w.directory_name, 1);
		wire_batch_add(&b, &m);
		b.p[0] = i;
		ask(&w, &w.fr, &t, "POST", "messages", buf_all(&b));
		letter_free(&l);
		if (t.status != 400 || strcmp(t.rule, "E-WIRE-FORM") != 0)
			break;
	}
	OK(t.status == 400 && held_same(before, held(&w)),
	    "a batch of each other version is refused");

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_print(&l);
	replace(&l.text, "entente/message/v1", "entente/message/v2");
	letter_sign(&l, &w.fr.signer);
	letter_seal(&l, &w.to_rs);
	refused(&w.fr, &l, "E-TEXT-TYPE", "", "a text of another version");

	letter_begin(&w, &l, &w.fr, "ping/2", ping);
	letter_end(&w, &l, &w.fr);
	refused(&w.fr, &l, "E-POLICY-KIND", "kind", "a kind of another version");

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_end(&w, &l, &w.fr);
	v = (uint8_t *)strstr(buf_cstr(&l.sealed), "/v1\n");
	v[2] = '0';
	refused(&w.fr, &l, "E-AGE-VERSION", "", "an age file of another version");
	buf_free(&b);
	buf_free(&t.body);
}

/* -- much of a thing -------------------------------------------------------------------- */

/* The same payload under a header with n stanzas that nobody knows. */
static void
with_stanzas(struct letter *l, int n)
{
	const char *text, *end;
	struct buf b = BUF_INIT;

	letter_begin(&w, l, &w.fr, "ping/1", ping);
	letter_end(&w, l, &w.fr);
	text = buf_cstr(&l->sealed);
	end = strstr(text, "\n--- ") + 1;
	buf_put(&b, text, (size_t)(end - text));
	for (int i = 0; i < n; i++)
		buf_printf(&b, "-> unknown-%d a b c\nQUJD\n", i);
	buf_put(&b, end, l->sealed.n - (size_t)(end - text));
	buf_clear(&l->sealed);
	buf_slice(&l->sealed, buf_all(&b));
	buf_free(&b);
}

static void
stanzas(void)
{
	struct letter l;

	with_stanzas(&l, 1000);
	refused(&w.fr, &l, "E-AGE-MAC", "",
	    "a thousand stanzas that the MAC does not cover");
	with_stanzas(&l, 40000);
	refused(&w.fr, &l, "E-AGE-SIZE", "", "forty thousand stanzas");
}

/* A bomb is refused by what it says of itself, before it is read. */
static void
names(void)
{
	static const char *const bad[] = { "../x", "a/b", "a\\b", "..", ".",
	    "exe.\xe2\x80\xaetxt", "a\xe2\x81\xa6" "b", "a\xe2\x80\xaa" "b" };
	struct slice bytes = slice_str("0123456789");
	struct file_ref file = { .type = "text/plain", .size = 9,
	    .sha256 = hash_of(bytes), .blob = hash_of(bytes),
	    .key = "AGE-SECRET-KEY-1" };
	struct letter l;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		letter_begin(&w, &l, &w.fr, "message.text/1",
		    "{\"text\":\"x\",\"files\":[0]}");
		(void)snprintf(file.name, sizeof(file.name), "%s", bad[i]);
		l.blob = (struct blob_ref){ file.blob, 10 };
		l.header.blobs = &l.blob;
		l.header.nblobs = 1;
		l.content.files = &file;
		l.content.nfiles = 1;
		letter_end(&w, &l, &w.fr);
		refused(&w.fr, &l, "E-FIELD-VALUE", "files[0].name",
		    "a file's name that misleads");
	}
}

/* -- who is no member any more ------------------------------------------------------------ */

static void
suspended(void)
{
	struct told t = { .body = BUF_INIT };
	struct held before = held(&w);
	struct receipt_entry e = { .rule = "" };
	struct wire_message m;
	struct letter l;

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_end(&w, &l, &w.fr);
	m = wire_of(&l, buf_all(&l.sealed));
	post(&w, &w.fr, &t, &m, 1);
	turned_away(&w, &t, before, 403, "E-PEER-SUSPENDED", "",
	    "a suspended member's message");
	ask(&w, &w.fr, &t, "PUT", "blobs/"
	    "0000000000000000000000000000000000000000000000000000000000000000"
	    "?size=1&offset=0", slice_str("x"));
	turned_away(&w, &t, before, 403, "E-PEER-SUSPENDED", "", "and its file");
	/* By the hand of a friend it fares no better. */
	OK(carried_by_hq(&l, &e) && e.result == RECEIPT_REFUSED &&
	    strcmp(e.rule, "E-POLICY-MEMBER") == 0 && held_same(before, held(&w)),
	    "brought by another: E-POLICY-MEMBER");
	buf_free(&t.body);
	letter_free(&l);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} steps[] = {
		{ "replays", replay }, { "carries", carried },
		{ "reflects", reflected }, { "reuses-slips", slips },
		{ "tries-versions", versions }, { "heaps-stanzas", stanzas },
		{ "misnames-files", names }, { "is-suspended", suspended },
	};

	if (argc != 3 || sodium_init() == -1)
		return EXIT_FAILURE;
	world_make(&w, argv[1]);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (strcmp(argv[2], steps[i].name) == 0) {
			/* Each run counts on from where none was before. */
			w.slip = w.ref = (int64_t)(i + 1) * 1000;
			steps[i].run();
			world_free(&w);
			return tap_done();
		}
	return EXIT_FAILURE;
}
