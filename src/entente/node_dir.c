#include "entente/node_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"

static const char trust[] = "trust";

static bool
own(const struct node_dir *d, const char *name, struct err *err)
{
	if (d->uid == (uid_t)-1 ||
	    fchownat(d->fd, name, d->uid, d->gid, AT_SYMLINK_NOFOLLOW) == 0)
		return true;
	return err_errno(err, "give %s to its owner", name);
}

/* Nothing there, or a directory with nothing in it. */
static bool
is_free(const char *path, struct err *err)
{
	DIR *dir = opendir(path);
	const struct dirent *e;
	bool empty = true;

	if (dir == NULL && errno == ENOENT)
		return true;
	if (dir == NULL && errno != ENOTDIR)
		return err_errno(err, "%s", path);
	while (dir != NULL && (e = readdir(dir)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			empty = false;
	if (dir != NULL)
		(void)closedir(dir);
	else
		empty = false;
	return empty || err_set(err, ERR_CONFLICT, "E-INIT-EXISTS",
	    "%s is there already", path);
}

bool
node_dir_begin(struct node_dir *d, const char *path, uid_t uid, gid_t gid,
    struct err *err)
{
	size_t n = strlen(path);

	*d = (struct node_dir){ .fd = -1, .uid = uid, .gid = gid };
	while (n > 1 && path[n - 1] == '/')
		n--;
	if (n == 0 || n >= sizeof(d->path))
		return err_set(err, ERR_INVALID, "E-INIT-EXISTS",
		    "the path of the node is empty or too long");
	memcpy(d->path, path, n);
	if (!is_free(d->path, err))
		return false;
	(void)snprintf(d->made, sizeof(d->made), "%s.new.%ld", d->path,
	    (long)getpid());
	if (mkdir(d->made, 0700) == -1) {
		err_errno(err, "make %s", d->made);
		d->made[0] = '\0';
		return false;
	}
	d->fd = open(d->made, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->fd == -1 || mkdirat(d->fd, trust, 0700) == -1) {
		err_errno(err, "make %s", d->made);
		node_dir_abandon(d);
		return false;
	}
	return own(d, ".", err) && own(d, trust, err);
}

bool
node_dir_write(struct node_dir *d, const char *name, struct slice bytes,
    struct err *err)
{
	return io_create_file(d->fd, name, bytes, 0600, err) &&
	    own(d, name, err);
}

/* The name is durable once the directory that holds it is. */
static void
sync_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	char dir[512] = ".";
	int fd;

	if (slash != NULL)
		(void)snprintf(dir, sizeof(dir), "%.*s",
		    slash == path ? 1 : (int)(slash - path), path);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return;
	(void)fsync(fd);
	(void)close(fd);
}

bool
node_dir_end(struct node_dir *d, struct err *err)
{
	/* rename(2) replaces nothing but an empty directory. */
	if (fsync(d->fd) == -1 || rename(d->made, d->path) == -1)
		return err_errno(err, "put %s in its place", d->path);
	sync_parent(d->path);
	(void)close(d->fd);
	d->fd = -1;
	d->made[0] = '\0';
	return true;
}

/* Every plain file in a directory that we made ourselves. */
static void
empty(int fd)
{
	int own_fd = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = own_fd == -1 ? NULL : fdopendir(own_fd);
	const struct dirent *e;

	if (dir == NULL)
		return;
	while ((e = readdir(dir)) != NULL)
		(void)unlinkat(fd, e->d_name, 0);
	(void)closedir(dir);
}

void
node_dir_abandon(struct node_dir *d)
{
	int fd;

	if (d->made[0] == '\0')
		return;
	if (d->fd != -1) {
		fd = openat(d->fd, trust, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd != -1) {
			empty(fd);
			(void)close(fd);
			(void)unlinkat(d->fd, trust, AT_REMOVEDIR);
		}
		empty(d->fd);
		(void)close(d->fd);
		d->fd = -1;
	}
	(void)rmdir(d->made);
	d->made[0] = '\0';
}
