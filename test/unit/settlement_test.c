#include "model/settlement.h"

#include "text_frame.h"

TEXT_FRAME(settlement);

static struct settlement
fixture_settlement(void)
{
	return (struct settlement){ .net = fixture_net(), .number = 7,
	    .issued = at("2026-11-21T18:20:00.123Z"),
	    .keep = hash_of(slice_str("directory 7")),
	    .drop = hash_of(slice_str("another directory 7")) };
}

static void
form(void)
{
	static const char *const optional[] = { NULL };
	static const struct mutate_case cases[] = {
		{ "number", "0", "E-FIELD-VALUE", "number" },
		{ "number", "1", "", "" },
		{ "keep", "\"00\"", "E-FIELD-VALUE", "keep" },
	};
	struct settlement s = fixture_settlement();
	struct buf b = BUF_INIT;

	settlement_print(&b, &s);
	mutate_all(buf_all(&b), "settlement", parses, optional);
	mutate_cases(buf_all(&b), "settlement", parses, cases,
	    sizeof(cases) / sizeof(cases[0]));
	s.drop = s.keep;
	EQ_STR(refusal(&s), "E-FIELD-VALUE", "what is kept is not dropped");
	EQ_STR(err.field, "drop", "in its field");
	buf_free(&b);
}

/* The rule by which a settlement that these signed is refused. */
static const char *
judged(const struct settlement *s, const char *const *by,
    const struct hash *net)
{
	struct network roots;
	struct arena a = ARENA_INIT;
	struct buf text = BUF_INIT, note = BUF_INIT;
	struct settlement got;

	fixture_network(&roots);
	settlement_print(&text, s);
	(void)signed_by(&note, buf_all(&text), by);
	err.rule[0] = '\0';
	if (settlement_verify(&got, &a, buf_all(&note), net, roots.roots,
	    roots.n, roots.k, &err))
		settlement_release(&got);
	buf_free(&text);
	buf_free(&note);
	arena_free(&a);
	return err.rule;
}

static void
signatures(void)
{
	struct settlement s = fixture_settlement();
	struct hash net = fixture_net(), other = hash_of(slice_str("other"));

	EQ_STR(judged(&s, BY(ROOT1, ROOT3), &net), "", "two of three roots settle");
	EQ_STR(judged(&s, BY(ROOT2), &net), "E-SETTLEMENT-SIGNATURES",
	    "one alone does not");
	EQ_STR(judged(&s, BY(ROOT1, FR_CARD), &net), "E-SETTLEMENT-SIGNATURES",
	    "nor with a member");
	EQ_STR(judged(&s, BY(ROOT1, ROOT2), &other), "E-TEXT-NET",
	    "that of another network settles nothing");
}

int
main(void)
{
	secret_process_init();
	form();
	signatures();
	return tap_done();
}
