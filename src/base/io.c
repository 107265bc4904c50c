#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

bool
io_write_all(int fd, struct slice s, struct err *err)
{
	ssize_t n;

	while (s.n != 0) {
		n = write(fd, s.p, s.n);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_errno(err, "write");
		s = slice_skip(s, (size_t)n);
	}
	return true;
}

bool
io_read_all(int fd, struct buf *out, size_t max, struct err *err)
{
	uint8_t piece[16384];
	size_t total = 0;
	ssize_t n;

	for (;;) {
		n = read(fd, piece, sizeof(piece));
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_errno(err, "read");
		if (n == 0)
			return true;
		total += (size_t)n;
		if (total > max)
			return err_set(err, ERR_INVALID, "E-SIZE",
			    "more than %zu bytes", max);
		buf_put(out, piece, (size_t)n);
	}
}

bool
io_read_at(int fd, struct buf *out, int64_t offset, size_t most,
    struct err *err)
{
	uint8_t *to = buf_room(out, most);
	size_t got = 0;
	ssize_t n;

	while (got < most) {
		n = pread(fd, to + got, most - got, offset + (int64_t)got);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_errno(err, "read");
		if (n == 0)
			break;
		got += (size_t)n;
	}
	out->n += got;
	return true;
}

bool
io_read_file(int dirfd, const char *path, struct buf *out, size_t max,
    struct err *err)
{
	int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
	bool ok;

	if (fd == -1) {
		if (errno == ENOENT)
			return err_set(err, ERR_NOT_FOUND, "E-FILE-MISSING",
			    "%s is not there", path);
		return err_errno(err, "open %s", path);
	}
	ok = io_read_all(fd, out, max, err);
	(void)close(fd);
	return ok;
}

/* fsync the directory that holds path: a name is durable only then. */
static bool
sync_parent(int dirfd, const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	char dir[512] = ".";
	bool ok;
	int fd;

	if (slash != NULL)
		(void)snprintf(dir, sizeof(dir), "%.*s",
		    slash == path ? 1 : (int)(slash - path), path);
	fd = openat(dirfd, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return err_errno(err, "open directory of %s", path);
	ok = fsync(fd) == 0 || err_errno(err, "sync directory of %s", path);
	(void)close(fd);
	return ok;
}

enum naming { REPLACE, CREATE };

static bool
write_named(int dirfd, const char *path, struct slice bytes, unsigned mode,
    enum naming how, struct err *err)
{
	char tmp[512];
	bool ok = false;
	int fd;

	(void)snprintf(tmp, sizeof(tmp), "%s.tmp.%ld", path, (long)getpid());
	(void)unlinkat(dirfd, tmp, 0);
	fd = openat(dirfd, tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
	    (mode_t)mode);
	if (fd == -1)
		return err_errno(err, "create %s", tmp);
	if (!io_write_all(fd, bytes, err))
		goto out;
	if (fsync(fd) == -1) {
		err_errno(err, "sync %s", path);
		goto out;
	}
	/* link(2), unlike rename(2), refuses to replace. */
	if (how == REPLACE ? renameat(dirfd, tmp, dirfd, path) == -1 :
	    linkat(dirfd, tmp, dirfd, path, 0) == -1) {
		if (errno == EEXIST)
			err_set(err, ERR_CONFLICT, "E-FILE-EXISTS",
			    "%s is there already", path);
		else
			err_errno(err, "name %s", path);
		goto out;
	}
	ok = sync_parent(dirfd, path, err);
out:
	(void)unlinkat(dirfd, tmp, 0);
	(void)close(fd);
	return ok;
}

bool
io_replace_file(int dirfd, const char *path, struct slice bytes,
    unsigned mode, struct err *err)
{
	return write_named(dirfd, path, bytes, mode, REPLACE, err);
}

bool
io_create_file(int dirfd, const char *path, struct slice bytes,
    unsigned mode, struct err *err)
{
	return write_named(dirfd, path, bytes, mode, CREATE, err);
}

int
io_memory(struct slice bytes)
{
	int fd = memfd_create("body", MFD_CLOEXEC);
	struct err err;

	if (fd == -1)
		return -1;
	if (!io_write_all(fd, bytes, &err) || lseek(fd, 0, SEEK_SET) == -1) {
		(void)close(fd);
		return -1;
	}
	return fd;
}
