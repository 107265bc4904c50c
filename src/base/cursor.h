#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/*
 * Reads untrusted bytes straight down; the first overrun makes the cursor
 * bad *and* empty, every later read yields zero, and the end says so once.
 */
struct cursor {
	struct slice	rest;
	bool		bad;
};

static inline struct cursor
cursor_of(struct slice s)
{
	return (struct cursor){ .rest = s };
}

uint8_t		cursor_u8(struct cursor *);
uint16_t	cursor_u16(struct cursor *);
uint32_t	cursor_u32(struct cursor *);
uint64_t	cursor_u64(struct cursor *);
struct slice	cursor_bytes(struct cursor *, size_t n);
void		cursor_copy(struct cursor *, void *out, size_t n);
/* u32 length, then that many bytes, at most max. */
struct slice	cursor_var(struct cursor *, size_t max);
/* The same as text: no NUL inside, at most size - 1 bytes; "" when bad. */
void		cursor_str(struct cursor *, char *out, size_t size);
/* Nothing overran and nothing is left. */
bool		cursor_done(const struct cursor *);

#endif
