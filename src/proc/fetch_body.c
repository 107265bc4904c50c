#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "proc/fetch_internal.h"

/* What one read of ours takes from a file. */
static size_t
read_body(char *out, size_t one, size_t max, void *arg)
{
	struct fetch *f = arg;
	int64_t left = f->body_len - f->body_at;
	ssize_t n;

	(void)one;
	if (f->cancelled)
		return CURL_READFUNC_ABORT;
	if ((uint64_t)left < max)
		max = (size_t)left;
	if (max == 0)
		return 0;
	do
		n = pread(f->body_fd, out, max, f->body_offset + f->body_at);
	while (n == -1 && errno == EINTR);
	if (n <= 0) {
		if (n == 0)
			errno = ENODATA;
		(void)err_errno(&f->err, "reading what is to be sent");
		return CURL_READFUNC_ABORT;
	}
	f->body_at += n;
	return (size_t)n;
}

/* A kept connection that turns out to be closed is tried anew. */
static int
rewind_body(void *arg, curl_off_t at, int origin)
{
	struct fetch *f = arg;

	if (origin != SEEK_SET || at < 0 || at > f->body_len)
		return CURL_SEEKFUNC_CANTSEEK;
	f->body_at = at;
	return CURL_SEEKFUNC_OK;
}

/* Bytes taken by answer_fd; -1 when it failed, 0 when it is full. */
static ssize_t
pour(struct fetch *f, const void *p, size_t n)
{
	ssize_t took;

	do
		took = write(f->answer_fd, p, n);
	while (took == -1 && errno == EINTR);
	if (took >= 0)
		return took;
	if (errno == EAGAIN || errno == EWOULDBLOCK)
		return 0;
	(void)err_errno(&f->err, "writing what was received");
	return -1;
}

static void
answer_ready(void *arg, unsigned events)
{
	struct fetch *f = arg;
	struct fetch_pool *pool = f->pool;
	ssize_t took;

	(void)events;
	took = pour(f, f->held.p, f->held.n);
	if (took > 0)
		buf_eat(&f->held, (size_t)took);
	if (took >= 0 && f->held.n > 0)
		return;
	loop_unwatch(f->answer_watch);
	f->answer_watch = NULL;
	if (f->over) {
		fetch_drained(f);
		return;
	}
	/* Going on may deliver bytes, or the end, at once. */
	fetch_enter(pool);
	(void)curl_easy_pause(f->easy, CURLPAUSE_CONT);
	fetch_leave(pool);
}

static size_t
write_fd(struct fetch *f, const char *p, size_t n)
{
	size_t at = 0;
	ssize_t took;

	if (f->held.n > 0)
		return CURL_WRITEFUNC_PAUSE;
	while (at < n && (took = pour(f, p + at, n - at)) != 0) {
		if (took == -1)
			return 0;
		at += (size_t)took;
	}
	if (at == n)
		return n;
	buf_put(&f->held, p + at, n - at);
	f->answer_watch = loop_watch(f->pool->loop, f->answer_fd, LOOP_WRITE,
	    answer_ready, f);
	return n;
}

static size_t
write_answer(char *p, size_t one, size_t n, void *arg)
{
	struct fetch *f = arg;
	long status = 0;
	size_t took;

	(void)one;
	if (f->cancelled || f->err.class != ERR_NONE)
		return 0;
	if (n > f->answer_max - f->got) {
		(void)err_set(&f->err, ERR_POLICY, "E-PEER-SIZE",
		    "the answer is larger than %zu bytes", f->answer_max);
		return 0;
	}
	(void)curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
	if (f->answer_fd != -1 && status / 100 == 2) {
		took = write_fd(f, p, n);
	} else {
		buf_put(&f->answer, p, n);
		took = n;
	}
	if (took == n)
		f->got += n;
	return took;
}

static int
transferred(void *arg, curl_off_t down_total, curl_off_t down,
    curl_off_t up_total, curl_off_t up)
{
	struct fetch *f = arg;

	if (f->cancelled)
		return 1;
	/* Of what is sent, if anything is: its answer is short. */
	if (f->body_fd != -1 || f->body.n > 0) {
		down = up;
		down_total = up_total;
	}
	if (f->progress == NULL || down == f->progressed)
		return 0;
	f->progressed = down;
	f->progress(f->arg, down, down_total);
	return f->cancelled ? 1 : 0;
}

static void
prepare_upload(struct fetch *f, const struct fetch_request *req)
{
	CURL *e = f->easy;

	(void)curl_easy_setopt(e, CURLOPT_POST, 1L);
	if (f->body_fd == -1) {
		buf_slice(&f->body, req->body);
		(void)curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)f->body.n);
		/* Borrowed by curl: it lives as long as the fetch. */
		(void)curl_easy_setopt(e, CURLOPT_POSTFIELDS,
		    buf_cstr(&f->body));
		return;
	}
	(void)curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
	    (curl_off_t)f->body_len);
	(void)curl_easy_setopt(e, CURLOPT_READFUNCTION, read_body);
	(void)curl_easy_setopt(e, CURLOPT_READDATA, f);
	(void)curl_easy_setopt(e, CURLOPT_SEEKFUNCTION, rewind_body);
	(void)curl_easy_setopt(e, CURLOPT_SEEKDATA, f);
}

void
fetch_body_prepare(struct fetch *f, const struct fetch_request *req)
{
	CURL *e = f->easy;
	bool post = strcmp(req->method, "POST") == 0;

	if (post || f->body_fd != -1 || req->body.n > 0)
		prepare_upload(f, req);
	else
		(void)curl_easy_setopt(e, CURLOPT_HTTPGET, 1L);
	if (strcmp(req->method, "HEAD") == 0)
		(void)curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
	else if (!post && strcmp(req->method, "GET") != 0)
		(void)curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, req->method);
	(void)curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, write_answer);
	(void)curl_easy_setopt(e, CURLOPT_WRITEDATA, f);
	(void)curl_easy_setopt(e, CURLOPT_XFERINFOFUNCTION, transferred);
	(void)curl_easy_setopt(e, CURLOPT_XFERINFODATA, f);
	(void)curl_easy_setopt(e, CURLOPT_NOPROGRESS, 0L);
}
