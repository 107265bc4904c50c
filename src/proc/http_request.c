#include <assert.h>
#include <stdlib.h>
#include <strings.h>

#include "proc/http_internal.h"

const char *
http_method(const struct http_request *r)
{
	return r->method;
}

const char *
http_path(const struct http_request *r)
{
	return r->path;
}

const char *
http_query(struct http_request *r, const char *name)
{
	return MHD_lookup_connection_value(r->conn->mhd,
	    MHD_GET_ARGUMENT_KIND, name);
}

const char *
http_header(struct http_request *r, const char *name)
{
	return MHD_lookup_connection_value(r->conn->mhd, MHD_HEADER_KIND, name);
}

int64_t
http_length(const struct http_request *r)
{
	return r->length;
}

const struct http_peer *
http_peer(const struct http_request *r)
{
	return &r->conn->peer;
}

void
http_set_context(struct http_request *r, void *context)
{
	r->context = context;
}

void *
http_context(const struct http_request *r)
{
	return r->context;
}

void
http_body_resume(struct http_request *r)
{
	struct http_conn *c = r->conn;

	if (r->in_body)
		r->resumed = true;
	else if (c->suspended && c->phase == HTTP_PAUSED)
		http_conn_resume(c, HTTP_BODY);
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Decoding must not end a path early nor leave an escape standing: what is
 * matched is then exactly what was asked for. */
static bool
uri_clean(const char *uri)
{
	if (uri[0] != '/')
		return false;
	for (; *uri != '\0'; uri++) {
		if ((unsigned char)*uri <= ' ' || *uri == 0x7f)
			return false;
		if (*uri != '%')
			continue;
		if (hex(uri[1]) < 0 || hex(uri[2]) < 0 ||
		    (uri[1] == '0' && uri[2] == '0'))
			return false;
	}
	return true;
}

/* The request line is in: from here the head has its time. */
void *
http_request_uri(void *server, const char *uri, struct MHD_Connection *mhd)
{
	struct http_server *s = server;
	struct http_conn *c = http_conn_of(mhd);

	c->bad_uri = !uri_clean(uri);
	if (c->phase == HTTP_IDLE)
		http_conn_phase(c, HTTP_HEAD, s->config.head_deadline);
	return NULL;
}

struct framing {
	unsigned	 lengths;
	unsigned	 codings;
	const char	*length;
	const char	*coding;
};

static enum MHD_Result
see_framing(void *arg, enum MHD_ValueKind kind, const char *key,
    const char *value)
{
	struct framing *f = arg;

	(void)kind;
	if (strcasecmp(key, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
		f->lengths++;
		f->length = value;
	} else if (strcasecmp(key, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
		f->codings++;
		f->coding = value;
	}
	return MHD_YES;
}

/* RFC 9112 section 6.3: a body that could end in two places is refused. */
static bool
framing_read(struct http_request *r)
{
	struct framing f = { 0, 0, NULL, NULL };

	(void)MHD_get_connection_values(r->conn->mhd, MHD_HEADER_KIND,
	    see_framing, &f);
	if (f.lengths + f.codings > 1)
		return false;
	if (f.codings == 1) {
		r->length = -1;
		return f.coding != NULL && strcasecmp(f.coding, "chunked") == 0;
	}
	/* libmicrohttpd has checked that these are digits that fit. */
	if (f.lengths == 1)
		r->length = f.length == NULL ? -1 : strtoll(f.length, NULL, 10);
	return r->length >= 0;
}

static unsigned
head_fault(struct http_request *r)
{
	const union MHD_ConnectionInfo *info;

	if (!framing_read(r) || r->conn->bad_uri)
		return MHD_HTTP_BAD_REQUEST;
	info = MHD_get_connection_info(r->conn->mhd,
	    MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	if (info == NULL || info->header_size > HTTP_HEAD_MAX)
		return MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE;
	return 0;
}

/* A client that awaits 100-continue sends nothing if we answer now.  Others
 * are sending already, and to close on them would take the answer away again:
 * they are heard out, within bounds. */
static bool
answers_first(struct http_request *r)
{
	return r->length > HTTP_DISCARD || (r->length != 0 &&
	    http_header(r, MHD_HTTP_HEADER_EXPECT) != NULL);
}

/* Before anybody was asked, so in one language; the form is that of all
 * refusals (RFC 9457). */
static void
answer_fault(struct http_request *r, unsigned fault)
{
	struct buf b = BUF_INIT;

	buf_printf(&b, "{\"type\":\"about:blank\",\"title\":\"The request's head "
	    "does not read\",\"status\":%u,\"code\":\"E-HTTP-REQUEST\","
	    "\"detail\":\"%s\",\"unchanged\":\"Nothing was done.\","
	    "\"todo\":\"Have the program that sent it corrected.\"}", fault,
	    fault == MHD_HTTP_BAD_REQUEST ?
	    "the path or the body's length is ambiguous or malformed" :
	    "the head is larger than 16 KiB");
	http_answer(r, fault, "application/problem+json", buf_all(&b), NULL);
	buf_free(&b);
}

static enum MHD_Result
head(struct http_request *r)
{
	struct http_server *s = r->conn->server;
	unsigned fault = head_fault(r);

	http_conn_phase(r->conn, HTTP_BODY, HTTP_BODY_GRACE);
	if (fault != 0) {
		answer_fault(r, fault);
		return http_answer_queue(r) ? MHD_YES : MHD_NO;
	}
	r->told = true;
	s->config.handlers->head(s->config.arg, r);
	if (r->answered && answers_first(r))
		return http_answer_queue(r) ? MHD_YES : MHD_NO;
	return MHD_YES;
}

static enum MHD_Result
discard(struct http_request *r, size_t *n)
{
	r->discarded += (int64_t)*n;
	http_conn_moved(r->conn, *n);
	*n = 0;
	return r->discarded > HTTP_DISCARD ? MHD_NO : MHD_YES;
}

static enum MHD_Result
body(struct http_request *r, const char *bytes, size_t *n)
{
	struct http_server *s = r->conn->server;
	size_t took;

	if (r->answered)
		return discard(r, n);
	r->in_body = true;
	r->resumed = false;
	took = s->config.handlers->body(s->config.arg, r, slice_of(bytes, *n));
	r->in_body = false;
	assert(took <= *n);
	http_conn_moved(r->conn, took);
	*n -= took;
	if (r->answered)
		return discard(r, n);
	if (*n > 0) {
		http_conn_suspend(r->conn, HTTP_PAUSED);
		if (r->resumed && !r->conn->dead)
			http_conn_resume(r->conn, HTTP_BODY);
	}
	return MHD_YES;
}

/* Called when the body is through, and again when an answer came later. */
static enum MHD_Result
end(struct http_request *r)
{
	struct http_server *s = r->conn->server;

	if (!r->ended && !r->answered) {
		r->ended = true;
		http_conn_phase(r->conn, HTTP_WAIT, 0);
		s->config.handlers->end(s->config.arg, r);
	}
	if (r->answered)
		return http_answer_queue(r) ? MHD_YES : MHD_NO;
	http_conn_suspend(r->conn, HTTP_WAIT);
	return MHD_YES;
}

enum MHD_Result
http_request_access(void *server, struct MHD_Connection *mhd, const char *url,
    const char *method, const char *version, const char *upload,
    size_t *upload_n, void **slot)
{
	struct http_conn *c = http_conn_of(mhd);
	struct http_request *r = *slot;

	(void)server;
	(void)version;
	if (c->dead)
		return MHD_NO;
	if (r == NULL) {
		r = xcalloc(1, sizeof(*r));
		r->conn = c;
		r->method = method;
		r->path = url;
		*slot = r;
		return head(r);
	}
	return *upload_n > 0 ? body(r, upload, upload_n) : end(r);
}

void
http_request_completed(void *server, struct MHD_Connection *mhd, void **slot,
    enum MHD_RequestTerminationCode code)
{
	struct http_server *s = server;
	struct http_request *r = *slot;

	(void)code;
	http_conn_phase(http_conn_of(mhd), HTTP_IDLE, s->config.idle_deadline);
	if (r == NULL)
		return;
	if (r->told)
		s->config.handlers->gone(s->config.arg, r);
	if (r->response != NULL)
		MHD_destroy_response(r->response);
	free(r);
	*slot = NULL;
}
