#include "proc/ipc.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/secret.h"
#include "proc/ipc_frame.h"
#include "proc/ipc_wire.h"

enum {
	READ_ROOM = 64 * 1024,
	SEND_PIECES = 16,
	RETRY_MS = 10,
};

struct out {
	struct out	*next;
	size_t		 n;		/* head and body */
	size_t		 done;		/* of them, taken by the kernel */
	int		 fd;		/* -1, or goes with the first byte */
	uint8_t		 bytes[];
};

struct ipc {
	struct loop		*loop;
	struct loop_watch	*watch;
	struct loop_timer	*retry;
	int			 fd;		/* -1: gone */
	struct buf		 in;
	int			 in_fd;		/* of the first message in `in` */
	struct out		*out;
	struct out		**out_end;
	size_t			 queued;
	uint32_t		 last_id;
	bool			 deaf;		/* the peer takes no more */
	bool			 busy;		/* a callback is running */
	bool			 freed;		/* in that callback */
	void			(*got)(void *, struct ipc *,
				    struct ipc_message *);
	void			(*gone)(void *, struct ipc *);
	void			*arg;
};

static void
close_fd(int *fd)
{
	if (*fd != -1)
		(void)close(*fd);
	*fd = -1;
}

/* Sending. */

static void
drop_first(struct ipc *c)
{
	struct out *o = c->out;

	c->out = o->next;
	if (c->out == NULL)
		c->out_end = &c->out;
	c->queued -= o->n - o->done;
	close_fd(&o->fd);
	/* A password may have passed. */
	secret_wipe(o->bytes, o->n);
	free(o);
}

static void
drop_all(struct ipc *c)
{
	while (c->out != NULL)
		drop_first(c);
}

static void
watch_as_needed(struct ipc *c)
{
	unsigned events = LOOP_READ;

	if (c->out != NULL && c->retry == NULL)
		events |= LOOP_WRITE;
	loop_watch_for(c->watch, events);
}

static void	flush_out(struct ipc *);

static void
retry(void *arg)
{
	struct ipc *c = arg;

	c->retry = NULL;
	flush_out(c);
}

/* Why a send took nothing.  True: it may work later. */
static bool
send_later(struct ipc *c)
{
	if (errno == EAGAIN || errno == EWOULDBLOCK)
		return true;
	/* Too many descriptors on their way, or no memory for the socket:
	 * neither makes the socket look full, so ask again by the clock. */
	if (errno == ETOOMANYREFS || errno == ENOBUFS || errno == ENOMEM) {
		if (c->retry == NULL)
			c->retry = loop_after(c->loop, RETRY_MS, retry, c);
		return true;
	}
	/* What the peer wrote before it died is still read; the shutdown makes
	 * an end follow it in every case, and that end is told as gone(). */
	c->deaf = true;
	(void)shutdown(c->fd, SHUT_RDWR);
	return false;
}

static void
sent(struct ipc *c, size_t n)
{
	c->queued -= n;
	while (n > 0) {
		struct out *o = c->out;
		size_t part = o->n - o->done < n ? o->n - o->done : n;

		/* The first byte took the descriptor along. */
		close_fd(&o->fd);
		o->done += part;
		n -= part;
		if (o->done == o->n)
			drop_first(c);
	}
}

static size_t
gather(const struct ipc *c, struct iovec iov[static SEND_PIECES])
{
	size_t pieces = 0;

	for (struct out *o = c->out; o != NULL && pieces < SEND_PIECES;
	    o = o->next) {
		if (o->fd != -1 && pieces > 0)
			break;
		iov[pieces].iov_base = o->bytes + o->done;
		iov[pieces++].iov_len = o->n - o->done;
		if (o->fd != -1)
			break;
	}
	return pieces;
}

static void
flush_out(struct ipc *c)
{
	struct iovec iov[SEND_PIECES];
	ssize_t n;

	while (c->out != NULL && c->retry == NULL) {
		n = ipc_wire_push(c->fd, iov, gather(c, iov), c->out->fd);
		if (n == -1) {
			if (!send_later(c))
				drop_all(c);
			break;
		}
		sent(c, (size_t)n);
	}
	watch_as_needed(c);
}

static void
enqueue(struct ipc *c, const uint8_t head[static IPC_HEAD], struct slice body,
    size_t done, int fd)
{
	struct out *o = xmalloc(sizeof(*o) + IPC_HEAD + body.n);

	o->next = NULL;
	o->n = IPC_HEAD + body.n;
	o->done = done;
	o->fd = fd;
	memcpy(o->bytes, head, IPC_HEAD);
	if (body.n > 0)
		memcpy(o->bytes + IPC_HEAD, body.p, body.n);
	*c->out_end = o;
	c->out_end = &o->next;
	c->queued += o->n - o->done;
}

void
ipc_send(struct ipc *c, uint16_t type, uint32_t id, struct slice body, int fd)
{
	uint8_t head[IPC_HEAD];
	struct iovec iov[2] = {
		{ .iov_base = head, .iov_len = sizeof(head) },
		{ .iov_base = (void *)(uintptr_t)body.p, .iov_len = body.n },
	};
	ssize_t n = -1;

	ipc_frame_head(head, type, id, body.n);
	/* Straight to the kernel when nothing waits before it: no copy. */
	if (c->fd != -1 && !c->deaf && c->out == NULL) {
		n = ipc_wire_push(c->fd, iov, 2, fd);
		if (n == -1)
			(void)send_later(c);
		else
			close_fd(&fd);
	}
	if (c->fd == -1 || c->deaf) {
		close_fd(&fd);
		return;
	}
	if (n == (ssize_t)(IPC_HEAD + body.n))
		return;
	enqueue(c, head, body, n == -1 ? 0 : (size_t)n, fd);
	watch_as_needed(c);
}

/* Receiving. */

static void
shut(struct ipc *c)
{
	if (c->fd == -1)
		return;
	loop_unwatch(c->watch);
	c->watch = NULL;
	loop_cancel(c->retry);
	c->retry = NULL;
	close_fd(&c->fd);
	close_fd(&c->in_fd);
	drop_all(c);
}

static void
destroy(struct ipc *c)
{
	shut(c);
	buf_wipe(&c->in);
	free(c);
}

void
ipc_free(struct ipc *c)
{
	if (c == NULL)
		return;
	/* The body that its own callback is reading lives until that returns. */
	if (c->busy) {
		shut(c);
		c->freed = true;
	} else
		destroy(c);
}

static void
end(struct ipc *c)
{
	shut(c);
	c->gone(c->arg, c);
}

static void
hand_over(struct ipc *c, const struct ipc_frame *f, int *fd)
{
	struct ipc_message m = {
		.type = f->type,
		.id = f->id,
		.body = f->body,
		.fd = *fd,
	};

	*fd = -1;
	c->got(c->arg, c, &m);
	close_fd(&m.fd);
}

/*
 * Hand over every whole message in c->in.  new_fd came with the last read,
 * thus belongs to the last message there, whole or not.  False when the
 * bytes are broken; *new_fd is then still the caller's.
 */
static bool
deliver(struct ipc *c, int *new_fd)
{
	enum ipc_frame_state state = IPC_FRAME_MORE;
	struct slice rest = buf_all(&c->in);
	struct ipc_frame f;
	size_t done;

	while (rest.n > 0 && c->fd != -1) {
		state = ipc_frame_read(&f, rest);
		if (state != IPC_FRAME_WHOLE)
			break;
		rest = slice_skip(rest, f.size);
		if (rest.n == 0 && *new_fd != -1) {
			if (c->in_fd != -1)
				return false;
			c->in_fd = *new_fd;
			*new_fd = -1;
		}
		hand_over(c, &f, &c->in_fd);
	}
	if (c->fd == -1)
		return true;
	if (state == IPC_FRAME_BROKEN || (*new_fd != -1 && c->in_fd != -1))
		return false;
	if (*new_fd != -1)
		c->in_fd = *new_fd;
	*new_fd = -1;
	/* What was read is wiped, the beginning of the next comes forward. */
	done = c->in.n - rest.n;
	buf_eat(&c->in, done);
	secret_wipe(c->in.p + c->in.n, done);
	return true;
}

static void
read_some(struct ipc *c)
{
	int new_fd = -1;
	bool ok;
	ssize_t n;

	n = ipc_wire_pull(c->fd, buf_room(&c->in, READ_ROOM), READ_ROOM,
	    &new_fd);
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return;
	ok = n > 0;
	if (ok) {
		c->in.n += (size_t)n;
		ok = deliver(c, &new_fd);
	}
	close_fd(&new_fd);
	if (!ok)
		end(c);
}

static void
ready(void *arg, unsigned events)
{
	struct ipc *c = arg;

	c->busy = true;
	if ((events & LOOP_WRITE) != 0)
		flush_out(c);
	if ((events & LOOP_READ) != 0)
		read_some(c);
	c->busy = false;
	if (c->freed)
		destroy(c);
}

struct ipc *
ipc_new(struct loop *loop, int fd,
    void (*got)(void *arg, struct ipc *, struct ipc_message *),
    void (*gone)(void *arg, struct ipc *), void *arg)
{
	struct ipc *c = xcalloc(1, sizeof(*c));

	c->loop = loop;
	c->fd = fd;
	c->in_fd = -1;
	c->out_end = &c->out;
	c->got = got;
	c->gone = gone;
	c->arg = arg;
	/* As large as it may ever be: a buffer that grew would leave copies of
	 * what passed behind.  The kernel gives pages only where bytes come. */
	(void)buf_room(&c->in, IPC_HEAD + IPC_BODY + READ_ROOM);
	c->watch = loop_watch(loop, fd, LOOP_READ, ready, c);
	return c;
}

uint32_t
ipc_next_id(struct ipc *c)
{
	if (++c->last_id == 0)
		c->last_id = 1;
	return c->last_id;
}

size_t
ipc_queued(const struct ipc *c)
{
	return c->queued;
}

bool
ipc_pair(int fds[2])
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    0, fds) == 0;
}
