#include "crypto/age_stanza.h"

#include "base/encode.h"

bool
age_stanza_is(const struct age_stanza *s, const char *type)
{
	return slice_eq(s->args[0], slice_str(type));
}

bool
age_stanza_bytes(const struct age_stanza *s, size_t i, uint8_t *out, size_t n,
    struct buf *text, struct err *err)
{
	buf_clear(text);
	if (!base64_decode(text, s->args[i], BASE64_RAW) || text->n != n)
		return err_set(err, ERR_INVALID, "E-AGE-HEADER",
		    "argument %zu of a stanza is not %zu bytes of base64",
		    i + 1, n);
	memcpy(out, text->p, n);
	return true;
}

bool
age_stanza_form(const struct age_stanza *s, size_t nargs, uint8_t *out,
    size_t n, struct buf *text, struct err *err)
{
	if (s->nargs != nargs)
		return err_set(err, ERR_INVALID, "E-AGE-HEADER",
		    "a recipient stanza has %zu arguments, not %zu", s->nargs,
		    nargs);
	if (!age_stanza_bytes(s, 1, out, n, text, err))
		return false;
	/* Before any decryption: the length of what is wrapped is no oracle. */
	if (s->body.n != AGE_BODY)
		return err_set(err, ERR_INVALID, "E-AGE-HEADER",
		    "a recipient stanza's body has %zu bytes, not %d",
		    s->body.n, AGE_BODY);
	return true;
}

void
age_stanza_print(struct buf *header, const char *type, struct slice bytes,
    const char *more, const uint8_t body[static AGE_BODY])
{
	buf_str(header, "-> ");
	buf_str(header, type);
	buf_u8(header, ' ');
	buf_base64(header, bytes, BASE64_RAW);
	if (more != NULL) {
		buf_u8(header, ' ');
		buf_str(header, more);
	}
	/* 43 digits: one line, and short, so it also ends the stanza. */
	buf_u8(header, '\n');
	buf_base64(header, slice_of(body, AGE_BODY), BASE64_RAW);
	buf_u8(header, '\n');
}
