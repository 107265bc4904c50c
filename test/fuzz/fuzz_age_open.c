#include <assert.h>
#include <stdlib.h>

#include "base/secret.h"
#include "crypto/age.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* The specification's example key, to which the corpus is sealed, and a P-256
 * key of the same bytes. */
static struct age_identity *
identities(void)
{
	static struct age_identity id[2];

	if (id[0].key == NULL) {
		struct secret *key;
		struct err err;

		secret_process_init();
		key = secret_new(32);
		memset(key->p, 0x42, key->n);
		age_identity_x25519(&id[0], key);
		if (!age_identity_p256(&id[1], key, &err))
			abort();
	}
	return id;
}

/* A file opens alike whole and in pieces, and its size follows from what it
 * holds.  The first byte chooses the size of the pieces. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf whole = BUF_INIT, parts = BUF_INIT;
	struct age_open *o;
	struct age_header h;
	struct err err;
	bool a, b = true;

	if (n == 0)
		return 0;
	a = age_open_all(&whole, identities(), 2, slice_of(p + 1, n - 1),
	    AGE_HEADER_LINK, &err);
	o = age_open_begin(identities(), 2, AGE_HEADER_LINK);
	for (size_t i = 1, piece; b && i < n; i += piece) {
		piece = p[0] + 1U < n - i ? p[0] + 1U : n - i;
		b = age_open_add(o, slice_of(p + i, piece), &parts, &err);
	}
	b = age_open_end(o, &parts, &err) && b;
	assert(a == b);
	if (a) {
		assert(slice_eq(buf_all(&whole), buf_all(&parts)));
		assert(age_header_parse(&h, slice_of(p + 1, n - 1),
		    AGE_HEADER_LINK, &err) == AGE_PARSED);
		assert(h.length + age_payload_size(whole.n) == n - 1);
		age_header_free(&h);
	}
	buf_free(&whole);
	buf_free(&parts);
	return 0;
}
