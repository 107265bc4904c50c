#include "message_fixture.h"
#include "mutate.h"

static struct err err;

static bool
parses(struct slice text, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct header h;
	bool ok = header_parse(&h, &a, text, e);

	if (ok) {
		header_print(&b, &h);
		if (!slice_eq(buf_all(&b), text))
			OK(false, "what parses prints the same");
	}
	header_release(&h);
	buf_free(&b);
	arena_free(&a);
	return ok;
}

/* The rule and field a header is refused for, as "rule field"; "" when fine. */
static const char *
refusal(const struct header *h)
{
	static char said[160];
	struct buf b = BUF_INIT;

	header_print(&b, h);
	err = (struct err){ .class = ERR_NONE };
	said[0] = '\0';
	if (!parses(buf_all(&b), &err))
		(void)snprintf(said, sizeof(said), "%s%s%s", err.rule,
		    err.field[0] == '\0' ? "" : " ", err.field);
	buf_free(&b);
	return said;
}

#define V "E-FIELD-VALUE"
#define S "E-FIELD-SIZE"
#define Z64 "0000000000000000000000000000000000000000000000000000000000000000"

static const struct mutate_case cases[] = {
	{ "net", "\"" Z64 "\"", V, "net" },
	{ "dir", "0", V, "dir" },
	{ "ref", "\"\"", "E-FIELD-MISSING", "ref" },
	{ "ref", "\"a\\nb\"", V, "ref" },
	{ "thread", "\"" Z64 "\"", V, "thread" },
	{ "after", "[]", V, "after" },
	{ "after[0]", "\"" Z64 "\"", V, "after" },
	{ "after[0]", "\"00\"", V, "after" },
	{ "from", "\"fr/Cyber\"", V, "from" },
	{ "from", "\"fr//cyber\"", V, "from" },
	{ "by", "\"card\"", V, "by" },
	{ "by", "\"\"", "E-TEXT-CANONICAL", "" },
	{ "to", "[]", "E-FIELD-MISSING", "to" },
	{ "to[0].desk", "\"root/x\"", V, "to[0].desk" },
	{ "to[0].desk", "\"fr/cyber\"", V, "to" },
	{ "to[0].card", "\"00\"", V, "to[0].card" },
	{ "kind", "\"\"", "E-FIELD-MISSING", "kind" },
	{ "kind_hash", "\"x\"", V, "kind_hash" },
	{ "act", "\"forward\"", V, "act" },
	{ "act", "\"submit\"", V, "thread" },
	{ "act", "\"answer\"", V, "desk" },
	{ "urgency", "\"low\"", V, "urgency" },
	{ "sent", "\"2026-11-29T18:20:00Z\"", V, "sent" },
	{ "deliver_by", "\"" MESSAGE_SENT "\"", V, "deliver_by" },
	{ "keep_until", "\"2026-02-29\"", V, "keep_until" },
	{ "purpose", "\"\"", "E-FIELD-MISSING", "purpose" },
	{ "purpose", "\"Any\"", V, "purpose" },
	{ "area", "\"a b\"", V, "area" },
	{ "area", "\"\"", "E-TEXT-CANONICAL", "" },
	{ "exercise", "1", "E-FIELD-TYPE", "exercise" },
	{ "handling.tlp", "\"WHITE\"", V, "handling.tlp" },
	{ "handling.level", "\"SECRET\"", V, "handling.level" },
	{ "handling.codes", "[\"H2\",\"H1\"]", V, "handling.codes" },
	{ "until", "\"1970-01-01T00:00:00.000Z\"", "E-TEXT-CANONICAL", "" },
	{ "desk", "\"rs/cyber\"", V, "desk" },
	{ "desk", "\"fr\"", "", "" },
	{ "blobs", "[]", "E-TEXT-CANONICAL", "" },
	{ "blobs[0].size", "0", V, "blobs[0].size" },
	{ "blobs[0].size", "9007199254740992", "E-JSON-NUMBER", "" },
	{ "ext", "{}", V, "ext" },
	{ "ext", "{\"a\":{\"b\":[1,null,true]}}", "", "" },
};

static void
form(void)
{
	static const char *const optional[] = { "by", "area", "until", "blobs",
	    "handling.level", "handling.codes", "ext", NULL };
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct header h;

	fixture_transfer(&h, &a, seed_of("root"));
	header_print(&b, &h);
	mutate_all(buf_all(&b), "message", parses, optional);
	mutate_cases(buf_all(&b), "message", parses, cases,
	    sizeof(cases) / sizeof(cases[0]));
	header_release(&h);
	buf_clear(&b);
	fixture_request(&h, &a);
	header_print(&b, &h);
	OK(parses(buf_all(&b), &err), "a request parses: %s", err.text);
	buf_free(&b);
	arena_free(&a);
}

static bool
same_lists(const struct header *g, const struct header *h)
{
	return g->nafter == h->nafter && g->nto == h->nto &&
	    g->nblobs == h->nblobs &&
	    memcmp(g->after, h->after, h->nafter * sizeof(*h->after)) == 0 &&
	    memcmp(g->to, h->to, h->nto * sizeof(*h->to)) == 0 &&
	    memcmp(g->blobs, h->blobs, h->nblobs * sizeof(*h->blobs)) == 0;
}

static void
round_trip(void)
{
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct header g, h;

	fixture_transfer(&h, &a, seed_of("root"));
	header_print(&b, &h);
	OK(header_parse(&g, &a, buf_all(&b), &err), "it parses: %s", err.text);
	OK(hash_eq(&g.net, &h.net) && g.dir == h.dir &&
	    strcmp(g.ref, h.ref) == 0 && hash_eq(&g.thread, &h.thread) &&
	    address_eq(&g.from, &h.from) && strcmp(g.by.s, h.by.s) == 0,
	    "who, and where in which thread");
	OK(strcmp(g.kind, h.kind) == 0 && hash_eq(&g.kind_hash, &h.kind_hash) &&
	    g.act == h.act && g.urgency == h.urgency, "what");
	OK(g.sent == h.sent && g.deliver_by == h.deliver_by &&
	    g.keep_until == h.keep_until && g.until == h.until, "when");
	OK(strcmp(g.purpose, h.purpose) == 0 && strcmp(g.area, h.area) == 0 &&
	    g.exercise == h.exercise && address_eq(&g.desk, &h.desk) &&
	    handling_within(&g.handling, &h.handling) &&
	    handling_within(&h.handling, &g.handling) &&
	    g.handling.codes == h.handling.codes,
	    "for what, and how it is handled");
	OK(hash_eq(&g.content, &h.content) && same_lists(&g, &h),
	    "and all that it names");
	OK(json_equal(g.ext, h.ext), "ext is kept as it came");
	OK(!header_is_root(&g), "it is not the first of its thread");
	header_release(&g);
	OK(g.ext == NULL, "released");
	header_release(&h);
	buf_free(&b);
	arena_free(&a);
}

/* -- what fields say of each other --------------------------------------------- */

static void
beginnings(void)
{
	struct arena a = ARENA_INIT;
	struct header h;

	fixture_request(&h, &a);
	EQ_STR(refusal(&h), "", "a request begins a thread");
	h.thread = seed_of("root");
	EQ_STR(refusal(&h), "E-FIELD-VALUE thread",
	    "what begins a thread is in none");
	fixture_request(&h, &a);
	h.after[0] = seed_of("message 1");
	h.nafter = 1;
	EQ_STR(refusal(&h), "E-FIELD-VALUE after", "and follows nothing");
	fixture_request(&h, &a);
	h.act = ACT_ANSWER;
	EQ_STR(refusal(&h), "E-FIELD-VALUE thread", "an answer is in a thread");
	h.thread = seed_of("root");
	EQ_STR(refusal(&h), "E-FIELD-VALUE after", "and follows something");
	h.after[0] = h.thread;
	h.nafter = 1;
	EQ_STR(refusal(&h), "", "so it is well");
	h.act = ACT_TRANSFER;
	EQ_STR(refusal(&h), "E-FIELD-VALUE desk", "a transfer names a desk");
	(void)address_parse(&h.desk, slice_str("fr/night"));
	EQ_STR(refusal(&h), "E-FIELD-VALUE desk", "not one of another member");
	(void)address_parse(&h.desk, slice_str("rs/night"));
	EQ_STR(refusal(&h), "", "but one of its own");
	h.deliver_by = h.sent;
	EQ_STR(refusal(&h), "E-FIELD-VALUE deliver_by",
	    "there must be time to deliver it");
	arena_free(&a);
}

static void
orders(void)
{
	struct arena a = ARENA_INIT;
	struct recipient r;
	struct header h;
	struct hash x;

	fixture_transfer(&h, &a, seed_of("root"));
	x = h.after[0];
	h.after[0] = h.after[1];
	h.after[1] = x;
	EQ_STR(refusal(&h), "E-FIELD-VALUE after", "names in after rise");
	h.after[0] = h.after[1];
	EQ_STR(refusal(&h), "E-FIELD-VALUE after", "and stand there once");
	header_release(&h);

	fixture_request(&h, &a);
	r = h.to[0];
	h.to[0] = h.to[1];
	h.to[1] = r;
	EQ_STR(refusal(&h), "E-FIELD-VALUE to", "recipients rise by member");
	fixture_request(&h, &a);
	fixture_to(&h.to[0], "fr", seed_of("card"));
	EQ_STR(refusal(&h), "E-FIELD-VALUE to", "one desk of each");
	fixture_to(&h.to[1], "fr-2", seed_of("card"));
	EQ_STR(refusal(&h), "", "fr and fr-2 are two members");
	fixture_to(&h.to[0], "fr/zoll", seed_of("card"));
	EQ_STR(refusal(&h), "",
	    "fr/zoll before fr-2: members are compared, not desks");
	fixture_to(&h.to[1], "rs/other", seed_of("card"));
	EQ_STR(refusal(&h), "E-FIELD-VALUE to", "nobody writes to itself");

	fixture_request(&h, &a);
	h.blobs[1] = h.blobs[0];
	h.blobs[1].size++;
	h.nblobs = 2;
	EQ_STR(refusal(&h), "E-FIELD-VALUE blobs", "a file is named once");
	arena_free(&a);
}

/* Its name in rising order of i. */
static struct hash
numbered(size_t i)
{
	struct hash h = { { 1, (uint8_t)(i >> 8), (uint8_t)i } };

	return h;
}

static void
bounds(void)
{
	struct arena a = ARENA_INIT;
	char desk[40];
	struct header h;

	fixture_request(&h, &a);
	for (size_t i = 0; i <= MESSAGE_TO; i++) {
		(void)snprintf(desk, sizeof(desk), "m%03zu/cyber", i);
		fixture_to(&h.to[i], desk, numbered(i));
	}
	h.nto = MESSAGE_TO;
	EQ_STR(refusal(&h), "", "256 recipients");
	h.nto++;
	EQ_STR(refusal(&h), "E-FIELD-SIZE to", "257 are too many");

	fixture_request(&h, &a);
	h.thread = seed_of("root");
	h.act = ACT_ANSWER;
	for (size_t i = 0; i <= MESSAGE_AFTER; i++)
		h.after[i] = numbered(i);
	h.nafter = MESSAGE_AFTER;
	EQ_STR(refusal(&h), "", "64 that it follows");
	h.nafter++;
	EQ_STR(refusal(&h), "E-FIELD-SIZE after", "65 are too many");

	fixture_request(&h, &a);
	for (size_t i = 0; i <= MESSAGE_BLOBS; i++)
		h.blobs[i] = (struct blob_ref){ numbered(i), JSON_INT_MAX };
	h.nblobs = MESSAGE_BLOBS;
	EQ_STR(refusal(&h), "", "64 files");
	h.nblobs++;
	EQ_STR(refusal(&h), "E-FIELD-SIZE blobs", "65 are too many");
	arena_free(&a);
}

static void
lengths(void)
{
	static const struct {
		const char	*field;
		int		 most;
	} texts[] = { { "ref", MESSAGE_REF }, { "kind", MESSAGE_KIND },
	    { "purpose", 32 }, { "area", 32 } };
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct mutate m = { "message", parses, NULL, NULL, 0 };
	struct header h;
	char long_text[80];

	fixture_request(&h, &a);
	header_print(&b, &h);
	m.whole = text_read(buf_all(&b), "message", &err);
	memset(long_text, 'x', sizeof(long_text));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		for (int over = 0; over < 2; over++) {
			int n = texts[i].most + over;

			long_text[n] = '\0';
			mutate_set(m.whole, texts[i].field,
			    json_string(long_text));
			long_text[n] = 'x';
			EQ_STR(mutate_refusal(&m, m.whole, &err),
			    over ? "E-FIELD-SIZE" : "", "%s of %d bytes",
			    texts[i].field, n);
			if (over)
				mutate_set(m.whole, texts[i].field,
				    json_string("x"));
		}
	json_decref(m.whole);
	buf_free(&b);
	arena_free(&a);
}

static void
whose(void)
{
	struct arena a = ARENA_INIT;
	struct member_id m;
	struct header h;

	fixture_request(&h, &a);
	m = header_from(&h);
	EQ_STR(m.s, "rs", "it is from rs");
	OK(header_is_root(&h), "it begins its thread");
	(void)member_id_parse(&m, slice_str("fr"));
	OK(header_to(&h, &m) == &h.to[1], "fr is among its recipients");
	(void)member_id_parse(&m, slice_str("f"));
	OK(header_to(&h, &m) == NULL, "f is not");
	arena_free(&a);
}

/* Not an object, an object of nothing, another type, bytes that are no text. */
static void
others(void)
{
	static const char *const texts[] = { "", "\n", "entente/message/v1\n",
	    "entente/message/v1\n[]\n", "entente/message/v1\n{}\n",
	    "entente/message/v2\n{}\n", "entente/card/v1\n{}\n",
	    "entente/message/v1\n{\"net\":1}\n",
	    "entente/message/v1\n{\"ext\":{\"a\":1}}\n",
	    "entente/message/v1\n{\"net\":\"\xff\"}\n" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		OK(!parses(slice_str(texts[i]), &err) && err.rule[0] == 'E',
		    "no message: %s", err.rule);
}

int
main(void)
{
	secret_process_init();
	form();
	round_trip();
	beginnings();
	orders();
	bounds();
	lengths();
	whose();
	others();
	return tap_done();
}
