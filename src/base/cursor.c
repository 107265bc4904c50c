#include "base/cursor.h"

#include <string.h>

struct slice
cursor_bytes(struct cursor *c, size_t n)
{
	struct slice got = { .p = NULL };

	if (c->bad || n > c->rest.n) {
		c->bad = true;
		c->rest = (struct slice){ .p = NULL };
		return got;
	}
	got = (struct slice){ c->rest.p, n };
	c->rest = slice_skip(c->rest, n);
	return got;
}

uint8_t
cursor_u8(struct cursor *c)
{
	struct slice s = cursor_bytes(c, 1);

	return s.n == 1 ? s.p[0] : 0;
}

uint16_t
cursor_u16(struct cursor *c)
{
	struct slice s = cursor_bytes(c, 2);

	return s.n == 2 ? (uint16_t)(s.p[0] << 8 | s.p[1]) : 0;
}

uint32_t
cursor_u32(struct cursor *c)
{
	struct slice s = cursor_bytes(c, 4);

	if (s.n != 4)
		return 0;
	return (uint32_t)s.p[0] << 24 | (uint32_t)s.p[1] << 16 |
	    (uint32_t)s.p[2] << 8 | s.p[3];
}

uint64_t
cursor_u64(struct cursor *c)
{
	uint64_t high = cursor_u32(c);

	return high << 32 | cursor_u32(c);
}

void
cursor_copy(struct cursor *c, void *out, size_t n)
{
	struct slice s = cursor_bytes(c, n);

	if (s.n == n && n != 0)
		memcpy(out, s.p, n);
	else
		memset(out, 0, n);
}

struct slice
cursor_var(struct cursor *c, size_t max)
{
	uint32_t n = cursor_u32(c);

	if (n > max) {
		c->bad = true;
		c->rest = (struct slice){ .p = NULL };
		n = 0;
	}
	return cursor_bytes(c, n);
}

void
cursor_str(struct cursor *c, char *out, size_t size)
{
	struct slice s = cursor_var(c, size - 1);

	if (s.n != 0 && memchr(s.p, '\0', s.n) != NULL) {
		c->bad = true;
		c->rest = (struct slice){ .p = NULL };
		s.n = 0;
	}
	if (s.n != 0)
		memcpy(out, s.p, s.n);
	out[s.n] = '\0';
}

bool
cursor_done(const struct cursor *c)
{
	return !c->bad && c->rest.n == 0;
}
