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
#include "ententd/relay.h"
#include "ententd/routes.h"
#include "store/blob_store.h"

/*
 * A peer's sealed file comes in ranges.  The front writes a range straight
 * into the part file; here its length is noted.
 */
#define BLOB_MOST	((int64_t)8 * 1024 * 1024 * 1024)
#define PARTIAL_MOST	((int64_t)16 * 1024 * 1024 * 1024)
enum { PIECE = 4 * 1024 * 1024 };	/* of one that waits here for others */

struct range {
	struct call		*call;
	struct blob_row		 row;
	char			 part[128];
	int			 fd;		/* the part, ours */
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
	blobs_part(path, row);
	if (fstatat(v->dir, path, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    st.st_size < row->have || row->have >= row->size)
		return 0;
	return row->have;
}

/* -- asked ------------------------------------------------------------------------- */

/* A piece of a file that waits here for the caller: who knows the name of the
 * sealed bytes was told by a message, and without its key they say nothing. */
static void
serve(struct call *c, const struct hash *blob, const char *sender,
    int64_t offset)
{
	struct buf piece = BUF_INIT;
	struct blob_row row;
	struct err err;
	int fd;

	if (!relay_serves(c->vault, &c->peer, &err)) {
		call_refuse(c, &err);
		return;
	}
	if (!blob_get(&c->vault->store, blob, sender, &row, &err) ||
	    !row.complete || row.use == BLOB_OURS || offset < 0 || offset >= row.size ||
	    (fd = blobs_open(c->vault, blob)) == -1) {
		call_refuse_with(c, ERR_NOT_FOUND, "E-NOT-FOUND", "blob",
		    "no such file waits here");
		return;
	}
	if (io_read_at(fd, &piece, offset, PIECE, &err))
		call_answer(c, 200, "application/octet-stream",
		    buf_all(&piece));
	else
		call_refuse(c, &err);
	(void)close(fd);
	buf_free(&piece);
}

/* -- for another member -------------------------------------------------------------- */

static bool
is_for_another(struct call *c, const char **member)
{
	*member = call_query(c, "for");
	return *member != NULL && strcmp(*member, c->vault->member.s) != 0;
}

/* It must be one this node relays for, and there must be room for what does
 * not wait here yet, nor is kept for this node itself. */
static bool
may_wait(struct call *c, const struct blob_row *row, const char *member,
    struct err *err)
{
	struct member_id to;
	int64_t bytes;

	if (!member_id_parse(&to, slice_str(member)))
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "for",
		    "is no member");
	if (!relay_serves(c->vault, &to, err) ||
	    !blob_relayed(&c->vault->store, c->peer.s, &bytes, err))
		return false;
	return row->until != 0 ||
	    bytes + row->size <= c->vault->child.config.relay_bytes ||
	    err_set(err, ERR_UNAVAILABLE, "E-RELAY-QUOTA",
	    "too much of yours waits here");
}

/* As long as the message that names it may be under way, and a day. */
static bool
wait_here(struct call *c, struct blob_row *row, const char *member,
    struct err *err)
{
	struct store *st = &c->vault->store;
	msec now = clock_now(), until = number(c, "until");

	if (!may_wait(c, row, member, err))
		return false;
	if (until < now || until > now + RELAY_LONGEST)
		return err_field(err, ERR_INVALID, "E-TIME-BOUND", "until",
		    "a relay keeps nothing that late");
	row->made = now;
	return vault_unit_begin(c->vault, err) && vault_unit_end(c->vault,
	    (row->complete || blob_put(st, row, err)) &&
	    blob_relay(st, &row->blob, row->sender, until + DAY, err), err);
}

/* How much is here; all of it, and it is to wait here for another from now
 * on, whether it came for that or as this node's own. */
void
link_blob(struct call *c)
{
	const char *of = call_query(c, "of"), *member;
	struct blob_row row;
	struct hash blob;
	struct err err;

	if (!blob_name(c, &blob))
		return;
	if (of != NULL)
		serve(c, &blob, of, number(c, "offset"));
	else if (!blob_get(&c->vault->store, &blob, c->peer.s, &row, &err))
		answer_have(c, 0);
	else if (row.complete && is_for_another(c, &member) &&
	    !wait_here(c, &row, member, &err))
		call_refuse(c, &err);
	else
		answer_have(c, held(c->vault, &row));
}

/* -- the end of a range ------------------------------------------------------------ */

static void
range_free(struct range *r)
{
	if (r->fd != -1)
		(void)close(r->fd);
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

static void
finished(void *arg, const struct err *err)
{
	struct range *r = arg;

	if (err != NULL) {
		fail(r, err);
		return;
	}
	answer_have(r->call, r->row.size);
	range_free(r);
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
		blobs_finish(c->vault, &r->row, finished, r);
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

void
link_blob_put(struct call *c)
{
	struct blob_row row = { .size = 0 };
	struct range *r;
	struct err err;
	int64_t size = number(c, "size"), offset = number(c, "offset");
	const char *member;

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
	if (is_for_another(c, &member) && !wait_here(c, &row, member, &err)) {
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
	blobs_part(r->part, &row);
	r->fd = blobs_open_part(c->vault, &row, &err);
	if (r->fd == -1) {
		fail(r, &err);
		return;
	}
	c->state = r;
	c->streamed = range_ended;
	call_stream(c, dup(r->fd), (uint64_t)(size - offset));
}
