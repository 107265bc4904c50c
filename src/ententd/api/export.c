#include "ententd/api/export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/secret.h"
#include "ententd/blobs.h"
#include "ententd/thread.h"
#include "ententd/trust.h"
#include "model/bundle_write.h"
#include "store/blob_store.h"
#include "store/receipt_store.h"
#include "store/trust_store.h"

/*
 * One step writes a little more of the bundle into `out`; the next is taken
 * when that has left.  So neither a long thread nor a large file is ever
 * whole in memory, and no plaintext meets a file.
 */
enum phase { TRUST, MESSAGES, BLOBS, END, DONE };
enum { PIECE = 64 * 1024 };

struct exporting {
	struct vault		*vault;
	struct arena		 arena;
	struct loop_watch	*watch;
	int			 pipe;
	struct bundle_writer	*writer;
	struct buf		 out;
	size_t			 sent;
	struct thread		 thread;
	enum phase		 phase;
	size_t			 next;		/* message */
	struct header		 header;	/* of the message whose files go */
	size_t			 next_blob;
	int			 blob;		/* open, or -1 */
};

static void
exporting_free(struct exporting *e)
{
	loop_unwatch(e->watch);
	if (e->pipe != -1)
		(void)close(e->pipe);
	if (e->blob != -1)
		(void)close(e->blob);
	header_release(&e->header);
	bundle_writer_free(e->writer);
	buf_wipe(&e->out);
	arena_free(&e->arena);
	free(e);
}

static bool
into_out(void *arg, struct slice bytes, struct err *err)
{
	struct exporting *e = arg;

	(void)err;
	buf_slice(&e->out, bytes);
	return true;
}

/* -- what lets it be verified ---------------------------------------------------------- */

static bool
write_cards(struct exporting *e, const struct member_id *m, struct err *err)
{
	struct slice *notes;
	struct note note;
	struct card card;
	size_t n;
	bool ok = true;

	if (!trust_store_cards(&e->vault->store, &e->arena, m->s, &notes, &n, err))
		return false;
	for (size_t i = 0; ok && i < n; i++) {
		if (!note_parse(&note, notes[i], err) ||
		    !card_parse(&card, &e->arena, note.text, err))
			return false;
		ok = bundle_write_card(e->writer, m, card.seq, notes[i], err);
		card_release(&card);
	}
	return ok;
}

static bool
write_parties(struct exporting *e, struct err *err)
{
	struct member_id m;

	if (!write_cards(e, &e->thread.asker, err))
		return false;
	for (size_t i = 0; i < e->thread.root->nto; i++) {
		address_member(&m, &e->thread.root->to[i]);
		if (!write_cards(e, &m, err))
			return false;
	}
	return true;
}

static bool
write_agreement(struct exporting *e, struct slice bytes, struct err *err)
{
	struct agreement a;
	struct note note;
	bool ok;

	if (!note_parse(&note, bytes, err) ||
	    !agreement_parse(&a, &e->arena, note.text, err))
		return false;
	ok = bundle_write_agreement(e->writer, a.id, a.version, bytes, err);
	agreement_release(&a);
	return ok;
}

static bool
write_trust(struct exporting *e, struct err *err)
{
	struct vault *v = e->vault;
	struct slice note, *notes;
	struct hash name;
	size_t count;

	if (!trust_store_network(&v->store, &e->arena, &note, &name, err) ||
	    !bundle_write_network(e->writer, note, err))
		return false;
	for (int64_t d = 1; d <= trust_newest(v->trust)->number; d++)
		if (!trust_store_directory(&v->store, &e->arena, d, &note, &name,
		    err) || !bundle_write_directory(e->writer, d, note, err))
			return false;
	if (!write_parties(e, err) ||
	    !trust_store_agreements(&v->store, &e->arena, &notes, &count, err))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!write_agreement(e, notes[i], err))
			return false;
	return true;
}

/* -- messages, their receipts, their files ------------------------------------------------- */

static bool
write_receipts(struct exporting *e, const struct hash *message, struct err *err)
{
	struct slice *notes;
	struct receipt r;
	struct note note;
	size_t n;
	bool ok = true;

	if (!receipt_of_message(&e->vault->store, &e->arena, message, &notes, &n,
	    err))
		return false;
	for (size_t i = 0; ok && i < n; i++) {
		if (!note_parse(&note, notes[i], err) ||
		    !receipt_parse(&r, &e->arena, note.text, err))
			return false;
		/* A relay's custody names sealed bytes that nobody has any
		 * more: offline it would prove nothing. */
		if (r.n != 0 && r.entries[0].result != RECEIPT_CUSTODY)
			ok = bundle_write_receipt(e->writer, &r.from, notes[i],
			    err);
		receipt_release(&r);
	}
	return ok;
}

static bool
write_message(struct exporting *e, struct err *err)
{
	const struct message_row *r = &e->thread.rows[e->next++];
	struct buf line = BUF_INIT;
	struct note note;
	struct err gone;
	bool ok;

	header_release(&e->header);
	ok = note_parse(&note, r->note, err) &&
	    header_parse(&e->header, &e->arena, note.text, err) &&
	    bundle_write_message(e->writer, r->note, err);
	if (ok && message_content(&e->vault->store, &r->name, &line, &gone))
		ok = bundle_write_content(e->writer, buf_all(&line), err);
	buf_wipe(&line);
	ok = ok && write_receipts(e, &r->name, err);
	e->next_blob = 0;
	if (ok && e->header.nblobs != 0)
		e->phase = BLOBS;
	return ok;
}

static bool
write_blob(struct exporting *e, struct err *err)
{
	uint8_t *piece;
	ssize_t n;
	bool ok;

	if (e->blob == -1) {
		const struct blob_ref *b = &e->header.blobs[e->next_blob++];

		if (e->next_blob == e->header.nblobs)
			e->phase = MESSAGES;
		if (bundle_has_blob(e->writer, &b->blob))
			return true;
		e->blob = blobs_open(e->vault, &b->blob);
		e->phase = BLOBS;
		if (e->blob == -1)
			goto next;	/* withheld: the verifier says so */
		return bundle_begin_blob(e->writer, &b->blob,
		    (uint64_t)b->size, err);
	}
	piece = xmalloc(PIECE);
	n = read(e->blob, piece, PIECE);
	ok = n >= 0 || err_errno(err, "read a file");
	if (n > 0)
		ok = bundle_add_blob(e->writer, slice_of(piece, (size_t)n), err);
	free(piece);
	if (n != 0 || !ok)
		return ok;
	(void)close(e->blob);
	e->blob = -1;
next:
	if (e->next_blob == e->header.nblobs)
		e->phase = MESSAGES;
	return true;
}

static bool
step(struct exporting *e, struct err *err)
{
	switch (e->phase) {
	case TRUST:
		e->phase = MESSAGES;
		return write_trust(e, err);
	case MESSAGES:
		if (e->next < e->thread.n)
			return write_message(e, err);
		e->phase = END;
		return true;
	case BLOBS:
		return write_blob(e, err);
	case END:
		e->phase = DONE;
		return bundle_write_end(e->writer, &e->vault->net,
		    &e->thread.name, e->thread.root->ref, &e->vault->member, err);
	case DONE:
		break;
	}
	return true;
}

static void
writable(void *arg, unsigned events)
{
	struct exporting *e = arg;
	struct err err;
	ssize_t n;

	(void)events;
	while (e->sent == e->out.n) {
		buf_clear(&e->out);
		e->sent = 0;
		if (e->phase == DONE) {
			exporting_free(e);
			return;
		}
		if (!step(e, &err)) {
			/* The archive lacks its end: the reader sees it cut. */
			log_error("export: %s %s", err.rule, err.text);
			exporting_free(e);
			return;
		}
	}
	n = write(e->pipe, e->out.p + e->sent, e->out.n - e->sent);
	if (n > 0)
		e->sent += (size_t)n;
	else if (errno != EAGAIN)
		exporting_free(e);	/* the reader went away */
}

void
export_answer(struct call *c, const struct hash *thread)
{
	struct exporting *e = xcalloc(1, sizeof(*e));
	int ends[2] = { -1, -1 };
	struct err err;

	e->vault = c->vault;
	e->pipe = e->blob = -1;
	if (!thread_load(c->vault, &e->arena, thread, &e->thread, &err))
		goto refuse;
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) == -1) {
		(void)err_errno(&err, "a pipe");
		goto refuse;
	}
	e->pipe = ends[1];
	e->writer = bundle_writer_new(into_out, e, clock_now(), &err);
	if (e->writer == NULL) {
		(void)close(ends[0]);
		goto refuse;
	}
	e->watch = loop_watch(c->vault->child.loop, e->pipe, LOOP_WRITE, writable,
	    e);
	call_answer_fd(c, 200, "application/x-tar", "", ends[0], -1);
	return;
refuse:
	exporting_free(e);
	call_refuse(c, &err);
}
