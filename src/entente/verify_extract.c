#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "entente/verify.h"

static bool
write_piece(void *arg, struct slice s, struct err *err)
{
	return io_write_all(*(const int *)arg, s, err);
}

/* Under a name of its own until the last byte is known to be right. */
static bool
extract_file(int dir, const struct bundle_message *m, size_t i,
    const char *name, struct err *err)
{
	char part[BUNDLE_FILE_NAME + 8];
	bool ok = false;
	int fd;

	(void)snprintf(part, sizeof(part), ".%s.part", name);
	fd = openat(dir, part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
	    O_CLOEXEC, 0600);
	if (fd == -1)
		return err_errno(err, "create %s", part);
	if (!bundle_open_file(m, i, write_piece, &fd, err))
		goto out;
	/* link(2), unlike rename(2), refuses to replace. */
	if (fsync(fd) == -1)
		err_errno(err, "write %s", part);
	else if (linkat(dir, part, dir, name, 0) == 0)
		ok = true;
	else if (errno == EEXIST)
		err_set(err, ERR_CONFLICT, "E-FILE-EXISTS", "%s", name);
	else
		err_errno(err, "name %s", name);
out:
	(void)unlinkat(dir, part, 0);
	(void)close(fd);
	return ok;
}

static bool
extract_message(int dir, const char *folder, const struct bundle_message *m,
    json_t *paths, struct err *err)
{
	char name[BUNDLE_FILE_NAME];

	for (size_t i = 0; i < m->content.nfiles; i++) {
		if (i >= m->header.nblobs || m->blobs[i].n == 0)
			continue;
		bundle_file_name(name, m, i);
		if (!extract_file(dir, m, i, name, err))
			return false;
		(void)json_array_append_new(paths,
		    json_sprintf("%s/%s", folder, name));
	}
	return true;
}

bool
verify_extract(const struct verify *v, const char *folder, json_t **paths,
    struct err *err)
{
	bool ok = true;
	int dir;

	*paths = json_array();
	if (mkdir(folder, 0700) == -1 && errno != EEXIST)
		return err_errno(err, "make %s", folder);
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir == -1)
		return err_errno(err, "open %s", folder);
	for (size_t i = 0; ok && i < v->bundle.nmessages; i++)
		if (v->bundle.messages[i].has_content)
			ok = extract_message(dir, folder,
			    &v->bundle.messages[i], *paths, err);
	(void)close(dir);
	return ok;
}
