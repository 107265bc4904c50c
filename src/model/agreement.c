#include "model/agreement.h"

#include <stdio.h>
#include <string.h>

#include "model/agreement_terms.h"
#include "model/field.h"
#include "model/text.h"

static const char charter[] = "charter";

/* -- printing -------------------------------------------------------------- */

static void
parties_print(struct jout *j, const char *key,
    const struct agreement_party *p, size_t n)
{
	jout_array(j, key);
	for (size_t i = 0; i < n; i++)
		jout_str(j, NULL, p[i].s);
	jout_end_array(j);
}

static void
clause_print(struct jout *j, const struct clause *c)
{
	jout_object(j, NULL);
	jout_str(j, "id", c->id);
	jout_labels(j, "text", c->text);
	jout_value(j, "kinds", c->kinds);
	parties_print(j, "from", c->from, c->nfrom);
	parties_print(j, "to", c->to, c->nto);
	jout_value(j, "purposes", c->purposes);
	jout_value(j, "areas", c->areas);
	handling_write(j, "ceiling", &c->ceiling);
	if (c->emergency)
		jout_bool(j, "emergency", true);
	jout_end_object(j);
}

void
agreement_print(struct buf *b, const struct agreement *g)
{
	struct jout j = text_begin(b, "agreement");

	jout_hash(&j, "net", &g->net);
	jout_str(&j, "id", g->id);
	jout_int(&j, "version", g->version);
	jout_hash_opt(&j, "prev", &g->prev);
	agreement_terms_framework(&j, &g->terms);
	jout_labels(&j, "title", g->title);
	parties_print(&j, "parties", g->parties, g->nparties);
	agreement_terms_witnesses(&j, &g->terms);
	jout_time(&j, "from", g->from);
	jout_time_opt(&j, "until", g->until);
	agreement_terms_dates(&j, &g->terms);
	jout_array(&j, "clauses");
	for (size_t i = 0; i < g->nclauses; i++)
		clause_print(&j, &g->clauses[i]);
	jout_end_array(&j);
	agreement_terms_print(&j, &g->terms);
	jout_ext(&j, g->ext);
	text_end(&j);
}

/* -- reading --------------------------------------------------------------- */

static bool
party_class(enum member_class *class, const char *s)
{
	if (strncmp(s, "class:", 6) != 0)
		return false;
	for (unsigned i = 0; i < CLASSES; i++)
		if (strcmp(s + 6, class_names[i]) == 0) {
			*class = (enum member_class)i;
			return true;
		}
	return false;
}

static bool
party_valid(const char *s)
{
	enum member_class class;
	struct member_id id;

	return strcmp(s, "*") == 0 || party_class(&class, s) ||
	    member_id_parse(&id, slice_str(s));
}

static bool
party_listed(const struct agreement_party *p, size_t n, const char *s)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(p[i].s, s) == 0)
			return true;
	return false;
}

static struct agreement_party *
parties_read(struct arena *a, struct jobj *j, const char *key, size_t max,
    size_t *n)
{
	const json_t *list = jobj_array(j, key, max);
	struct agreement_party *p;
	char name[32];

	*n = j->bad ? 0 : json_array_size(list);
	if (!j->bad && *n == 0)
		jobj_fail(j, "E-FIELD-VALUE", key, "is empty");
	p = arena_alloc(a, *n * sizeof(*p));
	for (size_t i = 0; !j->bad && i < *n; i++) {
		const char *s = jobj_item_str(j, key, list, i, sizeof(p->s) - 1);

		(void)snprintf(name, sizeof(name), "%s[%zu]", key, i);
		if (!j->bad && !party_valid(s))
			jobj_fail(j, "E-FIELD-VALUE", name,
			    "is not *, a member's id, or class:<class>");
		else if (party_listed(p, i, s))
			jobj_fail(j, "E-FIELD-VALUE", name, "stands there twice");
		if (!j->bad)
			(void)snprintf(p[i].s, sizeof(p[i].s), "%s", s);
	}
	return p;
}

/*
 * What two members sign binds those two.  Were * or a class allowed here, two
 * could write what a third may be sent.
 */
static void
parties_bound(const struct agreement *g, struct jobj *j, const char *key,
    const struct agreement_party *p, size_t n)
{
	if (j->bad || agreement_is_charter(g))
		return;
	for (size_t i = 0; i < n; i++)
		if (!party_listed(g->parties, g->nparties, p[i].s))
			jobj_fail(j, "E-FIELD-VALUE", key,
			    "names others than the parties of the agreement");
}

/* The charter speaks for all; any other names two members or more. */
static void
parties_judge(const struct agreement *g, struct jobj *j)
{
	struct member_id id;

	if (j->bad)
		return;
	if (agreement_is_charter(g)) {
		if (g->nparties != 1 || strcmp(g->parties[0].s, "*") != 0)
			jobj_fail(j, "E-FIELD-VALUE", "parties",
			    "of the charter are [\"*\"]");
		return;
	}
	if (g->nparties < 2)
		jobj_fail(j, "E-FIELD-VALUE", "parties", "are two or more");
	for (size_t i = 0; i < g->nparties; i++)
		if (!member_id_parse(&id, slice_str(g->parties[i].s)))
			jobj_fail(j, "E-FIELD-VALUE", "parties",
			    "are members, each by its id");
}

bool
agreement_clause_id_valid(const char *s)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789.-";

	return s[0] != '\0' && s[strspn(s, allowed)] == '\0';
}

static void
clause_read(struct clause *c, struct arena *a, struct jobj *j,
    const struct agreement *g)
{
	const char *id = jobj_str(j, "id", sizeof(c->id) - 1);

	if (!j->bad && !agreement_clause_id_valid(id))
		jobj_fail(j, "E-FIELD-VALUE", "id",
		    "is not of letters, digits, dots and dashes");
	(void)snprintf(c->id, sizeof(c->id), "%s", id);
	c->text = jobj_labels(j, "text", 4000, UTF8_MANY_LINES);
	c->kinds = jobj_codes(j, "kinds", AGREEMENT_LIST, code_pattern_valid);
	c->from = parties_read(a, j, "from", AGREEMENT_LIST, &c->nfrom);
	parties_bound(g, j, "from", c->from, c->nfrom);
	c->to = parties_read(a, j, "to", AGREEMENT_LIST, &c->nto);
	parties_bound(g, j, "to", c->to, c->nto);
	c->purposes = jobj_codes(j, "purposes", AGREEMENT_LIST,
	    code_pattern_valid);
	c->areas = jobj_codes(j, "areas", AGREEMENT_LIST, code_pattern_valid);
	handling_read(&c->ceiling, j, "ceiling");
	if (!jobj_has(j, "emergency"))
		return;
	c->emergency = jobj_bool(j, "emergency");
	if (!j->bad && (!c->emergency || !agreement_is_charter(g)))
		jobj_fail(j, "E-FIELD-VALUE", "emergency",
		    "is true, and in the charter alone");
}

static void
clauses_read(struct agreement *g, struct arena *a, struct jobj *j)
{
	const json_t *list = jobj_array(j, "clauses", AGREEMENT_CLAUSES);
	size_t n = j->bad ? 0 : json_array_size(list);
	struct jobj item;

	if (!j->bad && n == 0)
		jobj_fail(j, "E-FIELD-VALUE", "clauses", "is empty");
	g->clauses = arena_alloc(a, n * sizeof(*g->clauses));
	for (; !j->bad && g->nclauses < n; g->nclauses++) {
		struct clause *c = &g->clauses[g->nclauses];

		jobj_item(&item, j, "clauses", list, g->nclauses);
		clause_read(c, a, &item, g);
		for (size_t o = 0; !item.bad && o < g->nclauses; o++)
			if (strcmp(g->clauses[o].id, c->id) == 0)
				jobj_fail(&item, "E-FIELD-VALUE", "id",
				    "stands there twice");
		jobj_close(&item, j);
	}
}

/* [a-z0-9-]{1,32}: formed like a member's id. */
static void
id_read(struct agreement *g, struct jobj *j)
{
	const char *s = jobj_str(j, "id", sizeof(g->id) - 1);
	struct member_id like;

	if (!j->bad && !member_id_parse(&like, slice_str(s)))
		jobj_fail(j, "E-FIELD-VALUE", "id",
		    "is not of small letters, digits and inner dashes");
	(void)snprintf(g->id, sizeof(g->id), "%s", s);
}

static bool
agreement_read(struct agreement *g, struct arena *a, struct err *err)
{
	struct jobj j;

	jobj_begin(&j, g->json, "", err);
	g->net = jobj_hash(&j, "net");
	id_read(g, &j);
	g->version = jobj_int(&j, "version", 1, JSON_INT_MAX);
	g->prev = jobj_hash_opt(&j, "prev");
	if (!j.bad && (g->version == 1) != hash_is_zero(&g->prev))
		jobj_fail(&j, "E-FIELD-VALUE", "prev",
		    "stands in every version but the first");
	g->title = jobj_labels(&j, "title", 200, UTF8_ONE_LINE);
	g->parties = parties_read(a, &j, "parties", AGREEMENT_PARTIES,
	    &g->nparties);
	parties_judge(g, &j);
	g->from = jobj_time(&j, "from");
	g->until = jobj_until(&j, g->from);
	clauses_read(g, a, &j);
	agreement_terms_read(g, a, &j);
	g->ext = jobj_ext(&j);
	return jobj_end(&j);
}

bool
agreement_parse(struct agreement *g, struct arena *a, struct slice text,
    struct err *err)
{
	struct buf b = BUF_INIT;
	bool ok;

	*g = (struct agreement){ .json = text_read(text, "agreement", err) };
	if (g->json == NULL)
		return false;
	ok = agreement_read(g, a, err);
	if (ok) {
		agreement_print(&b, g);
		ok = text_canonical(&b, text, err);
		g->name = hash_of(text);
	}
	if (!ok)
		agreement_release(g);
	buf_free(&b);
	return ok;
}

void
agreement_release(struct agreement *g)
{
	json_decref(g->json);
	*g = (struct agreement){ .json = NULL };
}

/* -- asking ---------------------------------------------------------------- */

bool
agreement_party_is(const struct agreement_party *p,
    const struct directory_member *m)
{
	enum member_class class;

	if (party_class(&class, p->s))
		return m->class == class;
	return strcmp(p->s, "*") == 0 || strcmp(p->s, m->id.s) == 0;
}

bool
agreement_is_charter(const struct agreement *g)
{
	return strcmp(g->id, charter) == 0;
}

bool
agreement_has_party(const struct agreement *g, const struct member_id *m)
{
	return agreement_is_charter(g) ||
	    party_listed(g->parties, g->nparties, m->s);
}

const struct mandate *
agreement_mandate(const struct agreement *g, const struct member_id *m)
{
	for (size_t i = 0; i < g->terms.nmandates; i++)
		if (member_id_eq(&g->terms.mandates[i].party, m))
			return &g->terms.mandates[i];
	return NULL;
}

const struct pledge *
agreement_pledge(const struct agreement *g, const char *id)
{
	for (size_t i = 0; i < g->terms.npledges; i++)
		if (strcmp(g->terms.pledges[i].id, id) == 0)
			return &g->terms.pledges[i];
	return NULL;
}

bool
agreement_same(const struct agreement *a, const struct agreement *b)
{
	if (strcmp(a->id, b->id) != 0)
		return false;
	for (size_t i = 0; i < a->nparties; i++)
		if (party_listed(b->parties, b->nparties, a->parties[i].s))
			return true;
	return false;
}

bool
agreement_follows(const struct agreement *g, const struct agreement *before,
    struct err *err)
{
	if (before == NULL ? g->version != 1 :
	    g->version != before->version + 1 ||
	    !hash_eq(&g->prev, &before->name))
		return err_set(err, ERR_CONFLICT, "E-AGREEMENT-CHAIN",
		    "%s/%lld does not follow the version known here", g->id,
		    (long long)g->version);
	for (size_t i = 0; before != NULL && i < before->nparties; i++)
		if (!party_listed(g->parties, g->nparties, before->parties[i].s))
			return err_field(err, ERR_VERIFY, "E-AGREEMENT-PARTIES",
			    "parties", "%s is a party of the version before",
			    before->parties[i].s);
	return true;
}

bool
agreement_list_has(const json_t *patterns, const char *value)
{
	for (size_t i = 0; i < json_array_size(patterns); i++) {
		const char *p = json_string_value(json_array_get(patterns, i));
		size_t n = p == NULL ? 0 : strlen(p);

		if (n != 0 && p[n - 1] == '*' && strncmp(p, value, n - 1) == 0)
			return true;
		if (n != 0 && strcmp(p, value) == 0)
			return true;
	}
	return false;
}
