#include "ententd/call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "ententd/problem.h"

enum { ANSWER_INLINE = 200 * 1024 };

/* An answer on its way to the end of the turn. */
struct outgoing {
	struct vault	*vault;
	enum child	 to;
	uint32_t	 era, id;
	const char	*lang;		/* of the vault */
	struct buf	 encoded;
	int		 fd;
};

static void
outgoing_free(struct outgoing *o)
{
	if (o->fd != -1)
		(void)close(o->fd);
	buf_wipe(&o->encoded);
	free(o);
}

/* The channel the request came by, or NULL: a front that was born since has
 * other people's requests under the same numbers. */
static struct ipc *
way_back(const struct vault *v, enum child to, uint32_t era)
{
	return v->child.era[to] == era ? v->child.to[to] : NULL;
}

static void
leave(void *arg)
{
	struct outgoing *o = arg;
	struct ipc *to = way_back(o->vault, o->to, o->era);

	if (to != NULL) {
		ipc_send(to, VAULT_ANSWER, o->id, buf_all(&o->encoded), o->fd);
		o->fd = -1;
	}
	outgoing_free(o);
}

/* The commit failed: what the answer promised did not happen. */
static void
leave_failed(void *arg, const struct err *err)
{
	struct outgoing *o = arg;
	struct ipc *to = way_back(o->vault, o->to, o->era);
	struct buf problem = BUF_INIT, encoded = BUF_INIT;
	struct answer a = { .length = -1 };

	problem_print(&problem, err, "", o->lang);
	a.status = (uint16_t)problem_status(err);
	(void)snprintf(a.type, sizeof(a.type), "application/problem+json");
	a.body = buf_all(&problem);
	answer_encode(&encoded, &a);
	if (to != NULL)
		ipc_send(to, VAULT_ANSWER, o->id, buf_all(&encoded), -1);
	buf_free(&problem);
	buf_free(&encoded);
	outgoing_free(o);
}

static void
send_answer(struct call *c, struct answer *a, int fd)
{
	struct outgoing *o;
	int memory;

	if (c->answered || c->gone) {
		if (fd != -1)
			(void)close(fd);
		goto out;
	}
	c->answered = true;
	o = xcalloc(1, sizeof(*o));
	o->vault = c->vault;
	o->to = c->from;
	o->era = c->era;
	o->id = c->id;
	o->lang = call_lang(c);
	o->fd = fd;
	if (fd == -1 && a->body.n > ANSWER_INLINE &&
	    (memory = io_memory(a->body)) != -1) {
		a->length = (int64_t)a->body.n;
		a->body.n = 0;
		o->fd = memory;
	}
	answer_encode(&o->encoded, a);
	vault_after_commit(c->vault, leave, leave_failed, o);
out:
	call_free(c);
}

void
call_answer_headers(struct call *c, unsigned status, const char *type,
    const char *headers, struct slice body)
{
	struct answer a = { .status = (uint16_t)status, .length = -1,
	    .body = body };

	(void)snprintf(a.type, sizeof(a.type), "%s", type);
	(void)snprintf(a.headers, sizeof(a.headers), "%s", headers);
	send_answer(c, &a, -1);
}

void
call_answer(struct call *c, unsigned status, const char *type,
    struct slice body)
{
	call_answer_headers(c, status, type, "", body);
}

void
call_answer_fd(struct call *c, unsigned status, const char *type,
    const char *headers, int fd, int64_t length)
{
	struct answer a = { .status = (uint16_t)status, .length = length };

	(void)snprintf(a.type, sizeof(a.type), "%s", type);
	(void)snprintf(a.headers, sizeof(a.headers), "%s", headers);
	send_answer(c, &a, fd);
}

void
call_json(struct call *c, unsigned status, struct buf *json)
{
	call_answer_headers(c, status, "application/json",
	    "Cache-Control: no-store\n", buf_all(json));
	buf_wipe(json);
}

static const char *
headers_of(const struct err *err)
{
	if (err->class == ERR_UNAVAILABLE)
		return "Retry-After: 1\n";
	/* A stranger has no use for a line that others wait for. */
	if (strcmp(err->rule, "E-PEER-UNKNOWN") == 0)
		return "Connection: close\n";
	return "";
}

void
call_refuse_clause(struct call *c, const struct err *err, const char *clause)
{
	struct buf b = BUF_INIT;

	problem_print(&b, err, clause, call_lang(c));
	call_answer_headers(c, problem_status(err), "application/problem+json",
	    headers_of(err), buf_all(&b));
	buf_free(&b);
}

void
call_refuse(struct call *c, const struct err *err)
{
	call_refuse_clause(c, err, "");
}

void
call_refuse_with(struct call *c, enum err_class class, const char *rule,
    const char *field, const char *text)
{
	struct err err;

	(void)err_field(&err, class, rule, field, "%s", text);
	call_refuse(c, &err);
}

void
call_stream(struct call *c, int fd, uint64_t most)
{
	struct ipc *to = way_back(c->vault, c->from, c->era);
	struct buf b = BUF_INIT;

	if (to == NULL) {
		(void)close(fd);
		return;
	}
	buf_u64(&b, most);
	ipc_send(to, VAULT_STREAM, c->id, buf_all(&b), fd);
	buf_free(&b);
}
