#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/slice.h"

/*
 * A key, a password: in guarded, locked memory that is left out of core
 * dumps (sodium_malloc(3)), wiped when freed, never in an arena.
 */
struct secret {
	size_t	n;
	uint8_t	p[];
};

struct secret	*secret_new(size_t n);		/* zeroed */
struct secret	*secret_random(size_t n);
struct secret	*secret_copy(struct slice);	/* the caller wipes its own */
void		 secret_free(struct secret *);	/* NULL is fine */

static inline struct slice
secret_slice(const struct secret *s)
{
	return (struct slice){ s->p, s->n };
}

/* Once, first thing in every program: libsodium up, no core dumps, not
 * traceable by other processes of the same user. */
void		 secret_process_init(void);
void		 secret_wipe(void *, size_t);

#endif
