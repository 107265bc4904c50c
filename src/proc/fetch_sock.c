#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proc/fetch_internal.h"

/*
 * One socket of curl's.  curl 7.88 closes a socket that is still connecting
 * (a cancelled fetch, the first of two addresses) before it says so, and may
 * by then have another under the same number and say nothing at all.  So we
 * watch a duplicate, which stays valid until we let go of it, and look at
 * each socket that curl opens whether its number was known.
 */
struct fetch_sock {
	struct fetch_pool	*pool;
	struct fetch_sock	*next;
	struct fetch_sock	**link;
	struct loop_watch	*watch;
	int			 fd;		/* curl's name for it */
	int			 twin;		/* what we watch */
	unsigned		 events;
};

static void
ready(void *arg, unsigned events)
{
	struct fetch_sock *s = arg;
	int bits = 0;

	if ((events & LOOP_READ) != 0)
		bits |= CURL_CSELECT_IN;
	if ((events & LOOP_WRITE) != 0)
		bits |= CURL_CSELECT_OUT;
	fetch_action(s->pool, s->fd, bits);
}

static void
sock_watch(struct fetch_sock *s)
{
	s->twin = fcntl(s->fd, F_DUPFD_CLOEXEC, 0);
	/* Out of descriptors is exhaustion: the process starts anew. */
	assert(s->twin != -1);
	s->watch = loop_watch(s->pool->loop, s->twin, s->events, ready, s);
}

static void
sock_unwatch(struct fetch_sock *s)
{
	loop_unwatch(s->watch);
	(void)close(s->twin);
}

static struct fetch_sock *
sock_new(struct fetch_pool *p, int fd)
{
	struct fetch_sock *s = xcalloc(1, sizeof(*s));

	s->pool = p;
	s->fd = fd;
	s->next = p->socks;
	s->link = &p->socks;
	if (s->next != NULL)
		s->next->link = &s->next;
	p->socks = s;
	sock_watch(s);
	(void)curl_multi_assign(p->multi, fd, s);
	return s;
}

static void
sock_free(struct fetch_sock *s)
{
	sock_unwatch(s);
	*s->link = s->next;
	if (s->next != NULL)
		s->next->link = s->link;
	free(s);
}

int
fetch_sock_changed(CURL *easy, curl_socket_t fd, int what, void *arg,
    void *slot)
{
	struct fetch_sock *s = slot;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (s != NULL)
			sock_free(s);
		return 0;
	}
	if (s == NULL)
		s = sock_new(arg, fd);
	s->events = 0;
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		s->events |= LOOP_READ;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		s->events |= LOOP_WRITE;
	loop_watch_for(s->watch, s->events);
	return 0;
}

curl_socket_t
fetch_sock_open(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct fetch_pool *p = arg;
	int fd = socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);

	(void)purpose;
	if (fd == -1)
		return CURL_SOCKET_BAD;
	for (struct fetch_sock *s = p->socks; s != NULL; s = s->next) {
		if (s->fd != fd)
			continue;
		/* It still stands in curl's books with these events. */
		sock_unwatch(s);
		sock_watch(s);
	}
	return fd;
}
