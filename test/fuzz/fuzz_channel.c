#include <assert.h>

#include "ententd/channel.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* The bytes as each of the structs that cross a channel: what decodes encodes
 * to them. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice bytes = slice_of(p, n);
	struct cursor c = cursor_of(bytes);
	struct buf b = BUF_INIT;
	struct child_config config;
	struct request q;
	struct answer a;
	struct errand e;
	struct err err;

	if (request_decode(&q, bytes)) {
		request_encode(&b, &q);
		assert(slice_eq(buf_all(&b), bytes));
		buf_clear(&b);
	}
	if (answer_decode(&a, bytes)) {
		answer_encode(&b, &a);
		assert(slice_eq(buf_all(&b), bytes));
		buf_clear(&b);
	}
	if (errand_decode(&e, bytes)) {
		errand_encode(&b, &e);
		assert(slice_eq(buf_all(&b), bytes));
		buf_clear(&b);
	}
	if (child_config_decode(&config, bytes)) {
		child_config_encode(&b, &config);
		assert(slice_eq(buf_all(&b), bytes));
	}
	if (result_decode(&c, &err))
		assert(!c.bad && err.class == ERR_NONE);
	else
		assert(err.class != ERR_NONE && err.class < ERR_CLASSES);
	buf_free(&b);
	return 0;
}
