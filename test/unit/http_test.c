#include <gnutls/gnutls.h>

#include "http_world.h"

static long
resident_kib(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	long pages = 0, all = 0;

	if (f == NULL || fscanf(f, "%ld %ld", &all, &pages) != 2)
		abort();
	(void)fclose(f);
	return pages * 4;
}

static double
cpu_seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* One exchange in the clear: what was said, after `wait` ms. */
static const char *
talk(const char *text, msec wait, bool *closed)
{
	int fd = connect_unix();
	const char *answer;

	say(fd, text);
	spin(wait);
	answer = heard(fd, closed);
	(void)close(fd);
	spin(5);
	return answer;
}

static bool
answered(const char *text, unsigned status)
{
	char want[32];
	bool closed;

	(void)snprintf(want, sizeof(want), "HTTP/1.1 %u ", status);
	return strncmp(talk(text, 60, &closed), want, strlen(want)) == 0;
}

static void
test_answers(void)
{
	struct got g = { .body = BUF_INIT };

	OK(get(&g, url(link_port, "/later"), alice.pin) == 202,
	    "an answer may come later");
	EQ_STR(buf_cstr(&g.body), "later", "and be whole");
	OK(get(&g, url(link_port, "/pipe"), alice.pin) == 200,
	    "an answer is streamed from a pipe");
	EQ_STR(buf_cstr(&g.body), "drop\ndrop\ndrop\ndrop\ndrop\n",
	    "to its end");
	OK(get(&g, url(link_port, "/file"), alice.pin) == 200 &&
	    g.body.n == 300000 && g.body.p[299999] == memory_byte(299999),
	    "an answer is streamed from a file");
	EQ_STR(g.type, "image/png", "of the type given");
	buf_free(&g.body);
}

static void
test_stream_flows(void)
{
	int fd = connect_unix();
	bool closed;
	const char *text;

	say(fd, "GET /pipe HTTP/1.1\r\nHost: x\r\n\r\n");
	spin(15);
	text = heard(fd, &closed);
	OK(strstr(text, "drop") != NULL && strstr(text, "\r\n0\r\n") == NULL,
	    "what is in the pipe is sent before the pipe ends");
	spin(80);
	OK(strstr(heard(fd, &closed), "\r\n0\r\n") != NULL && !closed,
	    "its end ends the answer, not the connection");
	(void)close(fd);
}

static void
test_slow_upload(void)
{
	struct got g = { .body = BUF_INIT };
	int fd = memory_file(5 << 20);
	struct fetch_request r = request("POST", url(link_port, "/slow"),
	    alice.pin);
	long before, after;

	r.body_fd = fd;
	r.body_len = 256 * 1024;
	(void)go(&g, &r);	/* so that what is kept is there */
	before = resident_kib();
	r.body_len = 5 << 20;
	unread = 0;
	OK(go(&g, &r) == 200 && slow_took == 5 << 20 && unread == 0,
	    "5 MiB reach a slow consumer whole and in order");
	after = resident_kib();
#ifdef ASAN
	after = before;
#endif
	/* The client reads the file through the page cache, not memory. */
	OK(after - before < 1024, "memory stays: %ld KiB more", after - before);
	(void)close(fd);
	buf_free(&g.body);
}

static void
test_early(void)
{
	struct got g = { .body = BUF_INIT };
	int fd = memory_file(4 << 20);
	struct fetch_request r;
	const char *text;
	int refused = 0;
	bool closed;

	OK(post(&g, url(link_port, "/refuse"), alice.pin, "small") == 413,
	    "a head is answered before its body");
	r = request("POST", url(link_port, "/refuse"), alice.pin);
	r.body_fd = fd;
	r.body_len = 4 << 20;
	OK(go(&g, &r) == 413, "a large body is refused by its head");
	r.body_len = 900000;
	for (int i = 0; i < 20; i++)
		refused += go(&g, &r) == 413;
	OK(refused == 20, "so is one that is on its way already, %d of 20",
	    refused);
	r.url = url(link_port, "/early");
	r.body_len = 200000;
	OK(go(&g, &r) == 409, "a body is answered before its end");
	text = talk("POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 5"
	    "\r\n\r\nhelloGET /who HTTP/1.1\r\nHost: x\r\n\r\n", 60,
	    &closed);
	OK(strstr(text, "413") != NULL && strstr(text, "200 OK") != NULL &&
	    !closed, "a small refused body keeps the connection");
	(void)close(fd);
	buf_free(&g.body);
}

static void
test_heads(void)
{
	struct buf b = BUF_INIT;
	int was = heads;

	for (size_t pad = 15000; pad <= 40000; pad += 25000) {
		buf_clear(&b);
		buf_str(&b, "GET /x HTTP/1.1\r\nHost: x\r\nA: ");
		for (size_t i = 0; i < pad; i++)
			buf_u8(&b, 'a');
		buf_str(&b, "\r\n\r\n");
		OK(answered(buf_cstr(&b), pad < 16000 ? 200 : 431),
		    "a head of %zu bytes is %s", b.n,
		    pad < 16000 ? "read" : "refused");
	}
	buf_clear(&b);
	buf_str(&b, "GET /x HTTP/1.1\r\nHost: x\r\n");
	for (int i = 0; i < 3000; i++)
		buf_str(&b, "a:b\r\n");
	buf_str(&b, "\r\n");
	OK(answered(buf_cstr(&b), 431), "so are 3000 small fields");
	buf_free(&b);
	OK(heads == was + 1, "and handlers see none of those");

	OK(answered("GET / HTTP/1.1\r\n\r\n", 400), "no Host, no answer");
	OK(answered("GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
	    "a NUL in a path is refused");
	OK(answered("GET /a%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400),
	    "so is an escape that is none");
	OK(answered("GET http://x/who HTTP/1.1\r\nHost: x\r\n\r\n", 400),
	    "so is a proxy's request");
	OK(answered("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
	    "a body that could end in two places is refused");
	OK(answered("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
	    "Content-Length: 6\r\n\r\nhello", 400), "so is one of two lengths");
	OK(answered("POST / HTTP/1.1\r\nHost: x\r\n"
	    "Transfer-Encoding: gzip\r\n\r\nx", 400),
	    "and a coding we do not speak");
	OK(heads == was + 1, "handlers see none of these either");
	OK(answered("POST /echo HTTP/1.1\r\nHost: x\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 200),
	    "a chunked body is read");
}

static void
test_deadlines(void)
{
	int fd = connect_unix(), slow_body, was = heads;
	bool closed = false;
	msec begun = clock_steady();

	while (!closed && clock_steady() < begun + 4 * SECOND) {
		(void)!write(fd, "G", 1);
		spin(100);
		(void)heard(fd, &closed);
	}
	OK(closed && clock_steady() - begun < 2 * SECOND,
	    "a head a byte at a time is cut after its second, %ld ms",
	    (long)(clock_steady() - begun));
	OK(heads == was, "unseen by handlers");
	(void)close(fd);

	fd = connect_unix();
	slow_body = connect_unix();
	say(slow_body, "POST /echo HTTP/1.1\r\nHost: x\r\n"
	    "Content-Length: 100000\r\n\r\n");
	say(fd, "GET /who HTTP/1.1\r\nHost: x\r\n\r\n");
	spin(1500);
	OK(strstr(heard(fd, &closed), "200 OK") != NULL && !closed,
	    "an idle connection is kept longer than a head may take");
	say(fd, "GET /who HTTP/1.1\r\nX: y\r\n");
	spin(1500);
	(void)heard(fd, &closed);
	OK(closed, "a second head has its deadline too");
	(void)heard(slow_body, &closed);
	OK(!closed, "a body is given more time");
	(void)close(fd);
	begun = gones;
	(void)close(slow_body);
	OK(until(&gones, (int)begun + 1, SECOND), "and its end is noticed");
}

static ssize_t
keep(gnutls_transport_ptr_t p, const void *bytes, size_t n)
{
	buf_put(p, bytes, n);
	return (ssize_t)n;
}

static ssize_t
none(gnutls_transport_ptr_t p, void *bytes, size_t n)
{
	(void)p;
	(void)bytes;
	(void)n;
	errno = EAGAIN;
	return -1;
}

static void
client_hello(struct buf *out)
{
	gnutls_session_t s;
	gnutls_certificate_credentials_t c;

	(void)gnutls_certificate_allocate_credentials(&c);
	(void)gnutls_init(&s, GNUTLS_CLIENT | GNUTLS_NONBLOCK);
	(void)gnutls_set_default_priority(s);
	(void)gnutls_credentials_set(s, GNUTLS_CRD_CERTIFICATE, c);
	gnutls_transport_set_ptr(s, out);
	gnutls_transport_set_push_function(s, keep);
	gnutls_transport_set_pull_function(s, none);
	gnutls_transport_set_pull_timeout_function(s, gnutls_system_recv_timeout);
	(void)gnutls_handshake(s);
	gnutls_deinit(s);
	gnutls_certificate_free_credentials(c);
}

static void
test_half_open(void)
{
	struct buf hello = BUF_INIT;
	int half[8], whole[8], silent[8];
	int shut = 0;
	bool closed;
	double cpu;

	client_hello(&hello);
	for (int i = 0; i < 8; i++) {
		half[i] = connect_inet(link_port);
		whole[i] = connect_inet(link_port);
		silent[i] = connect_inet(link_port);
		if (write(half[i], hello.p, hello.n / 2) < 0 ||
		    write(whole[i], hello.p, hello.n) < 0)
			abort();
	}
	OK(hello.n > 100, "a ClientHello of %zu bytes", hello.n);
	spin(100);
	cpu = cpu_seconds();
	spin(700);
	cpu = cpu_seconds() - cpu;
	OK(cpu < 0.05, "24 half-open handshakes take %.1f ms CPU in 700 ms",
	    cpu * 1000);
	spin(700);
	for (int i = 0; i < 8; i++) {
		(void)heard(half[i], &closed);
		shut += closed;
		(void)heard(whole[i], &closed);
		shut += closed;
		(void)heard(silent[i], &closed);
		shut += closed;
		(void)close(half[i]);
		(void)close(whole[i]);
		(void)close(silent[i]);
	}
	OK(shut == 24, "and are cut at the head's deadline, %d of 24", shut);
	buf_free(&hello);
}

static void
test_gone(void)
{
	int fd, was;
	bool closed;

	was = gones;
	fd = connect_unix();
	say(fd, "GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
	spin(30);
	OK(never_request != NULL && gones == was, "a request waits");
	(void)close(fd);
	OK(until(&gones, was + 1, SECOND) && never_request == NULL,
	    "the client leaves, and its request is gone");
	fd = connect_unix();
	say(fd, "POST /never HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"
	    "pa");
	spin(30);
	(void)close(fd);
	OK(until(&gones, was + 2, SECOND), "also while its body is paused");
	fd = connect_unix();
	say(fd, "GET /pipe HTTP/1.1\r\nHost: x\r\n\r\n");
	spin(15);
	(void)close(fd);
	OK(until(&gones, was + 3, SECOND), "also while an answer streams");
	fd = connect_unix();
	say(fd, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
	spin(10);
	(void)close(fd);
	OK(until(&gones, was + 4, SECOND), "also when the answer is on its way");
	spin(60);
	fd = connect_unix();
	say(fd, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
	spin(30);
	(void)heard(fd, &closed);
	(void)close(fd);
	OK(until(&gones, was + 5, SECOND), "also in the middle of a large file");
	spin(50);
	OK(gones == was + 5, "each once");
}

static void
test_limits(void)
{
	struct http_config c = { .connections = 3, .per_address = 2,
	    .head_deadline = SECOND, .handlers = &handlers };
	struct http_server *s;
	struct err err;
	int port, fd[4], open = 0, was = gones;
	bool closed;

	c.listen_fd = listen_inet(&port);
	s = http_server_new(loop, &c, &err);
	for (int i = 0; i < 4; i++)
		fd[i] = connect_inet(port);
	spin(30);
	for (int i = 0; i < 4; i++) {
		(void)heard(fd[i], &closed);
		open += !closed;
	}
	OK(open == 2, "an address has its share, %d of 2", open);
	say(fd[0], "GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
	say(fd[1], "POST /never HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nx");
	spin(30);
	http_server_free(s);
	OK(gones == was + 2, "a server that ends ends its requests");
	for (int i = 0; i < 4; i++)
		(void)close(fd[i]);

	c.connections = 1;
	c.per_address = 0;
	c.listen_fd = listen_inet(&port);
	s = http_server_new(loop, &c, &err);
	fd[0] = connect_inet(port);
	fd[1] = connect_inet(port);
	say(fd[0], "GET /who HTTP/1.1\r\nHost: x\r\n\r\n");
	say(fd[1], "GET /who HTTP/1.1\r\nHost: x\r\n\r\n");
	spin(30);
	OK(strstr(heard(fd[0], &closed), "200 OK") != NULL &&
	    heard(fd[1], &closed)[0] == '\0' && !closed,
	    "beyond the bound a connection waits");
	(void)close(fd[0]);
	spin(30);
	OK(strstr(heard(fd[1], &closed), "200 OK") != NULL,
	    "for another to leave");
	(void)close(fd[1]);
	http_server_free(s);

	c.tls = true;
	c.cert_pem = buf_all(&alice.cert);
	c.key_pem = secret_slice(bob.key);
	c.listen_fd = listen_inet(&port);
	OK(http_server_new(loop, &c, &err) == NULL,
	    "a key that is not the certificate's is refused");
	EQ_STR(err.rule, "E-HTTP-START", "by rule");
}

int
main(void)
{
	world_new();
	test_answers();
	test_stream_flows();
	test_slow_upload();
	test_early();
	test_heads();
	test_deadlines();
	test_half_open();
	test_gone();
	test_limits();
	world_free();
	return tap_done();
}
