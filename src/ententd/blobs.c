#include "ententd/blobs.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/encode.h"

int
blobs_dir(struct vault *v)
{
	return openat(v->dir, "blobs", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int
blobs_open(struct vault *v, const struct hash *blob)
{
	char path[6 + 65] = "blobs/";

	hex_encode(path + 6, slice_of(blob->b, HASH_LEN));
	return openat(v->dir, path, O_RDONLY | O_CLOEXEC);
}

void
blobs_tidy(struct vault *v)
{
	int fd = blobs_dir(v);
	struct dirent *e;
	DIR *d;

	if (fd == -1)
		return;
	d = fdopendir(fd);
	while (d != NULL && (e = readdir(d)) != NULL)
		if (strncmp(e->d_name, "up-", 3) == 0)
			(void)unlinkat(dirfd(d), e->d_name, 0);
	if (d != NULL)
		(void)closedir(d);
}
