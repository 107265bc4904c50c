#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/slice.h"

/*
 * Memory for one unit of work (a request, a message, a CLI run), thrown away
 * whole.  Never for secrets: those are struct secret.
 */
struct arena {
	struct arena_chunk	*head;
};
#define ARENA_INIT	{ .head = NULL }

void		*arena_alloc(struct arena *, size_t);	/* zeroed, aligned */
void		*arena_dup(struct arena *, const void *, size_t);
struct slice	 arena_slice(struct arena *, struct slice);
char		*arena_strdup(struct arena *, const char *);
/* The bytes with a NUL after them; the caller knows there is none inside. */
char		*arena_str(struct arena *, struct slice);
char		*arena_printf(struct arena *, const char *fmt, ...)
		    __attribute__((format(printf, 2, 3)));
void		 arena_free(struct arena *);	/* wipes: content passes here */

#endif
