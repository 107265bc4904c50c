#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/*
 * Bytes that grow.  `struct buf b = BUF_INIT;` is empty and needs no free.
 * With a limit, the first append that would pass it makes the buffer `bad`
 * and later appends do nothing: append all you like, ask once at the end.
 * Integers are written big-endian, as struct cursor reads them.
 */
struct buf {
	uint8_t	*p;
	size_t	 n;
	size_t	 cap;
	size_t	 limit;		/* 0: none */
	bool	 bad;
};
#define BUF_INIT	{ .p = NULL }

void	buf_put(struct buf *, const void *, size_t);
void	buf_slice(struct buf *, struct slice);
void	buf_str(struct buf *, const char *);
void	buf_u8(struct buf *, uint8_t);
void	buf_u16(struct buf *, uint16_t);
void	buf_u32(struct buf *, uint32_t);
void	buf_u64(struct buf *, uint64_t);
/* u32 length, then the bytes: the twin of cursor_var(). */
void	buf_var(struct buf *, struct slice);
void	buf_var_str(struct buf *, const char *);
void	buf_printf(struct buf *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
void	buf_vprintf(struct buf *, const char *fmt, va_list)
	    __attribute__((format(printf, 2, 0)));

/* Room for n more bytes, to be written at the returned place and then
 * counted by b->n += n.  NULL when the limit forbids. */
uint8_t	*buf_room(struct buf *, size_t n);
/* Drop the first n bytes. */
void	buf_eat(struct buf *, size_t n);
/* A NUL after the bytes (not counted), so that they read as text. */
const char *buf_cstr(struct buf *);
void	buf_clear(struct buf *);	/* empty and good again, memory kept */
void	buf_free(struct buf *);
/* As buf_free, the bytes wiped first: for plaintext. */
void	buf_wipe(struct buf *);

static inline struct slice
buf_all(const struct buf *b)
{
	return (struct slice){ b->p, b->n };
}

/* Allocation that dies rather than returns NULL. */
void	*xmalloc(size_t);
void	*xcalloc(size_t n, size_t size);
void	*xrealloc(void *, size_t);
char	*xstrdup(const char *);

#endif
