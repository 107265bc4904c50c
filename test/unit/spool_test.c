#include "text_frame.h"

#include "model/spool.h"

TEXT_FRAME(spool);

#define V "E-FIELD-VALUE"

static void
list(struct spool *s, struct arena *a)
{
	*s = (struct spool){ .net = fixture_net(), .number = 7,
	    .at = at("2026-11-29T18:20:00.123Z"), .n = 2, .nfiles = 2 };
	(void)member_id_parse(&s->from, slice_str("fr"));
	(void)member_id_parse(&s->to, slice_str("rs"));
	s->items = arena_alloc(a, (SPOOL_ITEMS + 1) * sizeof(*s->items));
	s->files = arena_alloc(a, 2 * sizeof(*s->files));
	s->items[0] = (struct spool_item){ .sealed = seed_of("sealed 1"),
	    .size = 2500, .lane = URGENCY_FLASH, .deliver_by = s->at + DAY };
	s->items[1] = (struct spool_item){ .sealed = seed_of("sealed 2"),
	    .size = 1, .lane = URGENCY_NORMAL, .deliver_by = s->at };
	s->files[0] = (struct blob_ref){ seed_of("file 1"), 100 };
	s->files[1] = (struct blob_ref){ seed_of("file 2"), JSON_INT_MAX };
}

static void
form(void)
{
	static const char *const optional[] = { "items", "files", NULL };
	static const struct mutate_case cases[] = {
		{ "from", "\"fr/cyber\"", V, "from" },
		{ "to", "\"RS\"", V, "to" },
		{ "number", "0", V, "number" },
		{ "items", "[]", V, "items" },
		{ "items[0].lane", "\"fast\"", V, "items[0].lane" },
		{ "items[0].size", "0", V, "items[0].size" },
		{ "items[1].sealed", "\"00\"", V, "items[1].sealed" },
		{ "files", "[]", V, "files" },
		{ "files[1].size", "0", V, "files[1].size" },
	};
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct spool s;

	list(&s, &a);
	spool_print(&b, &s);
	mutate_all(buf_all(&b), "spool", parses, optional);
	mutate_cases(buf_all(&b), "spool", parses, cases,
	    sizeof(cases) / sizeof(cases[0]));
	buf_free(&b);
	arena_free(&a);
}

static void
bounds(void)
{
	struct arena a = ARENA_INIT;
	struct spool s;

	list(&s, &a);
	s.items[1].sealed = s.items[0].sealed;
	EQ_STR(refusal(&s), V, "a message stands there once");
	list(&s, &a);
	s.files[1].blob = s.files[0].blob;
	EQ_STR(refusal(&s), V, "and a file");
	list(&s, &a);
	for (size_t i = 0; i <= SPOOL_ITEMS; i++) {
		s.items[i] = s.items[0];
		s.items[i].sealed.b[0] = (uint8_t)i;
		s.items[i].sealed.b[1] = (uint8_t)(i >> 8);
	}
	s.n = SPOOL_ITEMS;
	EQ_STR(refusal(&s), "", "512 messages are listed");
	s.n++;
	EQ_STR(refusal(&s), "E-FIELD-SIZE", "and no more");
	s.n = s.nfiles = 0;
	EQ_STR(refusal(&s), "", "it may list none");
	arena_free(&a);
}

int
main(void)
{
	secret_process_init();
	form();
	bounds();
	return tap_done();
}
