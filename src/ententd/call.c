#include "ententd/call.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/secret.h"

enum { BODY_MAX = 8 * 1024 * 1024 };

/* -- birth and death -------------------------------------------------------- */

static struct call *
call_new(struct vault *v, enum child from, uint32_t id)
{
	struct call *c = xcalloc(1, sizeof(*c));

	c->vault = v;
	c->from = from;
	c->era = v->child.era[from];
	c->id = id;
	c->next = v->calls;
	c->place = &v->calls;
	if (c->next != NULL)
		c->next->place = &c->next;
	v->calls = c;
	return c;
}

void
call_free(struct call *c)
{
	*c->place = c->next;
	if (c->next != NULL)
		c->next->place = c->place;
	arena_free(&c->arena);
	buf_wipe(&c->body);
	secret_wipe(c->q.bearer, sizeof(c->q.bearer));
	free(c);
}

static struct call *
call_of(struct vault *v, enum child from, uint32_t id)
{
	for (struct call *c = v->calls; c != NULL; c = c->next)
		if (c->from == from && c->id == id &&
		    c->era == v->child.era[from])
			return c;
	return NULL;
}

/* -- what a front says ------------------------------------------------------ */

/* The body is inline, or in a descriptor. */
static bool
take_body(struct call *c, struct ipc_message *m)
{
	struct err err;
	bool ok;

	if (m->fd == -1) {
		buf_slice(&c->body, c->q.body);
		return true;
	}
	ok = io_read_all(m->fd, &c->body, BODY_MAX, &err);
	(void)close(m->fd);
	m->fd = -1;
	return ok;
}

static void
begin(struct vault *v, enum child from, struct ipc_message *m)
{
	struct call *c = call_new(v, from, m->id);
	const char *prefix = from == CHILD_LINK ? "/link/v1/" : "/api/v1/";

	if (!request_decode(&c->q, m->body) || !take_body(c, m)) {
		call_refuse_with(c, ERR_INVALID, "E-BODY-SIZE", "",
		    "the request does not read");
		return;
	}
	c->q.body = slice_of(NULL, 0);
	if (strncmp(c->q.path, prefix, strlen(prefix)) != 0)
		call_refuse_with(c, ERR_NOT_FOUND, "E-NOT-FOUND", "",
		    "there is no such thing here");
	else
		call_route(c);
}

static void
streamed(struct call *c, struct slice body)
{
	struct cursor r = cursor_of(body);
	bool ok = cursor_u8(&r) == 1;
	uint64_t bytes = cursor_u64(&r);

	if (c->streamed != NULL)
		c->streamed(c, ok && cursor_done(&r), bytes);
}

static void
forget(struct call *c)
{
	c->gone = true;
	if (c->streamed != NULL)
		c->streamed(c, false, 0);
}

void
call_got(struct vault *v, enum child from, struct ipc_message *m)
{
	struct call *c;

	if (m->type == FRONT_REQUEST || m->type == FRONT_STREAM) {
		begin(v, from, m);
		return;
	}
	c = call_of(v, from, m->id);
	if (c == NULL)
		return;
	if (m->type == FRONT_STREAMED)
		streamed(c, m->body);
	else if (m->type == FRONT_GONE)
		forget(c);
}

void
call_forsaken(struct vault *v, enum child front)
{
	for (struct call *c = v->calls, *next; c != NULL; c = next) {
		next = c->next;
		if (c->from == front)
			forget(c);
	}
}
