#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crash.h"
#include "base/encode.h"
#include "base/io.h"
#include "base/log.h"
#include "ententd/blobs.h"
#include "ententd/routes.h"
#include "store/blob_store.h"

/*
 * A peer's sealed file comes in ranges.  The front writes a range straight
 * into the part file; here its length is noted, and once all is there the
 * whole is hashed, in pieces so that the loop goes on, before it gets its name.
 */
enum { HASH_PIECE = 512 * 1024 };
#define BLOB_MOST	((int64_t)8 * 1024 * 1024 * 1024)
#define PARTIAL_MOST	((int64_t)16 * 1024 * 1024 * 1024)

struct range {
	struct call		*call;
	struct blob_row		 row;
	char			 part[128];
	int			 fd;		/* the part, ours */
	struct hash_stream	*hash;
	int64_t			 hashed;
};

static void
answer_have(struct call *c, int64_t have)
{
	struct buf b = BUF_INIT;

	buf_u64(&b, (uint64_t)have);
	call_answer(c, 200, "application/octet-stream", buf_all(&b));
	buf_free(&b);
}

static bool
blob_name(struct call *c, struct hash *blob)
{
	if (hex_decode(blob->b, HASH_LEN, slice_str(c->rest)))
		return true;
	call_refuse_with(c, ERR_INVALID, "E-FIELD-VALUE", "blob",
	    "the path must end in the file's SHA-256");
	return false;
}

static int64_t
number(struct call *c, const char *name)
{
	const char *s = call_query(c, name);
	char *end;
	long long n;

	if (s == NULL || s[0] == '\0')
		return -1;
	n = strtoll(s, &end, 10);
	return *end != '\0' || n < 0 ? -1 : (int64_t)n;
}

static void
part_path(char path[static 128], const struct blob_row *row)
{
	char hex[65];

	hex_encode(hex, slice_of(row->blob.b, HASH_LEN));
	(void)snprintf(path, 128, "blobs/%s.%s.part", hex, row->sender);
}

/*
 * What the row says, unless the part is not there: it got its name and then
 * the node fell before the row said so.  Then it comes anew, from the start.
 */
static int64_t
held(struct vault *v, const struct blob_row *row)
{
	char path[128];
	struct stat st;

	if (row->complete)
		return row->size;
	part_path(path, row);
	if (fstatat(v->dir, path, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    st.st_size < row->have || row->have >= row->size)
		return 0;
	return row->have;
}

void
link_blob(struct call *c)
{
	struct blob_row row;
	struct hash blob;
	struct err err;

	if (!blob_name(c, &blob))
		return;
	answer_have(c, blob_get(&c->vault->store, &blob, c->peer.s, &row, &err) ?
	    held(c->vault, &row) : 0);
}

/* -- the end of a range ------------------------------------------------------------ */

static void
range_free(struct range *r)
{
	if (r->fd != -1)
		(void)close(r->fd);
	hash_stream_free(r->hash);
	free(r);
}

static void
fail(struct range *r, const struct err *err)
{
	call_refuse(r->call, err);
	range_free(r);
}

static bool
note_row(struct range *r, struct err *err)
{
	struct vault *v = r->call->vault;

	r->row.made = clock_now();
	return vault_unit_begin(v, err) &&
	    vault_unit_end(v, blob_put(&v->store, &r->row, err), err);
}

/* Not what its name says: thrown away, to be sent anew. */
static void
throw_away(struct range *r)
{
	struct vault *v = r->call->vault;
	struct err err, why;

	(void)unlinkat(v->dir, r->part, 0);
	if (vault_unit_begin(v, &err))
		(void)vault_unit_end(v, blob_delete(&v->store, &r->row.blob,
		    r->row.sender, &err), &err);
	(void)err_field(&why, ERR_VERIFY, "E-BLOB-HASH", "blob",
	    "the bytes are not those its name promises");
	fail(r, &why);
}

static void
complete(struct range *r)
{
	struct vault *v = r->call->vault;
	char name[6 + 65] = "blobs/";
	int dir = blobs_dir(v);
	struct err err;

	hex_encode(name + 6, slice_of(r->row.blob.b, HASH_LEN));
	/* The name is durable before the row says so. */
	if (renameat(v->dir, r->part, v->dir, name) == -1 || dir == -1 ||
	    fsync(dir) == -1) {
		(void)err_errno(&err, "name the file");
		if (dir != -1)
			(void)close(dir);
		fail(r, &err);
		return;
	}
	(void)close(dir);
	CRASH_POINT("blob:renamed");
	r->row.complete = true;
	if (!note_row(r, &err)) {
		fail(r, &err);
		return;
	}
	CRASH_AFTER_COMMIT(v, "blob:after-commit");
	answer_have(r->call, r->row.size);
	range_free(r);
}

static void
hash_on(void *arg)
{
	struct range *r = arg;
	uint8_t *piece = xmalloc(HASH_PIECE);
	ssize_t n = pread(r->fd, piece, HASH_PIECE, r->hashed);
	struct hash got;

	if (n > 0) {
		hash_stream_add(r->hash, slice_of(piece, (size_t)n));
		r->hashed += n;
	}
	free(piece);
	if (n > 0 && r->hashed < r->row.size) {
		(void)loop_after(r->call->vault->child.loop, 0, hash_on, r);
		return;
	}
	got = hash_stream_end(r->hash);
	if (hash_eq(&got, &r->row.blob))
		complete(r);
	else
		throw_away(r);
}

/* Of a range that brought nothing, nothing stays. */
static void
forget_empty(struct range *r)
{
	(void)unlinkat(r->call->vault->dir, r->part, 0);
	answer_have(r->call, 0);
	range_free(r);
}

static void
range_ended(struct call *c, bool ok, uint64_t bytes)
{
	struct range *r = c->state;
	struct stat st;
	struct err err;

	(void)ok;
	(void)bytes;
	c->streamed = NULL;
	/* Also when the peer went away: what came is kept for its return. */
	if (fstat(r->fd, &st) == -1 || fsync(r->fd) == -1) {
		(void)err_errno(&err, "keep the range");
		fail(r, &err);
		return;
	}
	CRASH_POINT("blob:part");
	r->row.have = st.st_size < r->row.size ? st.st_size : r->row.size;
	if (r->row.have == 0) {
		forget_empty(r);
		return;
	}
	/* All of it is noted once it is hashed and has its name: "all is here"
	 * would otherwise be said of what nobody finishes after a fall. */
	if (r->row.have == r->row.size) {
		r->hash = hash_stream_new();
		hash_on(r);
		return;
	}
	if (!note_row(r, &err)) {
		fail(r, &err);
		return;
	}
	answer_have(c, r->row.have);
	range_free(r);
}

/* -- the beginning of one ------------------------------------------------------------- */

static bool
is_busy(const struct call *c, const struct hash *blob)
{
	for (const struct call *o = c->vault->calls; o != NULL; o = o->next) {
		const struct range *r = o->state;

		if (o != c && o->from == CHILD_LINK && o->state != NULL &&
		    strcmp(o->q.method, "PUT") == 0 &&
		    hash_eq(&r->row.blob, blob) &&
		    member_id_eq(&o->peer, &c->peer))
			return true;
	}
	return false;
}

/* Refused before its first byte, where the front would break it off. */
static bool
length_fits(const struct call *c, int64_t size, int64_t offset, struct err *err)
{
	return c->q.length <= size - offset || err_field(err, ERR_INVALID,
	    "E-BLOB-SIZE", "size", "%lld bytes follow where %lld are missing",
	    (long long)c->q.length, (long long)(size - offset));
}

static bool
may_begin(struct call *c, struct blob_row *row, int64_t size, int64_t offset,
    struct err *err)
{
	struct store *s = &c->vault->store;
	struct hash blob = row->blob;
	int64_t partial;
	bool known = blob_get(s, &blob, c->peer.s, row, err);

	if (size < 1 || size > BLOB_MOST || offset < 0 || offset > size)
		return err_field(err, ERR_INVALID, "E-BLOB-SIZE", "size",
		    "a file has 1 to %lld bytes", (long long)BLOB_MOST);
	if (known && row->size != size)
		return err_field(err, ERR_CONFLICT, "E-BLOB-SIZE", "size",
		    "it was announced with another size");
	if (!known) {
		*row = (struct blob_row){ .blob = blob, .size = size };
		(void)snprintf(row->sender, sizeof(row->sender), "%s", c->peer.s);
		if (!blob_of_sender(s, c->peer.s, &partial, err))
			return false;
		if (partial + size > PARTIAL_MOST)
			return err_set(err, ERR_UNAVAILABLE, "E-BLOB-QUOTA",
			    "too much of yours is unfinished here");
	}
	if (!row->complete)
		row->have = held(c->vault, row);
	if (offset != row->have)
		return err_field(err, ERR_CONFLICT, "E-BLOB-OFFSET", "offset",
		    "%lld bytes are here", (long long)row->have);
	return length_fits(c, size, offset, err);
}

/* Bytes beyond what the row knows were never acknowledged: cut them off. */
static int
open_part(struct vault *v, const char *path, int64_t have, struct err *err)
{
	int fd = openat(v->dir, path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd == -1 || ftruncate(fd, have) == -1 ||
	    lseek(fd, have, SEEK_SET) == -1) {
		(void)err_errno(err, "open the part");
		if (fd != -1)
			(void)close(fd);
		return -1;
	}
	return fd;
}

void
link_blob_put(struct call *c)
{
	struct blob_row row = { .size = 0 };
	struct range *r;
	struct err err;
	int64_t size = number(c, "size"), offset = number(c, "offset");

	if (!blob_name(c, &row.blob))
		return;
	if (is_busy(c, &row.blob)) {
		call_refuse_with(c, ERR_UNAVAILABLE, "E-BLOB-BUSY", "blob",
		    "another range of it is being received");
		return;
	}
	if (!may_begin(c, &row, size, offset, &err)) {
		call_refuse(c, &err);
		return;
	}
	if (row.complete) {
		answer_have(c, row.size);
		return;
	}
	r = xcalloc(1, sizeof(*r));
	r->call = c;
	r->row = row;
	part_path(r->part, &row);
	r->fd = open_part(c->vault, r->part, row.have, &err);
	if (r->fd == -1) {
		fail(r, &err);
		return;
	}
	c->state = r;
	c->streamed = range_ended;
	call_stream(c, dup(r->fd), (uint64_t)(size - offset));
}
