#include "ententd/front.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/secret.h"
#include "ententd/problem.h"
#include "proc/tls_key.h"

enum { INLINE_BODY = 64 * 1024, HEADERS_MAX = 16 };

struct front_request {
	struct front		*front;
	struct http_request	*http;
	struct front_request	*next, **place;
	uint32_t		 id;
	struct buf		 body;
	bool			 streams;
	bool			 answered;
	bool			 told;		/* how its stream ended */
	int			 fd;		/* where the body streams to; -1 */
	struct loop_watch	*watch;
	int64_t			 written, most;
};

static struct ipc *
vault_of(const struct front *f)
{
	return f->child.to[CHILD_VAULT];
}

/* -- refusals made here: no vault needed --------------------------------------- */

static enum lang
lang_of(struct http_request *http)
{
	const char *h = http_header(http, "Accept-Language");
	enum lang lang;
	char two[3];

	(void)snprintf(two, sizeof(two), "%.2s", h == NULL ? "" : h);
	return lang_parse(&lang, two) ? lang : LANG_EN;
}

static void
refuse(struct front_request *r, const struct err *err)
{
	static const char *const retry[] = { "Retry-After: 1", NULL };
	struct buf b = BUF_INIT;

	if (r->answered)
		return;
	r->answered = true;
	/* What the vault began for it, it gives up. */
	if (r->id != 0 && vault_of(r->front) != NULL)
		ipc_send(vault_of(r->front), FRONT_GONE, r->id,
		    slice_of(NULL, 0), -1);
	problem_print(&b, err, "", lang_of(r->http));
	http_answer(r->http, problem_status(err), "application/problem+json",
	    buf_all(&b), err->class == ERR_UNAVAILABLE ? retry : NULL);
	buf_free(&b);
}

static void
refuse_with(struct front_request *r, enum err_class class, const char *rule,
    const char *text)
{
	struct err err;

	(void)err_set(&err, class, rule, "%s", text);
	refuse(r, &err);
}

static void
refuse_away(struct front_request *r)
{
	refuse_with(r, ERR_UNAVAILABLE, "E-NODE-BUSY",
	    "this node is starting or restarting; nothing was done, ask again");
}

/* Nobody here knows how far it came; the key makes asking again harmless. */
static void
refuse_unknown(struct front_request *r)
{
	refuse_with(r, ERR_UNAVAILABLE, "E-NODE-BUSY",
	    "this node restarted meanwhile; whether it was done is not known: "
	    "ask again with the same Idempotency-Key");
}

/* -- the life of a request ------------------------------------------------------ */

static void
copy(char *to, size_t size, const char *from)
{
	(void)snprintf(to, size, "%s", from == NULL ? "" : from);
}

static const char *
bearer_of(struct http_request *http)
{
	const char *h = http_header(http, "Authorization");

	return h != NULL && strncasecmp(h, "Bearer ", 7) == 0 ? h + 7 : NULL;
}

static void
copy_query(struct http_request *http, struct request *q)
{
	/* The parameters the API knows; others cannot reach it. */
	static const char *const known[] = { "queue", "before", "limit", "peek",
	    "name", "type", "offset", "size", "since" };
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const char *v = http_query(http, known[i]);

		if (v != NULL && strpbrk(v, "\n") == NULL)
			buf_printf(&b, "%s=%s\n", known[i], v);
	}
	if (b.n < sizeof(q->query))
		copy(q->query, sizeof(q->query), buf_cstr(&b));
	buf_free(&b);
}

static void
fill(struct request *q, struct http_request *http)
{
	const struct http_peer *peer = http_peer(http);

	memset(q, 0, sizeof(*q));
	copy(q->method, sizeof(q->method), http_method(http));
	copy(q->path, sizeof(q->path), http_path(http));
	copy_query(http, q);
	copy(q->bearer, sizeof(q->bearer), bearer_of(http));
	copy(q->idempotency, sizeof(q->idempotency),
	    http_header(http, "Idempotency-Key"));
	copy(q->match, sizeof(q->match), http_header(http, "If-None-Match"));
	copy(q->accept_language, sizeof(q->accept_language),
	    http_header(http, "Accept-Language"));
	copy(q->address, sizeof(q->address), peer->address);
	q->has_key = peer->has_key;
	memcpy(q->key, peer->key, sizeof(q->key));
	q->has_uid = peer->has_uid;
	q->uid = (uint32_t)peer->uid;
	q->length = http_length(http);
}

static void
send_request(struct front_request *r, uint16_t type, struct request *q, int fd)
{
	struct buf b = BUF_INIT;

	r->id = ipc_next_id(vault_of(r->front));
	request_encode(&b, q);
	ipc_send(vault_of(r->front), type, r->id, buf_all(&b), fd);
	buf_wipe(&b);
}

static struct front_request *
request_new(struct front *f, struct http_request *http)
{
	struct front_request *r = xcalloc(1, sizeof(*r));

	r->front = f;
	r->http = http;
	r->fd = -1;
	r->body.limit = f->rules->body_max;
	r->next = f->pending;
	r->place = &f->pending;
	if (r->next != NULL)
		r->next->place = &r->next;
	f->pending = r;
	http_set_context(http, r);
	return r;
}

static void
stop_stream(struct front_request *r)
{
	loop_unwatch(r->watch);
	r->watch = NULL;
	if (r->fd != -1)
		(void)close(r->fd);
	r->fd = -1;
}

static void
request_free(struct front_request *r)
{
	stop_stream(r);
	*r->place = r->next;
	if (r->next != NULL)
		r->next->place = r->place;
	buf_wipe(&r->body);
	free(r);
}

static bool
path_fits(const struct front *f, struct http_request *http)
{
	return strlen(http_path(http)) < sizeof(((struct request *)0)->path) &&
	    strlen(http_method(http)) < sizeof(((struct request *)0)->method) &&
	    strncmp(http_path(http), f->rules->prefix,
	    strlen(f->rules->prefix)) == 0;
}

static void
on_head(void *arg, struct http_request *http)
{
	struct front *f = arg;
	struct front_request *r = request_new(f, http);
	struct request q;

	if (!path_fits(f, http)) {
		refuse_with(r, ERR_NOT_FOUND, "E-NOT-FOUND", "there is no such thing");
		return;
	}
	if (vault_of(f) == NULL) {
		refuse_away(r);
		return;
	}
	r->streams = f->rules->streams(http_method(http), http_path(http));
	if (r->streams) {
		fill(&q, http);
		send_request(r, FRONT_STREAM, &q, -1);
		secret_wipe(&q, sizeof(q));
	} else if (http_length(http) > (int64_t)f->rules->body_max) {
		refuse_with(r, ERR_INVALID, "E-BODY-SIZE",
		    "the body is larger than this resource takes");
	} else if (http_length(http) > 0 && http_length(http) <= INLINE_BODY) {
		/* At once, so that growing leaves no copies of it behind. */
		(void)buf_room(&r->body, (size_t)http_length(http));
	}
}

static void
writable(void *arg, unsigned events)
{
	struct front_request *r = arg;

	(void)events;
	loop_unwatch(r->watch);
	r->watch = NULL;
	http_body_resume(r->http);
}

/* All of it, or what a pipe takes now.  What a file does not take whole is an
 * error, a full disk: a file cannot be waited for. */
static ssize_t
write_some(int fd, struct slice s)
{
	size_t done = 0;
	ssize_t n = 0;

	while (done < s.n && (n = write(fd, s.p + done, s.n - done)) > 0)
		done += (size_t)n;
	return n == -1 && (done == 0 || errno != EAGAIN) ? -1 : (ssize_t)done;
}

static void
tell_streamed(struct front_request *r, bool whole)
{
	struct buf b = BUF_INIT;

	if (r->told || vault_of(r->front) == NULL)
		return;
	r->told = true;
	buf_u8(&b, whole);
	buf_u64(&b, (uint64_t)r->written);
	ipc_send(vault_of(r->front), FRONT_STREAMED, r->id, buf_all(&b), -1);
	buf_free(&b);
}

static size_t
stream_piece(struct front_request *r, struct slice s)
{
	ssize_t n;

	if (r->fd == -1)
		return r->answered ? s.n : 0;
	if ((int64_t)s.n > r->most - r->written) {
		stop_stream(r);
		refuse_with(r, ERR_INVALID, "E-BODY-SIZE",
		    "more bytes than were announced or are allowed");
		return s.n;
	}
	n = write_some(r->fd, s);
	if (n == -1 && errno == EAGAIN) {
		r->watch = loop_watch(r->front->child.loop, r->fd, LOOP_WRITE,
		    writable, r);
		return 0;
	}
	if (n == -1) {
		/* The vault closed its end and has answered; or no room is
		 * left on the disk, and it does not know. */
		stop_stream(r);
		tell_streamed(r, false);
		return s.n;
	}
	r->written += n;
	if ((size_t)n < s.n)
		r->watch = loop_watch(r->front->child.loop, r->fd, LOOP_WRITE,
		    writable, r);
	return (size_t)n;
}

static size_t
on_body(void *arg, struct http_request *http, struct slice s)
{
	struct front_request *r = http_context(http);

	(void)arg;
	if (r->streams)
		return stream_piece(r, s);
	if (!r->answered) {
		buf_slice(&r->body, s);
		if (r->body.bad)
			refuse_with(r, ERR_INVALID, "E-BODY-SIZE",
			    "the body is larger than this resource takes");
	}
	return s.n;
}

static void
end_stream(struct front_request *r)
{
	stop_stream(r);
	if (!r->answered)
		tell_streamed(r, true);
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
		end_stream(r);
		return;
	}
	if (r->answered)
		return;
	if (vault_of(f) == NULL) {
		refuse_away(r);
		return;
	}
	fill(&q, http);
	if (f->rules->inspect != NULL &&
	    !f->rules->inspect(f, &q, &r->body, &err)) {
		refuse(r, &err);
		return;
	}
	if (r->body.n <= INLINE_BODY)
		q.body = buf_all(&r->body);
	else if ((fd = io_memory(buf_all(&r->body))) == -1) {
		refuse_away(r);
		return;
	}
	q.length = (int64_t)r->body.n;
	send_request(r, FRONT_REQUEST, &q, fd);
	secret_wipe(&q, sizeof(q));
	buf_wipe(&r->body);
}

static void
on_gone(void *arg, struct http_request *http)
{
	struct front_request *r = http_context(http);
	struct front *f = arg;

	if (!r->answered && r->id != 0 && vault_of(f) != NULL)
		ipc_send(vault_of(f), FRONT_GONE, r->id, slice_of(NULL, 0), -1);
	request_free(r);
}

/* -- what the vault says -------------------------------------------------------- */

static struct front_request *
pending_of(struct front *f, uint32_t id)
{
	struct front_request *r;

	for (r = f->pending; r != NULL; r = r->next)
		if (r->id == id && !r->answered)
			return r;
	return NULL;
}

static void
give_answer(struct front *f, struct ipc_message *m)
{
	struct front_request *r = pending_of(f, m->id);
	const char *headers[HEADERS_MAX + 1];
	struct answer a;

	if (r == NULL || !answer_decode(&a, m->body))
		return;
	r->answered = true;
	stop_stream(r);
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

static void
begin_stream(struct front *f, struct ipc_message *m)
{
	struct front_request *r = pending_of(f, m->id);
	struct cursor c = cursor_of(m->body);
	uint64_t most = cursor_u64(&c);

	/* An empty body has ended by now: the pipe must end as well, and does
	 * when the message is freed. */
	if (r == NULL || !cursor_done(&c) || m->fd == -1 || r->fd != -1 ||
	    r->told)
		return;
	r->most = (int64_t)most;
	r->fd = m->fd;
	m->fd = -1;
	http_body_resume(r->http);
}

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
		.per_address = f->rules->per_address,
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
		begin_stream(f, m);
	}
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
			stop_stream(r);
			refuse_unknown(r);
		}
	}
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
	f.child.loop = loop_new();
	start_local(&f);
	/* The listeners are bound: who connects waits for the TLS key. */
	child_ready(&f.child);
	child_run(&f.child, &calls, &f);
	return EXIT_SUCCESS;
}
