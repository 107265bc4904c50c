#include <assert.h>

#include "model/invite.h"
#include "model/join.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What parses has one form: printed, it is what was read. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice text = slice_of(p, n);
	struct buf b = BUF_INIT;
	struct invite invite;
	struct join join;
	struct err err;

	if (join_parse(&join, text, &err)) {
		join_print(&b, &join);
		assert(slice_eq(buf_all(&b), text));
		join_release(&join);
	}
	buf_clear(&b);
	if (invite_parse(&invite, text, &err)) {
		invite_print(&b, &invite);
		assert(slice_eq(buf_all(&b), text));
		invite_release(&invite);
	}
	buf_free(&b);
	return 0;
}
