#ifndef TEST_FUZZ_TEXT_H
#define TEST_FUZZ_TEXT_H

#include <assert.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/*
 * The fuzz target of a signed text, by the noun that names its struct, its
 * _parse, _print and _release: what parses has one form, and printed it is
 * what was read.
 */
#define FUZZ_TEXT(noun)							\
	int								\
	LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)		\
	{								\
		struct slice text = slice_of(p, n);			\
		struct buf b = BUF_INIT;				\
		struct arena a = ARENA_INIT;				\
		struct noun t;						\
		struct err err;						\
									\
		if (noun##_parse(&t, &a, text, &err)) {			\
			noun##_print(&b, &t);				\
			assert(slice_eq(buf_all(&b), text));		\
			noun##_release(&t);				\
		}							\
		buf_free(&b);						\
		arena_free(&a);						\
		return 0;						\
	}								\
	_Static_assert(1, "takes the semicolon")

#endif
