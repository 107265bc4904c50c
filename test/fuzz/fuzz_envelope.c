#include <assert.h>

#include "model/message.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* The three parts lie within the bytes, in order, and make them up again. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice plain = slice_of(p, n);
	struct buf b = BUF_INIT;
	struct envelope e;
	struct slip slip;
	struct err err;

	if (!envelope_split(&e, plain, &err)) {
		assert(err.rule[0] == 'E');
		return 0;
	}
	assert(e.note.p == p && e.note.n + 1 + e.slip.n + 1 + e.content.n + 1 ==
	    n);
	assert(e.note.n <= NOTE_MAX && e.content.n <= CONTENT_MAX);
	if (slip_parse(&slip, e.slip, &err)) {
		envelope_print(&b, e.note, &slip, e.content);
		assert(slice_eq(buf_all(&b), plain));
	}
	buf_free(&b);
	return 0;
}
