#include <assert.h>

#include "ententd/wire.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
batch(struct slice bytes, struct arena *a, struct buf *again)
{
	struct wire_batch w;
	struct err err;

	if (!wire_batch_decode(&w, a, bytes, &err)) {
		assert(err.rule[0] == 'E');
		return;
	}
	assert(w.n >= 1 && w.n <= WIRE_BATCH && w.dir >= 0);
	wire_batch_begin(again, &w.net, w.dir, &w.dir_name, w.n);
	for (uint8_t i = 0; i < w.n; i++) {
		assert(w.messages[i].lane < URGENCIES);
		assert(w.messages[i].deliver_by <= TIME_MAX);
		wire_batch_add(again, &w.messages[i]);
	}
	assert(slice_eq(buf_all(again), bytes));
}

static void
reply(struct slice bytes, struct arena *a, struct buf *again)
{
	struct wire_reply w;
	struct err err;

	if (!wire_reply_decode(&w, a, bytes, &err)) {
		assert(err.rule[0] == 'E');
		return;
	}
	assert(w.n <= WIRE_BATCH + 1 && w.dir >= 0);
	wire_reply_encode(again, &w);
	assert(slice_eq(buf_all(again), bytes));
}

static void
parcels(struct slice bytes, struct arena *a, struct buf *again)
{
	struct wire_parcels w;
	struct err err;

	if (!wire_parcels_decode(&w, a, bytes, &err)) {
		assert(err.rule[0] == 'E');
		return;
	}
	assert(w.n <= WIRE_BATCH && w.dir >= 0);
	wire_parcels_encode(again, &w);
	assert(slice_eq(buf_all(again), bytes));
}

/* The same bytes as a batch, a reply and parcels: what decodes encodes to
 * them. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a = ARENA_INIT;
	struct buf again = BUF_INIT;

	batch(slice_of(p, n), &a, &again);
	buf_clear(&again);
	reply(slice_of(p, n), &a, &again);
	buf_clear(&again);
	parcels(slice_of(p, n), &a, &again);
	buf_free(&again);
	arena_free(&a);
	return 0;
}
