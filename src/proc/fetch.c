#include <assert.h>
#include <stdlib.h>

#include "proc/fetch_internal.h"

static void	start_waiting(struct fetch_pool *);

static void
list_add(struct fetch_list *l, struct fetch *f)
{
	f->next = NULL;
	f->link = l->last;
	*l->last = f;
	l->last = &f->next;
}

static void
list_remove(struct fetch_list *l, struct fetch *f)
{
	*f->link = f->next;
	if (f->next != NULL)
		f->next->link = f->link;
	else
		l->last = f->link;
}

static void
fetch_free(struct fetch *f)
{
	struct fetch_pool *p = f->pool;

	if (f->in_flight) {
		(void)curl_multi_remove_handle(p->multi, f->easy);
		list_remove(&p->flying, f);
		p->in_flight--;
	} else {
		list_remove(f->fails != NULL ? &p->failed : &p->waiting, f);
	}
	p->active--;
	loop_cancel(f->fails);
	loop_unwatch(f->answer_watch);
	curl_easy_cleanup(f->easy);
	curl_slist_free_all(f->headers);
	buf_wipe(&f->body);
	buf_wipe(&f->held);
	buf_wipe(&f->answer);
	free(f);
}

/* The handle is handed to answers' header() through the answer's address. */
struct told {
	struct fetch_answer	 answer;	/* first */
	CURL			*easy;
};

static const char *
told_header(const struct fetch_answer *answer, const char *name)
{
	const struct told *t = (const struct told *)(const void *)answer;
	struct curl_header *h;

	if (curl_easy_header(t->easy, name, 0, CURLH_HEADER, -1, &h) != CURLHE_OK)
		return NULL;
	return h->value;
}

static void
tell(struct fetch *f)
{
	struct told t = { .easy = f->easy };
	char *type = NULL;
	long status = 0;

	fetch_easy_explain(f);
	t.answer.err = f->err;
	t.answer.content_type = "";
	t.answer.header = told_header;
	if (f->err.class == ERR_NONE) {
		(void)curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
		(void)curl_easy_getinfo(f->easy, CURLINFO_CONTENT_TYPE, &type);
		t.answer.status = (unsigned)status;
		t.answer.body = buf_all(&f->answer);
		if (type != NULL)
			t.answer.content_type = type;
	}
	f->over = true;
	f->cancelled = true;	/* too late for that now */
	f->done(f->arg, &t.answer);
}

void
fetch_drained(struct fetch *f)
{
	struct fetch_pool *p = f->pool;

	tell(f);
	fetch_free(f);
	start_waiting(p);
}

static void
finished(struct fetch *f, CURLcode code)
{
	if (f->cancelled) {
		fetch_free(f);
		return;
	}
	f->code = code;
	/* Received, but answer_fd is still full: its watch goes on. */
	if (code == CURLE_OK && f->held.n > 0) {
		f->over = true;
		return;
	}
	tell(f);
	fetch_free(f);
}

void
fetch_enter(struct fetch_pool *p)
{
	assert(!p->in_curl);
	p->in_curl = true;
}

/* Curl is out of the way: now its results may start other work. */
void
fetch_leave(struct fetch_pool *p)
{
	struct fetch *f;
	CURLMsg *m;
	CURLcode code;
	int left;

	p->in_curl = false;
	while ((m = curl_multi_info_read(p->multi, &left)) != NULL) {
		if (m->msg != CURLMSG_DONE)
			continue;
		code = m->data.result;
		f = NULL;
		(void)curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &f);
		assert(f != NULL);
		finished(f, code);
	}
	start_waiting(p);
}

void
fetch_action(struct fetch_pool *p, curl_socket_t fd, int bits)
{
	int running;

	fetch_enter(p);
	(void)curl_multi_socket_action(p->multi, fd, bits, &running);
	fetch_leave(p);
}

static void
timer_fired(void *arg)
{
	struct fetch_pool *p = arg;

	p->timer = NULL;
	fetch_action(p, CURL_SOCKET_TIMEOUT, 0);
}

static int
on_timer(CURLM *multi, long wait, void *arg)
{
	struct fetch_pool *p = arg;

	(void)multi;
	loop_cancel(p->timer);
	p->timer = wait < 0 ? NULL : loop_after(p->loop, wait, timer_fired, p);
	return 0;
}

struct fetch_pool *
fetch_pool_new(struct loop *loop, const struct fetch_identity *identity,
    unsigned connections)
{
	struct fetch_pool *p = xcalloc(1, sizeof(*p));
	CURLcode rc = curl_global_init(CURL_GLOBAL_DEFAULT);

	assert(rc == CURLE_OK && connections > 0);
	p->loop = loop;
	p->connections = connections;
	p->waiting.last = &p->waiting.first;
	p->flying.last = &p->flying.first;
	p->failed.last = &p->failed.first;
	p->identity = fetch_identity_add(identity);
	p->multi = curl_multi_init();
	assert(p->multi != NULL);
	(void)curl_multi_setopt(p->multi, CURLMOPT_SOCKETFUNCTION,
	    fetch_sock_changed);
	(void)curl_multi_setopt(p->multi, CURLMOPT_SOCKETDATA, p);
	(void)curl_multi_setopt(p->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	(void)curl_multi_setopt(p->multi, CURLMOPT_TIMERDATA, p);
	(void)curl_multi_setopt(p->multi, CURLMOPT_MAXCONNECTS,
	    (long)connections);
	return p;
}

static void
list_free(struct fetch_list *l)
{
	struct fetch *f, *next;

	for (f = l->first; f != NULL; f = next) {
		next = f->next;
		fetch_free(f);
	}
}

void
fetch_pool_free(struct fetch_pool *p)
{
	if (p == NULL)
		return;
	assert(!p->in_curl);
	list_free(&p->waiting);
	list_free(&p->flying);
	list_free(&p->failed);
	assert(p->active == 0);
	(void)curl_multi_cleanup(p->multi);
	loop_cancel(p->timer);
	fetch_identity_remove(p->identity);
	free(p);
	curl_global_cleanup();
}

/* No more handles than connections: curl would queue the others, and walk
 * that queue at each step. */
static void
start_waiting(struct fetch_pool *p)
{
	struct fetch *f;
	CURLMcode rc;

	while (p->in_flight < p->connections &&
	    (f = p->waiting.first) != NULL) {
		list_remove(&p->waiting, f);
		list_add(&p->flying, f);
		f->in_flight = true;
		p->in_flight++;
		rc = curl_multi_add_handle(p->multi, f->easy);
		assert(rc == CURLM_OK);
	}
}

static void
fail_now(void *arg)
{
	struct fetch *f = arg;

	tell(f);
	fetch_free(f);
}

struct fetch *
fetch_start(struct fetch_pool *p, const struct fetch_request *req,
    void (*done)(void *arg, const struct fetch_answer *), void *arg)
{
	struct fetch *f = xcalloc(1, sizeof(*f));

	f->pool = p;
	f->body_fd = req->body_fd;
	f->body_offset = req->body_offset;
	f->body_len = req->body_len;
	f->answer_max = req->answer_max;
	f->answer_fd = req->answer_fd;
	f->progress = req->progress;
	f->done = done;
	f->arg = arg;
	p->active++;
	if (!fetch_easy_prepare(f, req)) {
		f->fails = loop_after(p->loop, 0, fail_now, f);
		list_add(&p->failed, f);
		return f;
	}
	list_add(&p->waiting, f);
	/* From a callback of curl's it starts when curl is done. */
	if (!p->in_curl)
		start_waiting(p);
	return f;
}

void
fetch_cancel(struct fetch *f)
{
	struct fetch_pool *p = f->pool;

	/* From within its own callbacks: they end it. */
	if (f->in_flight && p->in_curl) {
		f->cancelled = true;
		return;
	}
	assert(!f->cancelled);
	fetch_free(f);
	if (!p->in_curl)
		start_waiting(p);
}

unsigned
fetch_active(const struct fetch_pool *p)
{
	return p->active;
}
