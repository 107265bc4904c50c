#ifndef TEST_HTTP_WORLD_H
#define TEST_HTTP_WORLD_H

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/secret.h"
#include "proc/fetch.h"
#include "proc/http.h"
#include "proc/tls_key.h"

#include "tap.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ASAN 1
#endif
#endif

/* Real servers and a real client on one loop: a peers' listener, an officers'
 * listener and a Unix socket, all with the same handlers. */
struct member {
	struct secret	*key;		/* PEM */
	struct buf	 cert;
	uint8_t		 pin[32];
};

struct got {			/* what a fetch ended with */
	int		 done;
	unsigned	 status;
	char		 rule[40];
	char		 type[64];
	char		 kind[64];	/* header X-Kind */
	struct buf	 body;
	int		 progressed;
	int64_t		 progress_done;
	int64_t		 progress_total;
	struct fetch	*cancel_at_progress;
};

static struct loop *loop;
static struct member alice, bob, desk_key;
static struct http_server *link_server, *desk_server, *unix_server;
static int link_port, desk_port;
static char unix_path[64];
static struct fetch_pool *pool;

/* Counted by the handlers. */
static int heads, ends, gones, unread;
static size_t slow_quota, slow_took;
static struct http_request *slow_request, *later_request, *never_request;

static inline void
stop_loop(void *arg)
{
	(void)arg;
	loop_stop(loop);
}

static inline void
spin(msec ms)
{
	(void)loop_after(loop, ms, stop_loop, NULL);
	loop_run(loop);
}

static inline bool
until(const int *counter, int want, msec most)
{
	msec end = clock_steady() + most;

	while (*counter < want && clock_steady() < end)
		spin(2);
	return *counter >= want;
}

static inline void
member_new(struct member *m, enum tls_key_kind kind, const char *name)
{
	struct secret *der = tls_key_new(kind);
	struct err err;

	m->key = tls_key_pem(der, &err);
	m->cert = (struct buf)BUF_INIT;
	if (m->key == NULL || !tls_key_certificate(&m->cert, der, name, &err) ||
	    !tls_key_pin(m->pin, buf_all(&m->cert), &err))
		abort();
	secret_free(der);
}

static inline void
member_free(struct member *m)
{
	secret_free(m->key);
	buf_free(&m->cert);
}

static inline int
listen_inet(int *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd == -1 || bind(fd, (struct sockaddr *)&a, n) != 0 ||
	    listen(fd, 512) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &n) != 0)
		abort();
	*port = ntohs(a.sin_port);
	return fd;
}

static inline struct sockaddr_un
unix_address(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	memcpy(a.sun_path, unix_path, strlen(unix_path) + 1);
	return a;
}

static inline int
listen_unix(void)
{
	struct sockaddr_un a;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	(void)snprintf(unix_path, sizeof(unix_path), "/tmp/http_test.%ld",
	    (long)getpid());
	(void)unlink(unix_path);
	a = unix_address();
	if (fd == -1 || bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    listen(fd, 64) != 0)
		abort();
	return fd;
}

/* Blocking connects: the kernel takes them before we accept. */
static inline int
connect_inet(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	    .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0)
		abort();
	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

static inline int
connect_unix(void)
{
	struct sockaddr_un a = unix_address();
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0)
		abort();
	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

static inline void
say(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		abort();
}

/* Everything the server said so far; *closed when it hung up. */
static inline const char *
heard(int fd, bool *closed)
{
	static char text[65536];
	size_t at = 0;
	ssize_t n = -1;

	while (at < sizeof(text) - 1 &&
	    (n = read(fd, text + at, sizeof(text) - 1 - at)) > 0)
		at += (size_t)n;
	text[at] = '\0';
	*closed = n == 0 || (n == -1 && errno != EAGAIN);
	return text;
}

static inline int
memory_file(size_t n)
{
	int fd = memfd_create("http-test", MFD_CLOEXEC);
	uint8_t block[4096];

	for (size_t i = 0; i < sizeof(block); i++)
		block[i] = (uint8_t)(i * 7);
	for (size_t at = 0; at < n; at += sizeof(block))
		if (pwrite(fd, block, n - at < sizeof(block) ? n - at :
		    sizeof(block), (off_t)at) < 0)
			abort();
	return fd;
}

static inline uint8_t
memory_byte(size_t at)
{
	return (uint8_t)(at % 4096 * 7);
}

/* The handlers. */

struct dripping {		/* /pipe: a line each 10 ms */
	int	fd;
	int	left;
};

static inline void
drip(void *arg)
{
	struct dripping *d = arg;

	if (d->left-- > 0 && write(d->fd, "drop\n", 5) == 5) {
		(void)loop_after(loop, 10, drip, d);
		return;
	}
	(void)close(d->fd);
	free(d);
}

static inline void
answer_pipe(struct http_request *r, int64_t length)
{
	struct dripping *d = malloc(sizeof(*d));
	int p[2];

	if (d == NULL || pipe2(p, O_CLOEXEC) != 0)
		abort();
	d->fd = p[1];
	d->left = 5;
	http_answer_fd(r, 200, "text/plain", p[0], length, NULL);
	drip(d);
}

static inline void
answer_who(struct http_request *r)
{
	const struct http_peer *p = http_peer(r);
	char hex[65] = "-", text[256];
	const char *q = http_query(r, "q");

	if (p->has_key)
		hex_encode(hex, slice_of(p->key, 32));
	(void)snprintf(text, sizeof(text), "key=%s uid=%d address=%s q=%s", hex,
	    p->has_uid ? (int)p->uid : -1, p->address, q == NULL ? "-" : q);
	http_answer(r, 200, "text/plain", slice_str(text),
	    (const char *const []){ "X-Kind: who", NULL });
}

static inline void
answer_later(void *arg)
{
	struct http_request *r = later_request;

	(void)arg;
	later_request = NULL;
	if (r == NULL)		/* gone */
		return;
	http_answer(r, 202, "text/plain", slice_str("later"), NULL);
}

static inline void
slow_tick(void *arg)
{
	(void)arg;
	if (slow_request == NULL)
		return;
	slow_quota = 64 * 1024;
	http_body_resume(slow_request);
	(void)loop_after(loop, 1, slow_tick, NULL);
}

static inline void
on_head(void *arg, struct http_request *r)
{
	(void)arg;
	heads++;
	http_set_context(r, NULL);
	if (strcmp(http_path(r), "/refuse") == 0)
		http_answer(r, 413, "text/plain", slice_str("no"), NULL);
	if (strcmp(http_path(r), "/slow") == 0) {
		slow_request = r;
		slow_quota = slow_took = 0;
		(void)loop_after(loop, 1, slow_tick, NULL);
	}
	if (strcmp(http_path(r), "/echo") == 0) {
		struct buf *b = xcalloc(1, sizeof(*b));

		http_set_context(r, b);
	}
}

static inline size_t
on_body(void *arg, struct http_request *r, struct slice s)
{
	size_t n = s.n;

	(void)arg;
	if (strcmp(http_path(r), "/early") == 0) {
		http_answer(r, 409, "text/plain", slice_str("early"), NULL);
		return 0;
	}
	if (strcmp(http_path(r), "/never") == 0)
		return 0;
	if (http_context(r) != NULL)
		buf_slice(http_context(r), s);
	if (r != slow_request)
		return n;
	if (n > slow_quota)
		n = slow_quota;
	for (size_t i = 0; i < n; i++)
		if (s.p[i] != memory_byte(slow_took + i))
			unread++;
	slow_quota -= n;
	slow_took += n;
	return n;
}

static inline void
on_end(void *arg, struct http_request *r)
{
	const char *path = http_path(r);

	(void)arg;
	ends++;
	if (strcmp(path, "/echo") == 0)
		http_answer(r, 200, "application/octet-stream",
		    buf_all(http_context(r)), NULL);
	else if (strcmp(path, "/who") == 0)
		answer_who(r);
	else if (strcmp(path, "/pipe") == 0)
		answer_pipe(r, -1);
	else if (strcmp(path, "/short") == 0)
		answer_pipe(r, 1000);
	else if (strcmp(path, "/file") == 0)
		http_answer_fd(r, 200, "image/png", memory_file(300000), 300000,
		    NULL);
	else if (strcmp(path, "/large") == 0)
		http_answer_fd(r, 200, "image/png", memory_file(32 << 20),
		    32 << 20, NULL);
	else if (strcmp(path, "/later") == 0 && later_request == NULL) {
		later_request = r;
		(void)loop_after(loop, 30, answer_later, NULL);
	} else if (strcmp(path, "/never") == 0)
		never_request = r;
	else
		http_answer(r, 200, "text/plain", slice_str("ok"), NULL);
}

static inline void
on_gone(void *arg, struct http_request *r)
{
	struct buf *b = http_context(r);

	(void)arg;
	gones++;
	if (b != NULL) {
		buf_free(b);
		free(b);
	}
	if (slow_request == r)
		slow_request = NULL;
	if (later_request == r)
		later_request = NULL;
	if (never_request == r)
		never_request = NULL;
}

static const struct http_handlers handlers = {
	.head = on_head, .body = on_body, .end = on_end, .gone = on_gone
};

static inline struct http_server *
serve(int fd, const struct member *m, bool client_cert, unsigned connections)
{
	struct http_config c = { .listen_fd = fd, .tls = m != NULL,
	    .client_cert = client_cert, .connections = connections,
	    .head_deadline = SECOND, .handlers = &handlers };
	struct http_server *s;
	struct err err;

	if (m != NULL) {
		c.cert_pem = buf_all(&m->cert);
		c.key_pem = secret_slice(m->key);
	}
	s = http_server_new(loop, &c, &err);
	if (s == NULL)
		abort();
	return s;
}

/* The client. */

static inline void
on_progress(void *arg, int64_t done, int64_t total)
{
	struct got *g = arg;

	g->progressed++;
	g->progress_done = done;
	g->progress_total = total;
	if (g->cancel_at_progress != NULL) {
		fetch_cancel(g->cancel_at_progress);
		g->cancel_at_progress = NULL;
	}
}

static inline void
on_done(void *arg, const struct fetch_answer *a)
{
	struct got *g = arg;
	const char *kind = a->status == 0 ? NULL : a->header(a, "x-kind");

	g->done++;
	g->status = a->status;
	(void)snprintf(g->rule, sizeof(g->rule), "%s", a->err.rule);
	(void)snprintf(g->type, sizeof(g->type), "%s", a->content_type);
	(void)snprintf(g->kind, sizeof(g->kind), "%s", kind == NULL ? "" : kind);
	buf_clear(&g->body);
	buf_slice(&g->body, a->body);
	if (a->status == 0)
		printf("# %s: %s\n", a->err.rule, a->err.text);
}

static inline struct fetch *
begin(struct fetch_pool *p, struct got *g, const struct fetch_request *r)
{
	buf_free(&g->body);
	*g = (struct got){ .body = BUF_INIT };
	return fetch_start(p, r, on_done, g);
}

static inline struct fetch_request
request(const char *method, const char *to, const uint8_t *pin)
{
	return (struct fetch_request){ .method = method, .url = to, .pin = pin,
	    .body_fd = -1, .answer_fd = -1, .answer_max = 1 << 20,
	    .timeout = 20 * SECOND };
}

static inline char *
url(int port, const char *path)
{
	static char text[4][128];
	static int i;

	i = (i + 1) % 4;
	(void)snprintf(text[i], sizeof(text[i]), "https://127.0.0.1:%d%s", port,
	    path);
	return text[i];
}

static inline unsigned
go(struct got *g, const struct fetch_request *r)
{
	(void)begin(pool, g, r);
	(void)until(&g->done, 1, 25 * SECOND);
	return g->status;
}

static inline unsigned
get(struct got *g, const char *to, const uint8_t *pin)
{
	struct fetch_request r = request("GET", to, pin);

	return go(g, &r);
}

static inline unsigned
post(struct got *g, const char *to, const uint8_t *pin, const char *text)
{
	struct fetch_request r = request("POST", to, pin);

	r.body = slice_str(text);
	return go(g, &r);
}

static inline void
world_new(void)
{
	struct fetch_identity id;
	int fd;

	secret_process_init();
	(void)signal(SIGPIPE, SIG_IGN);
	loop = loop_new();
	member_new(&alice, TLS_KEY_ED25519, "alice.example");
	member_new(&bob, TLS_KEY_ED25519, "bob.example");
	member_new(&desk_key, TLS_KEY_P256, "127.0.0.1");
	fd = listen_inet(&link_port);
	link_server = serve(fd, &alice, true, 400);
	fd = listen_inet(&desk_port);
	desk_server = serve(fd, &desk_key, false, 400);
	unix_server = serve(listen_unix(), NULL, false, 64);
	id.cert_pem = buf_all(&bob.cert);
	id.key_pem = secret_slice(bob.key);
	pool = fetch_pool_new(loop, &id, 16);
}

static inline void
world_free(void)
{
	fetch_pool_free(pool);
	http_server_free(link_server);
	http_server_free(desk_server);
	http_server_free(unix_server);
	(void)unlink(unix_path);
	member_free(&alice);
	member_free(&bob);
	member_free(&desk_key);
	loop_free(loop);
}

#endif
