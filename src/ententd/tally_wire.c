#include "ententd/tally_wire.h"

#include "base/cursor.h"
#include "base/json.h"

static bool
bad(struct err *err, const char *what)
{
	return err_set(err, ERR_INVALID, "E-TALLY-FORM", "%s does not read",
	    what);
}

/* 0 to the greatest number there can be; anything else spoils the cursor. */
static int64_t
read_number(struct cursor *c)
{
	uint64_t n = cursor_u64(c);

	if (n > (uint64_t)JSON_INT_MAX) {
		c->bad = true;
		c->rest.n = 0;
		return 0;
	}
	return (int64_t)n;
}

static bool
is_range(int64_t from, int64_t until)
{
	return from >= 1 && until > from && until - from <= TALLY_RANGE;
}

/* -- the question --------------------------------------------------------------- */

void
tally_question_encode(struct buf *b, const struct tally_question *q)
{
	buf_u8(b, TALLY_V1);
	buf_put(b, q->net.b, HASH_LEN);
	buf_u64(b, (uint64_t)q->low);
	buf_u64(b, (uint64_t)q->last);
	buf_u64(b, (uint64_t)q->high);
	buf_var(b, q->proof);
	buf_u8(b, q->nranges);
	for (uint8_t i = 0; i < q->nranges; i++) {
		buf_u64(b, (uint64_t)q->ranges[i].from);
		buf_u64(b, (uint64_t)q->ranges[i].until);
		buf_put(b, q->ranges[i].digest.b, HASH_LEN);
	}
	buf_u16(b, q->nagain);
	for (uint16_t i = 0; i < q->nagain; i++)
		buf_put(b, q->again[i].b, HASH_LEN);
}

static bool
read_ranges(struct tally_question *q, struct cursor *c)
{
	q->nranges = cursor_u8(c);
	if (q->nranges > TALLY_RANGES)
		return false;
	for (uint8_t i = 0; i < q->nranges; i++) {
		struct tally_range *r = &q->ranges[i];

		r->from = read_number(c);
		r->until = read_number(c);
		cursor_copy(c, r->digest.b, HASH_LEN);
		if (!is_range(r->from, r->until) || r->until > q->low)
			return false;
	}
	return true;
}

bool
tally_question_decode(struct tally_question *q, struct arena *arena,
    struct slice bytes, struct err *err)
{
	struct cursor c = cursor_of(bytes);
	uint8_t version = cursor_u8(&c);

	*q = (struct tally_question){ .low = 0 };
	cursor_copy(&c, q->net.b, HASH_LEN);
	q->low = read_number(&c);
	q->last = read_number(&c);
	q->high = read_number(&c);
	q->proof = cursor_var(&c, TALLY_PROOF);
	if (c.bad || version != TALLY_V1 || q->low < 1)
		return bad(err, "the question");
	if (!read_ranges(q, &c))
		return bad(err, "a range");
	q->nagain = cursor_u16(&c);
	if (q->nagain > TALLY_AGAIN)
		return bad(err, "a list of names");
	q->again = arena_alloc(arena, (q->nagain + 1u) * sizeof(*q->again));
	for (uint16_t i = 0; i < q->nagain; i++)
		cursor_copy(&c, q->again[i].b, HASH_LEN);
	return cursor_done(&c) || bad(err, "the question's end");
}

/* -- the answer ------------------------------------------------------------------- */

static void
put_rows(struct buf *b, const struct tally_list *l)
{
	buf_u16(b, l->n);
	for (uint16_t i = 0; i < l->n; i++) {
		buf_u64(b, (uint64_t)l->rows[i].number);
		buf_put(b, l->rows[i].name.b, HASH_LEN);
		buf_u8(b, (uint8_t)l->rows[i].status);
	}
}

void
tally_answer_encode(struct buf *b, const struct tally_answer *a)
{
	buf_u8(b, TALLY_V1);
	buf_u64(b, (uint64_t)a->last);
	buf_u64(b, (uint64_t)a->high);
	buf_var(b, a->proof);
	buf_u8(b, a->more);
	put_rows(b, &a->open);
	buf_u8(b, a->nlists);
	for (uint8_t i = 0; i < a->nlists; i++) {
		buf_u64(b, (uint64_t)a->lists[i].from);
		buf_u64(b, (uint64_t)a->lists[i].until);
		put_rows(b, &a->lists[i]);
	}
	buf_u16(b, a->nreceipts);
	for (uint16_t i = 0; i < a->nreceipts; i++)
		buf_var(b, a->receipts[i]);
}

static bool
read_rows(struct tally_list *l, uint16_t most, struct arena *arena,
    struct cursor *c)
{
	int64_t before = 0;
	uint8_t status;

	l->n = cursor_u16(c);
	if (c->bad || l->n > most)
		return false;
	l->rows = arena_alloc(arena, (l->n + 1u) * sizeof(*l->rows));
	for (uint16_t i = 0; i < l->n; i++) {
		struct tally_row *r = &l->rows[i];

		r->number = read_number(c);
		cursor_copy(c, r->name.b, HASH_LEN);
		status = cursor_u8(c);
		if (c->bad || r->number <= before || status >= TALLY_STATUSES)
			return false;
		before = r->number;
		r->status = (enum tally_status)status;
	}
	return true;
}

static bool
read_lists(struct tally_answer *a, struct arena *arena, struct cursor *c)
{
	a->nlists = cursor_u8(c);
	if (a->nlists > TALLY_RANGES)
		return false;
	for (uint8_t i = 0; i < a->nlists; i++) {
		struct tally_list *l = &a->lists[i];

		l->from = read_number(c);
		l->until = read_number(c);
		if (!is_range(l->from, l->until) ||
		    !read_rows(l, TALLY_RANGE, arena, c))
			return false;
		if (l->n != 0 && (l->rows[0].number < l->from ||
		    l->rows[l->n - 1].number >= l->until))
			return false;
	}
	return true;
}

bool
tally_answer_decode(struct tally_answer *a, struct arena *arena,
    struct slice bytes, struct err *err)
{
	struct cursor c = cursor_of(bytes);
	uint8_t version = cursor_u8(&c), more;

	*a = (struct tally_answer){ .last = 0 };
	a->last = read_number(&c);
	a->high = read_number(&c);
	a->proof = cursor_var(&c, TALLY_PROOF);
	more = cursor_u8(&c);
	if (c.bad || version != TALLY_V1 || more > 1)
		return bad(err, "the answer");
	a->more = more == 1;
	if (!read_rows(&a->open, TALLY_ROWS, arena, &c) ||
	    !read_lists(a, arena, &c))
		return bad(err, "a list of numbers");
	/* Nobody has given out a number beyond his last. */
	if (a->open.n != 0 && a->open.rows[a->open.n - 1].number > a->last)
		return bad(err, "the last number");
	a->nreceipts = cursor_u16(&c);
	if (a->nreceipts > TALLY_RECEIPTS)
		return bad(err, "a list of receipts");
	a->receipts = arena_alloc(arena,
	    (a->nreceipts + 1u) * sizeof(*a->receipts));
	for (uint16_t i = 0; i < a->nreceipts; i++)
		a->receipts[i] = cursor_var(&c, TALLY_PROOF);
	return cursor_done(&c) || bad(err, "the answer's end");
}
