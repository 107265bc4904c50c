#include "model/policy.h"

#include <stdio.h>
#include <string.h>

#include "model/verdict.h"

/* -- who may take part -------------------------------------------------------- */

static const struct directory_member *
active(struct decision *d, const struct directory *dir,
    const struct member_id *id)
{
	const struct directory_member *m = directory_find(dir, id);

	if (m == NULL)
		verdict_deny(d, "E-POLICY-MEMBER", "directory",
		    "%s is not in directory %lld", id->s, (long long)dir->number);
	else if (m->status != MEMBER_ACTIVE)
		verdict_deny(d, "E-POLICY-MEMBER", "directory", "%s is %s since directory"
		    " %lld", id->s, member_status_names[m->status],
		    (long long)dir->number);
	else
		return m;
	return NULL;
}

/* Membership when it was written, and now. */
static const struct directory_member *
member_of(struct decision *d, const struct policy *p, const struct member_id *id)
{
	const struct directory_member *then = active(d, p->directory, id);

	if (then == NULL || active(d, p->newest, id) == NULL)
		return NULL;
	return then;
}

static bool
has_power(struct decision *d, const struct card *card, const struct address *at,
    const char *power, const char *kind)
{
	const struct card_desk *desk = card_desk(card, at);

	if (power[0] == '\0')
		return true;
	if (desk != NULL && card_desk_has_power(desk, power))
		return true;
	verdict_deny(d, "E-POLICY-POWER", kind, "%s does not hold %s, which %s needs",
	    at->s, power, kind);
	return false;
}

/* The kind is known here in the very form the header names. */
static const struct kind *
kind_of(struct decision *d, const struct policy *p, const struct header *h)
{
	const struct kind *k = kind_find(p->kinds, h->kind);

	if (k == NULL)
		verdict_deny(d, "E-POLICY-KIND", "kinds", "the kind %s is not known here",
		    h->kind);
	else if (!hash_eq(&k->hash, &h->kind_hash))
		verdict_deny(d, "E-POLICY-KIND", "kinds",
		    "the kind %s is known here in another form", h->kind);
	else
		return k;
	return NULL;
}

/* -- what agreements say --------------------------------------------------------- */

/* What came to its end is named where it would have granted it. */
static void
deny_framework(struct decision *d, const struct grant *g, const char *clause)
{
	if (g->framework == STANDING_OVER || g->framework == STANDING_ENDED)
		verdict_deny(d, "E-POLICY-ENDED", g->inner_clause,
		    "%s has ended, and with it what clause %s annexes to it",
		    g->inner_clause, clause);
	else if (g->framework != STANDING_FORCE)
		verdict_deny(d, "E-POLICY-FRAMEWORK", clause,
		    "%s, the framework of clause %s, is not in force",
		    g->inner_clause, clause);
	else
		verdict_deny(d, "E-POLICY-FRAMEWORK", clause, "clause %s goes beyond "
		    "its framework: by its %s, at %s", clause,
		    grant_step_names[g->inner], g->inner_clause);
}

static void
deny_ended(struct decision *d, const struct grant *g)
{
	char name[GRANT_CLAUSE];

	(void)snprintf(name, sizeof(name), "%s/%lld", g->agreement->id,
	    (long long)g->agreement->version);
	verdict_deny(d, "E-POLICY-ENDED", name,
	    "%s has ended: what was begun may be finished, nothing new begins",
	    name);
}

static void
deny_nearest(struct decision *d, const struct grant_case *c,
    const struct grant *g)
{
	const struct header *h = c->header;
	char clause[GRANT_CLAUSE];

	grant_name(clause, g);
	switch (g->agreement == NULL ? GRANT_KIND : g->step) {
	case GRANT_FROM:
		verdict_deny(d, "E-POLICY-AGREEMENT", clause,
		    "no agreement lets %s (%s) send %s; clause %s grants it to others",
		    c->from->id.s, class_names[c->from->class], h->kind, clause);
		break;
	case GRANT_TO:
		verdict_deny(d, "E-POLICY-AGREEMENT", clause,
		    "no agreement covers %s to %s (%s); clause %s grants it "
		    "towards others", h->kind, c->to->id.s,
		    class_names[c->to->class], clause);
		break;
	case GRANT_PURPOSE:
		verdict_deny(d, "E-POLICY-PURPOSE", clause,
		    "clause %s does not cover the purpose %s", clause, h->purpose);
		break;
	case GRANT_AREA:
		verdict_deny(d, "E-POLICY-AREA", clause,
		    "clause %s does not cover the crime area %s", clause, h->area);
		break;
	case GRANT_MANDATE:
		verdict_deny(d, "E-POLICY-MANDATE", clause, h->area[0] == '\0' ?
		    "%s may be asked under clause %s within its mandate alone: "
		    "name the crime area%s" :
		    "the mandate of %s, under clause %s, does not cover %s",
		    c->to->id.s, clause, h->area);
		break;
	case GRANT_CEILING:
		verdict_deny(d, "E-POLICY-HANDLING", clause,
		    "the handling is above the ceiling of clause %s", clause);
		break;
	case GRANT_FRAMEWORK:
		deny_framework(d, g, clause);
		break;
	case GRANT_EMERGENCY:
	case GRANT_KIND:
	case GRANT_NARROWLY:
	case GRANT_WHOLLY:
	case GRANT_STEPS:
		verdict_deny(d, "E-POLICY-AGREEMENT", "charter",
		    "no clause of any agreement in force grants %s from %s to %s",
		    h->kind, c->from->id.s, c->to->id.s);
		break;
	}
}

static void
judge_agreements(struct decision *d, const struct grant_case *c,
    struct grant_trail *trail)
{
	char clause[GRANT_CLAUSE];
	struct grant best, ended;

	grant_search(&best, c, trail);
	if (grant_is_given(&best)) {
		grant_name(clause, &best);
		verdict_allow(d, clause);
		d->emergency = best.step == GRANT_NARROWLY;
		return;
	}
	grant_search_ended(&ended, c);
	if (ended.agreement != NULL)
		deny_ended(d, &ended);
	else
		deny_nearest(d, c, &best);
}

/* -- the two entries ---------------------------------------------------------- */

/* What both a root and a later act must satisfy. */
static const struct kind *
judge_common(struct decision *d, const struct policy *p, const struct header *h,
    const struct member_id *to, struct grant_case *c)
{
	struct member_id from = header_from(h);
	const struct kind *k;

	memset(d, 0, sizeof(*d));
	*c = (struct grant_case){ .set = &p->agreements, .header = h };
	if (!hash_eq(&h->net, p->net)) {
		verdict_deny(d, "E-TEXT-NET", "network",
		    "another network's message");
		return NULL;
	}
	c->from = member_of(d, p, &from);
	c->to = c->from == NULL ? NULL : member_of(d, p, to);
	if (c->to == NULL)
		return NULL;
	k = kind_of(d, p, h);
	if (k != NULL && !kind_has_act(k, h->act)) {
		verdict_deny(d, "E-POLICY-ACT", k->name, "%s has no act %s",
		    k->name, act_names[h->act]);
		return NULL;
	}
	if (k != NULL && !handling_within(&h->handling, &k->handling_ceiling)) {
		verdict_deny(d, "E-POLICY-HANDLING", k->name,
		    "the handling is above the ceiling of %s", k->name);
		return NULL;
	}
	return k;
}

/* A desk that the card of its member does not list reaches nobody. */
static bool
desk_is_there(struct decision *d, const struct card *card,
    const struct address *at)
{
	struct member_id m;

	address_member(&m, at);
	if (strcmp(m.s, at->s) == 0 || card_desk(card, at) != NULL)
		return true;
	verdict_deny(d, "E-POLICY-DESK", "card", "%s has no desk %s", m.s,
	    at->s);
	return false;
}

static void
judge_root(struct decision *d, const struct policy *p, const struct header *h,
    const struct member_id *to, struct grant_case *c,
    struct grant_trail *trail)
{
	const struct recipient *r = header_to(h, to);
	const struct kind *k = judge_common(d, p, h, to, c);

	if (k == NULL)
		return;
	if (r == NULL) {
		verdict_deny(d, "E-POLICY-ADDRESS", "message",
		    "it is not addressed to %s", to->s);
		return;
	}
	if (!desk_is_there(d, p->from, &h->from)) {
		(void)snprintf(d->why.field, sizeof(d->why.field), "from");
		return;
	}
	if (!desk_is_there(d, p->to, &r->desk))
		return;
	judge_agreements(d, c, trail);
	if (!d->allowed ||
	    !has_power(d, p->from, &h->from, k->submit_power, k->name))
		return;
	(void)has_power(d, p->to, &r->desk, k->receive_power, k->name);
}

void
policy_admit(struct decision *d, const struct policy *p,
    const struct header *h, const struct member_id *to)
{
	struct grant_case c;

	judge_root(d, p, h, to, &c, NULL);
}

void
policy_explain(struct explanation *x, struct arena *a, const struct policy *p,
    const struct header *h, const struct member_id *to)
{
	struct grant_trail trail = { .room = grant_clauses(&p->agreements) };
	struct grant_case c;
	struct grant best;

	trail.seen = arena_alloc(a, trail.room * sizeof(*trail.seen));
	judge_root(&x->decision, p, h, to, &c, &trail);
	/* Refused before any clause was asked: they are shown all the same. */
	if (trail.n == 0 && c.to != NULL)
		grant_search(&best, &c, &trail);
	x->seen = trail.seen;
	x->n = trail.n;
}

/* -- acts ------------------------------------------------------------------------ */

/* The asker and one whom it asked, either way round: what the asked say to
 * each other belongs to no leg. */
static bool
are_parties(const struct header *root, const struct member_id *from,
    const struct member_id *to)
{
	struct member_id asker = header_from(root);

	if (member_id_eq(&asker, from))
		return header_to(root, to) != NULL;
	return member_id_eq(&asker, to) && header_to(root, from) != NULL;
}

/*
 * Answers carry the data: an act may be as sensitive as the clause lets its
 * request be.  Where no clause is in force any more the thread may still be
 * finished, at the handling its request has.
 */
static void
judge_act_handling(struct decision *d, const struct header *h,
    const struct header *root, const struct grant_case *act)
{
	struct header asked = *root;
	struct member_id from = header_from(h), asker = header_from(root);
	bool by_asker = member_id_eq(&from, &asker);
	struct grant_case c = { .set = act->set, .header = &asked,
	    .from = by_asker ? act->from : act->to,
	    .to = by_asker ? act->to : act->from };
	bool no_higher = handling_within(&h->handling, &root->handling);
	struct grant best;

	asked.handling = h->handling;
	grant_search(&best, &c, NULL);
	if (grant_is_given(&best) ||
	    (!grant_fails_at_handling(&best) && no_higher))
		verdict_allow(d, "thread");
	else if (grant_fails_at_handling(&best))
		deny_nearest(d, &c, &best);
	else
		verdict_deny(d, "E-POLICY-HANDLING", "thread",
		    "the handling is above that of the request");
}

static bool
same_matter(const struct header *h, const struct header *root)
{
	return strcmp(h->purpose, root->purpose) == 0 &&
	    strcmp(h->area, root->area) == 0 && h->exercise == root->exercise;
}

void
policy_admit_act(struct decision *d, const struct policy *p,
    const struct header *h, const struct header *root,
    const struct member_id *to)
{
	struct member_id from = header_from(h);
	struct grant_case c;

	if (judge_common(d, p, h, to, &c) == NULL)
		return;
	if (!are_parties(root, &from, to))
		verdict_deny(d, "E-POLICY-PARTY", "thread",
		    "only who asked and who was asked act in a thread");
	else if (strcmp(h->kind, root->kind) != 0)
		verdict_deny(d, "E-POLICY-KIND", "thread",
		    "a thread of %s takes no %s", root->kind, h->kind);
	else if (header_to(h, to) == NULL)
		verdict_deny(d, "E-POLICY-ADDRESS", "message",
		    "it is not addressed to %s", to->s);
	else if (h->desk.s[0] != '\0' && !desk_is_there(d, p->from, &h->desk))
		return;
	else if (!same_matter(h, root))
		verdict_deny(d, "E-POLICY-THREAD", "thread",
		    "an act keeps the purpose, area and exercise of its request");
	else
		judge_act_handling(d, h, root, &c);
}
