#include "ententd/intake.h"

#include <string.h>

#include "ententd/trust.h"
#include "store/receipt_store.h"

/* The same text, or another under the same reference: one at a time. */
static bool
seen_in_batch(const struct intake *in, uint8_t until)
{
	const struct verified *b = &in->items[until].verified;

	for (uint8_t i = 0; i < until; i++) {
		const struct verified *a = &in->items[i].verified;

		if (in->items[i].is_verified && (hash_eq(&a->name, &b->name) ||
		    strcmp(a->header.ref, b->header.ref) == 0))
			return true;
	}
	return false;
}

/* A receipt given before for this very text; none: say it again. */
static void
find_given(struct intake *in, struct intake_item *it)
{
	struct vault *v = in->vault;
	enum receipt_result result;
	struct err err;
	msec at;

	if (receipt_get(&v->store, &in->arena, &it->verified.name,
	    v->member.s, &it->receipt, &at, &result, &err))
		return;
	/* Ours, come back to us; or the store does not read.  Not without a
	 * reason: a receipt with an empty one would be refused whole. */
	it->admitted.admission = ADMIT_LATER;
	(void)err_set(&it->admitted.why, ERR_UNAVAILABLE, "E-NODE-BUSY",
	    "no receipt of it is held here");
}

/* A receipt is for the member that signed, whoever brought the bytes: else a
 * third party could deliver first and keep the sender from its receipt. */
static bool
of_one_sender(struct intake *in, const struct intake_item *it)
{
	if (!in->signed_by)
		in->sender = it->verified.from;
	in->signed_by = true;
	return member_id_eq(&in->sender, &it->verified.from);
}

/* The outer fields were for queues only; they must not have lied. */
static bool
outer_fields_agree(const struct intake_item *it, struct err *err)
{
	const struct header *h = &it->verified.header;

	if (it->wire->lane == h->urgency &&
	    it->wire->deliver_by == h->deliver_by)
		return true;
	return err_field(err, ERR_VERIFY, "E-WIRE-OUTER",
	    it->wire->lane != h->urgency ? "urgency" : "deliver_by",
	    "lane or deliver_by outside are not those of the header");
}

void
intake_take_item(struct intake *in, uint8_t i, const uint8_t *file_key)
{
	struct vault *v = in->vault;
	struct intake_item *it = &in->items[i];
	struct err *why = &it->admitted.why;

	it->admitted.admission = ADMIT_REFUSED;
	if (!opened_from(&it->opened, it->wire->sealed, file_key, why))
		return;
	it->is_verified = verified_from(&it->verified, v, &it->opened, why);
	if (!it->is_verified) {
		/* Unknown signer: its card may be on its way to us. */
		if (strcmp(why->rule, "E-NOTE-UNSIGNED") == 0) {
			trust_unknown_peer(v);
			it->admitted.admission = ADMIT_LATER;
		}
		return;
	}
	if (!of_one_sender(in, it)) {
		verified_free(&it->verified);
		it->is_verified = false;
		it->admitted.admission = ADMIT_LATER;
		(void)err_set(why, ERR_UNAVAILABLE, "E-NODE-BUSY",
		    "send it in a batch of its own");
		return;
	}
	if (seen_in_batch(in, i)) {
		verified_free(&it->verified);
		it->is_verified = false;
		it->admitted.admission = ADMIT_LATER;
		(void)err_set(why, ERR_CONFLICT, "E-WIRE-TWICE",
		    "this message or its ref stands in this batch already");
		return;
	}
	if (!outer_fields_agree(it, why))
		return;
	admitted_from(&it->admitted, v, &it->verified, in->at);
	if (it->admitted.admission == ADMIT_KNOWN)
		find_given(in, it);
}
