#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crash.h"
#include "base/encode.h"
#include "base/io.h"
#include "ententd/blobs.h"
#include "store/blob_store.h"

enum { HASH_PIECE = 512 * 1024 };

struct finishing {
	struct vault		*vault;
	struct blob_row		 row;
	char			 part[128];
	int			 fd;
	struct hash_stream	*hash;
	int64_t			 hashed;
	void			(*done)(void *arg, const struct err *);
	void			*arg;
};

void
blobs_part(char path[static 128], const struct blob_row *row)
{
	char hex[65];

	hex_encode(hex, slice_of(row->blob.b, HASH_LEN));
	(void)snprintf(path, 128, "blobs/%s.%s.part", hex, row->sender);
}

int
blobs_open_part(struct vault *v, const struct blob_row *row, struct err *err)
{
	char path[128];
	int fd;

	blobs_part(path, row);
	fd = openat(v->dir, path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd == -1 || ftruncate(fd, row->have) == -1 ||
	    lseek(fd, row->have, SEEK_SET) == -1) {
		(void)err_errno(err, "open the part");
		if (fd != -1)
			(void)close(fd);
		return -1;
	}
	return fd;
}

/* -- hashing, naming ---------------------------------------------------------- */

static void
finish(struct finishing *f, const struct err *err)
{
	f->done(f->arg, err);
	if (f->fd != -1)
		(void)close(f->fd);
	hash_stream_free(f->hash);
	free(f);
}

static void
throw_away(struct finishing *f)
{
	struct vault *v = f->vault;
	struct err err, why;

	(void)unlinkat(v->dir, f->part, 0);
	if (vault_unit_begin(v, &err))
		(void)vault_unit_end(v, blob_delete(&v->store, &f->row.blob,
		    f->row.sender, &err), &err);
	(void)err_field(&why, ERR_VERIFY, "E-BLOB-HASH", "blob",
	    "the bytes are not those its name promises");
	finish(f, &why);
}

static void
complete(struct finishing *f)
{
	struct vault *v = f->vault;
	char name[6 + 65] = "blobs/";
	int dir = blobs_dir(v);
	struct err err;

	hex_encode(name + 6, slice_of(f->row.blob.b, HASH_LEN));
	/* The name is durable before the row says so. */
	if (renameat(v->dir, f->part, v->dir, name) == -1 || dir == -1 ||
	    fsync(dir) == -1) {
		(void)err_errno(&err, "name the file");
		if (dir != -1)
			(void)close(dir);
		finish(f, &err);
		return;
	}
	(void)close(dir);
	CRASH_POINT("blob:renamed");
	f->row.complete = true;
	f->row.made = clock_now();
	if (!vault_unit_begin(v, &err) ||
	    !vault_unit_end(v, blob_put(&v->store, &f->row, &err), &err)) {
		finish(f, &err);
		return;
	}
	CRASH_AFTER_COMMIT(v, "blob:after-commit");
	finish(f, NULL);
}

static void
hash_on(void *arg)
{
	struct finishing *f = arg;
	uint8_t *piece = xmalloc(HASH_PIECE);
	ssize_t n = pread(f->fd, piece, HASH_PIECE, f->hashed);
	struct hash got;

	if (n > 0) {
		hash_stream_add(f->hash, slice_of(piece, (size_t)n));
		f->hashed += n;
	}
	free(piece);
	if (n > 0 && f->hashed < f->row.size) {
		(void)loop_after(f->vault->child.loop, 0, hash_on, f);
		return;
	}
	got = hash_stream_end(f->hash);
	if (hash_eq(&got, &f->row.blob))
		complete(f);
	else
		throw_away(f);
}

void
blobs_finish(struct vault *v, const struct blob_row *row,
    void (*done)(void *arg, const struct err *), void *arg)
{
	struct finishing *f = xcalloc(1, sizeof(*f));
	struct err err;

	f->vault = v;
	f->row = *row;
	f->done = done;
	f->arg = arg;
	f->hash = hash_stream_new();
	blobs_part(f->part, row);
	f->fd = openat(v->dir, f->part, O_RDONLY | O_CLOEXEC);
	if (f->fd == -1) {
		(void)err_errno(&err, "open the part");
		finish(f, &err);
		return;
	}
	hash_on(f);
}
