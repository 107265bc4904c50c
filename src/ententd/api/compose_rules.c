#include "ententd/api/compose.h"

#include <stdlib.h>
#include <string.h>

#include "ententd/agreed.h"
#include "ententd/offering.h"
#include "ententd/trust.h"
#include "model/national.h"
#include "model/offer.h"
#include "model/policy_times.h"

/* -- kind, codes, role, times ----------------------------------------------- */

static bool
find_kind(struct compose *m, struct err *err)
{
	struct header *h = &m->s->header;

	m->kind = kind_find(m->call->vault->kinds, h->kind);
	if (m->kind == NULL)
		return err_field(err, ERR_INVALID, "E-POLICY-KIND", "kind",
		    "the kind \"%s\" is not known here", h->kind);
	h->kind_hash = m->kind->hash;
	if (!m->has_handling && header_is_root(h))
		h->handling = m->kind->handling_default;
	if (m->usual_tlp && header_is_root(h))
		h->handling.tlp = m->kind->handling_default.tlp;
	if (!m->has_urgency && header_is_root(h))
		h->urgency = m->kind->urgency_default;
	if (!kind_has_act(m->kind, h->act))
		return err_field(err, ERR_INVALID, "E-KIND-ACT", "act",
		    "%s has no act %s", h->kind, act_names[h->act]);
	return true;
}

/* The writer uses known codes; a reader shows what it does not know. */
static bool
codes_known(const struct compose *m, struct err *err)
{
	const struct header *h = &m->s->header;
	const struct kind_set *kinds = m->call->vault->kinds;

	if (codelist_item(kinds, "purposes", h->purpose) == NULL)
		return err_field(err, ERR_INVALID, "E-CODE-UNKNOWN", "purpose",
		    "\"%s\" is no purpose", h->purpose);
	if (h->area[0] != '\0' &&
	    codelist_item(kinds, "crime-areas", h->area) == NULL)
		return err_field(err, ERR_INVALID, "E-CODE-UNKNOWN", "area",
		    "\"%s\" is no crime area", h->area);
	return true;
}

static bool
roles_allow(const struct compose *m, struct err *err)
{
	for (unsigned bit = 1; bit <= ACCOUNT_ADMIN; bit <<= 1)
		if ((m->call->scope.roles & bit) != 0 && kind_role_may(
		    m->kind, m->s->header.act, account_role_name(bit)))
			return true;
	return err_set(err, ERR_DENIED, "E-ROLE",
	    "your roles do not allow %s of %s", act_names[m->s->header.act],
	    m->kind->name);
}

/* Conditions that want deletion by a day are kept no longer themselves. */
static void
keep_as_offered(struct compose *m)
{
	struct header *h = &m->s->header;
	msec day = offer_delete_by(m->content.body);

	if (m->kind->flow == FLOW_OFFER && day != 0 && day < h->keep_until &&
	    (h->act == ACT_SUBMIT || h->act == ACT_REOFFER) &&
	    json_object_get(m->json, "keep_until") == NULL)
		h->keep_until = day;
}

static bool
fill_times(struct compose *m, struct err *err)
{
	struct header *h = &m->s->header;
	msec keep_most;

	h->sent = clock_now();
	if (h->deliver_by == 0)
		h->deliver_by = duration_add(h->sent,
		    m->kind->deliver_by[h->urgency]);
	if (h->deliver_by > duration_add(h->sent,
	    m->kind->deliver_by[h->urgency]) || h->deliver_by <= h->sent)
		return err_field(err, ERR_INVALID, "E-TIME-BOUND", "deliver_by",
		    "outside what %s allows", m->kind->name);
	if (h->keep_until == 0)
		h->keep_until = duration_add(h->sent, m->kind->keep_default);
	keep_as_offered(m);
	keep_most = duration_add(h->sent, m->kind->keep_max);
	if (h->keep_until > keep_most || h->keep_until < h->sent)
		return err_field(err, ERR_INVALID, "E-TIME-KEEP", "keep_until",
		    "outside what %s allows", m->kind->name);
	h->keep_until -= h->keep_until % DAY;
	return policy_until(h, m->kind, err);
}

/* -- recipients and the flow ------------------------------------------------ */

static int
by_member(const void *a, const void *b)
{
	const struct recipient *x = a, *y = b;
	struct member_id m, n;

	address_member(&m, &x->desk);
	address_member(&n, &y->desk);
	return strcmp(m.s, n.s);
}

/* The mark of the card that the choice was made by. */
static bool
mark_cards(struct compose *m, struct err *err)
{
	struct header *h = &m->s->header;
	struct member_id member;
	const struct card *card;
	const struct hash *name;

	qsort(h->to, h->nto, sizeof(*h->to), by_member);
	for (size_t i = 0; i < h->nto; i++) {
		address_member(&member, &h->to[i].desk);
		card = trust_card_of(m->call->vault->trust, &member, &name);
		if (card == NULL)
			return err_field(err, ERR_NOT_FOUND, "E-TRUST-CARD",
			    "to", "no card of %s is known here", member.s);
		memcpy(h->to[i].card, name->b, CARD_MARK);
		if (member_id_eq(&member, &m->call->vault->member))
			return err_field(err, ERR_INVALID, "E-FIELD-VALUE",
			    "to", "%s is yourselves: a message goes to others",
			    member.s);
		if (i > 0 && by_member(&h->to[i - 1], &h->to[i]) == 0)
			return err_field(err, ERR_INVALID, "E-FIELD-VALUE",
			    "to", "names %s twice: one desk of a member",
			    member.s);
		if (!card_takes(card, NOTE_ED25519, clock_now(), err))
			return false;
	}
	return true;
}

static bool
flow_allows(struct compose *m, struct err *err)
{
	struct hash unnamed = { { 1 } };
	struct header *h = &m->s->header;

	if (header_is_root(h))
		return offering_allows(m->call->vault, &m->s->arena, h,
		    &unnamed, m->content.body, err);
	switch (thread_judge(m->call->vault, &m->s->arena, h, &unnamed, err)) {
	case FLOW_LAWFUL:
		return offering_allows(m->call->vault, &m->s->arena, h,
		    &unnamed, m->content.body, err);
	case FLOW_UNLAWFUL:
		return false;
	case FLOW_HELD:
		break;
	}
	/* What it follows in one leg, the party of another never gets: there
	 * it would wait for ever. */
	return err_field(err, ERR_CONFLICT, "E-FLOW-ACT", "to", h->nto > 1 ?
	    "the parties stand at different points: act towards one at a time" :
	    "%s is no party to act towards in this thread", h->to[0].desk.s);
}

/* What its card asks for beside the kind; and that it knows a kind of a
 * member's own in this very form, which only its card can tell. */
static bool
recipient_asks(struct compose *m, const struct card *card, struct err *err)
{
	const struct header *h = &m->s->header;
	bool knows = false;

	for (size_t i = 0; m->kind->own && i < card->nkinds && !knows; i++)
		knows = strcmp(card->kinds[i].kind, h->kind) == 0 &&
		    hash_eq(&card->kinds[i].hash, &h->kind_hash);
	if (m->kind->own && !knows)
		return err_field(err, ERR_POLICY, "E-POLICY-KIND", "kind",
		    "%s does not know the kind %s in this form",
		    card->member.s, h->kind);
	return national_check(m->call->vault->kinds, card, h->kind,
	    m->content.body, m->content.lang, err);
}

/* So that the other side can say what it means, our card must list it. */
static bool
own_ground_holds(const struct compose *m, struct err *err)
{
	const struct vault *v = m->call->vault;
	const struct card *own = trust_card_of(v->trust, &v->member, NULL);

	return national_ground_check(m->content.body, &v->member, err) &&
	    (own == NULL || national_ground_listed(own, m->s->header.kind,
	    m->content.body, err));
}

static bool
national_holds(struct compose *m, struct err *err)
{
	const struct header *h = &m->s->header;
	struct member_id to;

	if (h->act == ACT_REFUSE)
		return own_ground_holds(m, err);
	if (h->act != ACT_SUBMIT)
		return true;
	if (!national_only_for(m->content.body, h->to, h->nto, err))
		return false;
	for (size_t i = 0; i < h->nto; i++) {
		address_member(&to, &h->to[i].desk);
		if (!recipient_asks(m, trust_card_of(m->call->vault->trust, &to,
		    NULL), err))
			return false;
	}
	return true;
}

bool
compose_rules(struct compose *m, struct err *err)
{
	struct header *h = &m->s->header;
	const struct kind_set *kinds = m->call->vault->kinds;
	const json_t *body = m->content.body;

	return find_kind(m, err) && codes_known(m, err) &&
	    roles_allow(m, err) && scope_admits(&m->call->scope, h, err) &&
	    fill_times(m, err) && mark_cards(m, err) &&
	    kind_check(kinds, m->kind, h->act, body, err) &&
	    kind_check_files(m->kind, h->act, body, m->content.nfiles, err) &&
	    national_holds(m, err) &&
	    policy_urgency(h, m->kind, body, err) &&
	    agreed_may(m->call->vault, h, body, err) && flow_allows(m, err);
}
