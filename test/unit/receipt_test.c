#include "text_frame.h"

TEXT_FRAME(receipt);

#define V "E-FIELD-VALUE"

static void
form(void)
{
	static const char *const optional[] = {
		"entries[].field", "entries[].clause", NULL
	};
	static const struct mutate_case cases[] = {
		{ "dir", "0", V, "dir" },
		{ "from", "\"fr/cyber\"", V, "from" },
		{ "to", "\"RS\"", V, "to" },
		{ "at", "\"2026-11-29T18:20:00Z\"", V, "at" },
		{ "entries", "[]", V, "entries" },
		{ "entries[0].result", "\"read\"", V, "entries[0].result" },
		{ "entries[0].result", "\"later\"", "E-FIELD-MISSING",
		    "entries[0].rule" },
		{ "entries[0].result", "\"custody\"", V, "entries[0].name" },
		{ "entries[1].result", "\"taken\"", "E-FIELD-UNKNOWN",
		    "entries[1].rule" },
		{ "entries[1].result", "\"later\"", "", "" },
		{ "entries[1].rule", "\"policy\"", V, "entries[1].rule" },
		{ "entries[1].rule", "\"E-\"", V, "entries[1].rule" },
		{ "entries[1].rule", "\"E-x\"", V, "entries[1].rule" },
		{ "entries[1].rule",
		    "\"E-0123456789012345678901234567890123456789\"",
		    "E-FIELD-SIZE", "entries[1].rule" },
		{ "entries[1].field", "\"\"", "E-TEXT-CANONICAL", "" },
		{ "entries[1].field", "\"a\\tb\"", V, "entries[1].field" },
		{ "entries[3].result", "\"taken\"", V, "entries[3].name" },
		{ "entries[3].sealed", "\"00\"", V, "entries[3].sealed" },
	};
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct receipt r;

	fixture_receipt(&r, &a);
	receipt_print(&b, &r);
	mutate_all(buf_all(&b), "receipt", parses, optional);
	mutate_cases(buf_all(&b), "receipt", parses, cases,
	    sizeof(cases) / sizeof(cases[0]));
	buf_free(&b);
	arena_free(&a);
}

static void
entries(void)
{
	struct arena a = ARENA_INIT;
	char label[16];
	struct receipt r;

	fixture_receipt(&r, &a);
	r.entries[1].name = r.entries[0].name;
	EQ_STR(refusal(&r), V, "one word on one message");
	EQ_STR(err.field, "entries[1].name", "by the second place");
	fixture_receipt(&r, &a);
	r.entries[3].sealed = r.entries[2].sealed;
	EQ_STR(refusal(&r), V, "also where it is known by its sealed bytes");
	EQ_STR(err.field, "entries[3].sealed", "by the second place");
	fixture_receipt(&r, &a);
	r.entries[0].sealed = seed_of("both");
	EQ_STR(refusal(&r), "", "a name may stand beside the bytes it came in");
	fixture_receipt(&r, &a);
	for (r.n = 0; r.n < RECEIPT_ENTRIES; r.n++) {
		(void)snprintf(label, sizeof(label), "m%zu", r.n);
		r.entries[r.n] = (struct receipt_entry){
			.name = seed_of(label), .result = RECEIPT_REFUSED };
		memset(r.entries[r.n].rule, 'X', sizeof(r.entries[0].rule) - 1);
		memcpy(r.entries[r.n].rule, "E-", 2);
		memset(r.entries[r.n].field, 'f', sizeof(r.entries[0].field) - 1);
		memset(r.entries[r.n].clause, 'c', sizeof(r.entries[0].clause) - 1);
	}
	EQ_STR(refusal(&r), "", "64 entries of full length fit");
	arena_free(&a);
}

/* One more than may be: the list is refused before memory is taken for it. */
static void
too_many(void)
{
	struct arena a = ARENA_INIT;
	struct receipt r;
	struct receipt_entry *more;
	char label[16];

	fixture_receipt(&r, &a);
	more = arena_alloc(&a, (RECEIPT_ENTRIES + 1) * sizeof(*more));
	for (r.n = 0; r.n <= RECEIPT_ENTRIES; r.n++) {
		(void)snprintf(label, sizeof(label), "m%zu", r.n);
		more[r.n].name = seed_of(label);
	}
	r.entries = more;
	EQ_STR(refusal(&r), "E-FIELD-SIZE", "65 do not");
	EQ_STR(err.field, "entries", "by their list");
	arena_free(&a);
}

int
main(void)
{
	secret_process_init();
	form();
	entries();
	too_many();
	return tap_done();
}
