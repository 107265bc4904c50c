#include "text_frame.h"

#include "model/collect.h"

TEXT_FRAME(collect);

#define V "E-FIELD-VALUE"

static void
question(struct collect *c, struct arena *a)
{
	*c = (struct collect){ .net = fixture_net(),
	    .nonce = seed_of("nonce"), .at = at("2026-11-29T18:20:00.123Z"),
	    .ndone = 2, .nagain = 1 };
	(void)member_id_parse(&c->from, slice_str("fr"));
	(void)member_id_parse(&c->relay, slice_str("rs"));
	c->done = arena_alloc(a, (COLLECT_LIST + 1) * sizeof(*c->done));
	c->again = arena_alloc(a, sizeof(*c->again));
	c->done[0] = seed_of("sealed 1");
	c->done[1] = seed_of("sealed 2");
	c->again[0] = seed_of("sealed 3");
}

static void
form(void)
{
	static const char *const optional[] = {
		"nonce", "done", "again", NULL
	};
	static const struct mutate_case cases[] = {
		{ "from", "\"fr/cyber\"", V, "from" },
		{ "relay", "\"RS\"", V, "relay" },
		{ "at", "\"2026-11-29T18:20:00Z\"", V, "at" },
		{ "done", "[]", V, "done" },
		{ "done[0]", "\"00\"", V, "done" },
		{ "again[0]", "7", "E-FIELD-TYPE", "again[0]" },
	};
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct collect c;

	question(&c, &a);
	collect_print(&b, &c);
	mutate_all(buf_all(&b), "collect", parses, optional);
	mutate_cases(buf_all(&b), "collect", parses, cases,
	    sizeof(cases) / sizeof(cases[0]));
	buf_free(&b);
	arena_free(&a);
}

static void
lists(void)
{
	struct arena a = ARENA_INIT;
	struct collect c;

	question(&c, &a);
	c.done[1] = c.done[0];
	EQ_STR(refusal(&c), V, "one is named once");
	EQ_STR(err.field, "done", "in its list");
	for (size_t i = 0; i <= COLLECT_LIST; i++) {
		c.done[i] = c.nonce;
		c.done[i].b[0] = (uint8_t)i;
	}
	c.ndone = COLLECT_LIST;
	EQ_STR(refusal(&c), "", "sixty-four are named");
	c.ndone = COLLECT_LIST + 1;
	EQ_STR(refusal(&c), "E-FIELD-SIZE", "and no more");
	c.ndone = c.nagain = 0;
	EQ_STR(refusal(&c), "", "it may name none");
	arena_free(&a);
}

int
main(void)
{
	secret_process_init();
	form();
	lists();
	return tap_done();
}
