#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Borrowed bytes.  `char *` is NUL-terminated text; bytes travel as this. */
struct slice {
	const uint8_t	*p;
	size_t		 n;
};

static inline struct slice
slice_of(const void *p, size_t n)
{
	return (struct slice){ p, n };
}

static inline struct slice
slice_str(const char *s)
{
	return (struct slice){ (const uint8_t *)s, strlen(s) };
}

static inline bool
slice_eq(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool
slice_starts(struct slice s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && memcmp(s.p, prefix, n) == 0;
}

/* s without its first n bytes; n <= s.n. */
struct slice	slice_skip(struct slice s, size_t n);

/*
 * Cut the part before the first `sep` off *rest into *head; *rest keeps what
 * follows the separator.  False, and nothing changed, when there is no sep.
 */
bool		slice_cut(struct slice *head, struct slice *rest, uint8_t sep);

#endif
