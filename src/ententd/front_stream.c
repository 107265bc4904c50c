#include "ententd/front_request.h"

#include <errno.h>
#include <unistd.h>

void
front_stream_stop(struct front_request *r)
{
	loop_unwatch(r->watch);
	r->watch = NULL;
	if (r->fd != -1)
		(void)close(r->fd);
	r->fd = -1;
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

	if (r->told || front_vault(r->front) == NULL)
		return;
	r->told = true;
	buf_u8(&b, whole);
	buf_u64(&b, (uint64_t)r->written);
	ipc_send(front_vault(r->front), FRONT_STREAMED, r->id, buf_all(&b), -1);
	buf_free(&b);
}

size_t
front_stream_piece(struct front_request *r, struct slice s)
{
	ssize_t n;

	if (r->fd == -1)
		return r->answered ? s.n : 0;
	if ((int64_t)s.n > r->most - r->written) {
		front_stream_stop(r);
		front_request_refuse_with(r, ERR_INVALID, "E-BODY-SIZE",
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
		front_stream_stop(r);
		tell_streamed(r, false);
		return s.n;
	}
	r->written += n;
	if ((size_t)n < s.n)
		r->watch = loop_watch(r->front->child.loop, r->fd, LOOP_WRITE,
		    writable, r);
	return (size_t)n;
}

void
front_stream_end(struct front_request *r)
{
	front_stream_stop(r);
	if (!r->answered)
		tell_streamed(r, true);
}

void
front_stream_begin(struct front *f, struct ipc_message *m)
{
	struct front_request *r = front_request_of(f, m->id);
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
