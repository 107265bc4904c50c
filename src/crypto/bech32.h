#ifndef CRYPTO_BECH32_H
#define CRYPTO_BECH32_H

#include <stdbool.h>

#include "base/slice.h"

/*
 * Bech32 (BIP 173) without its length limit, as age writes keys.  Nothing is
 * kept beside the caller's memory, so that secret keys may pass.
 */

/* Room for n bytes under hrp, with the NUL. */
size_t	bech32_size(const char *hrp, size_t n);
/* The text takes the case of its hrp.  out has bech32_size() bytes. */
void	bech32_encode(char *out, const char *hrp, struct slice);
/*
 * Exactly n bytes under exactly this hrp: the one text that bech32_encode
 * would write.  On false *out is zeroed.
 */
bool	bech32_decode(uint8_t *out, size_t n, const char *hrp, struct slice text);
/*
 * Some bytes under some hrp, in lower case, in the one text for them.  *hrp is
 * what stands before the last '1', at least a character.
 */
bool	bech32_valid(struct slice *hrp, struct slice text);

#endif
