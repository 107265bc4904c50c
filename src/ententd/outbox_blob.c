#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/log.h"
#include "ententd/blobs.h"
#include "ententd/peer.h"
#include "store/message_store.h"

/*
 * Files go before the message that names them, one at a time to a peer, in
 * ranges: ask how much is there, send from there on, until all is.
 */
enum { RANGE = 4 * 1024 * 1024 };
#define BUSY_WAIT	SECOND
#define REFUSED_WAIT	(30 * SECOND)

struct upload_task {
	struct peer		*peer;
	struct blob_ref		 blob;
	struct member_id	 host;		/* where it goes */
	msec			 until;		/* how long a relay keeps it */
	int64_t			 have;
	bool			 sent;		/* a range, beyond `have` */
	char			 hex[65];
};

/* At the one it goes to now: the peer, or its relay, and there as long as the
 * message may be under way. */
static bool
is_known(struct peer *p, const struct hash *blob, msec until)
{
	struct member_id host;
	struct pins pins;
	char url[16];

	if (!outbox_url(p, &host, url, sizeof(url), &pins, ""))
		host = p->blobs_at;
	if (!member_id_eq(&host, &p->blobs_at))
		return false;
	for (size_t i = 0; i < p->nblobs; i++)
		if (hash_eq(&p->blobs[i].blob, blob) &&
		    (p->blobs[i].until >= until ||
		    member_id_eq(&host, &p->member)))
			return true;
	return false;
}

static void
remember(struct peer *p, const struct member_id *host, const struct hash *blob,
    msec until)
{
	if (!member_id_eq(&p->blobs_at, host))
		p->nblobs = 0;
	p->blobs_at = *host;
	if (p->nblobs == PEER_BLOBS) {
		memmove(p->blobs, p->blobs + 1,
		    (PEER_BLOBS - 1) * sizeof(p->blobs[0]));
		p->nblobs--;
	}
	p->blobs[p->nblobs++] = (struct peer_blob){ *blob, until };
}

static void	send_range(struct upload_task *);

static void
task_end(struct upload_task *t, const char *failed)
{
	struct peer *p = t->peer;

	p->uploading = false;
	if (failed != NULL)
		outbox_failed(p, failed);
	else
		outbox_succeeded(p);
	outbox_kick(p->outbox->vault);
	free(t);
}

static void
kick(void *arg)
{
	outbox_kick(arg);
}

/* The peer is there and takes messages; this file it does not take, or we
 * have not got it: only files wait. */
static void
task_refused(struct upload_task *t, const char *rule, msec wait)
{
	struct vault *v = t->peer->outbox->vault;

	log_warn("a file for %s: %s", t->peer->member.s, rule);
	t->peer->uploading = false;
	t->peer->files_not_before = clock_steady() + wait;
	(void)loop_after(v->child.loop, wait, kick, v);
	free(t);
}

/* Both the question and each range are answered with how much is held. */
static void
told(void *arg, struct ipc_message *m)
{
	struct upload_task *t = arg;
	struct err err = { 0 };
	struct cursor c, body;
	uint64_t have;
	uint16_t status;

	if (m == NULL) {
		task_end(t, "E-NODE-BUSY");
		return;
	}
	c = cursor_of(m->body);
	status = cursor_u16(&c);
	(void)result_decode(&c, &err);
	body = cursor_of(cursor_var(&c, 64));
	have = cursor_u64(&body);
	if (status != 200 || !cursor_done(&body) ||
	    (int64_t)have > t->blob.size) {
		if (status == 0)
			task_end(t, err.rule);
		else
			task_refused(t, "E-PEER-STATUS", status == 409 ||
			    status == 503 ? BUSY_WAIT : REFUSED_WAIT);
		return;
	}
	/* A peer that keeps nothing of a range would be sent it for ever. */
	if (t->sent && (int64_t)have <= t->have) {
		task_refused(t, "E-PEER-STATUS", REFUSED_WAIT);
		return;
	}
	t->have = (int64_t)have;
	if (t->have == t->blob.size) {
		remember(t->peer, &t->host, &t->blob.blob, t->until);
		task_end(t, NULL);
		return;
	}
	send_range(t);
}

static void
go(struct upload_task *t, const char *method, int64_t length, int fd)
{
	struct errand e = { .answer_max = 4096, .offset = t->have,
	    .length = length };
	char path[256];
	struct buf b = BUF_INIT;

	(void)snprintf(path, sizeof(path), "/link/v1/blobs/%s?offset=%lld"
	    "&size=%lld&for=%s&until=%lld", t->hex, (long long)t->have,
	    (long long)t->blob.size, t->peer->member.s, (long long)t->until);
	(void)snprintf(e.method, sizeof(e.method), "%s", method);
	(void)snprintf(e.headers, sizeof(e.headers),
	    "Content-Type: application/octet-stream\n");
	if (!outbox_url(t->peer, &t->host, e.url, sizeof(e.url), &e.pins,
	    path)) {
		if (fd != -1)
			(void)close(fd);
		task_end(t, "E-TRUST-CARD");
		return;
	}
	errand_encode(&b, &e);
	vault_ask(t->peer->outbox->vault, CHILD_COURIER, VAULT_FETCH,
	    buf_all(&b), fd, told, t);
	buf_free(&b);
}

static void
send_range(struct upload_task *t)
{
	int64_t rest = t->blob.size - t->have;
	int fd = blobs_open(t->peer->outbox->vault, &t->blob.blob);

	if (fd == -1) {
		task_refused(t, "E-BLOB-MISSING", REFUSED_WAIT);
		return;
	}
	t->sent = true;
	go(t, "PUT", rest < RANGE ? rest : RANGE, fd);
}

static void
begin(struct peer *p, const struct blob_ref *blob, msec until)
{
	struct upload_task *t = xcalloc(1, sizeof(*t));

	t->peer = p;
	t->blob = *blob;
	t->until = until;
	hex_encode(t->hex, slice_of(blob->blob.b, HASH_LEN));
	p->uploading = true;
	go(t, "GET", 0, -1);
}

/* Most name none, and are not parsed to learn it.  A quote within a string is
 * escaped, so these bytes are the field or are not there. */
static bool
names_files(struct slice note)
{
	static const char field[] = "\"blobs\":";

	return memmem(note.p, note.n, field, sizeof(field) - 1) != NULL;
}

static bool
all_there(struct peer *p, const struct outbox_row *row, struct arena *arena,
    struct slice text)
{
	struct header h;
	struct err err;
	bool all = true;

	if (!header_parse(&h, arena, text, &err))
		return true;
	for (size_t i = 0; all && i < h.nblobs; i++) {
		if (is_known(p, &h.blobs[i].blob, row->deliver_by))
			continue;
		all = false;
		if (!p->uploading && clock_steady() >= p->files_not_before)
			begin(p, &h.blobs[i], row->deliver_by);
	}
	header_release(&h);
	return all;
}

bool
outbox_files_there(struct peer *p, struct outgoing *out)
{
	struct vault *v = p->outbox->vault;
	struct arena arena = ARENA_INIT;
	struct message_row m;
	struct note note;
	struct err err;
	bool all = true;

	out->thread = out->row.message;
	if (outbox_is_receipt(&out->row))
		return true;
	if (message_get(&v->store, &arena, &out->row.message, &m, &err)) {
		out->thread = m.thread;
		all = !names_files(m.note) || !note_parse(&note, m.note, &err) ||
		    all_there(p, &out->row, &arena, note.text);
	}
	arena_free(&arena);
	return all;
}
