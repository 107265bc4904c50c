#include "model/agreement_terms.h"

#include <stdio.h>
#include <string.h>

#include "model/field.h"

const char *const resource_names[RESOURCES] = {
	[RESOURCE_EXPERTS] = "experts", [RESOURCE_LAB_DAYS] = "lab-days",
	[RESOURCE_TOOLS] = "tools", [RESOURCE_SEATS] = "seats",
};
const char *const pledge_per_names[PLEDGE_PERS] = {
	[PLEDGE_YEAR] = "year", [PLEDGE_TOTAL] = "total",
};

enum { PLEDGE_MOST = 1000000 };

/* -- printing ---------------------------------------------------------------- */

void
agreement_terms_framework(struct jout *j, const struct terms *t)
{
	if (t->framework_id[0] == '\0')
		return;
	jout_object(j, "framework");
	jout_str(j, "id", t->framework_id);
	jout_hash(j, "name", &t->framework);
	jout_end_object(j);
}

void
agreement_terms_witnesses(struct jout *j, const struct terms *t)
{
	if (t->nwitnesses == 0)
		return;
	jout_array(j, "witnesses");
	for (size_t i = 0; i < t->nwitnesses; i++)
		jout_str(j, NULL, t->witnesses[i].s);
	jout_end_array(j);
}

void
agreement_terms_dates(struct jout *j, const struct terms *t)
{
	if (t->review != 0)
		jout_date(j, "review", t->review);
	if (t->report != 0)
		jout_date(j, "report", t->report);
	if (t->notice != NULL)
		jout_str_opt(j, "notice", t->notice);
}

static void
mandate_print(struct jout *j, const struct mandate *m)
{
	jout_object(j, NULL);
	jout_str(j, "party", m->party.s);
	jout_labels(j, "text", m->text);
	jout_value(j, "areas", m->areas);
	jout_value_opt(j, "territory", m->territory);
	jout_end_object(j);
}

static void
pledge_print(struct jout *j, const struct pledge *p)
{
	jout_object(j, NULL);
	jout_str(j, "id", p->id);
	jout_str(j, "party", p->party.s);
	jout_str(j, "resource", resource_names[p->resource]);
	jout_int(j, "amount", p->amount);
	jout_str(j, "per", pledge_per_names[p->per]);
	if (p->text != NULL)
		jout_labels(j, "text", p->text);
	jout_end_object(j);
}

static void
focal_print(struct jout *j, const struct focal *f)
{
	jout_object(j, NULL);
	jout_str(j, "party", f->party.s);
	jout_str(j, "desk", f->desk.s);
	jout_end_object(j);
}

void
agreement_terms_print(struct jout *j, const struct terms *t)
{
	if (t->nmandates != 0) {
		jout_array(j, "mandates");
		for (size_t i = 0; i < t->nmandates; i++)
			mandate_print(j, &t->mandates[i]);
		jout_end_array(j);
	}
	if (t->npledges != 0) {
		jout_array(j, "pledges");
		for (size_t i = 0; i < t->npledges; i++)
			pledge_print(j, &t->pledges[i]);
		jout_end_array(j);
	}
	if (t->nfocal != 0) {
		jout_array(j, "focal");
		for (size_t i = 0; i < t->nfocal; i++)
			focal_print(j, &t->focal[i]);
		jout_end_array(j);
	}
}

/* -- reading: what stands alone ------------------------------------------------ */

/* The charter is everybody's: it annexes to nothing, and what it grants it
 * grants to classes, not to parties that could pledge or limit. */
static bool
may_stand(const struct agreement *g, struct jobj *j, const char *key)
{
	if (j->bad || !jobj_has(j, key))
		return false;
	if (agreement_is_charter(g))
		jobj_fail(j, "E-FIELD-VALUE", key, "does not stand in the charter");
	return !j->bad;
}

static void
framework_read(struct agreement *g, struct jobj *j)
{
	struct member_id like;
	const char *id;
	struct jobj f;

	if (!may_stand(g, j, "framework"))
		return;
	jobj_in(&f, j, "framework");
	id = jobj_str(&f, "id", AGREEMENT_ID - 1);
	if (!f.bad && (!member_id_parse(&like, slice_str(id)) ||
	    strcmp(id, g->id) == 0 || strcmp(id, "charter") == 0))
		jobj_fail(&f, "E-FIELD-VALUE", "id",
		    "is not the id of another agreement");
	(void)snprintf(g->terms.framework_id, AGREEMENT_ID, "%s", id);
	g->terms.framework = jobj_hash(&f, "name");
	jobj_close(&f, j);
}

static void
witnesses_read(struct agreement *g, struct arena *a, struct jobj *j)
{
	struct terms *t = &g->terms;
	const json_t *list;

	if (!may_stand(g, j, "witnesses"))
		return;
	list = jobj_array(j, "witnesses", AGREEMENT_PARTIES);
	t->nwitnesses = j->bad ? 0 : json_array_size(list);
	if (!j->bad && t->nwitnesses == 0)
		jobj_fail(j, "E-FIELD-VALUE", "witnesses", "is empty");
	t->witnesses = arena_alloc(a, t->nwitnesses * sizeof(*t->witnesses));
	t->witnessed = arena_alloc(a, t->nwitnesses * sizeof(*t->witnessed));
	for (size_t i = 0; !j->bad && i < t->nwitnesses; i++) {
		const char *s = jobj_item_str(j, "witnesses", list, i,
		    sizeof(t->witnesses[i].s) - 1);
		bool again = false;

		if (j->bad || !member_id_parse(&t->witnesses[i], slice_str(s))) {
			jobj_fail(j, "E-FIELD-VALUE", "witnesses",
			    "are members, each by its id");
			break;
		}
		t->witnessed[i] = false;
		for (size_t o = 0; o < i; o++)
			again = again || member_id_eq(&t->witnesses[o],
			    &t->witnesses[i]);
		if (again || agreement_has_party(g, &t->witnesses[i]))
			jobj_fail(j, "E-FIELD-VALUE", "witnesses",
			    "stand there once, and are no parties");
	}
	if (j->bad)
		t->nwitnesses = 0;
}

static msec
date_read(struct jobj *j, const char *key)
{
	msec t = jobj_has(j, key) ? jobj_date(j, key) : 0;

	if (!j->bad && jobj_has(j, key) && t == 0)
		jobj_fail(j, "E-FIELD-VALUE", key, "is no date to come");
	return t;
}

static void
dates_read(struct agreement *g, struct jobj *j)
{
	struct terms *t = &g->terms;

	t->review = date_read(j, "review");
	t->report = date_read(j, "report");
	t->notice = jobj_str_opt(j, "notice", 40);
	if (!j->bad && jobj_has(j, "notice") &&
	    !duration_parse(&t->notice_time, slice_str(t->notice)))
		jobj_fail(j, "E-FIELD-VALUE", "notice",
		    "is no duration such as P3M");
}

/* -- reading: lists of what parties do -------------------------------------------- */

static struct member_id
party_read(const struct agreement *g, struct jobj *j)
{
	struct member_id m = jobj_member(j, "party");

	if (!j->bad && !agreement_has_party(g, &m))
		jobj_fail(j, "E-FIELD-VALUE", "party",
		    "is no party of the agreement");
	return m;
}

static bool
country_valid(struct slice s)
{
	return s.n == 2 && s.p[0] >= 'A' && s.p[0] <= 'Z' && s.p[1] >= 'A' &&
	    s.p[1] <= 'Z';
}

static void
mandate_read(struct agreement *g, struct jobj *j, size_t i)
{
	struct mandate *m = &g->terms.mandates[i];

	m->party = party_read(g, j);
	for (size_t o = 0; !j->bad && o < i; o++)
		if (member_id_eq(&g->terms.mandates[o].party, &m->party))
			jobj_fail(j, "E-FIELD-VALUE", "party",
			    "stands there twice");
	m->text = jobj_labels(j, "text", 4000, UTF8_MANY_LINES);
	m->areas = jobj_codes(j, "areas", AGREEMENT_LIST, code_pattern_valid);
	m->territory = jobj_codes_opt(j, "territory", 256, country_valid);
}

static void
pledge_read(struct agreement *g, struct jobj *j, size_t i)
{
	struct pledge *p = &g->terms.pledges[i];
	const char *id = jobj_str(j, "id", sizeof(p->id) - 1);

	if (!j->bad && !agreement_clause_id_valid(id))
		jobj_fail(j, "E-FIELD-VALUE", "id",
		    "is not of letters, digits, dots and dashes");
	(void)snprintf(p->id, sizeof(p->id), "%s", id);
	for (size_t o = 0; !j->bad && o < i; o++)
		if (strcmp(g->terms.pledges[o].id, p->id) == 0)
			jobj_fail(j, "E-FIELD-VALUE", "id", "stands there twice");
	p->party = party_read(g, j);
	p->resource = (enum resource)jobj_enum(j, "resource", resource_names,
	    RESOURCES);
	p->amount = jobj_int(j, "amount", 1, PLEDGE_MOST);
	p->per = (enum pledge_per)jobj_enum(j, "per", pledge_per_names,
	    PLEDGE_PERS);
	p->text = jobj_has(j, "text") ?
	    jobj_labels(j, "text", 4000, UTF8_MANY_LINES) : NULL;
}

static void
focal_read(struct agreement *g, struct jobj *j, size_t i)
{
	struct focal *f = &g->terms.focal[i];
	struct member_id of;

	f->party = party_read(g, j);
	f->desk = jobj_address(j, "desk");
	address_member(&of, &f->desk);
	if (!j->bad && !member_id_eq(&of, &f->party))
		jobj_fail(j, "E-FIELD-VALUE", "desk", "is not one of its party");
	for (size_t o = 0; !j->bad && o < i; o++)
		if (address_eq(&g->terms.focal[o].desk, &f->desk))
			jobj_fail(j, "E-FIELD-VALUE", "desk",
			    "stands there twice");
}

/* Each item by read(), which finds those before it at their places. */
static size_t
list_read(struct agreement *g, struct jobj *j, const char *key,
    const json_t *list, void (*read)(struct agreement *, struct jobj *, size_t))
{
	size_t n = j->bad ? 0 : json_array_size(list);
	struct jobj item;

	if (!j->bad && n == 0)
		jobj_fail(j, "E-FIELD-VALUE", key, "is empty");
	for (size_t i = 0; i < n && !j->bad; i++) {
		jobj_item(&item, j, key, list, i);
		read(g, &item, i);
		jobj_close(&item, j);
	}
	return j->bad ? 0 : n;
}

void
agreement_terms_read(struct agreement *g, struct arena *a, struct jobj *j)
{
	struct terms *t = &g->terms;
	const json_t *list;

	framework_read(g, j);
	witnesses_read(g, a, j);
	dates_read(g, j);
	if (may_stand(g, j, "mandates")) {
		list = jobj_array(j, "mandates", AGREEMENT_PARTIES);
		t->mandates = arena_alloc(a, json_array_size(list) *
		    sizeof(*t->mandates));
		t->nmandates = list_read(g, j, "mandates", list, mandate_read);
	}
	if (may_stand(g, j, "pledges")) {
		list = jobj_array(j, "pledges", AGREEMENT_PLEDGES);
		t->pledges = arena_alloc(a, json_array_size(list) *
		    sizeof(*t->pledges));
		t->npledges = list_read(g, j, "pledges", list, pledge_read);
	}
	if (may_stand(g, j, "focal")) {
		list = jobj_array(j, "focal", AGREEMENT_FOCAL);
		t->focal = arena_alloc(a, json_array_size(list) *
		    sizeof(*t->focal));
		t->nfocal = list_read(g, j, "focal", list, focal_read);
	}
}
