#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "proc/http_internal.h"
#include "proc/tls_key.h"

/* TLS 1.3 alone, AEAD alone; certificates of both our kinds. */
static const char priorities[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3";

/* Times that libmicrohttpd may ask for another turn before others get one. */
enum { TURNS = 8 };

static void	run(void *);

static void
run_again(void *arg)
{
	struct http_server *s = arg;

	s->again = NULL;
	run(s);
}

static void
run(void *arg)
{
	struct http_server *s = arg;
	MHD_UNSIGNED_LONG_LONG wait;

	for (int i = 0; i < TURNS; i++) {
		(void)MHD_run(s->mhd);
		if (MHD_get_timeout(s->mhd, &wait) == MHD_NO || wait != 0)
			return;
	}
	http_server_wake(s);
}

void
http_server_wake(struct http_server *s)
{
	if (s->again == NULL && !s->closing)
		s->again = loop_after(s->loop, 0, run_again, s);
}

static void
mhd_ready(void *arg, unsigned events)
{
	(void)events;
	run(arg);
}

static void
listen_ready(void *arg, unsigned events)
{
	(void)events;
	http_conn_accept(arg);
}

static void	sweep(void *arg);

static void
sweep_again(struct http_server *s)
{
	msec step = s->config.head_deadline / 8;

	s->sweep = loop_after(s->loop, step < 20 ? 20 : step > SECOND ?
	    SECOND : step, sweep, s);
}

/* One timer for all deadlines: they are coarse, and a heap entry a request
 * would cost more than this walk. */
static void
sweep(void *arg)
{
	struct http_server *s = arg;
	struct http_conn *c, *next;
	msec now = clock_steady();

	for (c = s->conns; c != NULL; c = next) {
		next = c->next;
		if (c->dead)
			continue;
		if ((c->deadline != 0 && now >= c->deadline) ||
		    (s->retired && c->phase == HTTP_IDLE))
			http_conn_drop(c);
	}
	if (s->retired && s->conns == NULL) {
		s->sweep = NULL;
		http_server_free(s);
		return;
	}
	/* What stopped accepting may have been want of descriptors. */
	http_server_room(s);
	sweep_again(s);
}

void
http_server_room(struct http_server *s)
{
	if (!s->full || s->closing || s->retired || s->count >= s->config.connections)
		return;
	s->full = false;
	loop_watch_for(s->listen_watch, LOOP_READ);
}

static void
config_defaults(struct http_config *c)
{
	assert(c->connections > 0 && c->handlers != NULL);
	if (c->head_deadline == 0)
		c->head_deadline = 10 * SECOND;
	if (c->idle_deadline == 0)
		c->idle_deadline = 5 * MINUTE;
	if (c->body_rate == 0)
		c->body_rate = 1024;
}

/* Certificate and key are read from these strings before this returns. */
static struct MHD_Daemon *
daemon_start(struct http_server *s, const char *cert, const char *key)
{
	unsigned flags = MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET |
	    MHD_ALLOW_SUSPEND_RESUME;
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, NULL },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, NULL },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0, NULL },
		{ MHD_OPTION_END, 0, NULL }
	};

	/* The options are not const for historical reasons only. */
	tls[0].ptr_value = (void *)(uintptr_t)cert;
	tls[1].ptr_value = (void *)(uintptr_t)key;
	tls[2].ptr_value = (void *)(uintptr_t)priorities;
	if (s->config.tls)
		flags |= MHD_USE_TLS;
	else
		tls[0] = tls[3];
	return MHD_start_daemon(flags, 0, NULL, NULL, http_request_access, s,
	    MHD_OPTION_CONNECTION_LIMIT, s->config.connections,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_POOL,
	    MHD_OPTION_CONNECTION_TIMEOUT, 0u,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1,
	    MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
	    MHD_OPTION_NOTIFY_CONNECTION, http_conn_notify, s,
	    MHD_OPTION_NOTIFY_COMPLETED, http_request_completed, s,
	    MHD_OPTION_URI_LOG_CALLBACK, http_request_uri, s,
	    MHD_OPTION_ARRAY, tls,
	    MHD_OPTION_END);
}

static bool
start(struct http_server *s, struct err *err)
{
	struct buf cert = BUF_INIT;
	struct secret *key;

	/* GnuTLS does not look whether Ed25519 keys match. */
	if (s->config.tls && !tls_key_matches(s->config.key_pem,
	    s->config.cert_pem))
		return err_set(err, ERR_INVALID, "E-HTTP-START",
		    "HTTP server: no key that matches its certificate");
	key = secret_new(s->config.key_pem.n + 1);
	if (s->config.key_pem.n > 0)
		memcpy(key->p, s->config.key_pem.p, s->config.key_pem.n);
	buf_slice(&cert, s->config.cert_pem);
	s->mhd = daemon_start(s, buf_cstr(&cert), (const char *)key->p);
	buf_free(&cert);
	secret_free(key);
	/* The slices were the caller's for this call only. */
	s->config.cert_pem = s->config.key_pem = (struct slice){ NULL, 0 };
	if (s->mhd == NULL)
		return err_set(err, ERR_INVALID, "E-HTTP-START",
		    "HTTP server: did not start");
	return true;
}

struct http_server *
http_server_new(struct loop *loop, const struct http_config *config,
    struct err *err)
{
	struct http_server *s = xcalloc(1, sizeof(*s));
	const union MHD_DaemonInfo *info;

	s->loop = loop;
	s->config = *config;
	config_defaults(&s->config);
	(void)fcntl(config->listen_fd, F_SETFL, O_NONBLOCK);
	if (!start(s, err)) {
		(void)close(config->listen_fd);
		free(s);
		return NULL;
	}
	info = MHD_get_daemon_info(s->mhd, MHD_DAEMON_INFO_EPOLL_FD);
	assert(info != NULL);
	s->mhd_watch = loop_watch(loop, info->epoll_fd, LOOP_READ, mhd_ready, s);
	s->listen_watch = loop_watch(loop, s->config.listen_fd, LOOP_READ,
	    listen_ready, s);
	sweep_again(s);
	return s;
}

void
http_server_free(struct http_server *s)
{
	struct http_conn *c;

	if (s == NULL)
		return;
	s->closing = true;
	loop_unwatch(s->listen_watch);
	if (s->config.listen_fd != -1)
		(void)close(s->config.listen_fd);
	/* libmicrohttpd does not stop while a connection is suspended. */
	for (c = s->conns; c != NULL; c = c->next)
		if (!c->dead)
			http_conn_drop(c);
	loop_unwatch(s->mhd_watch);
	loop_cancel(s->sweep);
	loop_cancel(s->again);
	MHD_stop_daemon(s->mhd);
	assert(s->conns == NULL);
	free(s);
}

int
http_server_retire(struct http_server *s)
{
	int fd = s->config.listen_fd;

	s->retired = true;
	loop_unwatch(s->listen_watch);
	s->listen_watch = NULL;
	s->config.listen_fd = -1;
	return fd;
}
