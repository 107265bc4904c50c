#include <assert.h>

#include "model/card.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What parses has one form: printed, it is what was read. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice text = slice_of(p, n);
	struct buf b = BUF_INIT;
	struct arena a = ARENA_INIT;
	struct card t;
	struct err err;

	if (card_parse(&t, &a, text, &err)) {
		card_print(&b, &t);
		assert(slice_eq(buf_all(&b), text));
		card_release(&t);
	}
	buf_free(&b);
	arena_free(&a);
	return 0;
}
