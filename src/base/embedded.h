#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

#include "base/slice.h"

/*
 * Files compiled into the program by tools/embed, in arrays that end with an
 * entry without a name.
 */
struct embedded {
	const char	*name;		/* the path given to tools/embed */
	const uint8_t	*bytes;
	const uint8_t	*end;
};

static inline struct slice
embedded_bytes(const struct embedded *e)
{
	return slice_of(e->bytes, (size_t)(e->end - e->bytes));
}

#endif
