#include "text_frame.h"

TEXT_FRAME(agreement);

#define V "E-FIELD-VALUE"

static void
form(void)
{
	static const char *const optional[] = {
		"until", "clauses[].ceiling.level", "clauses[].ceiling.codes", NULL
	};
	static const struct mutate_case cases[] = {
		{ "id", "\"charter\"", V, "parties" },
		{ "id", "\"A\"", V, "id" },
		{ "id", "\"a/b\"", V, "id" },
		{ "version", "0", V, "version" },
		{ "version", "2", V, "prev" },
		{ "title", "{\"fr\":\"x\"}", "E-FIELD-MISSING", "title.en" },
		{ "parties", "[]", V, "parties" },
		{ "parties", "[\"fr\"]", V, "parties" },
		{ "parties", "[\"*\"]", V, "parties" },
		{ "parties", "[\"fr\",\"*\"]", V, "parties" },
		{ "parties", "[\"fr\",\"class:bureau\"]", V, "parties" },
		{ "parties", "[\"fr\",\"rs\",\"fr\"]", V, "parties[2]" },
		{ "parties", "[\"fr\",\"rs\",\"cert-ee\"]", "", "" },
		{ "parties", "[\"fr\",\"cert-ee\"]", V, "clauses[0].from" },
		{ "until", "\"2026-11-21T12:00:00.000Z\"", V, "until" },
		{ "clauses", "[]", V, "clauses" },
		{ "clauses[0].id", "\"3 1\"", V, "clauses[0].id" },
		{ "clauses[0].id", "\"12345678901234567\"", "E-FIELD-SIZE",
		    "clauses[0].id" },
		{ "clauses[0].text", "{\"en\":\"two\\nlines\"}", "", "" },
		{ "clauses[0].text", "{\"en\":\"\\u0007\"}", V,
		    "clauses[0].text.en" },
		{ "clauses[0].kinds", "[]", V, "clauses[0].kinds" },
		{ "clauses[0].kinds", "[\"*\"]", "", "" },
		{ "clauses[0].kinds", "[\"a*b\"]", V, "clauses[0].kinds[0]" },
		{ "clauses[0].kinds", "[\"**\"]", V, "clauses[0].kinds[0]" },
		{ "clauses[0].kinds", "[\"a/1\",\"a/1\"]", V,
		    "clauses[0].kinds[1]" },
		{ "clauses[0].from", "[\"*\"]", V, "clauses[0].from" },
		{ "clauses[0].from", "[\"class:bureau\"]", V,
		    "clauses[0].from" },
		{ "clauses[0].to", "[\"cert-ee\"]", V, "clauses[0].to" },
		{ "clauses[0].to", "[]", V, "clauses[0].to" },
		{ "clauses[0].purposes", "[\"Any\"]", V,
		    "clauses[0].purposes[0]" },
		{ "clauses[0].areas", "[]", V, "clauses[0].areas" },
		{ "clauses[0].ceiling.tlp", "\"BLUE\"", V,
		    "clauses[0].ceiling.tlp" },
	};
	static const struct mutate_case of_charter[] = {
		{ "parties", "[\"fr\",\"rs\"]", V, "parties" },
		{ "parties", "[\"*\",\"fr\"]", V, "parties" },
		{ "clauses[0].from", "[\"class:police\"]", V,
		    "clauses[0].from[0]" },
		{ "clauses[0].from", "[\"fr\",\"class:cert\",\"*\"]", "", "" },
		{ "clauses[0].to", "[\"*\",\"*\"]", V, "clauses[0].to[1]" },
	};
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct agreement g;

	fixture_agreement(&g, &a);
	agreement_print(&b, &g);
	mutate_all(buf_all(&b), "agreement", parses, optional);
	mutate_cases(buf_all(&b), "agreement", parses, cases,
	    sizeof(cases) / sizeof(cases[0]));
	agreement_release(&g);
	buf_clear(&b);
	fixture_charter(&g, &a);
	agreement_print(&b, &g);
	OK(parses(buf_all(&b), &err), "the charter parses: %s", err.text);
	mutate_cases(buf_all(&b), "agreement", parses, of_charter,
	    sizeof(of_charter) / sizeof(of_charter[0]));
	agreement_release(&g);
	buf_free(&b);
	arena_free(&a);
}

static void
versions_and_clauses(void)
{
	struct arena a = ARENA_INIT;
	struct agreement g;

	fixture_agreement(&g, &a);
	g.clauses[1] = g.clauses[0];
	g.nclauses = 2;
	OK(*refusal(&g) != '\0' && strcmp(err.field, "clauses[1].id") == 0,
	    "a clause stands there once");
	(void)snprintf(g.clauses[1].id, sizeof(g.clauses[1].id), "3.2");
	g.version = 2;
	g.prev = seed_of("version 1");
	EQ_STR(refusal(&g), "", "a second version names the first");
	agreement_release(&g);
	arena_free(&a);
}

static const char *
verdict(const struct directory *dir, const struct agreement *g,
    const char *const *by)
{
	struct buf text = BUF_INIT, note = BUF_INIT;
	struct arena a = ARENA_INIT;
	struct agreement out;

	err = (struct err){ .class = ERR_NONE };
	agreement_print(&text, g);
	if (agreement_verify(&out, &a, signed_by(&note, buf_all(&text), by), dir,
	    &err))
		err.rule[0] = '\0';
	agreement_release(&out);
	buf_free(&text);
	buf_free(&note);
	arena_free(&a);
	return err.rule;
}

#define TOO_FEW "E-AGREEMENT-SIGNATURES"

static void
charter_signed(const struct directory *dir)
{
	struct arena a = ARENA_INIT;
	struct agreement g;

	fixture_charter(&g, &a);
	EQ_STR(verdict(dir, &g, BY(ROOT1, ROOT3)), "", "k roots sign the charter");
	EQ_STR(verdict(dir, &g, BY(ROOT2)), TOO_FEW, "one root does not");
	EQ_STR(verdict(dir, &g, BY(ROOT2, FR_CARD, RS_CARD, EE_CARD)), TOO_FEW,
	    "nor with every member");
	EQ_STR(verdict(dir, &g, BY(FR_CARD, RS_CARD, EE_CARD)), TOO_FEW,
	    "nor do the members alone");
	EQ_STR(verdict(dir, &g, BY(ROOT4, FR)), "E-NOTE-UNSIGNED",
	    "strangers and message keys sign nothing here");
	g.net = seed_of("another network");
	EQ_STR(verdict(dir, &g, BY(ROOT1, ROOT3)), "E-TEXT-NET",
	    "another network's charter is refused");
	agreement_release(&g);
	arena_free(&a);
}

static void
parties_signed(struct directory *dir)
{
	struct directory_key *rs = &dir->members[2].keys[0];
	struct arena a = ARENA_INIT;
	struct agreement g;

	fixture_agreement(&g, &a);
	EQ_STR(verdict(dir, &g, BY(FR_CARD, RS_CARD)), "", "both parties sign");
	EQ_STR(verdict(dir, &g, BY(RS_CARD, FR_CARD "#2")), "",
	    "with any key of theirs");
	EQ_STR(verdict(dir, &g, BY(ROOT1, RS_CARD, EE_CARD, FR_CARD)), "",
	    "others may sign beside them");
	EQ_STR(verdict(dir, &g, BY(FR_CARD)), TOO_FEW, "one alone does not");
	EQ_STR(verdict(dir, &g, BY(FR_CARD, FR_CARD "#2")), TOO_FEW,
	    "nor with two keys");
	EQ_STR(verdict(dir, &g, BY(FR_CARD, EE_CARD)), TOO_FEW,
	    "nor with a third's");
	EQ_STR(verdict(dir, &g, BY(ROOT1, ROOT2, ROOT3)), TOO_FEW,
	    "roots do not sign for members");
	EQ_STR(verdict(dir, &g, BY(ROOT1, ROOT2, FR_CARD)), TOO_FEW,
	    "nor for one of them");
	rs->until = g.from;
	EQ_STR(verdict(dir, &g, BY(FR_CARD, RS_CARD)), TOO_FEW,
	    "a key that had ended does not count");
	rs->until = g.from + 1;
	EQ_STR(verdict(dir, &g, BY(FR_CARD, RS_CARD)), "",
	    "one that ended later does");
	rs->until = 0;
	rs->revoked = dir->issued;
	EQ_STR(verdict(dir, &g, BY(FR_CARD, RS_CARD)), TOO_FEW,
	    "one that was revoked never does");
	rs->revoked = 0;
	(void)snprintf(g.parties[1].s, sizeof(g.parties[1].s), "nl");
	(void)snprintf(g.clauses[0].from[1].s, sizeof(g.parties[1].s), "nl");
	(void)snprintf(g.clauses[0].to[0].s, sizeof(g.parties[1].s), "nl");
	EQ_STR(verdict(dir, &g, BY(FR_CARD, "demo.example/nl/card")), TOO_FEW,
	    "who is not in the directory signs nothing");
	agreement_release(&g);
	arena_free(&a);
}

static void
expressions(const struct directory *dir)
{
	const struct directory_member *fr = &dir->members[1];
	const struct directory_member *ee = &dir->members[0];
	json_t *list = json_loads("[\"request.*\",\"ping/1\"]", 0, NULL);
	json_t *all = json_loads("[\"*\"]", 0, NULL);
	struct agreement_party p = { "*" };

	OK(agreement_party_is(&p, fr) && agreement_party_is(&p, ee),
	    "the star is everyone");
	p = (struct agreement_party){ "class:bureau" };
	OK(agreement_party_is(&p, fr) && !agreement_party_is(&p, ee),
	    "a class is its members");
	p = (struct agreement_party){ "fr" };
	OK(agreement_party_is(&p, fr) && !agreement_party_is(&p, ee),
	    "an id is one");
	p = (struct agreement_party){ "class:police" };
	OK(!agreement_party_is(&p, fr), "an unknown class is nobody");
	OK(agreement_list_has(list, "request.preservation/1") &&
	    agreement_list_has(list, "request.") &&
	    agreement_list_has(list, "ping/1"), "patterns match");
	OK(!agreement_list_has(list, "request") &&
	    !agreement_list_has(list, "ping/10") &&
	    !agreement_list_has(list, "ping/") && !agreement_list_has(list, "") &&
	    !agreement_list_has(list, "x.request.y"), "and match no more");
	OK(agreement_list_has(all, "") && agreement_list_has(all, "x"),
	    "the star alone matches all");
	OK(!agreement_list_has(NULL, "x"), "no list has nothing");
	json_decref(list);
	json_decref(all);
}

int
main(void)
{
	struct arena a = ARENA_INIT;
	struct directory dir;

	secret_process_init();
	form();
	versions_and_clauses();
	fixture_directory2(&dir, &a);
	charter_signed(&dir);
	parties_signed(&dir);
	expressions(&dir);
	arena_free(&a);
	return tap_done();
}
