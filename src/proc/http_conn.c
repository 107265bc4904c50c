#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

#include "proc/http_internal.h"

/* Accepts per turn: the rest waits for the next. */
enum { ACCEPTS = 16 };

void
http_conn_phase(struct http_conn *c, enum http_phase phase, msec allowed)
{
	c->phase = phase;
	c->deadline = allowed == 0 ? 0 : clock_steady() + allowed;
}

void
http_conn_moved(struct http_conn *c, size_t n)
{
	msec now = clock_steady();
	msec most = now + (c->phase == HTTP_ANSWER ? 2 * HTTP_ANSWER_GRACE :
	    2 * HTTP_BODY_GRACE);

	if (c->deadline == 0)
		return;
	/* Credit is capped, or a fast start would pay for an endless stall. */
	c->deadline += (msec)n * SECOND / c->server->config.body_rate;
	if (c->deadline > most)
		c->deadline = most;
}

void
http_conn_suspend(struct http_conn *c, enum http_phase phase)
{
	assert(!c->suspended);
	c->left = c->deadline == 0 ? 0 : c->deadline - clock_steady();
	http_conn_phase(c, phase, 0);
	MHD_suspend_connection(c->mhd);
	c->suspended = true;
	if (c->hung)
		http_conn_drop(c);
}

void
http_conn_resume(struct http_conn *c, enum http_phase phase)
{
	assert(c->suspended);
	/* The pause was the handler's, so the client is not charged for it. */
	if (!c->dead && phase == HTTP_BODY)
		http_conn_phase(c, phase, c->left < SECOND ? SECOND : c->left);
	else
		c->phase = phase;
	c->suspended = false;
	MHD_resume_connection(c->mhd);
	http_server_wake(c->server);
}

void
http_conn_drop(struct http_conn *c)
{
	assert(!c->dead);
	c->dead = true;
	loop_unwatch(c->watch);
	c->watch = NULL;
	(void)shutdown(c->fd, SHUT_RDWR);
	if (c->suspended)
		http_conn_resume(c, c->phase);
}

static void
ready(void *arg, unsigned events)
{
	struct http_conn *c = arg;

	if (c->phase == HTTP_HANDSHAKE) {
		http_tls_step(c);
		if (c->phase == HTTP_HANDSHAKE && (events & LOOP_HANGUP) != 0 &&
		    !c->dead)
			http_conn_drop(c);
		return;
	}
	if ((events & LOOP_HANGUP) == 0)
		return;
	/* libmicrohttpd does not look at a suspended connection.  One that
	 * it works on it ends itself; said once, the watch would repeat it. */
	if (c->suspended) {
		http_conn_drop(c);
		return;
	}
	c->hung = true;
	loop_unwatch(c->watch);
	c->watch = NULL;
}

struct http_conn *
http_conn_of(struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd,
	    MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	assert(info != NULL && info->socket_context != NULL);
	return info->socket_context;
}

static void
conn_free(struct http_conn *c)
{
	struct http_server *s = c->server;

	loop_unwatch(c->watch);
	*c->link = c->next;
	if (c->next != NULL)
		c->next->link = c->link;
	s->count--;
	free(c);
	http_server_room(s);
}

void
http_conn_notify(void *arg, struct MHD_Connection *mhd, void **slot,
    enum MHD_ConnectionNotificationCode code)
{
	struct http_server *s = arg;
	const union MHD_ConnectionInfo *info;
	struct http_conn *c;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		conn_free(*slot);
		return;
	}
	c = s->accepting;
	s->accepting = NULL;
	c->mhd = mhd;
	*slot = c;
	if (!s->config.tls)
		return;
	info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	assert(info != NULL);
	c->tls = info->tls_session;
}

/* Whom a quota counts as one: an IPv4 address, an IPv6 /64. */
static bool
same_place(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
	if (a->ss_family != b->ss_family)
		return false;
	if (a->ss_family == AF_INET)
		return ((const struct sockaddr_in *)a)->sin_addr.s_addr ==
		    ((const struct sockaddr_in *)b)->sin_addr.s_addr;
	if (a->ss_family != AF_INET6)
		return false;
	if (IN6_IS_ADDR_V4MAPPED(&((const struct sockaddr_in6 *)a)->sin6_addr))
		return memcmp(&((const struct sockaddr_in6 *)a)->sin6_addr,
		    &((const struct sockaddr_in6 *)b)->sin6_addr, 16) == 0;
	return memcmp(&((const struct sockaddr_in6 *)a)->sin6_addr,
	    &((const struct sockaddr_in6 *)b)->sin6_addr, 8) == 0;
}

static bool
over_quota(const struct http_server *s, const struct sockaddr_storage *from)
{
	unsigned n = 0;

	if (s->config.per_address == 0)
		return false;
	for (const struct http_conn *c = s->conns; c != NULL; c = c->next)
		if (same_place(&c->from, from) &&
		    ++n >= s->config.per_address)
			return true;
	return false;
}

static void
name_peer(struct http_conn *c)
{
	struct ucred cred;
	socklen_t n = sizeof(cred);
	const void *ip = NULL;

	if (c->from.ss_family == AF_INET)
		ip = &((struct sockaddr_in *)&c->from)->sin_addr;
	if (c->from.ss_family == AF_INET6)
		ip = &((struct sockaddr_in6 *)&c->from)->sin6_addr;
	if (ip != NULL) {
		(void)inet_ntop(c->from.ss_family, ip, c->peer.address,
		    sizeof(c->peer.address));
		return;
	}
	(void)memcpy(c->peer.address, "local", sizeof("local"));
	if (c->from.ss_family == AF_UNIX && getsockopt(c->fd, SOL_SOCKET,
	    SO_PEERCRED, &cred, &n) == 0 && n == sizeof(cred)) {
		c->peer.has_uid = true;
		c->peer.uid = cred.uid;
	}
}

static struct http_conn *
conn_new(struct http_server *s, int fd, const struct sockaddr_storage *from)
{
	struct http_conn *c = xcalloc(1, sizeof(*c));

	c->server = s;
	c->fd = fd;
	c->from = *from;
	name_peer(c);
	c->next = s->conns;
	c->link = &s->conns;
	if (c->next != NULL)
		c->next->link = &c->next;
	s->conns = c;
	s->count++;
	http_conn_phase(c, HTTP_HEAD, s->config.head_deadline);
	return c;
}

static void
adopt(struct http_server *s, int fd, const struct sockaddr_storage *from,
    socklen_t n)
{
	struct http_conn *c = conn_new(s, fd, from);

	s->accepting = c;
	if (MHD_add_connection(s->mhd, fd, (const struct sockaddr *)from, n) ==
	    MHD_NO) {
		/* The socket is closed; and c is freed unless it was never
		 * heard of. */
		if (s->accepting != NULL)
			conn_free(c);
		s->accepting = NULL;
		return;
	}
	if (c->tls == NULL) {
		c->watch = loop_watch(s->loop, fd, LOOP_HANGUP, ready, c);
		return;
	}
	c->watch = loop_watch(s->loop, fd, LOOP_READ | LOOP_HANGUP, ready, c);
	c->phase = HTTP_HANDSHAKE;
	MHD_suspend_connection(c->mhd);
	c->suspended = true;
	http_tls_prepare(c);
}

void
http_conn_accept(struct http_server *s)
{
	struct sockaddr_storage from = { .ss_family = AF_UNSPEC };
	socklen_t n;
	int fd = -1;

	for (int i = 0; i < ACCEPTS && s->count < s->config.connections; i++) {
		n = sizeof(from);
		fd = accept4(s->config.listen_fd, (struct sockaddr *)&from, &n,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd == -1 && (errno == EAGAIN || errno == EWOULDBLOCK ||
		    errno == EINTR || errno == ECONNABORTED))
			return;
		if (fd == -1)
			break;
		if (over_quota(s, &from))
			(void)close(fd);
		else
			adopt(s, fd, &from, n);
	}
	if (s->count < s->config.connections && fd != -1)
		return;
	/* Full, or out of descriptors: the rest waits in the backlog. */
	s->full = true;
	loop_watch_for(s->listen_watch, 0);
}
