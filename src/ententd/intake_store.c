#include "ententd/intake.h"

#include "base/log.h"
#include "ententd/agreed.h"
#include "ententd/matching.h"
#include "ententd/outbox.h"
#include "ententd/thread.h"
#include "ententd/watch.h"
#include "store/blob_store.h"
#include "store/receipt_store.h"
#include "store/slip_store.h"

/* Its files stay as long as it may be read: until its month is over. */
static bool
keep_files(struct intake *in, const struct verified *r, struct err *err)
{
	for (size_t i = 0; i < r->header.nblobs; i++)
		if (!blob_keep(&in->vault->store, &r->header.blobs[i].blob,
		    r->from.s, shelf_over(r->header.keep_until), err))
			return false;
	return true;
}

static bool
note_slip(struct vault *v, const struct verified *r, struct err *err)
{
	enum slip_seen seen;

	if (!slip_note(&v->store, &r->from, r->slip.number, &r->name, &seen,
	    err))
		return false;
	if (seen == SLIP_OTHER_TEXT)
		return watch_other_text(v, &r->from, r->slip.number, &r->name,
		    err);
	if (seen != SLIP_FAR)
		return true;
	log_warn("%s used a number far ahead: %lld", r->from.s,
	    (long long)r->slip.number);
	return vault_audit(v, r->from.s, "slip.far", &r->name, r->from.s, "",
	    err);
}

static bool
store_taken(struct intake *in, struct intake_item *it, struct err *err)
{
	struct vault *v = in->vault;
	struct verified *r = &it->verified;
	struct message_row row;
	struct hash other;

	/* Another batch may have brought another text under it meanwhile. */
	if (message_by_ref(&v->store, r->from.s, r->header.ref, &other))
		return err_set(err, ERR_UNAVAILABLE, "E-NODE-BUSY",
		    "its reference was used a moment ago; send again");
	thread_row(&row, &r->arena, &r->header, &r->name, r->note, false, in->at);
	row.place = it->admitted.place;
	if (!message_put(&v->store, &row, r->content_line, err) ||
	    !matching_index(v, &r->arena, &row, r->content.body, err) ||
	    !keep_files(in, r, err) || !note_slip(v, r, err))
		return false;
	return vault_audit(v, r->from.s, "message.take", &r->name, r->from.s,
	    act_names[r->header.act], err) &&
	    agreed_note(v, &r->header, &r->name, r->content.body, err);
}

/* Refused by name: said in the log; the same ref with another text is kept. */
static bool
store_refused(struct intake *in, struct intake_item *it, struct err *err)
{
	struct vault *v = in->vault;
	struct verified *r = &it->verified;
	struct message_row row;

	if (it->admitted.place == PLACE_REFUSED) {
		log_warn("%s sent another text under a reference it had used",
		    r->from.s);
		thread_row(&row, &r->arena, &r->header, &r->name, r->note,
		    false, in->at);
		row.place = PLACE_REFUSED;
		if (!message_put(&v->store, &row, r->content_line, err))
			return false;
	}
	return vault_audit(v, r->from.s, "message.refuse", &r->name, r->from.s,
	    it->admitted.why.rule, err);
}

/* After the receipt, whose time starts the clocks. */
static bool
fold_taken(struct intake *in, struct intake_item *it, struct err *err)
{
	struct message_row row;
	struct verified *r = &it->verified;

	if (it->admitted.admission != ADMIT_TAKEN)
		return true;
	thread_row(&row, &r->arena, &r->header, &r->name, r->note, false, in->at);
	if (it->admitted.place == PLACE_HELD)
		return thread_held(in->vault, &row, err);
	return thread_changed(in->vault, &row, err);
}

bool
intake_store(struct intake *in, struct err *err)
{
	struct vault *v = in->vault;

	for (uint8_t i = 0; i < in->batch.n; i++) {
		struct intake_item *it = &in->items[i];

		if (it->is_receipt && !outbox_receipt_take(v,
		    buf_all(&it->opened.plain), &it->returned, err))
			return false;
		if (!it->is_verified)
			continue;
		if (it->admitted.admission == ADMIT_TAKEN &&
		    !store_taken(in, it, err))
			return false;
		if (it->admitted.admission == ADMIT_REFUSED &&
		    !store_refused(in, it, err))
			return false;
	}
	if (in->receipt.n != 0 &&
	    !receipt_put(&v->store, buf_all(&in->note), &in->receipt, err))
		return false;
	for (uint8_t i = 0; i < in->batch.n; i++)
		if (in->items[i].is_verified && !fold_taken(in, &in->items[i], err))
			return false;
	return true;
}
