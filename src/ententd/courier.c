#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "ententd/child.h"
#include "proc/fetch.h"
#include "proc/tls_key.h"

/*
 * Outgoing connections.  It does the vault's errands: an address, a pin, a
 * body; it has no store and no identity key, and knows nothing of what it
 * carries.
 */
/* Two batches a lane, files, and a question to each of a full network would be
 * more; but those that hang must not keep the others waiting. */
enum { CONNECTIONS = 512, INLINE_ANSWER = 64 * 1024, HEADERS_MAX = 8 };
#define OLD_LOOK	SECOND

struct courier {
	struct child_state	 child;
	struct fetch_pool	*pool;		/* NULL until keys gave the key */
	struct fetch_pool	*old;		/* of the key before: ends its trips */
	uint8_t			 pin[32];	/* of its key */
	struct trip		*trips;
};

struct trip {
	struct courier	*courier;
	struct trip	*next, **place;
	uint32_t	 id;
	struct fetch	*fetch;
	int		 fd;
};

static void
trip_free(struct trip *t)
{
	*t->place = t->next;
	if (t->next != NULL)
		t->next->place = t->place;
	if (t->fd != -1)
		(void)close(t->fd);
	free(t);
}

static void
answer(struct courier *c, uint32_t id, unsigned status, const struct err *err,
    struct slice body)
{
	struct buf b = BUF_INIT;
	int fd = -1;

	if (c->child.to[CHILD_VAULT] == NULL)
		return;
	if (body.n > INLINE_ANSWER) {
		fd = io_memory(body);
		if (fd == -1)
			log_error("an answer of %zu bytes is lost", body.n);
		body.n = 0;
	}
	buf_u16(&b, (uint16_t)status);
	result_encode(&b, err);
	buf_var(&b, body);
	ipc_send(c->child.to[CHILD_VAULT], COURIER_ANSWER, id, buf_all(&b), fd);
	buf_free(&b);
}

static void
done(void *arg, const struct fetch_answer *a)
{
	struct trip *t = arg;

	answer(t->courier, t->id, a->status, a->status == 0 ? &a->err : NULL,
	    a->body);
	trip_free(t);
}

static void
run_errand(struct courier *c, struct ipc_message *m)
{
	const char *headers[HEADERS_MAX + 1];
	struct fetch_request q;
	struct errand e;
	struct trip *t;
	struct err err;

	if (!errand_decode(&e, m->body) || c->pool == NULL) {
		(void)err_set(&err, ERR_UNAVAILABLE, "E-PEER-UNREACHABLE",
		    "the courier is not ready");
		answer(c, m->id, 0, &err, slice_of(NULL, 0));
		return;
	}
	t = xcalloc(1, sizeof(*t));
	*t = (struct trip){ .courier = c, .id = m->id, .fd = m->fd,
	    .next = c->trips, .place = &c->trips };
	if (t->next != NULL)
		t->next->place = &t->next;
	c->trips = t;
	m->fd = -1;
	headers_split(e.headers, headers, HEADERS_MAX);
	q = (struct fetch_request){
		.method = e.method, .url = e.url, .pin = e.pins.key[0],
		.more_pins = e.pins.n - 1U,
		.headers = headers, .body = e.body, .body_fd = t->fd,
		.body_offset = e.offset, .body_len = e.length,
		.answer_max = e.answer_max, .timeout = e.timeout,
		.answer_fd = -1,
	};
	t->fetch = fetch_start(c->pool, &q, done, t);
}

static void
cancel(struct courier *c, uint32_t id)
{
	for (struct trip *t = c->trips; t != NULL; t = t->next)
		if (t->id == id) {
			fetch_cancel(t->fetch);
			trip_free(t);
			return;
		}
}

/* Trips end by themselves; not from done(), so a timer looks. */
static void
end_old(void *arg)
{
	struct courier *c = arg;

	if (c->old == NULL)
		return;
	if (fetch_active(c->old) != 0) {
		(void)loop_after(c->child.loop, OLD_LOOK, end_old, c);
		return;
	}
	fetch_pool_free(c->old);
	c->old = NULL;
}

static void
take_tls(struct courier *c, struct slice body)
{
	struct cursor r = cursor_of(body);
	struct fetch_identity id;
	uint8_t pin[32];
	struct err err;

	id.cert_pem = cursor_var(&r, 16384);
	id.key_pem = cursor_var(&r, 16384);
	if (!cursor_done(&r) || !tls_key_pin(pin, id.cert_pem, &err) ||
	    (c->pool != NULL && memcmp(pin, c->pin, sizeof(pin)) == 0))
		return;
	memcpy(c->pin, pin, sizeof(pin));
	/* A third key while the first still has trips: its pool stays. */
	if (c->old != NULL && fetch_active(c->old) == 0)
		fetch_pool_free(c->old);
	else if (c->old != NULL)
		log_warn("a TLS key changed twice within one trip");
	c->old = c->pool;
	c->pool = fetch_pool_new(c->child.loop, &id, CONNECTIONS);
	if (c->old != NULL)
		(void)loop_after(c->child.loop, OLD_LOOK, end_old, c);
}

static void
got(void *arg, enum child from, struct ipc_message *m)
{
	struct courier *c = arg;

	if (from == CHILD_KEYS && m->type == KEYS_TLS)
		take_tls(c, m->body);
	else if (from == CHILD_VAULT && m->type == VAULT_FETCH)
		run_errand(c, m);
	else if (from == CHILD_VAULT && m->type == VAULT_CANCEL)
		cancel(c, m->id);
}

/* Nobody waits for these answers any more; the outbox will ask again. */
static void
unlinked(void *arg, enum child peer)
{
	struct courier *c = arg;
	struct trip *t, *next;

	if (peer != CHILD_VAULT)
		return;
	for (t = c->trips; t != NULL; t = next) {
		next = t->next;
		fetch_cancel(t->fetch);
		trip_free(t);
	}
}

int
courier_main(void)
{
	static const struct child_calls calls = {
		.got = got, .unlinked = unlinked,
	};
	static struct courier c;

	child_begin(&c.child, CHILD_COURIER);
	(void)signal(SIGPIPE, SIG_IGN);
	c.child.loop = loop_new();
	child_ready(&c.child);
	child_run(&c.child, &calls, &c);
	return EXIT_SUCCESS;
}
