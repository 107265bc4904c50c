#include "ententd/intake.h"

#include <string.h>

#include "ententd/outbox.h"
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
of_one_sender(struct intake *in, const struct member_id *signer,
    struct err *why)
{
	if (!in->signed_by)
		in->sender = *signer;
	in->signed_by = true;
	return member_id_eq(&in->sender, signer) || err_set(why,
	    ERR_UNAVAILABLE, "E-NODE-BUSY", "send it in a batch of its own");
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

static void
refused(struct intake *in, struct intake_item *it)
{
	/* Unknown signer: its card may be on its way to us. */
	if (strcmp(it->admitted.why.rule, "E-NOTE-UNSIGNED") == 0) {
		trust_unknown_peer(in->vault);
		it->admitted.admission = ADMIT_LATER;
	}
}

/* Not to be looked at now, however good it may be. */
static void
later(struct intake_item *it)
{
	verified_free(&it->verified);
	it->is_verified = false;
	it->admitted.admission = ADMIT_LATER;
}

static void
take_receipt(struct intake *in, struct intake_item *it)
{
	struct slice bytes = buf_all(&it->opened.plain);
	struct err *why = &it->admitted.why;
	struct note note;

	if (!outbox_receipt_read(in->vault, &in->arena, bytes, &it->returned,
	    why)) {
		refused(in, it);
		return;
	}
	if (!of_one_sender(in, &it->returned.from, why)) {
		receipt_release(&it->returned);
		it->admitted.admission = ADMIT_LATER;
		return;
	}
	(void)note_parse(&note, bytes, why);
	it->name = note_text_name(&note);
	it->is_receipt = true;
	it->admitted.admission = ADMIT_TAKEN;
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
	if (it->opened.is_receipt) {
		take_receipt(in, it);
		return;
	}
	it->is_verified = verified_from(&it->verified, v, &it->opened, why);
	if (!it->is_verified) {
		refused(in, it);
		return;
	}
	if (!of_one_sender(in, &it->verified.from, why)) {
		later(it);
		return;
	}
	if (seen_in_batch(in, i)) {
		(void)err_set(why, ERR_CONFLICT, "E-WIRE-TWICE",
		    "this message or its ref stands in this batch already");
		later(it);
		return;
	}
	if (!outer_fields_agree(it, why))
		return;
	admitted_from(&it->admitted, v, &it->verified, in->at);
	if (it->admitted.admission == ADMIT_KNOWN)
		find_given(in, it);
}
