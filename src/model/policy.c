#include "model/policy.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void
allow(struct decision *d, const char *clause)
{
	d->allowed = true;
	(void)snprintf(d->clause, sizeof(d->clause), "%s", clause);
}

/* What of the message a rule is about. */
static const char *
field_of(const char *rule)
{
	static const struct {
		const char *rule, *field;
	} fields[] = {
		{ "E-POLICY-KIND", "kind" }, { "E-POLICY-ACT", "act" },
		{ "E-POLICY-HANDLING", "handling" }, { "E-POLICY-DESK", "to" },
		{ "E-POLICY-ADDRESS", "to" }, { "E-POLICY-PURPOSE", "purpose" },
		{ "E-POLICY-AREA", "area" }, { "E-POLICY-PARTY", "thread" },
		{ "E-TEXT-NET", "net" },
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strcmp(fields[i].rule, rule) == 0)
			return fields[i].field;
	return "";
}

/* rule, clause and a sentence: what every refusal has. */
static void __attribute__((format(printf, 4, 5)))
deny(struct decision *d, const char *rule, const char *clause,
    const char *fmt, ...)
{
	char text[sizeof(d->why.text)];
	va_list ap;

	d->allowed = false;
	(void)snprintf(d->clause, sizeof(d->clause), "%s", clause);
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)err_field(&d->why, ERR_POLICY, rule, field_of(rule), "%s", text);
}

/* -- who may take part -------------------------------------------------------- */

static const struct directory_member *
active(struct decision *d, const struct directory *dir,
    const struct member_id *id)
{
	const struct directory_member *m = directory_find(dir, id);

	if (m == NULL)
		deny(d, "E-POLICY-MEMBER", "directory",
		    "%s is not in directory %lld", id->s, (long long)dir->number);
	else if (m->status != MEMBER_ACTIVE)
		deny(d, "E-POLICY-MEMBER", "directory", "%s is %s since directory"
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
	deny(d, "E-POLICY-POWER", kind, "%s does not hold %s, which %s needs",
	    at->s, power, kind);
	return false;
}

/* The kind is known here in the very form the header names. */
static const struct kind *
kind_of(struct decision *d, const struct policy *p, const struct header *h)
{
	const struct kind *k = kind_find(p->kinds, h->kind);

	if (k == NULL)
		deny(d, "E-POLICY-KIND", "kinds", "the kind %s is not known here",
		    h->kind);
	else if (!hash_eq(&k->hash, &h->kind_hash))
		deny(d, "E-POLICY-KIND", "kinds",
		    "the kind %s is known here in another form", h->kind);
	else
		return k;
	return NULL;
}

/* -- agreements --------------------------------------------------------------- */

/* How far a clause got before it did not apply: the nearest one is named. */
enum nearness {
	NEAR_NOTHING, NEAR_KIND, NEAR_FROM, NEAR_TO, NEAR_PURPOSE, NEAR_AREA,
	NEAR_ALL
};

struct search {
	const struct header		*header;
	const struct directory_member	*from, *to;
	const struct agreement		*agreement;	/* best so far */
	const struct clause		*clause;
	enum nearness			 near;
};

static bool
any_party(const struct agreement_party *list, size_t n,
    const struct directory_member *m)
{
	for (size_t i = 0; i < n; i++)
		if (agreement_party_is(&list[i], m))
			return true;
	return false;
}

static enum nearness
clause_near(const struct clause *c, const struct search *s)
{
	const struct header *h = s->header;

	if (!agreement_list_has(c->kinds, h->kind))
		return NEAR_NOTHING;
	if (!any_party(c->from, c->nfrom, s->from))
		return NEAR_KIND;
	if (!any_party(c->to, c->nto, s->to))
		return NEAR_FROM;
	if (!agreement_list_has(c->purposes, h->purpose))
		return NEAR_TO;
	if (h->area[0] != '\0' && !agreement_list_has(c->areas, h->area))
		return NEAR_PURPOSE;
	if (!handling_within(&h->handling, &c->ceiling))
		return NEAR_AREA;
	return NEAR_ALL;
}

static bool
in_force(const struct agreement *a, const struct search *s)
{
	return s->header->sent >= a->from &&
	    (a->until == 0 || s->header->sent < a->until) &&
	    any_party(a->parties, a->nparties, s->from) &&
	    any_party(a->parties, a->nparties, s->to);
}

static void
search_agreement(struct search *s, const struct agreement *a)
{
	for (size_t i = 0; i < a->nclauses; i++) {
		enum nearness near = clause_near(&a->clauses[i], s);

		if (near > s->near) {
			s->near = near;
			s->agreement = a;
			s->clause = &a->clauses[i];
		}
	}
}

static void
deny_nearest(struct decision *d, const struct search *s, const char *clause)
{
	const char *kind = s->header->kind;

	switch (s->near) {
	case NEAR_KIND:
		deny(d, "E-POLICY-AGREEMENT", clause,
		    "no agreement lets %s (%s) send %s; clause %s grants it to others",
		    s->from->id.s, class_names[s->from->class], kind, clause);
		break;
	case NEAR_FROM:
		deny(d, "E-POLICY-AGREEMENT", clause,
		    "no agreement covers %s to %s (%s); clause %s grants it "
		    "towards others", kind, s->to->id.s,
		    class_names[s->to->class], clause);
		break;
	case NEAR_TO:
		deny(d, "E-POLICY-PURPOSE", clause,
		    "clause %s does not cover the purpose %s", clause,
		    s->header->purpose);
		break;
	case NEAR_PURPOSE:
		deny(d, "E-POLICY-AREA", clause,
		    "clause %s does not cover the crime area %s", clause,
		    s->header->area);
		break;
	case NEAR_AREA:
		deny(d, "E-POLICY-HANDLING", clause,
		    "the handling is above the ceiling of clause %s", clause);
		break;
	case NEAR_NOTHING:
	case NEAR_ALL:
		deny(d, "E-POLICY-AGREEMENT", "charter",
		    "no clause of any agreement in force grants %s from %s to %s",
		    kind, s->from->id.s, s->to->id.s);
		break;
	}
}

/* Through all that are in force; the nearest clause's name, "" for none. */
static void
search_all(struct search *s, const struct policy *p, char clause[static 96])
{
	clause[0] = '\0';
	for (size_t i = 0; i < p->nagreements; i++)
		if (in_force(p->agreements[i], s))
			search_agreement(s, p->agreements[i]);
	if (s->clause != NULL)
		(void)snprintf(clause, 96, "%s/%lld %s", s->agreement->id,
		    (long long)s->agreement->version, s->clause->id);
}

static void
judge_agreements(struct decision *d, const struct policy *p,
    const struct search *wanted)
{
	struct search s = *wanted;
	char clause[sizeof(d->clause)];

	search_all(&s, p, clause);
	if (s.near == NEAR_ALL)
		allow(d, clause);
	else
		deny_nearest(d, &s, clause);
}

/* -- the two entries ---------------------------------------------------------- */

/* What both a root and a later act must satisfy. */
static const struct kind *
judge_common(struct decision *d, const struct policy *p, const struct header *h,
    const struct member_id *to, struct search *s)
{
	struct member_id from = header_from(h);
	const struct kind *k;

	memset(d, 0, sizeof(*d));
	*s = (struct search){ .header = h };
	if (!hash_eq(&h->net, p->net)) {
		deny(d, "E-TEXT-NET", "network", "another network's message");
		return NULL;
	}
	s->from = member_of(d, p, &from);
	if (s->from == NULL)
		return NULL;
	s->to = member_of(d, p, to);
	if (s->to == NULL)
		return NULL;
	k = kind_of(d, p, h);
	if (k != NULL && !kind_has_act(k, h->act)) {
		deny(d, "E-POLICY-ACT", k->name, "%s has no act %s", k->name,
		    act_names[h->act]);
		return NULL;
	}
	if (k != NULL && !handling_within(&h->handling, &k->handling_ceiling)) {
		deny(d, "E-POLICY-HANDLING", k->name,
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
	deny(d, "E-POLICY-DESK", "card", "%s has no desk %s", m.s, at->s);
	return false;
}

void
policy_admit(struct decision *d, const struct policy *p,
    const struct header *h, const struct member_id *to)
{
	const struct recipient *r = header_to(h, to);
	const struct kind *k;
	struct search s;

	k = judge_common(d, p, h, to, &s);
	if (k == NULL)
		return;
	if (r == NULL) {
		deny(d, "E-POLICY-ADDRESS", "message", "it is not addressed to %s",
		    to->s);
		return;
	}
	if (!desk_is_there(d, p->from, &h->from)) {
		(void)snprintf(d->why.field, sizeof(d->why.field), "from");
		return;
	}
	if (!desk_is_there(d, p->to, &r->desk))
		return;
	judge_agreements(d, p, &s);
	if (!d->allowed ||
	    !has_power(d, p->from, &h->from, k->submit_power, k->name))
		return;
	(void)has_power(d, p->to, &r->desk, k->receive_power, k->name);
}

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
judge_act_handling(struct decision *d, const struct policy *p,
    const struct header *h, const struct header *root, const struct search *act)
{
	struct header asked = *root;
	struct member_id from = header_from(h), asker = header_from(root);
	bool by_asker = member_id_eq(&from, &asker);
	struct search s = { .header = &asked,
	    .from = by_asker ? act->from : act->to,
	    .to = by_asker ? act->to : act->from };
	char clause[sizeof(d->clause)];

	asked.handling = h->handling;
	search_all(&s, p, clause);
	if (s.near == NEAR_ALL ||
	    (s.near != NEAR_AREA && handling_within(&h->handling, &root->handling)))
		allow(d, "thread");
	else if (s.near == NEAR_AREA)
		deny_nearest(d, &s, clause);
	else
		deny(d, "E-POLICY-HANDLING", "thread",
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
	struct search s;

	if (judge_common(d, p, h, to, &s) == NULL)
		return;
	if (!are_parties(root, &from, to))
		deny(d, "E-POLICY-PARTY", "thread",
		    "only who asked and who was asked act in a thread");
	else if (strcmp(h->kind, root->kind) != 0)
		deny(d, "E-POLICY-KIND", "thread",
		    "a thread of %s takes no %s", root->kind, h->kind);
	else if (header_to(h, to) == NULL)
		deny(d, "E-POLICY-ADDRESS", "message",
		    "it is not addressed to %s", to->s);
	else if (h->desk.s[0] != '\0' && !desk_is_there(d, p->from, &h->desk))
		return;
	else if (!same_matter(h, root))
		deny(d, "E-POLICY-THREAD", "thread",
		    "an act keeps the purpose, area and exercise of its request");
	else
		judge_act_handling(d, p, h, root, &s);
}

bool
policy_urgency(const struct header *h, const struct kind *k, const json_t *body,
    struct err *err)
{
	if (h->act != ACT_SUBMIT || h->urgency == URGENCY_NORMAL ||
	    kind_field(k, ACT_SUBMIT, "urgency_grounds") == NULL ||
	    json_object_get(body, "urgency_grounds") != NULL)
		return true;
	return err_field(err, ERR_INVALID, "E-URGENCY-REASON",
	    "body.urgency_grounds", "%s needs its grounds",
	    urgency_names[h->urgency]);
}

bool
policy_times(const struct header *h, const struct kind *k, msec now,
    struct err *err)
{
	struct duration bound = k->deliver_by[h->urgency];

	if (h->sent > now + 10 * MINUTE)
		return err_field(err, ERR_INVALID, "E-TIME-AHEAD", "sent",
		    "dated more than 10 minutes ahead of this node's clock");
	if (now > h->deliver_by)
		return err_field(err, ERR_INVALID, "E-TIME-LATE", "deliver_by",
		    "first received after it was to be delivered");
	if (h->deliver_by > duration_add(h->sent, bound))
		return err_field(err, ERR_INVALID, "E-TIME-BOUND", "deliver_by",
		    "later than %s allows for %s", k->name,
		    urgency_names[h->urgency]);
	/* A date is its midnight; one that is over would be destroyed at once,
	 * one too late would keep its shelf for ever. */
	if (h->keep_until + DAY <= h->sent ||
	    h->keep_until > duration_add(h->sent, k->keep_max))
		return err_field(err, ERR_INVALID, "E-TIME-KEEP", "keep_until",
		    "outside what %s allows", k->name);
	return true;
}

bool
policy_until(const struct header *h, const struct kind *k, struct err *err)
{
	enum until until = k->act[h->act]->until;

	if (until == UNTIL_REQUIRED && h->until == 0)
		return err_field(err, ERR_INVALID, "E-FIELD-MISSING", "until",
		    "%s says until when", act_names[h->act]);
	if (until == UNTIL_NONE && h->until != 0)
		return err_field(err, ERR_INVALID, "E-FIELD-UNKNOWN", "until",
		    "%s promises no time", act_names[h->act]);
	if (h->until != 0 && h->until <= h->sent)
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "until",
		    "must be later than sent");
	return true;
}
