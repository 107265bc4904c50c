#ifndef CRYPTO_AGE_STANZA_H
#define CRYPTO_AGE_STANZA_H

#include "crypto/age.h"
#include "crypto/age_key.h"

/* Stanzas of the native kinds: a type, bytes in base64, a body of 32. */

bool	age_stanza_is(const struct age_stanza *, const char *type);
/*
 * Check the form: nargs arguments, the second of them exactly n bytes of
 * base64 (into out), a body of AGE_BODY bytes.  Rule E-AGE-HEADER.  `text` is
 * memory to work in, so that a long header costs one allocation.
 */
bool	age_stanza_form(const struct age_stanza *, size_t nargs, uint8_t *out,
	    size_t n, struct buf *text, struct err *);
/* One more argument (args[i], which is there) of exactly n bytes. */
bool	age_stanza_bytes(const struct age_stanza *, size_t i, uint8_t *out,
	    size_t n, struct buf *text, struct err *);
/* more: a third argument, or NULL. */
void	age_stanza_print(struct buf *header, const char *type,
	    struct slice bytes, const char *more,
	    const uint8_t body[static AGE_BODY]);

#endif
