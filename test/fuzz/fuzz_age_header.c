#include <assert.h>

#include "base/encode.h"
#include "crypto/age.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
print_body(struct buf *out, struct slice body)
{
	while (body.n >= 48) {
		buf_base64(out, slice_of(body.p, 48), BASE64_RAW);
		buf_u8(out, '\n');
		body = slice_skip(body, 48);
	}
	buf_base64(out, body, BASE64_RAW);
	buf_u8(out, '\n');
}

/* A header that parses is the one text of what was parsed, and no shorter
 * part of it parses. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf out = BUF_INIT;
	struct age_header h, less;
	struct err err;

	if (age_header_parse(&h, slice_of(p, n), AGE_HEADER_LINK, &err) !=
	    AGE_PARSED)
		return 0;
	buf_str(&out, "age-encryption.org/v1\n");
	for (size_t i = 0; i < h.nstanzas; i++) {
		buf_str(&out, "->");
		for (size_t k = 0; k < h.stanzas[i].nargs; k++) {
			buf_u8(&out, ' ');
			buf_slice(&out, h.stanzas[i].args[k]);
		}
		buf_u8(&out, '\n');
		print_body(&out, h.stanzas[i].body);
	}
	buf_str(&out, "---");
	assert(slice_eq(buf_all(&out), h.mac_input));
	buf_u8(&out, ' ');
	buf_base64(&out, slice_of(h.mac, sizeof(h.mac)), BASE64_RAW);
	buf_u8(&out, '\n');
	assert(slice_eq(buf_all(&out), slice_of(p, h.length)));
	assert(age_header_parse(&less, slice_of(p, h.length - 1),
	    AGE_HEADER_LINK, &err) == AGE_MORE);
	age_header_free(&h);
	buf_free(&out);
	return 0;
}
