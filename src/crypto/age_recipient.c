#include "crypto/age_recipient.h"

#include <assert.h>

#include "crypto/bech32.h"

bool
age_recipient_parse(struct age_recipient *r, struct slice text, struct err *err)
{
	if (age_x25519_parse(r, text) || age_p256_parse(r, text))
		return true;
	return err_set(err, ERR_INVALID, "E-AGE-KEY",
	    "not an age recipient (\"age1...\", \"age1tag1...\")");
}

void
age_recipient_print(char out[static AGE_KEY_TEXT],
    const struct age_recipient *r)
{
	assert(r->type->print != NULL);
	r->type->print(out, r);
}

/* Small letters, digits, dashes: what a type may be called. */
static bool
type_valid(struct slice type)
{
	for (size_t i = 0; i < type.n; i++)
		if (!(type.p[i] >= 'a' && type.p[i] <= 'z') &&
		    !(type.p[i] >= '0' && type.p[i] <= '9') &&
		    type.p[i] != '-')
			return false;
	return type.n != 0;
}

/* A text of a type known here that does not parse is none: its type is not
 * foreign. */
enum age_known
age_recipient_known(struct slice text)
{
	struct age_recipient r;
	struct slice hrp;
	struct err ignored;

	if (text.n >= AGE_FOREIGN_TEXT)
		return AGE_NO_RECIPIENT;
	if (age_recipient_parse(&r, text, &ignored))
		return AGE_KNOWN;
	if (!bech32_valid(&hrp, text) || !slice_starts(hrp, "age1") ||
	    slice_eq(hrp, slice_str("age1tag")) ||
	    !type_valid(slice_skip(hrp, 4)))
		return AGE_NO_RECIPIENT;
	return AGE_FOREIGN;
}

void
age_identity_recipient(struct age_recipient *r, const struct age_identity *id)
{
	assert(id->type->recipient != NULL);
	id->type->recipient(r, id);
}
