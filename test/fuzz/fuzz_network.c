#include <assert.h>

#include "model/network.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What parses has one form: printed, it is what was read. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice text = slice_of(p, n);
	struct buf b = BUF_INIT;
	struct network t;
	struct err err;

	if (network_parse(&t, text, &err)) {
		network_print(&b, &t);
		assert(slice_eq(buf_all(&b), text));
		network_release(&t);
	}
	buf_free(&b);
	return 0;
}
