#ifndef TEST_VECTOR_H
#define TEST_VECTOR_H

#include <fcntl.h>

#include "base/io.h"
#include "tap.h"

/*
 * A file of test/vectors, made again byte for byte.  The program told `write`
 * writes it, after a change of form that is meant.
 */
static bool writing;
static struct err err;

static inline void
vector_argument(int argc, char **argv)
{
	writing = argc == 2 && strcmp(argv[1], "write") == 0;
}

static inline void
vector(const char *file, struct slice bytes)
{
	struct buf was = BUF_INIT;
	char path[80];

	(void)snprintf(path, sizeof(path), "test/vectors/%s", file);
	if (writing)
		OK(io_replace_file(AT_FDCWD, path, bytes, 0644, &err),
		    "%s written", file);
	else
		OK(io_read_file(AT_FDCWD, path, &was, bytes.n + 1, &err) &&
		    slice_eq(buf_all(&was), bytes), "%s is what it was", file);
	buf_free(&was);
}

#endif
