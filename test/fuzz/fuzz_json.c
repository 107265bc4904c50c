#include <assert.h>

#include "base/json.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What is read, written and read again is the same, and so is its text. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf once = BUF_INIT, twice = BUF_INIT;
	struct jout out = jout_to(&once);
	struct err err;
	json_t *v = json_read(slice_of(p, n), 1 << 20, &err), *again;

	if (v == NULL) {
		assert(err.rule[0] == 'E');
		return 0;
	}
	jout_value(&out, NULL, v);
	again = json_read(buf_all(&once), 8 << 20, &err);
	assert(again != NULL && json_equal(v, again));
	out = jout_to(&twice);
	jout_value(&out, NULL, again);
	assert(slice_eq(buf_all(&once), buf_all(&twice)));
	json_decref(v);
	json_decref(again);
	buf_free(&once);
	buf_free(&twice);
	return 0;
}
