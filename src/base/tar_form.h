#ifndef BASE_TAR_FORM_H
#define BASE_TAR_FORM_H

#include <stdint.h>

#include "base/slice.h"
#include "base/tar.h"

/* One header block, as IEEE Std 1003.1 (pax, "ustar Interchange Format")
 * lays it out: characters alone, so that its size is TAR_BLOCK. */
struct tar_header {
	char	name[100];
	char	mode[8];
	char	uid[8];
	char	gid[8];
	char	size[12];
	char	mtime[12];
	char	sum[8];
	char	type;
	char	link[100];
	char	magic[6];
	char	version[2];
	char	uname[32];
	char	gname[32];
	char	major[8];
	char	minor[8];
	char	prefix[155];
	char	fill[12];
};

/* The sum of a header's bytes, its own field read as spaces. */
unsigned tar_sum(const struct tar_header *);
/* Into name, or prefix and name; false: no slash stands where it must. */
bool	tar_split(struct tar_header *, const char *path);

#endif
