#include <assert.h>

#include "model/calendar.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* A calendar that parses counts days, and they count themselves. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena arena = ARENA_INIT;
	struct calendar c;
	struct err err = { .class = ERR_NONE };

	if (calendar_parse(&c, &arena, slice_of(p, n), &err)) {
		msec end = calendar_add(&c, 0, 20);

		assert(calendar_works(&c, end));
		assert(calendar_between(&c, 0, end) == 20);
	} else {
		assert(err.rule[0] == 'E');
	}
	arena_free(&arena);
	return 0;
}
