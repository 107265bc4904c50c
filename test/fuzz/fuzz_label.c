#include <assert.h>

#include "model/label.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Marks only make a label stricter, and what was read is printed so that it
 * reads the same. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct handling h = { .tlp = TLP_GREEN }, again = { .tlp = TLP_CLEAR };
	struct buf marks = BUF_INIT, b = BUF_INIT;
	struct err err;

	buf_put(&marks, p, n);
	if (label_read(&h, buf_cstr(&marks), &err)) {
		assert(h.tlp >= TLP_GREEN && h.level < LEVELS && h.pap < PAPS);
		label_print(&b, &h);
		assert(label_read(&again, buf_cstr(&b), &err));
		assert(again.tlp == h.tlp && again.level == h.level &&
		    again.pap == h.pap && again.codes == h.codes);
	}
	buf_free(&marks);
	buf_free(&b);
	return 0;
}
