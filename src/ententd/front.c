#include "ententd/front.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/log.h"
#include "base/secret.h"
#include "ententd/front_request.h"
#include "ententd/lang_files.h"
#include "proc/tls_key.h"

enum {
	INLINE_BODY = 64 * 1024,
	HEADERS_MAX = 16,
	BODIES_ALL = 256 * 1024 * 1024,
	BODIES_ONE = 48 * 1024 * 1024,	/* of one address */
};

/* -- what a client sends ---------------------------------------------------- */

static bool
path_fits(const struct front *f, struct http_request *http)
{
	return strlen(http_path(http)) < sizeof(((struct request *)0)->path) &&
	    strlen(http_method(http)) < sizeof(((struct request *)0)->method) &&
	    strncmp(http_path(http), f->rules->prefix,
	    strlen(f->rules->prefix)) == 0;
}

/* What unfolds to a thousand times its size is not for us to unfold. */
static bool
is_coded(struct http_request *http)
{
	const char *coding = http_header(http, "Content-Encoding");

	return coding != NULL && strcasecmp(coding, "identity") != 0;
}

static void
on_head(void *arg, struct http_request *http)
{
	struct front *f = arg;
	struct front_request *r = front_request_new(f, http);
	struct request q;

	if (!path_fits(f, http)) {
		front_request_refuse_with(r, ERR_NOT_FOUND, "E-NOT-FOUND",
		    "there is no such thing");
		return;
	}
	if (is_coded(http)) {
		front_request_refuse_with(r, ERR_INVALID, "E-HTTP-CODING",
		    "the body is compressed; it must be sent as it is");
		return;
	}
	if (front_vault(f) == NULL) {
		front_request_refuse_away(r);
		return;
	}
	r->streams = f->rules->streams(http_method(http), http_path(http));
	if (r->streams) {
		front_request_fill(&q, http);
		front_request_send(r, FRONT_STREAM, &q, -1);
		secret_wipe(&q, sizeof(q));
	} else if (http_length(http) > (int64_t)f->rules->body_max) {
		front_request_refuse_with(r, ERR_INVALID, "E-BODY-SIZE",
		    "the body is larger than this resource takes");
	} else if (http_length(http) > 0 && http_length(http) <= INLINE_BODY) {
		/* At once, so that growing leaves no copies of it behind. */
		(void)buf_room(&r->body, (size_t)http_length(http));
	}
}

/*
 * What is collected before anybody knows who speaks: so much in all, and a
 * share of it for one address, so that slow senders leave room for others.
 */
static bool
has_room(const struct front *f, const struct front_request *r, size_t n)
{
	const char *address = http_peer(r->http)->address;
	size_t theirs = n;

	if (f->collected + n <= BODIES_ONE)
		return true;
	for (const struct front_request *x = f->pending; x != NULL; x = x->next)
		if (strcmp(http_peer(x->http)->address, address) == 0)
			theirs += x->body.n;
	return f->collected + n <= BODIES_ALL && theirs <= BODIES_ONE;
}

static void
collect(struct front *f, struct front_request *r, struct slice s)
{
	size_t before = r->body.n;

	if (!has_room(f, r, s.n)) {
		front_request_refuse_with(r, ERR_UNAVAILABLE, "E-NODE-BUSY",
		    "too much is being sent here at once; nothing was taken, "
		    "send it again");
		return;
	}
	buf_slice(&r->body, s);
	f->collected += r->body.n - before;
	if (r->body.bad)
		front_request_refuse_with(r, ERR_INVALID, "E-BODY-SIZE",
		    "the body is larger than this resource takes");
}

static size_t
on_body(void *arg, struct http_request *http, struct slice s)
{
	struct front_request *r = http_context(http);

	if (r->streams)
		return front_stream_piece(r, s);
	if (!r->answered)
		collect(arg, r, s);
	/* What was refused is not kept while the rest of it comes. */
	if (r->answered)
		front_request_forget_body(r);
	return s.n;
}

static void
on_end(void *arg, struct http_request *http)
{
	struct front_request *r = http_context(http);
	struct front *f = arg;
	struct request q;
	struct err err;
	int fd = -1;

	if (r->streams) {
		front_stream_end(r);
		return;
	}
	if (r->answered)
		return;
	if (front_vault(f) == NULL) {
		front_request_refuse_away(r);
		return;
	}
	front_request_fill(&q, http);
	if (f->rules->inspect != NULL &&
	    !f->rules->inspect(f, &q, &r->body, &err)) {
		front_request_refuse(r, &err);
		return;
	}
	if (r->body.n <= INLINE_BODY)
		q.body = buf_all(&r->body);
	else if ((fd = io_memory(buf_all(&r->body))) == -1) {
		front_request_refuse_away(r);
		return;
	}
	q.length = (int64_t)r->body.n;
	front_request_send(r, FRONT_REQUEST, &q, fd);
	secret_wipe(&q, sizeof(q));
	front_request_forget_body(r);
}

static void
on_gone(void *arg, struct http_request *http)
{
	struct front_request *r = http_context(http);
	struct front *f = arg;

	if (!r->answered && r->id != 0 && front_vault(f) != NULL)
		ipc_send(front_vault(f), FRONT_GONE, r->id, slice_of(NULL, 0), -1);
	front_request_free(r);
}

/* -- what the vault says ---------------------------------------------------- */

static void
give_answer(struct front *f, struct ipc_message *m)
{
	struct front_request *r = front_request_of(f, m->id);
	const char *headers[HEADERS_MAX + 1];
	struct answer a;

	if (r == NULL || !answer_decode(&a, m->body))
		return;
	r->answered = true;
	front_stream_stop(r);
	headers_split(a.headers, headers, HEADERS_MAX);
	if (m->fd != -1)
		http_answer_fd(r->http, a.status, a.type, m->fd, a.length, headers);
	else
		http_answer(r->http, a.status, a.type, a.body, headers);
	m->fd = -1;
	/* A body that nobody reads any more must not hold its sender up. */
	if (r->streams)
		http_body_resume(r->http);
}

/* Nobody here knows how far it came; the key makes asking again harmless. */
static void
refuse_unknown(struct front_request *r)
{
	front_request_refuse_with(r, ERR_UNAVAILABLE, "E-NODE-BUSY",
	    "this node restarted meanwhile; whether it was done is not known: "
	    "ask again with the same Idempotency-Key");
}

/* The vault died: what it was asked is on disk or was never promised. */
static void
unlinked(void *arg, enum child peer)
{
	struct front *f = arg;

	if (peer != CHILD_VAULT)
		return;
	for (struct front_request *r = f->pending, *next; r != NULL; r = next) {
		next = r->next;
		if (r->id != 0) {
			front_stream_stop(r);
			refuse_unknown(r);
		}
	}
}

/* -- the servers ------------------------------------------------------------ */

static void
start_server(struct front *f, struct slice cert, struct slice key)
{
	static const struct http_handlers handlers = {
		.head = on_head, .body = on_body, .end = on_end, .gone = on_gone,
	};
	int *fd = &f->child.listener[f->rules->listener];
	struct http_config c = {
		.listen_fd = *fd, .tls = true, .cert_pem = cert, .key_pem = key,
		.client_cert = f->rules->client_cert,
		.connections = f->rules->connections,
		.per_address = f->rules->per_address != 0 ?
		    f->rules->per_address : f->child.config.per_address,
		.handlers = &handlers, .arg = f,
	};
	uint8_t pin[32];
	struct err err;

	if (!tls_key_pin(pin, cert, &err) ||
	    (f->tls != NULL && memcmp(pin, f->pin, sizeof(pin)) == 0))
		return;
	memcpy(f->pin, pin, sizeof(pin));
	/* Another key takes the listener over; who is connected is served. */
	if (f->tls != NULL)
		c.listen_fd = *fd = http_server_retire(f->tls);
	if (*fd == -1)
		return;
	f->tls = http_server_new(f->child.loop, &c, &err);
	if (f->tls == NULL)
		log_error("TLS: %s", err.text);
	*fd = -1;
}

static void
start_local(struct front *f)
{
	static const struct http_handlers handlers = {
		.head = on_head, .body = on_body, .end = on_end, .gone = on_gone,
	};
	struct http_config c = {
		.listen_fd = f->child.listener[LISTENER_DESK_UNIX],
		.connections = f->rules->connections,
		.handlers = &handlers, .arg = f,
	};
	struct err err;

	if (c.listen_fd == -1)
		return;
	f->local = http_server_new(f->child.loop, &c, &err);
	if (f->local == NULL) {
		log_error("desk socket: %s", err.text);
		exit(EXIT_FAILURE);
	}
	f->child.listener[LISTENER_DESK_UNIX] = -1;
}

static void
got(void *arg, enum child from, struct ipc_message *m)
{
	struct front *f = arg;
	struct cursor c = cursor_of(m->body);
	struct slice cert, key;

	if (from == CHILD_KEYS && m->type == KEYS_TLS) {
		cert = cursor_var(&c, 16384);
		key = cursor_var(&c, 16384);
		if (cursor_done(&c))
			start_server(f, cert, key);
	} else if (from == CHILD_VAULT && m->type == VAULT_ANSWER) {
		give_answer(f, m);
	} else if (from == CHILD_VAULT && m->type == VAULT_STREAM) {
		front_stream_begin(f, m);
	}
}

/* The vault has the same files, and tells. */
static void
left_out(void *arg, const struct err *err)
{
	(void)arg;
	(void)err;
}

int
front_main(const struct front_rules *rules)
{
	static const struct child_calls calls = {
		.got = got, .unlinked = unlinked,
	};
	static struct front f;

	f.rules = rules;
	child_begin(&f.child, rules->role);
	(void)signal(SIGPIPE, SIG_IGN);
	lang_files_load(&f.child.files, &f.child.languages, NULL, left_out,
	    NULL);
	f.child.loop = loop_new();
	start_local(&f);
	/* The listeners are bound: who connects waits for the TLS key. */
	child_ready(&f.child);
	child_run(&f.child, &calls, &f);
	return EXIT_SUCCESS;
}
