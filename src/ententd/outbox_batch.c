#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crash.h"
#include "base/io.h"
#include "base/log.h"
#include "ententd/peer.h"
#include "ententd/thread.h"
#include "ententd/trust.h"
#include "ententd/wire.h"
#include "store/receipt_store.h"

enum { INLINE_BODY = 64 * 1024, ANSWER_MOST = 5 * 1024 * 1024 };

struct posted {				/* a batch under way */
	struct posted		*next;		/* of the peer's */
	struct peer		*peer;
	struct member_id	 host;		/* the peer, or its relay */
	enum peer_lane		 lane;
	bool			 answered;
	struct outgoing		 rows[WIRE_BATCH];
	size_t			 n;
};

/* -- sealing ---------------------------------------------------------------------- */

static bool
print_message(struct vault *v, struct arena *arena,
    const struct outbox_row *row, struct buf *plain, struct err *err)
{
	struct slip slip = { .to = row->to, .number = row->slip };
	struct buf line = BUF_INIT;
	struct message_row m;
	bool ok;

	ok = message_get(&v->store, arena, &row->message, &m, err) &&
	    message_content(&v->store, &row->message, &line, err);
	if (ok)
		envelope_print(plain, m.note, &slip, buf_all(&line));
	buf_wipe(&line);
	return ok;
}

/* One small age file for this recipient alone, at hand-over. */
static bool
seal_row(struct vault *v, const struct outbox_row *row,
    const struct age_recipient *to, struct buf *sealed, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct buf plain = BUF_INIT;
	bool ok = outbox_is_receipt(row) ?
	    receipt_note(&v->store, &row->receipt, &plain, err) :
	    print_message(v, &arena, row, &plain, err);

	ok = ok && age_seal_all(sealed, to, 1, buf_all(&plain), err);
	buf_wipe(&plain);
	arena_free(&arena);
	return ok;
}

static bool
recipient_of(struct vault *v, const struct member_id *m,
    struct age_recipient *to, struct err *err)
{
	const struct card *card = trust_card_of(v->trust, m, NULL);
	const struct card_seal *seal = card == NULL ? NULL :
	    card_seal_at(card, clock_now());

	/* A newer card may say otherwise. */
	if (card != NULL && !card_takes(card, NOTE_ED25519, clock_now(), err)) {
		trust_unknown_peer(v);
		return false;
	}
	if (seal == NULL) {
		trust_unknown_peer(v);
		return err_set(err, ERR_UNAVAILABLE, "E-TRUST-CARD",
		    "no card of %s with a key to seal to is known here", m->s);
	}
	return age_recipient_parse(to, slice_str(seal->recipient), err);
}

bool
outbox_seal(struct vault *v, const struct outbox_row *row, struct buf *sealed,
    struct err *err)
{
	struct age_recipient to;

	return recipient_of(v, &row->to, &to, err) &&
	    seal_row(v, row, &to, sealed, err);
}

/* Rows that cannot be sealed (content destroyed) are settled as such; where
 * only the disk does not read, they wait. */
static void
give_up(struct vault *v, const struct outbox_row *row, const struct err *why)
{
	struct err err;
	bool news;

	log_error("a message to %s cannot be sealed: %s", row->to.s, why->rule);
	if (why->class == ERR_IO || !vault_unit_begin(v, &err))
		return;
	(void)vault_unit_end(v, outbox_settle(&v->store, &row->message,
	    &row->to, OUTBOX_REFUSED, why->rule, clock_now(), &news, &err) &&
	    vault_audit(v, "node", "message.unsent", &row->message, row->to.s,
	    why->rule, &err), &err);
}

static void
seal_batch(struct posted *p, const struct age_recipient *to,
    const struct outgoing *rows, size_t n, struct buf *bodies)
{
	struct vault *v = p->peer->outbox->vault;
	struct wire_message w;
	struct buf sealed = BUF_INIT;
	struct err err;

	for (size_t i = 0; i < n; i++) {
		const struct outbox_row *row = &rows[i].row;

		buf_clear(&sealed);
		if (!seal_row(v, row, to, &sealed, &err)) {
			give_up(v, row, &err);
			continue;
		}
		/* What does not fit goes with the next batch. */
		if (bodies->n + sealed.n > WIRE_BYTES && p->n != 0)
			break;
		w = (struct wire_message){ .to = row->to,
		    .lane = row->lane, .deliver_by = row->deliver_by,
		    .sha256 = hash_of(buf_all(&sealed)),
		    .sealed = buf_all(&sealed) };
		wire_batch_add(bodies, &w);
		p->rows[p->n] = rows[i];
		p->rows[p->n++].sealed = w.sha256;
	}
	buf_free(&sealed);
}

/* -- what came back ---------------------------------------------------------------------- */

/* It lost what it had told of: ask again how much is there. */
static void
doubt_files(struct peer *p, const struct receipt *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->entries[i].result == RECEIPT_LATER &&
		    strcmp(r->entries[i].rule, "E-BLOB-MISSING") == 0)
			p->nblobs = 0;
}

/* A relay knows the sealed bytes alone; what they are is known here. */
static bool
hold(struct vault *v, const struct posted *p, const struct receipt *r,
    struct slice note, struct err *err)
{
	const struct outbox_row *row;

	for (size_t i = 0; i < r->n; i++) {
		if (r->entries[i].result != RECEIPT_CUSTODY)
			continue;
		for (size_t k = 0; k < p->n; k++) {
			row = &p->rows[k].row;
			if (hash_eq(&p->rows[k].sealed, &r->entries[i].sealed) &&
			    !outbox_receipt_held(v, row, r, note, err))
				return false;
		}
	}
	return true;
}

/* The host's own key, its own words, about our messages. */
static bool
take_receipt(struct vault *v, const struct posted *p, struct slice note,
    struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct receipt r;
	bool ok = outbox_receipt_read(v, &arena, note, &r, err);

	if (ok) {
		if (member_id_eq(&r.from, &p->host))
			ok = outbox_receipt_take(v, note, &r, err) &&
			    hold(v, p, &r, note, err);
		else
			ok = err_set(err, ERR_VERIFY, "E-RECEIPT-PARTIES",
			    "a receipt of others");
		doubt_files(p->peer, &r);
		receipt_release(&r);
	}
	arena_free(&arena);
	return ok;
}

/* Not settled by any receipt: once more, later each time. */
static void
retry_rest(struct vault *v, const struct posted *p, const char *rule)
{
	struct err err;
	msec delay;

	if (!vault_unit_begin(v, &err))
		return;
	for (size_t i = 0; i < p->n; i++) {
		unsigned tries = p->rows[i].row.tries;

		delay = SECOND << (tries < 8 ? tries : 8);
		if (!outbox_retry(&v->store, p->rows[i].row.id, clock_now() + delay,
		    rule, &err))
			break;
	}
	(void)vault_unit_end(v, true, &err);
}

unsigned
outbox_on_the_way(const struct peer *peer, enum peer_lane lane)
{
	unsigned n = 0;

	for (const struct posted *p = peer->posted; p != NULL; p = p->next)
		n += p->lane == lane && !p->answered;
	return n;
}

bool
outbox_has_row(const struct peer *peer, int64_t id)
{
	for (const struct posted *p = peer->posted; p != NULL; p = p->next)
		for (size_t i = 0; i < p->n; i++)
			if (p->rows[i].row.id == id)
				return true;
	return false;
}

bool
outbox_has_thread(const struct peer *peer, const struct hash *thread)
{
	for (const struct posted *p = peer->posted; p != NULL; p = p->next)
		for (size_t i = 0; i < p->n; i++)
			if (hash_eq(&p->rows[i].thread, thread))
				return true;
	return false;
}

static void
posted_free(struct posted *p)
{
	struct posted **at = &p->peer->posted;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	free(p);
}

/* The peer has another batch to work on while we take in what it said of this
 * one.  Not with rows this turn wrote: they are not on disk yet. */
static void
go_on(struct posted *p)
{
	struct vault *v = p->peer->outbox->vault;

	if (!v->writing && trust_is_member(v->trust))
		outbox_post_lane(p->peer, p->lane);
}

static void
take_reply(struct posted *p, struct slice body)
{
	struct vault *v = p->peer->outbox->vault;
	struct arena arena = ARENA_INIT;
	struct wire_reply w;
	struct err err;
	bool ok;

	if (!wire_reply_decode(&w, &arena, body, &err)) {
		outbox_failed(p->peer, err.rule);
		goto out;
	}
	outbox_succeeded(p->peer);
	trust_heard(v, &p->host, w.dir);
	for (uint8_t i = 0; i < w.n; i++) {
		if (!vault_unit_begin(v, &err))
			break;
		ok = take_receipt(v, p, w.notes[i], &err);
		if (!vault_unit_end(v, ok, &err)) {
			log_warn("receipt of %s: %s %s", p->host.s, err.rule,
			    err.text);
			/* Its key may be newer than its card here. */
			trust_doubt_card(v, &p->host);
		}
	}
	retry_rest(v, p, "E-RECEIPT-LATER");
out:
	arena_free(&arena);
}

static void
came_back(void *arg, struct ipc_message *m)
{
	struct posted *p = arg;
	struct vault *v = p->peer->outbox->vault;
	struct err err = { 0 };
	struct buf big = BUF_INIT;
	struct cursor c;
	struct slice body = { .p = NULL };
	uint16_t status = 0;

	p->answered = true;
	if (m != NULL) {
		c = cursor_of(m->body);
		status = cursor_u16(&c);
		(void)result_decode(&c, &err);
		body = cursor_var(&c, m->body.n);
		if (m->fd != -1) {
			(void)io_read_all(m->fd, &big, ANSWER_MOST, &err);
			(void)close(m->fd);
			m->fd = -1;
			body = buf_all(&big);
		}
	}
	if (status == 200) {
		CRASH_POINT("deliver:posted");
		go_on(p);
		take_reply(p, body);
		CRASH_POINT("deliver:before-commit");
		CRASH_AFTER_COMMIT(v, "deliver:after-commit");
	} else {
		/* It may know a directory in which one of us is suspended. */
		if (status == 403)
			trust_doubt_card(v, &p->peer->member);
		outbox_failed(p->peer, status != 0 ? "E-PEER-STATUS" :
		    m == NULL ? "E-NODE-BUSY" : err.rule);
	}
	posted_free(p);
	outbox_kick(v);
	buf_free(&big);
}

bool
outbox_post(struct peer *peer, enum peer_lane lane,
    const struct outgoing *rows, size_t n)
{
	struct vault *v = peer->outbox->vault;
	struct posted *p = xcalloc(1, sizeof(*p));
	struct errand e = { .method = "POST", .answer_max = ANSWER_MOST,
	    .timeout = 60000 };
	struct buf head = BUF_INIT, bodies = BUF_INIT, errand = BUF_INIT;
	struct age_recipient to;
	bool posted = false, known;
	struct err err;
	int fd = -1;

	p->peer = peer;
	p->lane = lane;
	known = recipient_of(v, &peer->member, &to, &err);
	if (!known || !outbox_url(peer, &p->host, e.url, sizeof(e.url), &e.pins,
	    "/link/v1/messages")) {
		outbox_failed(peer, known ? "E-TRUST-CARD" : err.rule);
		free(p);
		return false;
	}
	seal_batch(p, &to, rows, n, &bodies);
	if (p->n == 0) {
		/* Others may be due: look again, but not at once. */
		outbox_failed(peer, "E-STORE-IO");
		free(p);
		goto out;
	}
	p->next = peer->posted;
	peer->posted = p;
	wire_batch_begin(&head, &v->net, trust_newest(v->trust)->number,
	    trust_newest_name(v->trust), (uint8_t)p->n);
	buf_slice(&head, buf_all(&bodies));
	(void)snprintf(e.headers, sizeof(e.headers),
	    "Content-Type: application/octet-stream\n");
	if (head.n <= INLINE_BODY)
		e.body = buf_all(&head);
	else
		fd = io_memory(buf_all(&head));
	e.length = (int64_t)head.n;
	errand_encode(&errand, &e);
	CRASH_POINT("deliver:sealed");
	vault_ask(v, CHILD_COURIER, VAULT_FETCH, buf_all(&errand), fd, came_back,
	    p);
	posted = true;
out:
	buf_free(&head);
	buf_free(&bodies);
	buf_free(&errand);
	return posted;
}
