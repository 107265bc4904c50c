#include "ententd/countersign.h"

#include <string.h>

#include "ententd/trust.h"
#include "ententd/watch.h"
#include "model/deadline.h"

bool
countersign_call(struct vault *v, const struct message_row *r, struct err *err)
{
	const struct kind *kind = kind_find(v->kinds, r->kind);
	struct page p = { .reason = PAGE_COUNTERSIGN, .desk = r->from,
	    .thread = r->thread };

	if (r->act != ACT_SUBMIT || kind == NULL ||
	    deadline_countersign(kind, r->urgency, r->sent) == 0)
		return true;
	address_member(&p.peer, &r->to[0]);
	return watch_page(v, &p, err);
}

static bool
signed_by_author(struct vault *v, const struct verified *r)
{
	const struct card *card = trust_card_of(v->trust, &r->from, NULL);
	struct err err;
	bool by;

	for (size_t i = 0; card != NULL && i < card->nofficers; i++) {
		const struct card_officer *o = &card->officers[i];

		if (strcmp(o->badge.s, r->header.by.s) != 0 ||
		    r->header.sent < o->from ||
		    (o->until != 0 && r->header.sent >= o->until))
			continue;
		if (note_verify(&r->parsed, &o->vkey, 1, &by, &err) && by)
			return true;
	}
	return false;
}

bool
countersign_holds(struct vault *v, struct verified *r, struct err *err)
{
	struct message_row root;
	const struct header *h = &r->header;

	if (h->act != ACT_COUNTERSIGN)
		return true;
	if (!message_get(&v->store, &r->arena, &h->thread, &root, err))
		return false;
	if (root.by.s[0] == '\0' || strcmp(root.by.s, h->by.s) == 0)
		return err_field(err, ERR_POLICY, "E-POLICY-COUNTERSIGN", "by",
		    "who countersigns is another than who sent it alone");
	return signed_by_author(v, r) || err_field(err, ERR_POLICY,
	    "E-POLICY-COUNTERSIGN", "by",
	    "%s signed it with no key that the card shows", h->by.s);
}

void
countersign_of(const struct thread *t, const struct leg_act *acts, size_t n,
    struct leg_row *leg)
{
	if (t->kind == NULL)
		return;
	leg->countersign_by = deadline_countersign(t->kind, t->root->urgency,
	    t->root->sent);
	for (size_t i = 0; i < n && leg->countersign_by != 0; i++) {
		if (acts[i].act != ACT_COUNTERSIGN || acts[i].held ||
		    acts[i].unlawful || (leg->countersigned != 0 &&
		    leg->countersigned <= acts[i].sent))
			continue;
		leg->countersigned = acts[i].sent;
		for (size_t k = 0; k < t->n; k++)
			if (hash_eq(&t->rows[k].name, &acts[i].name))
				leg->countersigner = t->rows[k].by;
	}
}
