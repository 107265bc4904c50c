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
	enum peer_lane		 lane;
	bool			 answered;
	struct outgoing		 rows[WIRE_BATCH];
	size_t			 n;
};

/* -- sealing ---------------------------------------------------------------------- */

/* One small age file for this recipient alone, at hand-over. */
static bool
seal_row(struct vault *v, const struct outbox_row *row,
    const struct age_recipient *to, struct buf *sealed, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct buf line = BUF_INIT, plain = BUF_INIT;
	struct slip slip = { .to = row->to, .number = row->slip };
	struct message_row m;
	bool ok;

	ok = message_get(&v->store, &arena, &row->message, &m, err) &&
	    message_content(&v->store, &row->message, &line, err);
	if (ok) {
		envelope_print(&plain, m.note, &slip, buf_all(&line));
		ok = age_seal_all(sealed, to, 1, buf_all(&plain), err);
	}
	buf_wipe(&plain);
	buf_wipe(&line);
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

	if (seal == NULL) {
		trust_unknown_peer(v);
		return err_set(err, ERR_UNAVAILABLE, "E-TRUST-CARD",
		    "no card of %s with a key to seal to is known here", m->s);
	}
	return age_recipient_parse(to, slice_str(seal->recipient), err);
}

/* Rows that cannot be sealed (content destroyed) are settled as such; where
 * only the disk does not read, they wait. */
static void
give_up(struct vault *v, const struct outbox_row *row, const struct err *why)
{
	struct err err;

	log_error("a message to %s cannot be sealed: %s", row->to.s, why->rule);
	if (why->class == ERR_IO || !vault_unit_begin(v, &err))
		return;
	(void)vault_unit_end(v, outbox_settle(&v->store, &row->message,
	    &row->to, OUTBOX_REFUSED, why->rule, clock_now(), &err) &&
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
		p->rows[p->n++] = rows[i];
	}
	buf_free(&sealed);
}

/* -- receipts ------------------------------------------------------------------------ */

static const struct outbox_row *
row_named(const struct posted *p, const struct hash *name)
{
	for (size_t i = 0; i < p->n; i++)
		if (hash_eq(&p->rows[i].row.message, name))
			return &p->rows[i].row;
	return NULL;
}

static bool
settle(struct vault *v, const struct posted *p, const struct receipt_entry *e,
    struct err *err)
{
	const struct outbox_row *row = row_named(p, &e->name);
	struct arena arena = ARENA_INIT;
	struct message_row m;
	bool ok;

	/* It lost what it had told of: ask again how much is there. */
	if (e->result == RECEIPT_LATER && strcmp(e->rule, "E-BLOB-MISSING") == 0)
		p->peer->nblobs = 0;
	if (row == NULL || e->result == RECEIPT_LATER ||
	    e->result == RECEIPT_CUSTODY)
		return true;
	ok = outbox_settle(&v->store, &e->name, &p->peer->member,
	    e->result == RECEIPT_TAKEN ? OUTBOX_TAKEN : OUTBOX_REFUSED, e->rule,
	    clock_now(), err) &&
	    vault_audit(v, p->peer->member.s, e->result == RECEIPT_TAKEN ?
	    "message.taken" : "message.refused", &e->name,
	    p->peer->member.s, e->rule, err) &&
	    message_get(&v->store, &arena, &e->name, &m, err) &&
	    thread_receipted(v, &m, &p->peer->member, err);
	arena_free(&arena);
	return ok;
}

/* The peer's own key, its own words, about our messages. */
static bool
receipt_is_theirs(struct vault *v, const struct posted *p, struct slice bytes,
    struct receipt *r, struct arena *arena, struct err *err)
{
	struct note_vkey keys[CARD_KEYS];
	bool by[CARD_KEYS];
	struct note note;
	size_t n = trust_message_keys(v, &p->peer->member, TRUST_ANY_TIME, keys);

	if (!note_parse(&note, bytes, err) ||
	    !note_verify(&note, keys, n, by, err) ||
	    !receipt_parse(r, arena, note.text, err))
		return false;
	if (!hash_eq(&r->net, &v->net) || !member_id_eq(&r->to, &v->member) ||
	    !member_id_eq(&r->from, &p->peer->member)) {
		receipt_release(r);
		return err_set(err, ERR_VERIFY, "E-RECEIPT-PARTIES",
		    "a receipt of others");
	}
	return true;
}

static bool
take_receipt(struct vault *v, const struct posted *p, struct slice note,
    struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct receipt r;
	bool ok = receipt_is_theirs(v, p, note, &r, &arena, err);

	if (ok) {
		ok = receipt_put(&v->store, note, &r, err);
		for (size_t i = 0; ok && i < r.n; i++)
			ok = settle(v, p, &r.entries[i], err);
		receipt_release(&r);
	}
	arena_free(&arena);
	return ok;
}

/* -- what came back ---------------------------------------------------------------------- */

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
	trust_heard(v, &p->peer->member, w.dir);
	for (uint8_t i = 0; i < w.n; i++) {
		if (!vault_unit_begin(v, &err))
			break;
		ok = take_receipt(v, p, w.notes[i], &err);
		if (!vault_unit_end(v, ok, &err)) {
			log_warn("receipt of %s: %s %s", p->peer->member.s,
			    err.rule, err.text);
			/* Its key may be newer than its card here. */
			trust_doubt_card(v, &p->peer->member);
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
	bool posted = false;
	struct err err;
	int fd = -1;

	p->peer = peer;
	p->lane = lane;
	if (!recipient_of(v, &peer->member, &to, &err) ||
	    !outbox_url(peer, e.url, sizeof(e.url), &e.pins, "/link/v1/messages")) {
		outbox_failed(peer, "E-TRUST-CARD");
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
