#include "ententd/offering.h"

#include "model/offer.h"

/* The terms that a message of the thread states; false: it states none. */
static bool
terms_of(const struct thread *t, struct arena *arena, const struct hash *name,
    struct offer_terms *terms)
{
	struct header h;
	struct note note;
	struct err err;

	for (size_t i = 0; i < t->n; i++) {
		const struct message_row *r = &t->rows[i];

		if (!hash_eq(&r->name, name))
			continue;
		if ((r->act != ACT_SUBMIT && r->act != ACT_REOFFER) ||
		    !note_parse(&note, r->note, &err) ||
		    !header_parse(&h, arena, note.text, &err))
			return false;
		*terms = (struct offer_terms){ *name, h.handling,
		    h.keep_until, h.until };
		header_release(&h);
		return true;
	}
	return false;
}

/* Which offer an act speaks of: what its author saw, where that is known. */
static struct hash
offer_meant(const struct header *h, const json_t *body, const struct leg *leg,
    const struct leg_act *mine)
{
	struct hash name = { { 0 } };

	if (h->act == ACT_DELIVER)
		return leg->accepted;
	if (h->act != ACT_ACCEPT)
		return leg->offered;
	if (!mine->held)
		return mine->terms;
	(void)offer_named(&name, body);
	return name;
}

static bool
judge_leg(const struct thread *t, struct arena *arena, const struct header *h,
    const struct hash *name, const json_t *body, const struct member_id *asked,
    struct err *err)
{
	struct offer_terms terms;
	const struct leg_act *mine;
	struct hash offer;
	struct leg leg;

	mine = thread_fold_with(t, arena, h, name, asked, &leg);
	if (mine == NULL)
		return true;
	offer = offer_meant(h, body, &leg, mine);
	if (terms_of(t, arena, &offer, &terms))
		return offer_keeps(h, body, &terms, err);
	if (h->act == ACT_ACCEPT)
		return err_field(err, ERR_CONFLICT, "E-OFFER-TERMS",
		    "body.terms", "no offer in this thread has that name");
	return err_field(err, ERR_CONFLICT, "E-FLOW-ACT", "act",
	    "%s is not lawful when nothing was accepted", act_names[h->act]);
}

static bool
has_terms(enum act act)
{
	return act == ACT_ACCEPT || act == ACT_DELIVER || act == ACT_LAPSE;
}

bool
offering_allows(struct vault *v, struct arena *arena, const struct header *h,
    const struct hash *name, const json_t *body, struct err *err)
{
	const struct kind *kind = kind_find(v->kinds, h->kind);
	struct member_id asked = header_from(h);
	struct thread t;

	if (kind == NULL || kind->flow != FLOW_OFFER)
		return true;
	if (h->act == ACT_SUBMIT || h->act == ACT_REOFFER)
		return offer_states(h, body, err);
	if (!has_terms(h->act))
		return true;
	if (!thread_load(v, arena, &h->thread, &t, err))
		return false;
	if (!member_id_eq(&asked, &t.asker))
		return judge_leg(&t, arena, h, name, body, &asked, err);
	for (size_t i = 0; i < h->nto; i++) {
		address_member(&asked, &h->to[i].desk);
		if (!member_id_eq(&t.asker, &v->member) &&
		    !member_id_eq(&asked, &v->member))
			continue;
		if (!judge_leg(&t, arena, h, name, body, &asked, err))
			return false;
	}
	return true;
}

void
offering_terms(struct vault *v, struct arena *arena, const struct thread *t,
    struct header *h)
{
	bool asking = member_id_eq(&t->asker, &v->member);
	struct offer_terms terms;
	struct member_id asked;
	struct leg_act *acts;
	struct leg leg;
	size_t n;

	if (t->kind == NULL || t->kind->flow != FLOW_OFFER)
		return;
	for (size_t i = 0; i < h->nto; i++) {
		asked = v->member;
		if (asking)
			address_member(&asked, &h->to[i].desk);
		thread_fold(t, arena, &asked, &leg, &acts, &n);
		if (!terms_of(t, arena, hash_is_zero(&leg.accepted) ?
		    &leg.offered : &leg.accepted, &terms))
			continue;
		h->handling = handling_join(h->handling, terms.handling);
		if (terms.keep_until < h->keep_until)
			h->keep_until = terms.keep_until;
	}
}
