#include <seccomp.h>

#include "http_world.h"

static void
test_pins(void)
{
	struct got g = { .body = BUF_INIT };
	char want[65];
	uint8_t pins[2][32];
	struct fetch_pool *nobody = fetch_pool_new(loop, NULL, 2);
	struct fetch_identity id = { buf_all(&desk_key.cert),
	    secret_slice(desk_key.key) };
	struct fetch_pool *p256 = fetch_pool_new(loop, &id, 2);
	struct fetch_request r;

	OK(get(&g, url(link_port, "/who?q=a%20b"), alice.pin) == 200, "the right pin is served");
	hex_encode(want, slice_of(bob.pin, 32));
	OK(strstr(buf_cstr(&g.body), want) != NULL,
	    "the server knows the client by its pin");
	OK(strstr(buf_cstr(&g.body), "q=a b") != NULL, "queries are decoded");
	EQ_STR(g.kind, "who", "headers of the answer are read");
	EQ_STR(g.type, "text/plain", "and its type");
	buf_free(&g.body);

	heads = 0;
	OK(get(&g, url(link_port, "/who"), bob.pin) == 0,
	    "another key than the pinned is refused");
	EQ_STR(g.rule, "E-PEER-PIN", "with the rule for it");
	OK(heads == 0, "before anything was asked");
	OK(get(&g, url(link_port, "/who"), NULL) == 0 &&
	    strcmp(g.rule, "E-PEER-PIN") == 0, "so is a peer without a pin");
	memcpy(pins[0], bob.pin, 32);
	memcpy(pins[1], alice.pin, 32);
	r = request("GET", url(link_port, "/who"), pins[0]);
	r.more_pins = 1;
	OK(go(&g, &r) == 200, "of two pins the second will do");
	r.more_pins = 0;
	OK(go(&g, &r) == 0, "the first alone will not");
	OK(get(&g, url(desk_port, "/who"), desk_key.pin) == 200, "a P-256 key is pinned likewise");
	buf_free(&g.body);

	heads = 0;
	r = request("GET", url(link_port, "/who"), alice.pin);
	(void)begin(nobody, &g, &r);
	OK(until(&g.done, 1, 5 * SECOND) && g.status == 0 && heads == 0,
	    "without a client certificate peers are not served");
	EQ_STR(g.rule, "E-PEER-UNREACHABLE", "and the client is told");
	(void)begin(p256, &g, &r);
	OK(until(&g.done, 1, 5 * SECOND) && g.status == 0 && heads == 0,
	    "nor with one that is not Ed25519");
	r = request("GET", url(desk_port, "/who"), desk_key.pin);
	(void)begin(nobody, &g, &r);
	OK(until(&g.done, 1, 5 * SECOND) && g.status == 200,
	    "officers need no client certificate");
	OK(strstr(buf_cstr(&g.body), "key=- ") != NULL, "and show none");
	buf_free(&g.body);
	fetch_pool_free(p256);
	fetch_pool_free(nobody);
	buf_free(&g.body);
}

static void
test_failures(void)
{
	struct got g = { .body = BUF_INIT };
	struct fetch_request r;
	int port, fd = listen_inet(&port);

	r = request("GET", url(port, "/"), alice.pin);
	r.timeout = 200;
	OK(go(&g, &r) == 0, "a peer that says nothing");
	EQ_STR(g.rule, "E-PEER-TIMEOUT", "times out");
	(void)close(fd);
	OK(get(&g, url(port, "/"), alice.pin) == 0,
	    "a port where nobody listens");
	EQ_STR(g.rule, "E-PEER-UNREACHABLE", "is unreachable");
	OK(get(&g, "ftp://127.0.0.1/", alice.pin) == 0,
	    "another protocol");
	EQ_STR(g.rule, "E-PEER-URL", "is no peer's");
	r = request("GET", url(link_port, "/file"), alice.pin);
	r.answer_max = 1000;
	OK(go(&g, &r) == 0, "an answer over the bound");
	EQ_STR(g.rule, "E-PEER-SIZE", "is not taken");
	r = request("GET", url(link_port, "/pipe"), alice.pin);
	r.answer_max = 12;
	OK(go(&g, &r) == 0 && strcmp(g.rule, "E-PEER-SIZE") == 0,
	    "nor one that does not say its length");
	OK(get(&g, url(link_port, "/short"), alice.pin) == 0, "an answer that ends before its length");
	EQ_STR(g.rule, "E-PEER-UNREACHABLE", "is no answer");
	buf_free(&g.body);
}

static void
test_bodies(void)
{
	struct got g = { .body = BUF_INIT };
	int fd = memory_file(200000), out = memory_file(0);
	char path[300];
	struct fetch_request r;
	uint8_t b[4];

	OK(post(&g, url(link_port, "/echo"), alice.pin, "hello") == 200, "a body of bytes is sent");
	EQ_STR(buf_cstr(&g.body), "hello", "and comes back");
	OK(post(&g, url(link_port, "/echo"), alice.pin, "") == 200 && g.body.n == 0, "an empty one too");
	r = request("PUT", url(link_port, "/echo"), alice.pin);
	r.body_fd = fd;
	r.body_offset = 5000;
	r.body_len = 100000;
	OK(go(&g, &r) == 200,
	    "a range of a file is sent");
	OK(g.body.n == 100000 && g.body.p[0] == memory_byte(5000) &&
	    g.body.p[99999] == memory_byte(104999), "that range and no other");
	r.body_offset = 150000;
	OK(go(&g, &r) == 0,
	    "a range beyond the end");
	EQ_STR(g.rule, "E-IO", "is our own fault, not the peer's");
	buf_free(&g.body);

	r = request("GET", url(link_port, "/file"), alice.pin);
	r.answer_fd = out;
	OK(go(&g, &r) == 200, "an answer goes to a file");
	OK(g.body.n == 0 && lseek(out, 0, SEEK_END) == 300000 &&
	    pread(out, b, 1, 299999) == 1 && b[0] == memory_byte(299999),
	    "all of it");
	r = request("GET", "http://node/who", NULL);
	r.unix_path = unix_path;
	OK(go(&g, &r) == 200,
	    "a Unix socket is reached");
	(void)snprintf(path, sizeof(path), "uid=%d address=local",
	    (int)getuid());
	OK(strstr(buf_cstr(&g.body), path) != NULL, "and tells the uid");
	buf_free(&g.body);
	/* ::1 comes first, where nobody listens. */
	(void)snprintf(path, sizeof(path), "https://localhost:%d/who",
	    link_port);
	OK(get(&g, path, alice.pin) == 200, "a name's second address is tried");
	(void)close(fd);
	(void)close(out);
	buf_free(&g.body);
}

struct drain {
	int	fd;
	size_t	got;
	int	bad;
	int	end;
};

static void
drain_some(void *arg)
{
	struct drain *d = arg;
	uint8_t b[65536];
	ssize_t n = read(d->fd, b, sizeof(b));

	for (ssize_t i = 0; i < n; i++)
		d->bad += b[i] != memory_byte(d->got + (size_t)i);
	d->got += n > 0 ? (size_t)n : 0;
	if (n == 0)
		d->end = 1;
	else
		(void)loop_after(loop, 1, drain_some, d);
}

static void
test_slow_taker(void)
{
	struct got g = { .body = BUF_INIT };
	struct drain d = { 0, 0, 0, 0 };
	int p[2];
	struct fetch_request r;

	if (pipe2(p, O_CLOEXEC | O_NONBLOCK) != 0)
		abort();
	d.fd = p[0];
	r = request("GET", url(link_port, "/large"), alice.pin);
	r.answer_fd = p[1];
	r.answer_max = 64 << 20;
	(void)begin(pool, &g, &r);
	(void)loop_after(loop, 100, drain_some, &d);
	OK(until(&g.done, 1, 30 * SECOND) && g.status == 200,
	    "an answer of 32 MiB goes into a slow pipe");
	(void)close(p[1]);
	OK(until(&d.end, 1, SECOND) && d.got == 32 << 20 && d.bad == 0,
	    "whole and in order");
	(void)close(p[0]);
	buf_free(&g.body);
}

static void
test_progress_and_cancel(void)
{
	struct got g = { .body = BUF_INIT };
	struct fetch_request r;
	int fd = memory_file(5 << 20);
	unsigned was = fetch_active(pool);
	struct fetch *f;

	r = request("POST", url(link_port, "/slow"), alice.pin);
	r.body_fd = fd;
	r.body_len = 5 << 20;
	r.progress = on_progress;
	(void)begin(pool, &g, &r);
	OK(until(&g.done, 1, 20 * SECOND) && g.status == 200 &&
	    g.progressed > 3 && g.progress_total == 5 << 20,
	    "progress is told with the total");

	gones = 0;
	f = begin(pool, &g, &r);
	g.cancel_at_progress = f;
	OK(until(&g.progressed, 1, 5 * SECOND) && until(&gones, 1, 5 * SECOND)
	    && g.done == 0, "cancelled in its own progress it is not done");
	OK(fetch_active(pool) == was && slow_request == NULL,
	    "and the server hears of it");

	r = request("GET", url(link_port, "/never"), alice.pin);
	f = begin(pool, &g, &r);
	spin(50);
	gones = 0;
	OK(never_request != NULL && fetch_active(pool) == was + 1,
	    "a request waits");
	fetch_cancel(f);
	OK(fetch_active(pool) == was, "and is cancelled");
	OK(until(&gones, 1, SECOND) && g.done == 0,
	    "which the server hears, and done() does not");
	f = begin(pool, &g, &r);
	fetch_cancel(f);
	spin(20);
	OK(g.done == 0 && fetch_active(pool) == was,
	    "so is one that hardly began");
	r.pin = NULL;
	f = begin(pool, &g, &r);
	fetch_cancel(f);
	spin(20);
	OK(g.done == 0, "and one that could not");
	(void)close(fd);
	buf_free(&g.body);
}

/* In each stage of a connection, which curl 7.88 does not tell of alike. */
static void
test_cancel_early(void)
{
	struct got g = { .body = BUF_INIT };
	struct fetch_request r = request("GET", url(link_port, "/later"),
	    alice.pin);
	struct fetch_pool *p;

	for (int i = 0; i < 24; i++) {
		p = fetch_pool_new(loop, NULL, 4);
		r.url = i % 2 == 0 ? url(link_port, "/later") :
		    url(desk_port, "/later");
		fetch_cancel(begin(p, &g, &r));
		(void)begin(p, &g, &r);
		spin(i / 4);
		if (i % 3 == 0)
			(void)begin(p, &g, &r);
		fetch_pool_free(p);
	}
	spin(10);
	OK(fetch_active(pool) == 0, "a fetch is cancelled at any moment");
	r.pin = NULL;
	g.done = 0;
	p = fetch_pool_new(loop, NULL, 1);
	(void)begin(p, &g, &r);
	fetch_cancel(begin(p, &g, &r));
	(void)begin(p, &g, &r);
	fetch_pool_free(p);
	spin(10);
	OK(g.done == 0, "a pool goes with those that could not begin");
	buf_free(&g.body);
}

static void
test_many(void)
{
	static struct got g[100];
	struct fetch_request r = request("POST", url(link_port, "/echo"),
	    alice.pin);
	int ok = 0;

	r.body = slice_str("one of many");
	heads = gones = 0;
	for (int i = 0; i < 100; i++)
		(void)begin(pool, &g[i], &r);
	OK(fetch_active(pool) == 100, "a hundred at once are queued");
	for (int i = 0; i < 100; i++)
		(void)until(&g[i].done, 1, 20 * SECOND);
	for (int i = 0; i < 100; i++) {
		ok += g[i].status == 200 && g[i].done == 1 &&
		    strcmp(buf_cstr(&g[i].body), "one of many") == 0;
		buf_free(&g[i].body);
	}
	OK(ok == 100, "and answered, %d of them", ok);
	OK(until(&gones, 100, SECOND) && heads == 100 && gones == 100,
	    "each came and went once");
}

#ifndef ASAN	/* it reads /proc at the end */
/* The sandbox of the processes that use this opens nothing after start. */
static void
test_no_files(void)
{
	struct got g = { .body = BUF_INIT };
	struct fetch_identity id = { buf_all(&bob.cert), secret_slice(bob.key) };
	struct fetch_pool *fresh = fetch_pool_new(loop, &id, 2);
	struct fetch_request r = request("GET", url(link_port, "/who"),
	    alice.pin);
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	static const char *const opens[] = { "open", "openat", "openat2",
	    "creat", "stat", "lstat", "access", "readlink", "readlinkat" };

	for (size_t i = 0; i < sizeof(opens) / sizeof(opens[0]); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
		    seccomp_syscall_resolve_name(opens[i]), 0) != 0)
			abort();
	OK(seccomp_load(filter) == 0 && open("/etc/passwd", O_RDONLY) == -1,
	    "where no file opens");
	(void)begin(fresh, &g, &r);
	OK(until(&g.done, 1, 5 * SECOND) && g.status == 200,
	    "mutual TLS is set up nonetheless");
	seccomp_release(filter);
	fetch_pool_free(fresh);
	buf_free(&g.body);
}
#endif

int
main(void)
{
	world_new();
	test_pins();
	test_failures();
	test_bodies();
	test_slow_taker();
	test_progress_and_cancel();
	test_cancel_early();
	test_many();
#ifndef ASAN
	test_no_files();
#endif
	world_free();
	return tap_done();
}
