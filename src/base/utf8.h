#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>

#include "base/slice.h"

/* Valid UTF-8 (RFC 3629: no surrogates, no overlong forms, <= U+10FFFF). */
bool	utf8_valid(struct slice);
/* Valid, and no control character but (when asked for) tab and newline. */
enum utf8_lines { UTF8_ONE_LINE, UTF8_MANY_LINES };
bool	utf8_printable(struct slice, enum utf8_lines);
/* Valid, and none of what turns the direction of the text after it: bidi
 * embeddings, overrides and isolates (U+202A-202E, U+2066-2069), with which
 * "exe.txt" is made to read "txt.exe". */
bool	utf8_straight(struct slice);
/* Code points in valid UTF-8. */
size_t	utf8_length(struct slice);

#endif
