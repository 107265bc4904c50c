#ifndef CRYPTO_AGE_RECIPIENT_H
#define CRYPTO_AGE_RECIPIENT_H

#include "crypto/age.h"

/* The kinds of recipient that have a text.  False: it is not of this kind. */
bool	age_x25519_parse(struct age_recipient *, struct slice text);
void	age_x25519_print(char out[static AGE_KEY_TEXT],
	    const struct age_recipient *);
bool	age_p256_parse(struct age_recipient *, struct slice text);
void	age_p256_print(char out[static AGE_KEY_TEXT],
	    const struct age_recipient *);

#endif
