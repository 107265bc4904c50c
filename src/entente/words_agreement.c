#include "entente/words_agreement.h"

#include "entente/out.h"
#include "entente/words.h"
#include "model/ending.h"
#include "model/label.h"

static const char *
number(struct cli *cli, int64_t n)
{
	return arena_printf(&cli->arena, "%lld", (long long)n);
}

static const char *
parties(struct cli *cli, const struct agreement_party *p, size_t n)
{
	const char *s = "";

	for (size_t i = 0; i < n; i++)
		s = arena_printf(&cli->arena, "%s%s%s", s, i == 0 ? "" : ", ",
		    p[i].s);
	return s;
}

static const char *
texts(struct cli *cli, const json_t *list)
{
	const char *s = "";

	for (size_t i = 0; i < json_array_size(list); i++)
		s = arena_printf(&cli->arena, "%s%s%s", s, i == 0 ? "" : ", ",
		    json_string_value(json_array_get(list, i)));
	return s;
}

static const char *
ceiling(struct cli *cli, struct handling h)
{
	struct buf b = BUF_INIT;
	const char *s;

	/* Said in words beside it. */
	h.onward = false;
	label_print(&b, &h);
	s = arena_str(&cli->arena, buf_all(&b));
	buf_free(&b);
	return s;
}

static void
tell_clause(struct cli *cli, const struct clause *c)
{
	out_note(cli, "words.clause", "id", c->id,
	    "text", words_label(cli, c->text), "kinds", texts(cli, c->kinds),
	    "from", parties(cli, c->from, c->nfrom),
	    "to", parties(cli, c->to, c->nto),
	    "purposes", texts(cli, c->purposes),
	    "areas", texts(cli, c->areas), "ceiling", ceiling(cli, c->ceiling),
	    "onward", say(cli, c->ceiling.onward ?
	    "words.onward" : "words.not-onward", NULL), NULL);
	if (c->emergency)
		out_note(cli, "words.emergency", "id", c->id, NULL);
}

static const char *
date(struct cli *cli, msec t)
{
	char text[DATE_TEXT];

	date_print(text, t);
	return arena_strdup(&cli->arena, text);
}

static void
tell_dates(struct cli *cli, const struct terms *t)
{
	if (t->review != 0)
		out_note(cli, "words.review", "date", date(cli, t->review), NULL);
	if (t->report != 0)
		out_note(cli, "words.report", "date", date(cli, t->report), NULL);
	if (t->notice[0] != '\0')
		out_note(cli, "words.notice", "time", t->notice, NULL);
}

static void
tell_terms(struct cli *cli, const struct terms *t)
{
	if (t->framework_id[0] != '\0')
		out_note(cli, "words.framework", "id", t->framework_id, NULL);
	for (size_t i = 0; i < t->nwitnesses; i++)
		out_note(cli, "words.witness", "member", t->witnesses[i].s, NULL);
	tell_dates(cli, t);
	for (size_t i = 0; i < t->nmandates; i++)
		out_note(cli, "words.mandate", "party", t->mandates[i].party.s,
		    "text", words_label(cli, t->mandates[i].text),
		    "areas", texts(cli, t->mandates[i].areas), "territory",
		    texts(cli, t->mandates[i].territory), NULL);
	for (size_t i = 0; i < t->npledges; i++) {
		const struct pledge *p = &t->pledges[i];

		out_note(cli, "words.pledge", "id", p->id, "party", p->party.s,
		    "amount", number(cli, p->amount), "resource",
		    say_code(cli, "resource", resource_names[p->resource]),
		    "per", say_code(cli, "per", pledge_per_names[p->per]),
		    "text", words_label(cli, p->text), NULL);
	}
	for (size_t i = 0; i < t->nfocal; i++)
		out_note(cli, "words.focal", "party", t->focal[i].party.s,
		    "desk", t->focal[i].desk.s, NULL);
}

bool
words_agreement(struct cli *cli, struct slice text, struct err *err)
{
	struct agreement g;

	if (!agreement_parse(&g, &cli->arena, text, err))
		return false;
	out_note(cli, "words.agreement", "id", g.id,
	    "version", number(cli, g.version),
	    "title", words_label(cli, g.title),
	    "parties", parties(cli, g.parties, g.nparties),
	    "from", out_msec(cli, g.from), "until", g.until == 0 ?
	    say(cli, "words.open", NULL) : out_msec(cli, g.until), NULL);
	for (size_t i = 0; i < g.nclauses; i++)
		tell_clause(cli, &g.clauses[i]);
	tell_terms(cli, &g.terms);
	agreement_release(&g);
	return true;
}

bool
words_ending(struct cli *cli, struct slice text, struct err *err)
{
	struct ending e;

	if (!ending_parse(&e, text, err))
		return false;
	out_note(cli, "words.ending", "id", e.id, "party",
	    e.party.s[0] == '\0' ? say(cli, "words.roots", NULL) : e.party.s,
	    "at", out_msec(cli, e.at), "reason", words_label(cli, e.reason),
	    NULL);
	ending_release(&e);
	return true;
}
