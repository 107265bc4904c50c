#include <stdio.h>
#include <string.h>

#include "ententd/agreed.h"
#include "ententd/routes.h"
#include "ententd/trust.h"
#include "model/coverage.h"
#include "store/draw_store.h"

/* -- one agreement, as it stands -------------------------------------------------- */

/*
 * Of two, between them; of more, for this member.  Between others what can be
 * said without knowing which two of them.
 */
static const char *
state_of(struct call *c, const struct standing_set *s,
    const struct agreement *g, msec now)
{
	const struct directory *d = trust_newest(c->vault->trust);
	struct member_id a = c->vault->member, b = a;
	const struct directory_member *one, *two;
	enum standing st = STANDING_OTHERS;

	if (g->nparties == 2) {
		(void)member_id_parse(&a, slice_str(g->parties[0].s));
		(void)member_id_parse(&b, slice_str(g->parties[1].s));
	}
	one = directory_find(d, &a);
	two = directory_find(d, &b);
	if (one != NULL && two != NULL)
		st = standing_of(s, g, one, two, now);
	if (st == STANDING_OTHERS)
		st = now < g->from ? STANDING_YET :
		    g->until != 0 && now >= g->until ? STANDING_OVER :
		    STANDING_FORCE;
	return standing_names[st];
}

static void
print_endings(struct jout *j, const struct standing_set *s,
    const struct agreement *g)
{
	jout_array(j, "endings");
	for (size_t i = 0; i < s->nendings; i++) {
		const struct ending *e = s->endings[i];

		if (!hash_eq(&e->agreement, &g->name))
			continue;
		jout_object(j, NULL);
		jout_str_opt(j, "party", e->party.s);
		jout_time(j, "issued", e->issued);
		jout_time(j, "at", ending_effect(e, g));
		if (e->reason != NULL)
			jout_value(j, "reason", e->reason);
		jout_end_object(j);
	}
	jout_end_array(j);
}

static void
print_witnessed(struct jout *j, const struct terms *t)
{
	if (t->nwitnesses == 0)
		return;
	jout_array(j, "witnessed");
	for (size_t i = 0; i < t->nwitnesses; i++)
		if (t->witnessed[i])
			jout_str(j, NULL, t->witnesses[i].s);
	jout_end_array(j);
}

/* What this node saw drawn: answers between others pass it by. */
static void
print_balances(struct jout *j, struct call *c, const struct agreement *g,
    msec now)
{
	const struct terms *t = &g->terms;
	msec from, until;
	struct err err;
	int64_t sum;

	if (t->npledges == 0)
		return;
	jout_array(j, "balances");
	for (size_t i = 0; i < t->npledges; i++) {
		const struct pledge *p = &t->pledges[i];

		agreed_period(p, now, &from, &until);
		if (!draw_sum(&c->vault->store, g->id, p->id, from, until,
		    &sum, &err))
			continue;
		jout_object(j, NULL);
		jout_str(j, "pledge", p->id);
		jout_str(j, "party", p->party.s);
		jout_str(j, "resource", resource_names[p->resource]);
		jout_str(j, "per", pledge_per_names[p->per]);
		jout_int(j, "amount", p->amount);
		jout_int(j, "drawn", sum);
		jout_int(j, "left", p->amount - sum);
		jout_end_object(j);
	}
	jout_end_array(j);
}

/* The first day from now on with the month and day of the first report. */
static msec
next_report(msec first, msec now)
{
	msec today = now - now % DAY, next = first;

	for (int32_t years = 1; next < today && years < 8000; years++)
		next = duration_add(first, (struct duration){ 12 * years, 0 });
	return next;
}

static void
print_agreement(struct jout *j, struct call *c, const struct standing_set *s,
    const struct agreement *g)
{
	msec now = clock_now();
	/* Only read; jansson wants the object without const. */
	json_t *json = g->json, *v;
	const char *key;

	jout_object(j, NULL);
	json_object_foreach(json, key, v)
		jout_value(j, key, v);
	jout_hash(j, "name", &g->name);
	jout_str(j, "state", state_of(c, s, g, now));
	print_endings(j, s, g);
	print_witnessed(j, &g->terms);
	print_balances(j, c, g, now);
	if (g->terms.review != 0)
		jout_bool(j, "review_due", now >= g->terms.review);
	if (g->terms.report != 0)
		jout_date(j, "report_next", next_report(g->terms.report, now));
	jout_end_object(j);
}

static bool
is_newest(const struct standing_set *s, const struct agreement *g)
{
	for (size_t i = 0; i < s->nagreements; i++)
		if (agreement_same(s->agreements[i], g) &&
		    s->agreements[i]->version > g->version)
			return false;
	return true;
}

void
api_agreements(struct call *c)
{
	struct standing_set s = trust_standings(c->vault->trust);
	const char *versions = call_query(c, "versions");
	bool all = versions != NULL && strcmp(versions, "all") == 0;
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);

	jout_object(&j, NULL);
	jout_array(&j, "items");
	for (size_t i = 0; i < s.nagreements; i++)
		if (all || is_newest(&s, s.agreements[i]))
			print_agreement(&j, c, &s, s.agreements[i]);
	jout_end_array(&j);
	jout_end_object(&j);
	call_json(c, 200, &b);
}

/* -- before it is signed ------------------------------------------------------------- */

static const struct agreement *
before_it(const struct standing_set *s, const struct agreement *g)
{
	for (size_t i = 0; i < s->nagreements; i++)
		if (agreement_same(s->agreements[i], g) &&
		    s->agreements[i]->version == g->version - 1)
			return s->agreements[i];
	return NULL;
}

static const struct clause *
clause_of(const struct agreement *g, const char *id)
{
	for (size_t i = 0; i < g->nclauses; i++)
		if (strcmp(g->clauses[i].id, id) == 0)
			return &g->clauses[i];
	return NULL;
}

static void
print_signed(struct jout *j, const struct agreement *g,
    const bool by[static AGREEMENT_PARTIES])
{
	bool all = !agreement_is_charter(g);

	jout_array(j, "parties");
	for (size_t i = 0; i < g->nparties; i++) {
		jout_object(j, NULL);
		jout_str(j, "party", g->parties[i].s);
		jout_bool(j, "signed", by[i]);
		jout_end_object(j);
		all = all && by[i];
	}
	jout_end_array(j);
	jout_bool(j, "complete", all);
}

static void
print_clauses(struct jout *j, const struct standing_set *s,
    const struct directory *d, const struct agreement *g)
{
	const struct agreement *before = before_it(s, g);
	char name[GRANT_CLAUSE];
	msec now = clock_now();

	jout_array(j, "clauses");
	for (size_t i = 0; i < g->nclauses; i++) {
		jout_object(j, NULL);
		jout_str(j, "id", g->clauses[i].id);
		if (coverage_find(name, s, d, &g->clauses[i],
		    now > g->from ? now : g->from))
			jout_str(j, "covered_by", name);
		jout_end_object(j);
	}
	jout_end_array(j);
	jout_array(j, "gone");
	for (size_t i = 0; before != NULL && i < before->nclauses; i++)
		if (clause_of(g, before->clauses[i].id) == NULL)
			jout_str(j, NULL, before->clauses[i].id);
	jout_end_array(j);
}

static void
preview(struct call *c, const struct agreement *g, const struct note *note)
{
	const struct directory *d = trust_newest(c->vault->trust);
	struct standing_set s = trust_standings(c->vault->trust);
	bool by[AGREEMENT_PARTIES];
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	struct err err;

	agreement_signed(g, note, d, by);
	jout_object(&j, NULL);
	jout_str(&j, "id", g->id);
	jout_int(&j, "version", g->version);
	jout_hash(&j, "name", &g->name);
	print_signed(&j, g, by);
	if (!agreement_follows(g, before_it(&s, g), &err)) {
		jout_str(&j, "code", err.rule);
		jout_str(&j, "detail", err.text);
	}
	print_clauses(&j, &s, d, g);
	jout_end_object(&j);
	call_json(c, 200, &b);
}

/* Signed by some, or bare: nobody has signed yet. */
static bool
read_draft(struct call *c, struct slice text, struct note *note,
    struct agreement *g, struct err *err)
{
	*note = (struct note){ .text = text };
	if (agreement_parse(g, &c->arena, text, err))
		return true;
	return note_parse(note, text, err) &&
	    agreement_parse(g, &c->arena, note->text, err);
}

void
api_agreement_preview(struct call *c)
{
	json_t *json = call_body(c);
	struct agreement g;
	struct note note;
	const char *text;
	struct jobj j;
	struct err err;
	bool ok;

	if (json == NULL)
		return;
	jobj_begin(&j, json, "", &err);
	text = jobj_text(&j, "note", NOTE_MAX);
	ok = jobj_end(&j);
	if (ok && trust_newest(c->vault->trust) == NULL)
		ok = err_set(&err, ERR_UNAVAILABLE, "E-TRUST-DIRECTORY",
		    "this node has no directory yet");
	ok = ok && read_draft(c, slice_str(text), &note, &g, &err);
	if (ok) {
		preview(c, &g, &note);
		agreement_release(&g);
	} else {
		call_refuse(c, &err);
	}
	json_decref(json);
}
