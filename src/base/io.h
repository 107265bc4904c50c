#ifndef BASE_IO_H
#define BASE_IO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

bool	io_write_all(int fd, struct slice, struct err *);
/* Read to the end of fd, at most max bytes: one more is an error. */
bool	io_read_all(int fd, struct buf *, size_t max, struct err *);
/* At most `most` bytes from offset on, appended; fewer only at the end. */
bool	io_read_at(int fd, struct buf *, int64_t offset, size_t most,
	    struct err *);
/* path is relative to dirfd (or AT_FDCWD). */
bool	io_read_file(int dirfd, const char *path, struct buf *, size_t max,
	    struct err *);
/*
 * Write under a temporary name, fsync, rename over `path`, fsync the
 * directory: after a crash there is the old file or the new one.
 */
bool	io_replace_file(int dirfd, const char *path, struct slice,
	    unsigned mode, struct err *);
/* As above, but refuses when `path` exists (ERR_CONFLICT). */
bool	io_create_file(int dirfd, const char *path, struct slice,
	    unsigned mode, struct err *);
/* The bytes in memory that has no name (memfd_create(2)), to be read from the
 * start: how what is too large for a message crosses to another process.  -1
 * when there is no descriptor left. */
int	io_memory(struct slice);

#endif
