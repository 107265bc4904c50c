#ifndef TEST_CANNED_NODE_H
#define TEST_CANNED_NODE_H

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/encode.h"
#include "base/io.h"
#include "proc/http.h"
#include "proc/tls_key.h"

#include "tap.h"

/*
 * Not a node: a real HTTP server with canned answers, to test how the CLI
 * shows what a node says and how it exits.  What a real node does is tested
 * by the scenarios.  It runs as a child and logs each request, a line of
 * method, path and query, idempotency key, token, body.
 */
struct canned {
	const char	*method;
	const char	*path;		/* under /api/v1, as asked */
	const char	*query;		/* "name=value" that it must have, or NULL */
	unsigned	 status;
	const char	*body;
};

static char dir[64];		/* of this test, removed at the end */
static const struct canned *answers;
static uint8_t pin[32];
static int tls_port;

static inline const char *
in_dir(const char *name)
{
	static char path[4][256];
	static unsigned turn;

	turn = (turn + 1) % 4;
	(void)snprintf(path[turn], sizeof(path[turn]), "%s/%s", dir, name);
	return path[turn];
}

static inline bool
has_query(struct http_request *r, const char *query)
{
	char name[32];
	const char *eq, *v;

	if (query == NULL)
		return true;
	eq = strchr(query, '=');
	(void)snprintf(name, sizeof(name), "%.*s", (int)(eq - query), query);
	v = http_query(r, name);
	return v != NULL && strcmp(v, eq + 1) == 0;
}

static inline const struct canned *
answer_to(struct http_request *r)
{
	const char *path = http_path(r);

	if (strncmp(path, "/api/v1", 7) != 0)
		return NULL;
	for (const struct canned *c = answers; c->method != NULL; c++)
		if (strcmp(c->method, http_method(r)) == 0 &&
		    strcmp(c->path, path + 7) == 0 && has_query(r, c->query))
			return c;
	return NULL;
}

static inline void
on_head(void *arg, struct http_request *r)
{
	struct buf *b = xcalloc(1, sizeof(*b));

	(void)arg;
	http_set_context(r, b);
}

static inline size_t
on_body(void *arg, struct http_request *r, struct slice piece)
{
	(void)arg;
	buf_slice(http_context(r), piece);
	return piece.n;
}

static inline void
write_log(struct http_request *r)
{
	const char *key = http_header(r, "Idempotency-Key");
	const char *token = http_header(r, "Authorization");
	FILE *f = fopen(in_dir("log"), "a");

	(void)fprintf(f, "%s %s key=%s token=%s %s\n", http_method(r),
	    http_path(r), key == NULL ? "-" : key,
	    token == NULL ? "-" : token, buf_cstr(http_context(r)));
	(void)fclose(f);
}

static inline void
on_end(void *arg, struct http_request *r)
{
	static const char missing[] = "{\"status\":404,\"code\":\"E-NOT-FOUND\"}";
	const struct canned *c = answer_to(r);

	(void)arg;
	write_log(r);
	if (c == NULL)
		http_answer(r, 404, "application/problem+json",
		    slice_str(missing), NULL);
	else
		http_answer(r, c->status, "application/json",
		    slice_str(c->body), NULL);
}

static inline void
on_gone(void *arg, struct http_request *r)
{
	(void)arg;
	buf_free(http_context(r));
	free(http_context(r));
}

static inline int
listen_unix(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) == -1 ||
	    listen(fd, 16) == -1)
		exit(99);
	return fd;
}

static inline int
listen_tls(int *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) == -1 ||
	    listen(fd, 16) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &n) == -1)
		exit(99);
	*port = ntohs(a.sin_port);
	return fd;
}

/* Starts it; the answers are those that `answers` holds now. */
static inline pid_t
canned_start(void)
{
	static const struct http_handlers handlers = { on_head, on_body,
	    on_end, on_gone };
	struct secret *der = tls_key_new(TLS_KEY_P256);
	struct secret *pem = tls_key_pem(der, NULL);
	struct buf cert = BUF_INIT;
	struct http_config u = { .connections = 8, .handlers = &handlers };
	struct http_config t = u;
	struct loop *loop;
	pid_t pid;

	(void)tls_key_certificate(&cert, der, "node", NULL);
	(void)tls_key_pin(pin, buf_all(&cert), NULL);
	u.listen_fd = listen_unix(in_dir("desk.sock"));
	t.listen_fd = listen_tls(&tls_port);
	t.tls = true;
	t.cert_pem = buf_all(&cert);
	t.key_pem = secret_slice(pem);
	if ((pid = fork()) == 0) {
		struct err err;

		(void)signal(SIGPIPE, SIG_IGN);
		loop = loop_new();
		if (http_server_new(loop, &u, &err) == NULL ||
		    http_server_new(loop, &t, &err) == NULL)
			exit(99);
		loop_run(loop);
		exit(0);
	}
	(void)close(u.listen_fd);
	(void)close(t.listen_fd);
	secret_free(der);
	secret_free(pem);
	buf_free(&cert);
	return pid;
}

static inline void
canned_stop(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	(void)unlink(in_dir("desk.sock"));
}

/* -- the CLI under test ---------------------------------------------------------- */

static int code;
static struct buf out, err, requests;

static inline void
slurp(const char *name, struct buf *b)
{
	buf_clear(b);
	(void)io_read_file(AT_FDCWD, in_dir(name), b, 1 << 20, NULL);
	(void)buf_cstr(b);
}

/* Runs a shell line where $e is the CLI on the canned node. */
static inline int
run(const char *line)
{
	char *all = NULL;
	int status;

	(void)unlink(in_dir("log"));
	if (asprintf(&all, "e=\"$B/entente --dir %s\"; ( %s ) >%s 2>%s </dev/null",
	    dir, line, in_dir("out"), in_dir("err")) == -1)
		exit(99);
	status = system(all);
	free(all);
	slurp("out", &out);
	slurp("err", &err);
	slurp("log", &requests);
	code = WEXITSTATUS(status);
	return code;
}

static inline bool
said(const struct buf *b, const char *text)
{
	return memmem(b->p, b->n, text, strlen(text)) != NULL;
}

#endif
