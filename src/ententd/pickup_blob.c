#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/io.h"
#include "base/log.h"
#include "ententd/blobs.h"
#include "ententd/pickup_state.h"
#include "store/blob_store.h"

/* Files that wait at the relay, brought in ranges into the part file that a
 * peer's own upload would go to; then hashed and named as those are. */
enum { RANGE = 4 * 1024 * 1024 };

struct download {
	struct pickup	*pickup;
	struct blob_row	 row;
	struct hash	 sealed;	/* the message that wants it */
};

static void	ask_range(struct download *);

static void
download_end(struct download *d, const char *why)
{
	struct pickup *p = d->pickup;

	if (why != NULL)
		log_warn("a file at relay %s: %s", p->relay.s, why);
	else if (p->nagain < COLLECT_LIST)
		p->again[p->nagain++] = d->sealed;
	pickup_files_done(p);
	free(d);
}

static void
named(void *arg, const struct err *err)
{
	download_end(arg, err == NULL ? NULL : err->rule);
}

static bool
append(struct download *d, struct slice bytes, struct err *err)
{
	struct vault *v = d->pickup->vault;
	int fd = blobs_open_part(v, &d->row, err);
	bool ok;

	if (fd == -1)
		return false;
	ok = io_write_all(fd, bytes, err) && (fsync(fd) == 0 ||
	    err_errno(err, "keep the range"));
	(void)close(fd);
	if (!ok)
		return false;
	d->row.have += (int64_t)bytes.n;
	d->row.made = clock_now();
	return d->row.have == d->row.size || (vault_unit_begin(v, err) &&
	    vault_unit_end(v, blob_put(&v->store, &d->row, err), err));
}

static void
got_range(void *arg, struct ipc_message *m)
{
	struct download *d = arg;
	struct err err = { .rule = "E-NODE-BUSY" };
	struct buf bytes = BUF_INIT;
	uint16_t status = 0;
	struct cursor c;
	bool ok = false;

	if (m != NULL) {
		c = cursor_of(m->body);
		status = cursor_u16(&c);
		(void)result_decode(&c, &err);
		buf_slice(&bytes, cursor_var(&c, m->body.n));
		if (m->fd != -1) {
			buf_clear(&bytes);
			(void)io_read_all(m->fd, &bytes, RANGE, &err);
			(void)close(m->fd);
			m->fd = -1;
		}
	}
	if (status == 200 && bytes.n != 0 &&
	    (int64_t)bytes.n <= d->row.size - d->row.have)
		ok = append(d, buf_all(&bytes), &err);
	else if (status != 0)
		(void)err_set(&err, ERR_UNAVAILABLE, "E-BLOB-MISSING", "no range");
	buf_free(&bytes);
	if (!ok)
		download_end(d, err.rule);
	else if (d->row.have == d->row.size)
		blobs_finish(d->pickup->vault, &d->row, named, d);
	else
		ask_range(d);
}

static void
ask_range(struct download *d)
{
	struct errand e = { .method = "GET", .answer_max = RANGE + 1024 };
	struct buf b = BUF_INIT;
	char hex[65], path[160];

	hex_encode(hex, slice_of(d->row.blob.b, HASH_LEN));
	(void)snprintf(path, sizeof(path), "/link/v1/blobs/%s?of=%s&offset=%lld",
	    hex, d->row.sender, (long long)d->row.have);
	if (!pickup_url(d->pickup, e.url, sizeof(e.url), &e.pins, path)) {
		download_end(d, "E-TRUST-CARD");
		return;
	}
	errand_encode(&b, &e);
	vault_ask(d->pickup->vault, CHILD_COURIER, VAULT_FETCH, buf_all(&b), -1,
	    got_range, d);
	buf_free(&b);
}

/* One file at a time; the message is offered again while others are missing. */
void
pickup_files(struct pickup *p, const struct intake_item *it)
{
	const struct header *h = &it->verified.header;
	struct download *d;
	struct err none;

	for (size_t i = 0; it->is_verified && !p->fetching && i < h->nblobs; i++) {
		d = xcalloc(1, sizeof(*d));
		d->pickup = p;
		d->sealed = it->wire->sha256;
		if (!blob_get(&p->vault->store, &h->blobs[i].blob,
		    it->verified.from.s, &d->row, &none)) {
			d->row.blob = h->blobs[i].blob;
			d->row.size = h->blobs[i].size;
			(void)snprintf(d->row.sender, sizeof(d->row.sender),
			    "%s", it->verified.from.s);
		}
		if (d->row.complete || d->row.size != h->blobs[i].size) {
			free(d);
			continue;
		}
		p->fetching = true;
		ask_range(d);
	}
}
