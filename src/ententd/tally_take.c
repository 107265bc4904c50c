#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/log.h"
#include "ententd/admit.h"
#include "ententd/tally_state.h"
#include "ententd/watch.h"
#include "store/receipt_store.h"
#include "store/slip_store.h"

/* A store that lost much gets it back in rounds; one whose messages do not come
 * is not asked for them without end. */
#define MENDING		(10 * MINUTE)

/* One answer being taken in. */
struct taking {
	struct tally_peer	*p;
	struct vault		*v;
	struct hash		*asked;		/* again, in the question */
	uint16_t		 nasked;
	int64_t			 lost;		/* ours, and not here */
	int64_t			 gone;		/* and never will be again */
	int64_t			 unknown;	/* here, and not known there */
	bool			 waits;		/* for some of the open ones */
};

static bool
page(struct taking *t, enum page_reason reason, struct err *err)
{
	struct page page = { .reason = reason, .peer = t->p->member };

	return watch_page(t->v, &page, err);
}

static bool
audit(struct taking *t, const char *what, const struct hash *name,
    const char *how, int64_t number, struct err *err)
{
	char detail[64];

	(void)snprintf(detail, sizeof(detail), "%s %lld", how,
	    (long long)number);
	return vault_audit(t->v, t->p->member.s, what, name, t->p->member.s,
	    detail, err);
}

/* -- our own receipts, of what is not here any more ------------------------------- */

/* With them it is known here again that it was taken in time, and since when
 * its clocks run. */
static bool
take_receipt(struct taking *t, struct arena *arena, struct slice bytes,
    struct err *err)
{
	struct note_vkey signer;
	struct member_id from;
	struct receipt r;
	struct note note;
	bool ours, ok = true;

	if (!note_parse(&note, bytes, err) ||
	    !admit_signer_now(t->v, &note, &from, &signer, err) ||
	    !receipt_parse(&r, arena, note.text, err))
		return false;
	ours = member_id_eq(&from, &t->v->member) &&
	    member_id_eq(&r.from, &from) &&
	    member_id_eq(&r.to, &t->p->member) && hash_eq(&r.net, &t->v->net);
	if (ours)
		ok = receipt_put(&t->v->store, bytes, &r, err);
	receipt_release(&r);
	return ok && (ours || err_set(err, ERR_VERIFY, "E-RECEIPT-PARTIES",
	    "a receipt of others"));
}

static void
take_receipts(struct taking *t, const struct tally_answer *a)
{
	struct arena arena = ARENA_INIT;
	struct err err;

	for (uint16_t i = 0; i < a->nreceipts; i++)
		if (!take_receipt(t, &arena, a->receipts[i], &err))
			log_warn("tally of %s: %s", t->p->member.s, err.rule);
	arena_free(&arena);
}

/* -- one number -------------------------------------------------------------------- */

static bool
stands_in(const struct hash *list, uint16_t n, const struct hash *name)
{
	for (uint16_t i = 0; i < n; i++)
		if (hash_eq(&list[i], name))
			return true;
	return false;
}

/* Taken, says the sender, and it is not here: it lost nothing, we did. */
static bool
want_again(struct taking *t, const struct tally_row *row, struct err *err)
{
	struct tally_peer *p = t->p;

	if (stands_in(p->again, p->nagain, &row->name))
		return true;
	if (p->nagain == TALLY_AGAIN) {
		p->unfinished = true;
		return true;
	}
	if (p->again == NULL)
		p->again = xcalloc(TALLY_AGAIN, sizeof(*p->again));
	p->again[p->nagain++] = row->name;
	if (stands_in(t->asked, t->nasked, &row->name))
		return true;
	p->unfinished = true;
	p->mending = clock_steady() + MENDING;
	t->lost++;
	return audit(t, "delivery.lost", &row->name, "taken", row->number, err);
}

static bool
close_number(struct taking *t, const struct tally_row *row, enum slip_end end,
    struct err *err)
{
	if (!slip_close(&t->v->store, &t->p->member, row->number, &row->name,
	    end, err))
		return false;
	if (end == SLIP_CAME)
		return true;
	if (end == SLIP_GONE)
		t->gone++;
	return audit(t, "delivery.closed", &row->name, slip_end_names[end],
	    row->number, err);
}

/* *waits: it is still to come. */
static bool
take_row(struct taking *t, const struct tally_row *row, bool *waits,
    struct err *err)
{
	*waits = false;
	if (message_have(&t->v->store, &row->name))
		return close_number(t, row, SLIP_CAME, err);
	switch (row->status) {
	case TALLY_REFUSED:
		return close_number(t, row, SLIP_REFUSED, err);
	case TALLY_EXPIRED:
		return close_number(t, row, SLIP_EXPIRED, err);
	case TALLY_GONE:
		return close_number(t, row, SLIP_GONE, err);
	case TALLY_TAKEN:
		*waits = true;
		return want_again(t, row, err);
	case TALLY_QUEUED:
	case TALLY_CUSTODY:
	case TALLY_STATUSES:
		break;
	}
	*waits = true;
	return true;
}

/* -- what is not accounted for yet --------------------------------------------------- */

static bool
take_open(struct taking *t, const struct tally_answer *a, struct err *err)
{
	struct tally_peer *p = t->p;
	int64_t until = a->last + 1, holes;
	bool waits, before = false;

	if (a->last > p->high + SLIP_REACH && !a->more &&
	    (a->open.n == 0 ||
	    a->last > a->open.rows[a->open.n - 1].number + SLIP_REACH))
		return err_set(err, ERR_INVALID, "E-TALLY-FORM",
		    "its last number is too far ahead");
	for (uint16_t i = 0; i < a->open.n; i++) {
		const struct tally_row *row = &a->open.rows[i];

		if (!take_row(t, row, &waits, err))
			return false;
		if (waits && !before)
			until = row->number;
		before = before || waits;
	}
	if (a->more && !before)
		until = a->open.n == 0 ? 1 :
		    a->open.rows[a->open.n - 1].number + 1;
	t->waits = before;
	/* Listed anew from the new low. */
	p->unfinished = p->unfinished || (a->more && !before);
	if (!slip_pass(&t->v->store, &p->member, until, &holes, err) ||
	    (p->high > a->last &&
	    !slip_cap(&t->v->store, &p->member, a->last, err)))
		return false;
	t->unknown += holes;
	return holes == 0 || audit(t, "delivery.unknown", NULL,
	    "numbers not given out:", holes, err);
}

/* -- ranges whose digests differ ------------------------------------------------------ */

static const struct slip_row *
find(const struct slip_row *rows, size_t n, const struct tally_row *row)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].number == row->number &&
		    hash_eq(&rows[i].message, &row->name))
			return &rows[i];
	return NULL;
}

static bool
is_listed(const struct tally_list *l, const struct slip_row *row)
{
	for (uint16_t i = 0; i < l->n; i++)
		if (l->rows[i].number == row->number &&
		    hash_eq(&l->rows[i].name, &row->message))
			return true;
	return false;
}

/* What differs for good is told once, and again when it is something else:
 * *told tells. */
static bool
told_before(struct taking *t, const struct tally_list *l,
    const struct buf *names, bool *told, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct hash h = hash_of(buf_all(names));
	char key[96], hex[2 * HASH_LEN + 1];
	const char *before;
	bool ok;

	(void)snprintf(key, sizeof(key), "tally/%s/%lld", t->p->member.s,
	    (long long)(l->from / TALLY_RANGE));
	hex_encode(hex, slice_of(h.b, HASH_LEN));
	ok = store_fact(&t->v->store, &arena, key, &before, err);
	*told = ok && strcmp(before, hex) == 0;
	arena_free(&arena);
	return ok && (*told || store_set_fact(&t->v->store, key, hex, err));
}

/* Messages that came from it, and of which it does not know (any more). */
static bool
take_unknown(struct taking *t, const struct tally_list *l,
    const struct slip_row *rows, size_t n, struct err *err)
{
	struct buf names = BUF_INIT;
	bool ok = true, told = true;
	int64_t unknown = 0;

	for (size_t i = 0; i < n; i++)
		if (!is_listed(l, &rows[i])) {
			buf_put(&names, rows[i].message.b, HASH_LEN);
			unknown++;
		}
	if (unknown != 0)
		ok = told_before(t, l, &names, &told, err);
	for (size_t i = 0; ok && !told && i < n; i++)
		if (!is_listed(l, &rows[i]))
			ok = audit(t, "delivery.unknown", &rows[i].message,
			    "number", rows[i].number, err);
	if (!told)
		t->unknown += unknown;
	buf_free(&names);
	return ok;
}

static bool
take_list(struct taking *t, const struct tally_list *l, struct err *err)
{
	struct arena arena = ARENA_INIT;
	const struct slip_row *mine;
	struct slip_row *rows;
	bool ok, waits;
	size_t n;

	ok = slip_list(&t->v->store, &arena, &t->p->member, l->from, l->until,
	    &rows, &n, err);
	for (uint16_t i = 0; ok && i < l->n; i++) {
		mine = find(rows, n, &l->rows[i]);
		if (mine == NULL || !mine->here)
			ok = take_row(t, &l->rows[i], &waits, err);
	}
	ok = ok && take_unknown(t, l, rows, n, err);
	arena_free(&arena);
	return ok;
}

static bool
take(struct taking *t, const struct tally_answer *a, struct err *err)
{
	if (a->proof.n != 0 &&
	    !tally_older(t->v, &t->p->member, a->high, a->proof, err))
		return false;
	take_receipts(t, a);
	if (!take_open(t, a, err))
		return false;
	for (uint8_t i = 0; i < a->nlists; i++)
		if (!take_list(t, &a->lists[i], err))
			return false;
	return (t->lost == 0 || page(t, PAGE_LOST_HERE, err)) &&
	    (t->gone == 0 || page(t, PAGE_GONE, err)) &&
	    (t->unknown == 0 || page(t, PAGE_UNKNOWN_THERE, err));
}

bool
tally_take(struct tally_peer *p, const struct tally_answer *a, struct err *err)
{
	struct taking t = { .p = p, .v = p->tally->vault, .asked = p->again,
	    .nasked = p->nagain };
	bool ok;

	p->again = NULL;
	p->nagain = 0;
	ok = take(&t, a, err);
	/* Some of them are on their way: then the rest is asked for, and what
	 * comes after it. */
	if ((p->nagain != 0 && p->nagain < t.nasked) ||
	    (t.waits && clock_steady() < p->mending))
		p->unfinished = true;
	free(t.asked);
	return ok;
}
