#ifndef BASE_TAR_H
#define BASE_TAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/slice.h"

/*
 * Tar archives of POSIX (ustar), regular files only: what every system can
 * unpack without us.  The writer streams; the reader works over bytes in
 * memory (or mapped) and copies none of them.
 *
 * The reader believes nothing: no other type than a file, no absolute path,
 * no "." or "..", nothing twice, no file that is also a folder, every number
 * in its one form, padding of zeros.  So no byte of an archive can change
 * without the archive being refused, but those of the files themselves and
 * (with the sum of the header made to fit) who owned them and when.
 *
 * Rules set: E-TAR-HEADER, E-TAR-TYPE, E-TAR-NAME, E-TAR-DUPLICATE,
 * E-TAR-SIZE, E-TAR-END.
 */
enum {
	TAR_BLOCK	= 512,
	TAR_NAME	= 257,		/* room for a path, with the NUL */
	TAR_DEPTH	= 16,		/* most segments */
};
#define TAR_SIZE_MAX	((uint64_t)8589934591)	/* eleven octal digits */

/* A path an archive may hold: segments of printable UTF-8 without backslash,
 * at most TAR_DEPTH, that ustar's two fields can carry. */
bool	tar_name_valid(const char *path);

/* -- writing --------------------------------------------------------------- */

/* Takes what was written, whole; false ends the archive with its err. */
typedef bool	(tar_sink)(void *arg, struct slice, struct err *);

struct tar_writer {
	tar_sink	*sink;
	void		*arg;
	uint64_t	 left;		/* bytes the open file still wants */
	unsigned	 pad;		/* zeros after them */
	bool		 failed;	/* the sink did: nothing more is given it */
};

void	tar_begin(struct tar_writer *, tar_sink *, void *arg);
/* The next file: then exactly `size` bytes, in as many pieces as one likes.
 * The one before must be complete (a bug otherwise).  mtime in whole seconds.*/
bool	tar_file(struct tar_writer *, const char *path, uint64_t size,
	    msec mtime, struct err *);
bool	tar_data(struct tar_writer *, struct slice, struct err *);
/* A whole file at once. */
bool	tar_put(struct tar_writer *, const char *path, struct slice, msec mtime,
	    struct err *);
/* The two blocks that end an archive. */
bool	tar_end(struct tar_writer *, struct err *);
/* A sink that appends to a struct buf. */
bool	tar_to_buf(void *buf, struct slice, struct err *);
/* What a file of this size takes in an archive. */
uint64_t tar_room(uint64_t size);

/* -- reading --------------------------------------------------------------- */

struct tar_member {
	const char	*path;		/* in the arena */
	struct slice	 bytes;		/* borrowed from the archive */
	msec		 mtime;
};

struct tar_archive {
	struct tar_member	*files;		/* in the order of the archive */
	size_t			 n;
	struct tar_member	**sorted;	/* the same, by path */
};

/* The whole archive, at most `most` files. */
bool	tar_read(struct tar_archive *, struct arena *, struct slice archive,
	    size_t most, struct err *);
const struct tar_member *tar_find(const struct tar_archive *, const char *path);

#endif
