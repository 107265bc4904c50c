#include <assert.h>
#include <sodium.h>

#include "crypto/keyring_form.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* A keyring's plaintext that decodes encodes to the same bytes. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf again = BUF_INIT;
	struct keyring *k;

	/* Guarded memory wants it, and libFuzzer's main() is not ours. */
	assert(sodium_init() != -1);
	k = keyring_form_decode(slice_of(p, n), NULL);
	if (k == NULL)
		return 0;
	keyring_form_encode(&again, k);
	assert(slice_eq(buf_all(&again), slice_of(p, n)));
	buf_wipe(&again);
	keyring_free(k);
	return 0;
}
