#include <assert.h>

#include "model/message.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What parses has one form, whole kilobytes long, and its files no paths. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice line = slice_of(p, n);
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct content c;
	struct err err;

	if (content_parse(&c, &a, line, &err)) {
		content_print(&b, &c);
		assert(slice_eq(buf_all(&b), line));
		assert(n % 1024 == 0 && n <= CONTENT_MAX);
		assert(json_is_object(c.body));
		for (size_t i = 0; i < c.nfiles; i++)
			assert(c.files[i].name[0] != '\0' &&
			    strchr(c.files[i].name, '/') == NULL);
		content_release(&c);
	} else {
		assert(err.rule[0] == 'E' && c.json == NULL);
	}
	buf_wipe(&b);
	arena_free(&a);
	return 0;
}
