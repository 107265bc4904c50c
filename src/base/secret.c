#include "base/secret.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>

struct secret *
secret_new(size_t n)
{
	struct secret *s;

	assert(n <= 16 * 1024 * 1024);
	/* sodium_malloc aligns the end of the block to the guard page, so the
	 * size is rounded up to keep the header aligned. */
	s = sodium_malloc((sizeof(*s) + n + 15) & ~(size_t)15);
	if (s == NULL) {
		(void)fputs("out of guarded memory\n", stderr);
		abort();
	}
	s->n = n;
	sodium_memzero(s->p, n);
	return s;
}

struct secret *
secret_random(size_t n)
{
	struct secret *s = secret_new(n);

	randombytes_buf(s->p, n);
	return s;
}

struct secret *
secret_copy(struct slice from)
{
	struct secret *s = secret_new(from.n);

	if (from.n != 0)
		memcpy(s->p, from.p, from.n);
	return s;
}

void
secret_free(struct secret *s)
{
	sodium_free(s);		/* wipes; NULL is fine */
}

void
secret_wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}

void
secret_process_init(void)
{
	const struct rlimit none = { 0, 0 };

	if (sodium_init() == -1) {
		(void)fputs("libsodium does not start\n", stderr);
		abort();
	}
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
}
