#include <assert.h>

#include "base/json.h"
#include "ententd/tally_wire.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
question(struct slice bytes, struct arena *a, struct buf *again)
{
	struct tally_question q;
	struct err err;

	if (!tally_question_decode(&q, a, bytes, &err)) {
		assert(err.rule[0] == 'E');
		return;
	}
	assert(q.low >= 1 && q.low <= JSON_INT_MAX && q.nagain <= TALLY_AGAIN);
	for (uint8_t i = 0; i < q.nranges; i++) {
		assert(q.ranges[i].until <= q.low);
		assert(q.ranges[i].until - q.ranges[i].from <= TALLY_RANGE);
	}
	tally_question_encode(again, &q);
	assert(slice_eq(buf_all(again), bytes));
}

static void
rising(const struct tally_list *l)
{
	for (uint16_t i = 0; i < l->n; i++) {
		assert(l->rows[i].number > (i == 0 ? 0 : l->rows[i - 1].number));
		assert(l->rows[i].status < TALLY_STATUSES);
	}
}

static void
answer(struct slice bytes, struct arena *a, struct buf *again)
{
	struct tally_answer w;
	struct err err;

	if (!tally_answer_decode(&w, a, bytes, &err)) {
		assert(err.rule[0] == 'E');
		return;
	}
	rising(&w.open);
	for (uint8_t i = 0; i < w.nlists; i++)
		rising(&w.lists[i]);
	assert(w.open.n == 0 || w.open.rows[w.open.n - 1].number <= w.last);
	tally_answer_encode(again, &w);
	assert(slice_eq(buf_all(again), bytes));
}

/* The same bytes as a question and as an answer: what decodes encodes to
 * them. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a = ARENA_INIT;
	struct buf again = BUF_INIT;

	question(slice_of(p, n), &a, &again);
	buf_clear(&again);
	answer(slice_of(p, n), &a, &again);
	buf_free(&again);
	arena_free(&a);
	return 0;
}
