#include <assert.h>

#include "model/ending.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What parses has one form, and ends nothing before it was said. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct agreement open = { .version = 1 };
	struct slice text = slice_of(p, n);
	struct buf b = BUF_INIT;
	struct ending e;
	struct err err;

	if (ending_parse(&e, text, &err)) {
		ending_print(&b, &e);
		assert(slice_eq(buf_all(&b), text));
		assert(ending_effect(&e, &open) >= e.issued);
		ending_release(&e);
	}
	buf_free(&b);
	return 0;
}
