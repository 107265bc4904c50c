#ifndef CRYPTO_AGE_KEY_H
#define CRYPTO_AGE_KEY_H

#include "crypto/age.h"

/* What a file key becomes: the header's MAC, the payload's key, and the
 * 32 bytes in which a native stanza carries it. */
enum { AGE_KEY = 32, AGE_BODY = AGE_FILE_KEY + AGE_TAG };

/* Over the header up to and with its "---". */
void	age_key_mac(uint8_t mac[static 32],
	    const uint8_t file_key[static AGE_FILE_KEY], struct slice header);
void	age_key_payload(uint8_t key[static AGE_KEY],
	    const uint8_t file_key[static AGE_FILE_KEY],
	    const uint8_t nonce[static AGE_NONCE]);
void	age_key_wrap(uint8_t body[static AGE_BODY],
	    const uint8_t wrap_key[static AGE_KEY],
	    const uint8_t file_key[static AGE_FILE_KEY]);
/* False when wrap_key is not the one. */
bool	age_key_unwrap(uint8_t file_key[static AGE_FILE_KEY],
	    const uint8_t wrap_key[static AGE_KEY],
	    const uint8_t body[static AGE_BODY]);

#endif
