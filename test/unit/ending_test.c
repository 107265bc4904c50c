#include "agreed_fixture.h"
#include "mutate.h"

static struct err err;

static bool
parses(struct slice text, struct err *e)
{
	struct buf b = BUF_INIT;
	struct ending t;
	bool ok = ending_parse(&t, text, e);

	if (ok) {
		ending_print(&b, &t);
		OK(slice_eq(buf_all(&b), text), "what parses prints the same");
	}
	ending_release(&t);
	buf_free(&b);
	return ok;
}

#define V "E-FIELD-VALUE"

static void
form(void)
{
	static const char *const optional[] = { "reason", NULL };
	static const struct mutate_case cases[] = {
		{ "id", "\"charter\"", V, "party" },
		{ "id", "\"A\"", V, "id" },
		{ "party", "\"A\"", V, "party" },
		{ "at", "\"2026-11-29T11:59:59.999Z\"", V, "at" },
		{ "at", "\"2026-11-29T12:00:00.000Z\"", "", "" },
		{ "reason", "{\"fr\":\"x\"}", "E-FIELD-MISSING", "reason.en" },
	};
	struct buf b = BUF_INIT;
	struct ending e;
	json_t *parts = fixture_ending(&e);

	ending_print(&b, &e);
	mutate_all(buf_all(&b), "ending", parses, optional);
	mutate_cases(buf_all(&b), "ending", parses, cases,
	    sizeof(cases) / sizeof(cases[0]));
	buf_clear(&b);
	(void)snprintf(e.id, sizeof(e.id), "charter");
	e.party.s[0] = '\0';
	ending_print(&b, &e);
	OK(parses(buf_all(&b), &err), "the charter's names no party");
	json_decref(parts);
	buf_free(&b);
}

static const char *
verdict(const struct directory *dir, const struct ending *e,
    const char *const *by)
{
	struct buf text = BUF_INIT, note = BUF_INIT;
	struct ending out;

	err = (struct err){ .class = ERR_NONE };
	ending_print(&text, e);
	if (ending_verify(&out, signed_by(&note, buf_all(&text), by), dir, &err))
		err.rule[0] = '\0';
	ending_release(&out);
	buf_free(&text);
	buf_free(&note);
	return err.rule;
}

#define NOT "E-ENDING-SIGNATURE"

static void
signatures(void)
{
	struct arena a = ARENA_INIT;
	struct directory_key *fr;
	struct directory dir;
	struct ending e;
	json_t *parts = fixture_ending(&e);

	fixture_directory2(&dir, &a);
	fr = dir.members[1].keys;
	EQ_STR(verdict(&dir, &e, BY(FR_CARD)), "", "the party signs");
	EQ_STR(verdict(&dir, &e, BY(FR_CARD "#2")), "", "with any of its keys");
	EQ_STR(verdict(&dir, &e, BY(RS_CARD)), NOT, "not the other for it");
	EQ_STR(verdict(&dir, &e, BY(RS_CARD, FR_CARD)), "", "beside it, it may");
	EQ_STR(verdict(&dir, &e, BY(ROOT1, ROOT2, ROOT3)), NOT,
	    "roots do not end what members agreed");
	EQ_STR(verdict(&dir, &e, BY(FR)), "E-NOTE-UNSIGNED",
	    "a message key ends nothing");
	e.issued = fr[0].until;
	EQ_STR(verdict(&dir, &e, BY(FR_CARD)), NOT,
	    "a key that had ended counts no more");
	e.issued = fr[0].until - 1;
	fr[0].revoked = dir.issued;
	EQ_STR(verdict(&dir, &e, BY(FR_CARD)), NOT, "nor one that was revoked");
	e.net = seed_of("another network");
	EQ_STR(verdict(&dir, &e, BY(FR_CARD "#2")), "E-TEXT-NET",
	    "another network's is refused");
	e.net = fixture_net();
	(void)snprintf(e.id, sizeof(e.id), "charter");
	e.party.s[0] = '\0';
	EQ_STR(verdict(&dir, &e, BY(ROOT1, ROOT3)), "",
	    "k roots end the charter");
	EQ_STR(verdict(&dir, &e, BY(ROOT1, FR_CARD, RS_CARD)), NOT,
	    "one root and all members do not");
	json_decref(parts);
	arena_free(&a);
}

static void
effect(void)
{
	struct arena a = ARENA_INIT;
	struct member_id fr, rs, ee;
	struct agreement g;
	struct ending e;
	json_t *parts = fixture_ending(&e);

	(void)member_id_parse(&fr, slice_str("fr"));
	(void)member_id_parse(&rs, slice_str("rs"));
	(void)member_id_parse(&ee, slice_str("cert-ee"));
	fixture_agreement(&g, &a);
	g.name = e.agreement;
	OK(ending_fits(&e, &g, &err), "it fits the version it names");
	OK(ending_effect(&e, &g) == e.at, "and takes effect when it says");
	g.terms.notice_time = (struct duration){ 3, 0 };
	OK(ending_effect(&e, &g) == at("2027-02-28T12:00:00.000Z"),
	    "but not before its notice");
	OK(ending_between(&e, &fr, &rs) && ending_between(&e, &rs, &fr) &&
	    !ending_between(&e, &rs, &ee), "for what its party does");
	e.party = ee;
	OK(!ending_fits(&e, &g, &err), "a third ends nothing");
	e.party = fr;
	g.name.b[0] ^= 1;
	OK(!ending_fits(&e, &g, &err), "nor is another version ended");
	agreement_release(&g);
	json_decref(parts);
	arena_free(&a);
}

int
main(void)
{
	secret_process_init();
	form();
	signatures();
	effect();
	return tap_done();
}
