#ifndef BASE_ENCODE_H
#define BASE_ENCODE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/slice.h"

/* Lower-case hex.  out has 2 * n + 1 bytes. */
void	hex_encode(char *out, struct slice);
void	buf_hex(struct buf *, struct slice);
/* Exactly n bytes from exactly 2n lower-case digits. */
bool	hex_decode(uint8_t *out, size_t n, struct slice text);

/* Standard base64 (RFC 4648 section 4). */
enum base64_padding { BASE64_RAW, BASE64_PADDED };
void	buf_base64(struct buf *, struct slice, enum base64_padding);
/* Strict: canonical padding bits, no spaces, padding exactly as asked. */
bool	base64_decode(struct buf *out, struct slice text, enum base64_padding);

#endif
