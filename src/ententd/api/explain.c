#include <stdio.h>
#include <string.h>

#include "ententd/api/view.h"
#include "ententd/routes.h"
#include "ententd/trust.h"
#include "model/label.h"

/*
 * GET /policy/explain: what would become of a message, and which clauses were
 * asked.  Nothing is sent, and nothing of a real message is looked at.
 */
struct question {
	struct header		header;
	struct recipient	to;
	struct member_id	from_member, to_member;
};

/* -- the question --------------------------------------------------------------------- */

static bool
address_of(struct call *c, const char *key, const char *usual,
    struct address *out, struct err *err)
{
	const char *s = call_query(c, key);

	if (s == NULL)
		s = usual;
	return (s != NULL && address_parse(out, slice_str(s))) ||
	    err_field(err, ERR_INVALID, s == NULL ? "E-FIELD-MISSING" :
	    "E-FIELD-VALUE", key, "is an address such as fr/cyber");
}

/* As a message would be from: the first desk of the officer's own. */
static const char *
usual_from(struct call *c)
{
	const char *desks = c->account.desks;

	return desks[0] == '\0' ? c->vault->member.s :
	    arena_str(&c->arena, slice_of(desks, strcspn(desks, " ")));
}

static bool
code_of(struct call *c, const char *key, const char *list, char out[static 33],
    struct err *err)
{
	const char *s = call_query(c, key);

	if (s == NULL || s[0] == '\0')
		return true;
	if (codelist_item(c->vault->kinds, list, s) == NULL)
		return err_field(err, ERR_INVALID, "E-CODE-UNKNOWN", key,
		    "is no code of %s", list);
	(void)snprintf(out, 33, "%s", s);
	return true;
}

static bool
urgency_of(struct call *c, struct header *h, struct err *err)
{
	const char *s = call_query(c, "urgency");

	h->urgency = URGENCY_NORMAL;
	if (s == NULL)
		return true;
	for (unsigned i = 0; i < URGENCIES; i++)
		if (strcmp(s, urgency_names[i]) == 0) {
			h->urgency = (enum urgency)i;
			return true;
		}
	return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "urgency",
	    "is normal, urgent or flash");
}

/* As a new message of the kind would be, unless said otherwise. */
static bool
kind_of(struct call *c, struct header *h, struct err *err)
{
	const char *name = call_query(c, "kind");
	const char *label = call_query(c, "handling");
	const struct kind *k = name == NULL ? NULL :
	    kind_find(c->vault->kinds, name);

	if (k == NULL)
		return err_field(err, ERR_INVALID, name == NULL ?
		    "E-FIELD-MISSING" : "E-POLICY-KIND", "kind",
		    "is a kind known here, such as ping/1");
	(void)snprintf(h->kind, sizeof(h->kind), "%s", k->name);
	h->kind_hash = k->hash;
	h->handling = k->handling_default;
	if (label == NULL)
		return true;
	h->handling = (struct handling){ .tlp = label_names_tlp(label) ?
	    TLP_CLEAR : k->handling_default.tlp };
	return label_read(&h->handling, label, err);
}

static bool
question_read(struct question *q, struct call *c, struct err *err)
{
	struct header *h = &q->header;

	*q = (struct question){ .header = { .net = c->vault->net,
	    .sent = clock_now(), .act = ACT_SUBMIT, .to = &q->to, .nto = 1 } };
	if (trust_newest(c->vault->trust) == NULL)
		return err_set(err, ERR_UNAVAILABLE, "E-TRUST-DIRECTORY",
		    "this node has no directory yet");
	h->dir = trust_newest(c->vault->trust)->number;
	if (!address_of(c, "from", usual_from(c), &h->from, err) ||
	    !address_of(c, "to", NULL, &q->to.desk, err) ||
	    !code_of(c, "purpose", "purposes", h->purpose, err) ||
	    !code_of(c, "area", "crime-areas", h->area, err) ||
	    !urgency_of(c, h, err) || !kind_of(c, h, err))
		return false;
	if (h->purpose[0] == '\0')
		return err_field(err, ERR_INVALID, "E-FIELD-MISSING", "purpose",
		    "is a code of purposes");
	address_member(&q->from_member, &h->from);
	address_member(&q->to_member, &q->to.desk);
	return true;
}

/* -- the answer --------------------------------------------------------------------------- */

static void
print_label(struct jout *j, const char *key, const struct handling *h)
{
	struct buf b = BUF_INIT;

	label_print(&b, h);
	jout_slice(j, key, buf_all(&b));
	buf_free(&b);
}

static void
print_parties(struct jout *j, const char *key, const struct agreement_party *p,
    size_t n)
{
	jout_array(j, key);
	for (size_t i = 0; i < n; i++)
		jout_str(j, NULL, p[i].s);
	jout_end_array(j);
}

/* What would have to be otherwise, each with what the clause has. */
static void
print_grant(struct jout *j, const struct grant *g,
    const struct member_id *asked)
{
	const struct mandate *m = agreement_mandate(g->agreement, asked);
	const struct clause *c = g->clause;
	char name[GRANT_CLAUSE];

	grant_name(name, g);
	jout_object(j, NULL);
	jout_str(j, "clause", name);
	view_labels(j, "title", g->agreement->title);
	view_labels(j, "text", c->text);
	jout_str(j, "state", standing_names[g->standing]);
	jout_bool(j, "grants", g->standing == STANDING_FORCE &&
	    grant_is_given(g));
	if (c->emergency)
		jout_bool(j, "emergency", true);
	jout_array(j, "fails");
	for (unsigned i = 0; i < GRANT_NARROWLY; i++)
		if ((g->fails & 1u << i) != 0)
			jout_str(j, NULL, grant_step_names[i]);
	jout_end_array(j);
	jout_value(j, "kinds", c->kinds);
	print_parties(j, "from", c->from, c->nfrom);
	print_parties(j, "to", c->to, c->nto);
	jout_value(j, "purposes", c->purposes);
	jout_value(j, "areas", c->areas);
	print_label(j, "ceiling", &c->ceiling);
	if (m != NULL)
		jout_value(j, "mandate", m->areas);
	if ((g->fails & 1u << GRANT_FRAMEWORK) != 0) {
		jout_str(j, "framework", g->inner_clause);
		jout_str(j, "framework_state", standing_names[g->framework]);
		if (g->framework == STANDING_FORCE)
			jout_str(j, "framework_fails",
			    grant_step_names[g->inner]);
	}
	jout_end_object(j);
}

static void
print_answer(struct jout *j, const struct question *q,
    const struct explanation *x)
{
	const struct decision *d = &x->decision;
	const struct header *h = &q->header;

	jout_object(j, NULL);
	jout_str(j, "from", h->from.s);
	jout_str(j, "to", q->to.desk.s);
	jout_str(j, "kind", h->kind);
	jout_str(j, "purpose", h->purpose);
	jout_str_opt(j, "area", h->area);
	jout_str(j, "urgency", urgency_names[h->urgency]);
	print_label(j, "handling", &h->handling);
	jout_bool(j, "allowed", d->allowed);
	if (d->emergency)
		jout_bool(j, "emergency", true);
	jout_str(j, "clause", d->clause);
	if (!d->allowed) {
		jout_str(j, "code", d->why.rule);
		jout_str_opt(j, "field", d->why.field);
		jout_str(j, "detail", d->why.text);
	}
	jout_array(j, "clauses");
	for (size_t i = 0; i < x->n; i++)
		print_grant(j, &x->seen[i], &q->to_member);
	jout_end_array(j);
	jout_end_object(j);
}

void
api_policy_explain(struct call *c)
{
	struct explanation x;
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	struct question q;
	struct policy p;
	struct err err;

	if (!question_read(&q, c, &err) ||
	    !trust_policy(c->vault, &c->arena, &p, &q.from_member,
	    &q.to_member, q.header.dir, &err)) {
		call_refuse(c, &err);
		return;
	}
	policy_explain(&x, &c->arena, &p, &q.header, &q.to_member);
	print_answer(&j, &q, &x);
	call_json(c, 200, &b);
}
