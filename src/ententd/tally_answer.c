#include <stdlib.h>

#include "ententd/admit.h"
#include "ententd/outbox.h"
#include "ententd/routes.h"
#include "ententd/tally_state.h"
#include "ententd/trust.h"
#include "ententd/watch.h"
#include "store/outbox_store.h"
#include "store/receipt_store.h"
#include "store/slip_store.h"

/* One question in ten seconds, a few at once. */
#define CALM_EVERY	(10 * SECOND)
#define CALM_BURST	(11 * CALM_EVERY)

/* What is asked, by whom, and what is answered. */
struct answering {
	struct vault		*v;
	struct arena		*arena;
	struct member_id	 peer;
	struct tally_question	 q;
	struct tally_answer	 a;
	size_t			 bytes;		/* of receipts */
	bool			 again;		/* something is queued anew */
};

static bool
may_ask(struct tally_peer *p, struct err *err)
{
	msec now = clock_steady();

	if (p->calm > now + CALM_BURST)
		return err_set(err, ERR_UNAVAILABLE, "E-NODE-BUSY",
		    "asked too often; ask again in %d seconds",
		    (int)(CALM_EVERY / SECOND));
	p->calm = (p->calm > now ? p->calm : now) + CALM_EVERY;
	return true;
}

/* -- what was lost there -------------------------------------------------------- */

static bool
has_receipt(const struct answering *w, struct slice note)
{
	for (uint16_t i = 0; i < w->a.nreceipts; i++)
		if (slice_eq(w->a.receipts[i], note))
			return true;
	return false;
}

/* False also when there is no room for its receipt: another time. */
static bool
add_receipt(struct answering *w, const struct hash *name)
{
	enum receipt_result result;
	struct slice note;
	struct err none;
	msec at;

	if (!receipt_get(&w->v->store, w->arena, name, w->peer.s, &note, &at,
	    &result, &none) || result != RECEIPT_TAKEN || has_receipt(w, note))
		return true;
	if (w->a.nreceipts == TALLY_RECEIPTS ||
	    w->bytes + note.n > TALLY_RECEIPT_BYTES)
		return false;
	w->bytes += note.n;
	w->a.receipts[w->a.nreceipts++] = note;
	return true;
}

static bool
send_again(struct answering *w, const struct hash *name, struct err *err)
{
	struct vault *v = w->v;
	bool can, was_taken;

	if (!message_can_be_read(&v->store, name, &can, err))
		return false;
	if (!can)
		return true;
	if (!outbox_lost(&v->store, name, &w->peer, clock_now(), &was_taken,
	    err))
		return false;
	w->again = w->again || was_taken;
	return !was_taken || (vault_audit(v, w->peer.s, "delivery.again", name,
	    w->peer.s, "", err) && watch_lost(v, name, &w->peer, err));
}

static bool
send_all_again(struct answering *w, struct err *err)
{
	w->a.receipts = arena_alloc(w->arena,
	    TALLY_RECEIPTS * sizeof(*w->a.receipts));
	for (uint16_t i = 0; i < w->q.nagain; i++) {
		if (!add_receipt(w, &w->q.again[i]))
			return true;
		if (!send_again(w, &w->q.again[i], err))
			return false;
	}
	return true;
}

/* -- the lists ------------------------------------------------------------------------ */

static bool
status_of(struct answering *w, const struct outbox_row *row,
    enum tally_status *status, struct err *err)
{
	static const enum tally_status names[OUTBOX_STATUSES] = {
		[OUTBOX_QUEUED] = TALLY_QUEUED,
		[OUTBOX_TAKEN] = TALLY_TAKEN,
		[OUTBOX_REFUSED] = TALLY_REFUSED,
		[OUTBOX_EXPIRED] = TALLY_EXPIRED,
		[OUTBOX_CUSTODY] = TALLY_CUSTODY,
	};
	bool can;

	*status = names[row->status];
	if (*status != TALLY_TAKEN)
		return true;
	if (!message_can_be_read(&w->v->store, &row->message, &can, err))
		return false;
	if (!can)
		*status = TALLY_GONE;
	return true;
}

/* Of two rows of one number, which an older version may have made, the first:
 * numbers rise. */
static bool
list_rows(struct answering *w, struct tally_list *l, size_t most,
    bool *more, struct err *err)
{
	struct outbox_row *rows;
	size_t n;

	if (!outbox_slips(&w->v->store, w->arena, &w->peer, l->from, l->until,
	    most + 1, &rows, &n, err))
		return false;
	*more = n > most;
	l->rows = arena_alloc(w->arena, (most + 1) * sizeof(*l->rows));
	for (size_t i = 0; i < n && i < most; i++) {
		struct tally_row *row = &l->rows[l->n];

		if (l->n != 0 && rows[i].slip == row[-1].number)
			continue;
		row->number = rows[i].slip;
		row->name = rows[i].message;
		if (!status_of(w, &rows[i], &row->status, err))
			return false;
		l->n++;
	}
	return true;
}

static bool
list_ranges(struct answering *w, struct err *err)
{
	struct tally_answer *a = &w->a;
	struct tally_list *l;
	struct hash digest;
	int64_t n;
	bool more;

	for (uint8_t i = 0; i < w->q.nranges; i++) {
		const struct tally_range *r = &w->q.ranges[i];

		if (!outbox_digest(&w->v->store, &w->peer, r->from, r->until,
		    &digest, &n, err))
			return false;
		if (hash_eq(&digest, &r->digest))
			continue;
		l = &a->lists[a->nlists++];
		l->from = r->from;
		l->until = r->until;
		if (!list_rows(w, l, TALLY_RANGE, &more, err))
			return false;
	}
	return true;
}

/* It does not know what it sent: let us see, once, what it knows. */
static void
ask_back(struct answering *w)
{
	struct tally_peer *p = tally_peer(w->v, &w->peer);

	if (p->older == w->q.last + 1)
		return;
	p->older = w->q.last + 1;
	tally_heard(w->v, &w->peer, true);
}

static bool
answer(struct answering *w, struct buf *proof, struct err *err)
{
	struct tally_answer *a = &w->a;
	struct vault *v = w->v;

	if (!tally_older(v, &w->peer, w->q.high, w->q.proof, err) ||
	    !send_all_again(w, err) ||
	    !outbox_last_slip(&v->store, &w->peer, &a->last, err) ||
	    !tally_proof(v, &w->peer, &a->high, proof, err))
		return false;
	if (a->high > w->q.last) {
		a->proof = buf_all(proof);
		ask_back(w);
	}
	a->open = (struct tally_list){ .from = w->q.low,
	    .until = a->last + 1 };
	return list_rows(w, &a->open, TALLY_ROWS, &a->more, err) &&
	    list_ranges(w, err);
}

/* -- the question --------------------------------------------------------------------- */

static bool
read_question(struct call *c, struct tally_question *q, struct err *err)
{
	struct vault *v = c->vault;

	if (!trust_is_member(v->trust))
		return err_set(err, ERR_UNAVAILABLE, "E-NODE-JOINING",
		    "this node is not a member yet");
	if (!may_ask(tally_peer(v, &c->peer), err) ||
	    !tally_question_decode(q, &c->arena, buf_all(&c->body), err))
		return false;
	return hash_eq(&q->net, &v->net) || err_field(err, ERR_INVALID,
	    "E-TEXT-NET", "net", "another network");
}

void
link_account(struct call *c)
{
	struct vault *v = c->vault;
	struct answering *w = arena_alloc(&c->arena, sizeof(*w));
	struct buf proof = BUF_INIT, b = BUF_INIT;
	struct err err;

	*w = (struct answering){ .v = v, .arena = &c->arena, .peer = c->peer };
	if (!read_question(c, &w->q, &err) || !vault_unit_begin(v, &err) ||
	    !vault_unit_end(v, answer(w, &proof, &err), &err)) {
		call_refuse(c, &err);
		goto out;
	}
	outbox_heard(v, &c->peer);
	if (w->again)
		outbox_kick(v);
	tally_answer_encode(&b, &w->a);
	call_answer(c, 200, "application/octet-stream", buf_all(&b));
out:
	buf_free(&proof);
	buf_free(&b);
}
