#include <assert.h>

#include "base/secret.h"
#include "crypto/age.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* A recipient that parses has one text, and is known; what is sealed to it has
 * one stanza of its type. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice text = slice_of(p, n);
	char printed[AGE_KEY_TEXT];
	struct buf sealed = BUF_INIT;
	struct age_recipient r;
	struct age_header h;
	struct err err;

	if (!age_recipient_parse(&r, text, &err)) {
		assert(age_recipient_known(text) != AGE_KNOWN);
		return 0;
	}
	assert(age_recipient_known(text) == AGE_KNOWN);
	age_recipient_print(printed, &r);
	assert(slice_eq(slice_str(printed), text));
	/* Not to an X25519 point of small order. */
	if (age_seal_all(&sealed, &r, 1, text, &err)) {
		assert(age_header_parse(&h, buf_all(&sealed), AGE_HEADER_LINK,
		    &err) == AGE_PARSED);
		assert(h.nstanzas == 1 && slice_eq(h.stanzas[0].args[0],
		    slice_str(r.type->name)));
		age_header_free(&h);
	}
	buf_free(&sealed);
	return 0;
}
