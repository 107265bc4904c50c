#include "ententd/pickup.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "ententd/outbox.h"
#include "ententd/pickup_state.h"
#include "ententd/trust.h"

enum { ANSWER_MOST = 8 * 1024 * 1024 };
#define ANSWER_WAIT	(75 * SECOND)
#define IDLE		(5 * SECOND)
#define FILES_WAIT	(2 * SECOND)
#define RETRY_FIRST	500
#define RETRY_MOST	MINUTE

static void	ask(void *arg);

struct pickup *
pickup_new(struct vault *v)
{
	struct pickup *p = xcalloc(1, sizeof(*p));

	p->vault = v;
	return p;
}

static void
ask_in(struct pickup *p, msec delay)
{
	loop_cancel(p->timer);
	p->timer = loop_after(p->vault->child.loop, delay, ask, p);
}

static void
failed(struct pickup *p, const char *rule)
{
	msec wait = RETRY_FIRST;

	for (unsigned i = 0; i < p->failures && wait < RETRY_MOST; i++)
		wait *= 2;
	if (p->failures++ == 0)
		log_warn("relay %s: %s", p->relay.s, rule);
	ask_in(p, wait / 2 + (msec)randombytes_uniform((uint32_t)wait));
}

/* -- taking in what came --------------------------------------------------------- */

static void	take_next(struct pickup *p);

void
pickup_files_done(struct pickup *p)
{
	p->fetching = false;
	if (p->timer != NULL)
		ask_in(p, 0);
}

/* What one turn wrote, and the relay may forget. */
static void
on_disk(void *arg)
{
	struct pickup *p = arg;

	p->nsure = p->ndone;
	take_next(p);
}

static void
not_on_disk(void *arg, const struct err *err)
{
	struct pickup *p = arg;

	p->ndone = p->nsure;
	failed(p, err->rule);
}

static void
taken(struct intake *in, void *arg, const struct err *err)
{
	struct pickup *p = arg;

	if (err != NULL) {
		log_warn("relay %s: %s", p->relay.s, err->rule);
	} else {
		for (uint8_t i = 0; i < in->batch.n; i++) {
			if (intake_settled(in, i))
				p->done[p->ndone++] = in->items[i].wire->sha256;
			else if (strcmp(in->items[i].admitted.why.rule,
			    "E-BLOB-MISSING") == 0)
				pickup_files(p, &in->items[i]);
		}
		outbox_kick(p->vault);
	}
	vault_after_commit(p->vault, on_disk, not_on_disk, p);
}

/* Those of one sender together: one receipt is for one sender. */
static void
take_next(struct pickup *p)
{
	struct vault *v = p->vault;
	const struct wire_parcel *in_hand = p->got.parcels + p->next;
	struct wire_message *list;
	struct intake *in;
	uint8_t n = 0;

	if (p->next == p->got.n) {
		/* A small file is here at once, and its message with the
		 * next answer. */
		ask_in(p, p->fetching ? FILES_WAIT : 0);
		return;
	}
	while (p->next + n < p->got.n && member_id_eq(&in_hand[n].from,
	    &in_hand->from))
		n++;
	in = intake_new(v);
	list = arena_alloc(&in->arena, n * sizeof(*list));
	for (uint8_t i = 0; i < n; i++)
		list[i] = in_hand[i].message;
	p->next += n;
	in->batch = (struct wire_batch){ .net = v->net, .messages = list,
	    .n = n };
	in->bearer = p->relay;
	in->returns = true;
	in->done = taken;
	in->arg = p;
	intake_go(in);
}

/* A relay hands out nobody else's. */
static bool
is_ours(const struct pickup *p)
{
	for (uint8_t i = 0; i < p->got.n; i++)
		if (!member_id_eq(&p->got.parcels[i].message.to,
		    &p->vault->member))
			return false;
	return true;
}

static bool
decode(struct pickup *p, struct err *err)
{
	arena_free(&p->arena);
	p->next = 0;
	if (!wire_parcels_decode(&p->got, &p->arena, buf_all(&p->body), err) ||
	    !(is_ours(p) || err_set(err, ERR_INVALID, "E-WIRE-TO",
	    "parcels of others"))) {
		p->got = (struct wire_parcels){ .n = 0 };
		return false;
	}
	trust_heard(p->vault, &p->relay, p->got.dir);
	return true;
}

/* -- asking ------------------------------------------------------------------------ */

static void
answered(void *arg, struct ipc_message *m)
{
	struct pickup *p = arg;
	struct err err = { 0 };
	uint16_t status = 0;
	struct cursor c;

	buf_clear(&p->body);
	if (m != NULL) {
		c = cursor_of(m->body);
		status = cursor_u16(&c);
		(void)result_decode(&c, &err);
		buf_slice(&p->body, cursor_var(&c, m->body.n));
		if (m->fd != -1) {
			buf_clear(&p->body);
			(void)io_read_all(m->fd, &p->body, ANSWER_MOST, &err);
			(void)close(m->fd);
			m->fd = -1;
		}
	}
	if (status != 200) {
		failed(p, status != 0 ? "E-PEER-STATUS" :
		    m == NULL ? "E-NODE-BUSY" : err.rule);
		return;
	}
	p->ndone = p->nsure = 0;
	p->nagain -= p->nasked;
	memmove(p->again, p->again + p->nasked, p->nagain * sizeof(p->again[0]));
	if (!decode(p, &err)) {
		failed(p, err.rule);
		return;
	}
	p->failures = 0;
	outbox_heard(p->vault, &p->relay);
	take_next(p);
}

bool
pickup_url(const struct pickup *p, char *url, size_t size,
    struct pins *pins, const char *path)
{
	const struct card *c = trust_card_of(p->vault->trust, &p->relay, NULL);

	if (c == NULL || c->nurls == 0 || c->ntls == 0 ||
	    !trust_is_active(p->vault->trust, &p->relay))
		return false;
	(void)snprintf(url, size, "%s%s", c->urls[0], path);
	trust_pins(c, pins);
	return true;
}

static void
signed_by_keys(void *arg, struct ipc_message *m)
{
	struct pickup *p = arg;
	struct errand e = { .method = "POST", .answer_max = ANSWER_MOST,
	    .timeout = (uint32_t)ANSWER_WAIT };
	struct buf note = BUF_INIT, body = BUF_INIT, errand = BUF_INIT;
	struct cursor c;
	struct err err;

	if (!keys_said(m, &c, &err)) {
		failed(p, err.rule);
		return;
	}
	buf_slice(&note, buf_all(&p->text));
	buf_u8(&note, '\n');
	buf_slice(&note, cursor_var(&c, NOTE_MAX));
	buf_u8(&body, WIRE_V1);
	buf_var(&body, buf_all(&note));
	(void)snprintf(e.headers, sizeof(e.headers),
	    "Content-Type: application/octet-stream\n");
	if (pickup_url(p, e.url, sizeof(e.url), &e.pins, "/link/v1/collect")) {
		e.body = buf_all(&body);
		errand_encode(&errand, &e);
		vault_ask(p->vault, CHILD_COURIER, VAULT_FETCH,
		    buf_all(&errand), -1, answered, p);
	} else {
		failed(p, "E-TRUST-CARD");
	}
	buf_free(&note);
	buf_free(&body);
	buf_free(&errand);
}

/* Its own card says where; the card may change, also to say nowhere. */
static void
ask(void *arg)
{
	struct pickup *p = arg;
	struct vault *v = p->vault;
	const struct card *card = trust_card_of(v->trust, &v->member, NULL);
	struct collect q = { .net = v->net, .from = v->member,
	    .nonce = p->got.nonce, .at = clock_now(), .done = p->done,
	    .ndone = p->ndone, .again = p->again, .nagain = p->nagain };
	struct buf b = BUF_INIT;

	p->timer = NULL;
	if (!v->open || !trust_is_member(v->trust) || card == NULL ||
	    card->relay.s[0] == '\0') {
		ask_in(p, IDLE);
		return;
	}
	p->relay = q.relay = card->relay;
	p->nasked = p->nagain;
	buf_clear(&p->text);
	collect_print(&p->text, &q);
	buf_var(&b, buf_all(&p->text));
	buf_var_str(&b, "");
	vault_ask(v, CHILD_KEYS, VAULT_SIGN, buf_all(&b), -1, signed_by_keys, p);
	buf_free(&b);
}

void
pickup_start(struct vault *v)
{
	ask_in(v->pickup, 0);
}
