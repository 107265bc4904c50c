#include <assert.h>
#include <sodium.h>

#include "crypto/custody.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What is taken for a keyring given back has an owner, a key and a ring. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct custody c;
	struct err err;

	/* Guarded memory wants it, and libFuzzer's main() is not ours. */
	assert(sodium_init() != -1);
	if (!custody_parse(&c, slice_of(p, n), &err)) {
		assert(c.unlock == NULL);
		return 0;
	}
	assert(c.whose[0] != '\0' && c.unlock->n == 32);
	assert(c.ring.p + c.ring.n == p + n && custody_is_sealed(c.ring));
	custody_release(&c);
	return 0;
}
