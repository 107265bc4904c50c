#include <string.h>

#include "ententd/admit.h"
#include "ententd/peer.h"
#include "ententd/thread.h"
#include "ententd/trust.h"
#include "store/receipt_store.h"

/* In custody it is on its way still; a relay that forgets is found out. */
#define AGAIN_FIRST	HOUR
#define AGAIN_FLASH	(10 * MINUTE)
#define AGAIN_MOST	(32 * HOUR)

bool
outbox_is_receipt(const struct outbox_row *row)
{
	return row->slip == 0;
}

bool
outbox_receipt_read(struct vault *v, struct arena *arena, struct slice bytes,
    struct receipt *r, struct err *err)
{
	struct note_vkey signer;
	struct member_id from;
	struct note note;

	if (!note_parse(&note, bytes, err) ||
	    !admit_signer_now(v, &note, &from, &signer, err) ||
	    !receipt_parse(r, arena, note.text, err))
		return false;
	if (hash_eq(&r->net, &v->net) && member_id_eq(&r->to, &v->member) &&
	    member_id_eq(&r->from, &from))
		return true;
	receipt_release(r);
	return err_set(err, ERR_VERIFY, "E-RECEIPT-PARTIES",
	    "a receipt of others");
}

/* What was said of one message, or of a receipt of ours that travelled.  What
 * was said before, or by a member that it was not sent to, changes nothing. */
static bool
settle(struct vault *v, const struct member_id *by,
    const struct receipt_entry *e, struct err *err)
{
	bool taken = e->result == RECEIPT_TAKEN;
	struct arena arena = ARENA_INIT;
	struct message_row m;
	bool ok, news;

	if (e->result == RECEIPT_LATER || e->result == RECEIPT_CUSTODY)
		return true;
	if (!outbox_settle(&v->store, &e->name, by,
	    taken ? OUTBOX_TAKEN : OUTBOX_REFUSED, e->rule, clock_now(),
	    &news, err))
		return false;
	if (!news || !message_have(&v->store, &e->name))
		return true;
	ok = vault_audit(v, by->s, taken ? "message.taken" : "message.refused",
	    &e->name, by->s, e->rule, err) &&
	    message_get(&v->store, &arena, &e->name, &m, err) &&
	    thread_receipted(v, &m, by, err);
	arena_free(&arena);
	return ok;
}

bool
outbox_receipt_take(struct vault *v, struct slice note,
    const struct receipt *r, struct err *err)
{
	bool ok = receipt_put(&v->store, note, r, err);

	for (size_t i = 0; ok && i < r->n; i++)
		ok = settle(v, &r->from, &r->entries[i], err);
	return ok;
}

bool
outbox_receipt_held(struct vault *v, const struct outbox_row *row,
    const struct receipt *r, struct slice note, struct err *err)
{
	msec wait = row->lane == URGENCY_FLASH ? AGAIN_FLASH : AGAIN_FIRST,
	    now = clock_now();

	for (unsigned i = 0; i < row->tries && wait < AGAIN_MOST; i++)
		wait *= 2;
	if (!outbox_custody(&v->store, &row->message, &row->to, now,
	    now + wait, err))
		return false;
	return outbox_is_receipt(row) || (receipt_put_custody(&v->store, note,
	    r, &row->message, err) &&
	    vault_audit(v, r->from.s, "message.custody", &row->message,
	    row->to.s, "", err));
}
