#include "text_frame.h"

#include "agreed_fixture.h"

TEXT_FRAME(agreement);

#define V "E-FIELD-VALUE"

/* What may stand beside the clauses, in every place and way that is wrong. */
static void
form(void)
{
	static const char *const optional[] = { "framework", "witnesses",
		"until", "review", "report", "notice", "mandates",
		"mandates[].territory", "pledges", "pledges[].text", "focal",
		"mandates[].text.fr", "clauses[].ceiling.level",
		"clauses[].ceiling.codes", NULL };
	static const struct mutate_case cases[] = {
		{ "framework.id", "\"fr-rs-cyber\"", V, "framework.id" },
		{ "framework.id", "\"charter\"", V, "framework.id" },
		{ "framework.id", "\"A\"", V, "framework.id" },
		{ "witnesses", "[]", V, "witnesses" },
		{ "witnesses", "[\"fr\"]", V, "witnesses" },
		{ "witnesses", "[\"cert-ee\",\"cert-ee\"]", V, "witnesses" },
		{ "witnesses", "[\"*\"]", V, "witnesses" },
		{ "review", "\"2028-11-31\"", V, "review" },
		{ "report", "\"1970-01-01\"", V, "report" },
		{ "notice", "\"three months\"", V, "notice" },
		{ "notice", "\"P1Y6M\"", "", "" },
		{ "mandates", "[]", V, "mandates" },
		{ "mandates[0].party", "\"cert-ee\"", V, "mandates[0].party" },
		{ "mandates[0].areas", "[]", V, "mandates[0].areas" },
		{ "mandates[0].territory", "[\"fr\"]", V,
		    "mandates[0].territory[0]" },
		{ "pledges[0].id", "\"a b\"", V, "pledges[0].id" },
		{ "pledges[1].id", "\"experts\"", V, "pledges[1].id" },
		{ "pledges[0].party", "\"cert-ee\"", V, "pledges[0].party" },
		{ "pledges[0].amount", "0", V, "pledges[0].amount" },
		{ "pledges[0].resource", "\"money\"", V,
		    "pledges[0].resource" },
		{ "pledges[0].per", "\"month\"", V, "pledges[0].per" },
		{ "focal[0].desk", "\"fr/cyber\"", V, "focal[0].desk" },
		{ "focal[0].party", "\"cert-ee\"", V, "focal[0].party" },
		{ "clauses[0].emergency", "true", V, "clauses[0].emergency" },
		{ "clauses[0].ceiling.pap", "\"RED\"", "E-TEXT-CANONICAL", "" },
	};
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct agreement g = { .version = 0 };
	json_t *parts = fixture_terms(&g, &a);

	agreement_print(&b, &g);
	OK(parses(buf_all(&b), &err), "every term at once: %s %s", err.field,
	    err.text);
	mutate_all(buf_all(&b), "agreement", parses, optional);
	mutate_cases(buf_all(&b), "agreement", parses, cases,
	    sizeof(cases) / sizeof(cases[0]));
	agreement_release(&g);
	json_decref(parts);
	buf_free(&b);
	arena_free(&a);
}

/* The charter grants to everybody: it has no parties that could do these. */
static void
of_charter(void)
{
	struct arena a = ARENA_INIT;
	struct agreement g, with = { .version = 0 };
	json_t *parts = fixture_terms(&with, &a);

	fixture_charter(&g, &a);
	g.clauses[0].emergency = true;
	EQ_STR(refusal(&g), "", "an emergency clause stands in the charter");
	g.terms.review = with.terms.review;
	g.terms.report = with.terms.report;
	g.terms.notice = "P1M";
	EQ_STR(refusal(&g), "", "as do its dates");
	g.terms.pledges = with.terms.pledges;
	g.terms.npledges = 1;
	EQ_STR(refusal(&g), V, "no pledges");
	g.terms.npledges = 0;
	g.terms.mandates = with.terms.mandates;
	g.terms.nmandates = 1;
	EQ_STR(refusal(&g), V, "no mandates");
	g.terms.nmandates = 0;
	(void)snprintf(g.terms.framework_id, AGREEMENT_ID, "fr-rs");
	g.terms.framework = seed_of("fr-rs/1");
	EQ_STR(refusal(&g), V, "no framework");
	agreement_release(&with);
	agreement_release(&g);
	json_decref(parts);
	arena_free(&a);
}

static void
witnesses(void)
{
	struct arena a = ARENA_INIT;
	struct buf text = BUF_INIT, note = BUF_INIT;
	struct agreement g = { .version = 0 }, out;
	json_t *parts = fixture_terms(&g, &a);
	bool by[AGREEMENT_PARTIES];
	struct directory dir;
	struct note read;

	fixture_directory2(&dir, &a);
	agreement_print(&text, &g);
	OK(agreement_verify(&out, &a, signed_by(&note, buf_all(&text),
	    BY(FR_CARD, RS_CARD)), &dir, &err), "parties sign without witnesses");
	OK(!out.terms.witnessed[0], "nobody witnessed it");
	agreement_release(&out);
	OK(agreement_verify(&out, &a, signed_by(&note, buf_all(&text),
	    BY(FR_CARD, EE_CARD, RS_CARD)), &dir, &err), "or with them");
	OK(out.terms.witnessed[0], "which is shown");
	agreement_release(&out);
	OK(!agreement_verify(&out, &a, signed_by(&note, buf_all(&text),
	    BY(FR_CARD, EE_CARD)), &dir, &err),
	    "a witness signs for no party");
	OK(note_parse(&read, buf_all(&note), &err), "the half-signed note reads");
	agreement_signed(&g, &read, &dir, by);
	OK(by[0] && !by[1], "and says who has signed so far");
	agreement_release(&g);
	json_decref(parts);
	buf_free(&text);
	buf_free(&note);
	arena_free(&a);
}

/* Nobody is amended out of what he signed. */
static void
follows(void)
{
	struct arena a = ARENA_INIT;
	struct agreement one, two;

	fixture_agreement(&one, &a);
	one.name = seed_of("one");
	two = one;
	OK(agreement_follows(&one, NULL, &err), "the first follows nothing");
	two.version = 2;
	OK(!agreement_follows(&two, NULL, &err), "a second needs the first");
	two.prev = seed_of("other");
	OK(!agreement_follows(&two, &one, &err) &&
	    strcmp(err.rule, "E-AGREEMENT-CHAIN") == 0, "the very one");
	two.prev = one.name;
	OK(agreement_follows(&two, &one, &err), "which it names");
	two.parties = fixture_parties(&a, "fr", "cert-ee");
	OK(!agreement_follows(&two, &one, &err) &&
	    strcmp(err.rule, "E-AGREEMENT-PARTIES") == 0,
	    "two cannot replace what a third signed without it");
	(void)snprintf(two.parties[2].s, sizeof(two.parties[2].s), "rs");
	two.nparties = 3;
	OK(agreement_follows(&two, &one, &err), "others may accede");
	OK(agreement_same(&two, &one), "versions of one agreement share parties");
	two.parties = fixture_parties(&a, "nl", "be");
	two.nparties = 2;
	OK(!agreement_same(&two, &one),
	    "an id that others use as well is another agreement");
	agreement_release(&one);
	arena_free(&a);
}

int
main(void)
{
	secret_process_init();
	form();
	of_charter();
	witnesses();
	follows();
	return tap_done();
}
