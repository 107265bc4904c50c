#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "proc/http_internal.h"

/* An answer's body that is read from a descriptor; libmicrohttpd's response
 * owns it. */
struct stream {
	struct http_conn	*conn;
	struct loop_watch	*watch;		/* once fd made us wait */
	int			 fd;
	int64_t			 left;		/* -1: to the end */
};

static void
stream_ready(void *arg, unsigned events)
{
	struct stream *s = arg;

	(void)events;
	/* Not kept with nothing asked: the end of a pipe is told regardless. */
	loop_unwatch(s->watch);
	s->watch = NULL;
	if (s->conn->suspended)
		http_conn_resume(s->conn, HTTP_ANSWER);
}

static void
stream_wait(struct stream *s)
{
	struct http_conn *c = s->conn;

	http_conn_suspend(c, HTTP_WAIT);
	if (!c->dead)
		s->watch = loop_watch(c->server->loop, s->fd, LOOP_READ,
		    stream_ready, s);
}

static ssize_t
stream_read(void *arg, uint64_t at, char *out, size_t max)
{
	struct stream *s = arg;
	ssize_t n;

	(void)at;
	if (s->conn->dead)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (s->left >= 0 && (uint64_t)s->left < max)
		max = (size_t)s->left;
	do
		n = read(s->fd, out, max);
	while (n == -1 && errno == EINTR);
	if (n > 0) {
		if (s->left > 0)
			s->left -= n;
		http_conn_phase(s->conn, HTTP_ANSWER, HTTP_ANSWER_GRACE);
		http_conn_moved(s->conn, (size_t)n);
		return n;
	}
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
		stream_wait(s);
		return 0;
	}
	/* Short of a promised length the connection must not look whole. */
	if (n == 0 && s->left <= 0)
		return MHD_CONTENT_READER_END_OF_STREAM;
	return MHD_CONTENT_READER_END_WITH_ERROR;
}

static void
stream_free(void *arg)
{
	struct stream *s = arg;

	loop_unwatch(s->watch);
	(void)close(s->fd);
	free(s);
}

static void
add_line(struct MHD_Response *response, const char *line)
{
	const char *colon = strchr(line, ':');
	struct buf name = BUF_INIT;
	enum MHD_Result ok;

	assert(colon != NULL);
	buf_put(&name, line, (size_t)(colon - line));
	ok = MHD_add_response_header(response, buf_cstr(&name),
	    colon + 1 + strspn(colon + 1, " "));
	assert(ok == MHD_YES);
	buf_free(&name);
}

/* What waits for it goes on: the end of the request, or its unread body. */
static void
answer(struct http_request *r, unsigned status, const char *content_type,
    struct MHD_Response *response, const char *const *headers)
{
	struct http_conn *c = r->conn;
	enum MHD_Result ok = MHD_YES;

	assert(response != NULL && !r->answered);
	if (content_type != NULL && content_type[0] != '\0')
		ok = MHD_add_response_header(response,
		    MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
	assert(ok == MHD_YES);
	for (; headers != NULL && *headers != NULL; headers++)
		add_line(response, *headers);
	r->response = response;
	r->status = status;
	r->answered = true;
	if (c->suspended && !c->dead)
		http_conn_resume(c, c->phase == HTTP_PAUSED ? HTTP_BODY :
		    HTTP_ANSWER);
}

void
http_answer(struct http_request *r, unsigned status, const char *content_type,
    struct slice body, const char *const *headers)
{
	r->bytes = (int64_t)body.n;
	/* Copied, so not written to. */
	answer(r, status, content_type, MHD_create_response_from_buffer(body.n,
	    (void *)(uintptr_t)body.p, MHD_RESPMEM_MUST_COPY), headers);
}

void
http_answer_fd(struct http_request *r, unsigned status,
    const char *content_type, int fd, int64_t length,
    const char *const *headers)
{
	struct stream *s = xcalloc(1, sizeof(*s));
	int flags = fcntl(fd, F_GETFL);

	assert(flags != -1 && length >= -1);
	(void)fcntl(fd, F_SETFL, flags | O_NONBLOCK);
	s->conn = r->conn;
	s->fd = fd;
	s->left = length;
	answer(r, status, content_type, MHD_create_response_from_callback(
	    length == -1 ? MHD_SIZE_UNKNOWN : (uint64_t)length, HTTP_BLOCK,
	    stream_read, s, stream_free), headers);
}

bool
http_answer_queue(struct http_request *r)
{
	struct MHD_Response *response = r->response;

	assert(response != NULL);
	r->response = NULL;
	/* Bytes must be taken at the least rate; a stream renews its time as
	 * it is taken. */
	http_conn_phase(r->conn, HTTP_ANSWER, HTTP_ANSWER_GRACE + r->bytes *
	    SECOND / r->conn->server->config.body_rate);
	if (MHD_queue_response(r->conn->mhd, r->status, response) == MHD_NO) {
		MHD_destroy_response(response);
		return false;
	}
	MHD_destroy_response(response);
	return true;
}
