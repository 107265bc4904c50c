#include "ententd/blobs.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/encode.h"
#include "store/blob_store.h"

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

/*
 * Half an upload; or a file whose row was never written, because the node fell
 * between giving its name and saying so.  Nobody was told of either.
 */
static bool
is_leftover(struct vault *v, const char *name)
{
	size_t n = strlen(name);
	struct hash blob;
	struct err err;
	bool there;

	if (strncmp(name, "up-", 3) == 0)
		return true;
	if (n < 64 || !hex_decode(blob.b, HASH_LEN, slice_of(name, 64)))
		return false;
	return blob_any(&v->store, &blob, n > 64, &there, &err) && !there;
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
		if (is_leftover(v, e->d_name))
			(void)unlinkat(dirfd(d), e->d_name, 0);
	if (d != NULL)
		(void)closedir(d);
}
