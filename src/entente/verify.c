#include "entente/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Mapped, not read: a bundle may be larger than memory. */
static bool
map_file(struct slice *map, const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	bool ok = false;
	void *p;

	if (fd == -1) {
		if (errno == ENOENT)
			return err_set(err, ERR_NOT_FOUND, "E-FILE-MISSING",
			    "%s", path);
		return err_errno(err, "open %s", path);
	}
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		err_set(err, ERR_INVALID, "E-TAR-END", "%s is not a file",
		    path);
		goto out;
	}
	if (st.st_size == 0) {
		err_set(err, ERR_INVALID, "E-TAR-END", "%s is empty", path);
		goto out;
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED) {
		err_errno(err, "map %s", path);
		goto out;
	}
	*map = slice_of(p, (size_t)st.st_size);
	ok = true;
out:
	(void)close(fd);
	return ok;
}

static void
unmap(struct slice map)
{
	union {
		const uint8_t	*given;
		void		*taken;
	} p = { .given = map.p };

	if (map.n != 0)
		(void)munmap(p.taken, map.n);
}

bool
verify_open(struct verify *v, const char *path,
    const struct hash *net, struct err *err)
{
	struct kind_set *kinds;

	*v = (struct verify){ .path = path, .asked = net != NULL };
	if (!map_file(&v->map, path, err))
		return false;
	if (!tar_read(&v->archive, &v->arena, v->map, BUNDLE_FILES, err)) {
		verify_close(v);
		return false;
	}
	kinds = kind_set_new(err);
	if (kinds == NULL) {
		verify_close(v);
		return false;
	}
	bundle_verify(&v->bundle, &v->arena, &v->archive, net, kinds);
	kind_set_free(kinds);
	return true;
}

void
verify_close(struct verify *v)
{
	bundle_release(&v->bundle);
	arena_free(&v->arena);
	unmap(v->map);
	v->map = slice_of(NULL, 0);
}

const char *
verify_verdict(const struct verify *v)
{
	if (!bundle_ok(&v->bundle))
		return "bad";
	return bundle_whole(&v->bundle) ? "whole" : "partial";
}
