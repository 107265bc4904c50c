#include <assert.h>

#include "model/message.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What parses has one form, and holds what the fields say of each other. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice text = slice_of(p, n);
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct member_id from;
	struct header h;
	struct err err;

	if (header_parse(&h, &a, text, &err)) {
		header_print(&b, &h);
		assert(slice_eq(buf_all(&b), text));
		from = header_from(&h);
		assert(h.nto != 0 && header_to(&h, &from) == NULL);
		assert(header_is_root(&h) == (h.act == ACT_SUBMIT));
		assert(h.deliver_by > h.sent);
		header_release(&h);
	} else {
		assert(err.rule[0] == 'E' && h.ext == NULL);
	}
	buf_free(&b);
	arena_free(&a);
	return 0;
}
