#include "ententd/front_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "ententd/problem.h"

/* -- birth and death -------------------------------------------------------- */

struct front_request *
front_request_new(struct front *f, struct http_request *http)
{
	struct front_request *r = xcalloc(1, sizeof(*r));

	r->front = f;
	r->http = http;
	r->fd = -1;
	r->body.limit = f->rules->body_max;
	r->next = f->pending;
	r->place = &f->pending;
	if (r->next != NULL)
		r->next->place = &r->next;
	f->pending = r;
	http_set_context(http, r);
	return r;
}

void
front_request_free(struct front_request *r)
{
	front_stream_stop(r);
	*r->place = r->next;
	if (r->next != NULL)
		r->next->place = r->place;
	front_request_forget_body(r);
	free(r);
}

void
front_request_forget_body(struct front_request *r)
{
	r->front->collected -= r->body.n;
	buf_wipe(&r->body);
}

struct front_request *
front_request_of(struct front *f, uint32_t id)
{
	struct front_request *r;

	for (r = f->pending; r != NULL; r = r->next)
		if (r->id == id && !r->answered)
			return r;
	return NULL;
}

/* -- refusals made here: no vault needed ------------------------------------ */

static const char *
lang_of(const struct front_request *r)
{
	const char *h = http_header(r->http, "Accept-Language");
	const char *code = languages_accept(&r->front->child.languages,
	    h == NULL ? "" : h);

	return code == NULL ? lang_names[LANG_EN] : code;
}

void
front_request_refuse(struct front_request *r, const struct err *err)
{
	static const char *const retry[] = { "Retry-After: 1", NULL };
	struct buf b = BUF_INIT;

	if (r->answered)
		return;
	r->answered = true;
	/* What the vault began for it, it gives up. */
	if (r->id != 0 && front_vault(r->front) != NULL)
		ipc_send(front_vault(r->front), FRONT_GONE, r->id,
		    slice_of(NULL, 0), -1);
	problem_print(&b, err, "", lang_of(r));
	http_answer(r->http, problem_status(err), "application/problem+json",
	    buf_all(&b), err->class == ERR_UNAVAILABLE ? retry : NULL);
	buf_free(&b);
}

void
front_request_refuse_with(struct front_request *r, enum err_class class,
    const char *rule, const char *text)
{
	struct err err;

	(void)err_set(&err, class, rule, "%s", text);
	front_request_refuse(r, &err);
}

void
front_request_refuse_away(struct front_request *r)
{
	front_request_refuse_with(r, ERR_UNAVAILABLE, "E-NODE-BUSY",
	    "this node is starting or restarting; nothing was done, ask again");
}

/* -- to the vault ----------------------------------------------------------- */

struct ipc *
front_vault(const struct front *f)
{
	return f->child.to[CHILD_VAULT];
}

static void
copy(char *to, size_t size, const char *from)
{
	(void)snprintf(to, size, "%s", from == NULL ? "" : from);
}

static const char *
bearer_of(struct http_request *http)
{
	const char *h = http_header(http, "Authorization");

	return h != NULL && strncasecmp(h, "Bearer ", 7) == 0 ? h + 7 : NULL;
}

static void
copy_query(struct http_request *http, struct request *q)
{
	/* The parameters the API knows; others cannot reach it. */
	static const char *const known[] = { "queue", "before", "limit", "peek",
	    "name", "type", "offset", "size", "since", "all", "relay", "url",
	    "compromised",
	    "for", "of", "until", "versions", "from", "to", "kind", "purpose",
	    "area", "handling", "urgency" };
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const char *v = http_query(http, known[i]);

		if (v != NULL && strpbrk(v, "\n") == NULL)
			buf_printf(&b, "%s=%s\n", known[i], v);
	}
	if (b.n < sizeof(q->query))
		copy(q->query, sizeof(q->query), buf_cstr(&b));
	buf_free(&b);
}

void
front_request_fill(struct request *q, struct http_request *http)
{
	const struct http_peer *peer = http_peer(http);

	memset(q, 0, sizeof(*q));
	copy(q->method, sizeof(q->method), http_method(http));
	copy(q->path, sizeof(q->path), http_path(http));
	copy_query(http, q);
	copy(q->bearer, sizeof(q->bearer), bearer_of(http));
	copy(q->idempotency, sizeof(q->idempotency),
	    http_header(http, "Idempotency-Key"));
	copy(q->match, sizeof(q->match), http_header(http, "If-None-Match"));
	copy(q->accept_language, sizeof(q->accept_language),
	    http_header(http, "Accept-Language"));
	copy(q->address, sizeof(q->address), peer->address);
	q->has_key = peer->has_key;
	memcpy(q->key, peer->key, sizeof(q->key));
	q->has_uid = peer->has_uid;
	q->uid = (uint32_t)peer->uid;
	q->length = http_length(http);
}

void
front_request_send(struct front_request *r, uint16_t type, struct request *q,
    int fd)
{
	struct buf b = BUF_INIT;

	r->id = ipc_next_id(front_vault(r->front));
	request_encode(&b, q);
	ipc_send(front_vault(r->front), type, r->id, buf_all(&b), fd);
	buf_wipe(&b);
}
