#include "base/slice.h"

#include <assert.h>

struct slice
slice_skip(struct slice s, size_t n)
{
	assert(n <= s.n);
	if (n == 0)
		return s;
	return (struct slice){ s.p + n, s.n - n };
}

bool
slice_cut(struct slice *head, struct slice *rest, uint8_t sep)
{
	const uint8_t *at;
	size_t n;

	if (rest->n == 0)
		return false;
	at = memchr(rest->p, sep, rest->n);
	if (at == NULL)
		return false;
	n = (size_t)(at - rest->p);
	*head = (struct slice){ rest->p, n };
	*rest = slice_skip(*rest, n + 1);
	return true;
}
