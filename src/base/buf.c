#include "base/buf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

/* There is no sensible way on without memory; sizes from outside are
 * bounded before they come here, so no peer can cause this. */
static void *
alive(void *p)
{
	if (p == NULL) {
		(void)fputs("out of memory\n", stderr);
		abort();
	}
	return p;
}

void *
xmalloc(size_t n)
{
	return alive(malloc(n == 0 ? 1 : n));
}

void *
xcalloc(size_t n, size_t size)
{
	return alive(calloc(n == 0 ? 1 : n, size == 0 ? 1 : size));
}

void *
xrealloc(void *p, size_t n)
{
	return alive(realloc(p, n == 0 ? 1 : n));
}

char *
xstrdup(const char *s)
{
	return alive(strdup(s));
}

uint8_t *
buf_room(struct buf *b, size_t n)
{
	size_t cap;

	if (b->bad)
		return NULL;
	if (b->limit != 0 && (n > b->limit || b->n > b->limit - n)) {
		b->bad = true;
		return NULL;
	}
	assert(n <= SIZE_MAX / 4 - b->n);
	if (b->cap - b->n >= n && b->p != NULL)
		return b->p + b->n;
	cap = b->cap < 64 ? 64 : b->cap;
	while (cap < b->n + n)
		cap *= 2;
	b->p = xrealloc(b->p, cap);
	b->cap = cap;
	return b->p + b->n;
}

void
buf_put(struct buf *b, const void *p, size_t n)
{
	uint8_t *room;

	if (n == 0)
		return;
	room = buf_room(b, n);
	if (room == NULL)
		return;
	memcpy(room, p, n);
	b->n += n;
}

void
buf_slice(struct buf *b, struct slice s)
{
	buf_put(b, s.p, s.n);
}

void
buf_str(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void
buf_u8(struct buf *b, uint8_t v)
{
	buf_put(b, &v, 1);
}

void
buf_u16(struct buf *b, uint16_t v)
{
	uint8_t x[2] = { (uint8_t)(v >> 8), (uint8_t)v };

	buf_put(b, x, sizeof(x));
}

void
buf_u32(struct buf *b, uint32_t v)
{
	buf_u16(b, (uint16_t)(v >> 16));
	buf_u16(b, (uint16_t)v);
}

void
buf_u64(struct buf *b, uint64_t v)
{
	buf_u32(b, (uint32_t)(v >> 32));
	buf_u32(b, (uint32_t)v);
}

void
buf_var(struct buf *b, struct slice s)
{
	assert(s.n <= UINT32_MAX);
	buf_u32(b, (uint32_t)s.n);
	buf_slice(b, s);
}

void
buf_var_str(struct buf *b, const char *s)
{
	buf_var(b, slice_str(s));
}

/* Room that may pass the limit: for a NUL, which does not count. */
static uint8_t *
beyond(struct buf *b, size_t n)
{
	size_t limit = b->limit;
	uint8_t *room;

	b->limit = 0;
	room = buf_room(b, n);
	b->limit = limit;
	return room;
}

void
buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	uint8_t *room;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	assert(n >= 0);
	if (buf_room(b, (size_t)n) == NULL)
		return;
	/* The NUL that vsnprintf adds is not content: it may pass the limit. */
	room = beyond(b, (size_t)n + 1);
	(void)vsnprintf((char *)room, (size_t)n + 1, fmt, ap);
	b->n += (size_t)n;
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

void
buf_eat(struct buf *b, size_t n)
{
	assert(n <= b->n);
	b->n -= n;
	if (b->n != 0)
		memmove(b->p, b->p + n, b->n);
}

const char *
buf_cstr(struct buf *b)
{
	if (b->bad)
		return "";
	*beyond(b, 1) = '\0';
	return (const char *)b->p;
}

void
buf_clear(struct buf *b)
{
	b->n = 0;
	b->bad = false;
}

void
buf_free(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ .limit = b->limit };
}

void
buf_wipe(struct buf *b)
{
	if (b->p != NULL)
		secret_wipe(b->p, b->cap);
	buf_free(b);
}
