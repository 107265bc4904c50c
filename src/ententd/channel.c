#include "ententd/channel.h"

#include <stdio.h>
#include <string.h>

const char *const child_names[CHILDREN] = {
	[CHILD_LINK] = "link",
	[CHILD_DESK] = "desk",
	[CHILD_VAULT] = "vault",
	[CHILD_KEYS] = "keys",
	[CHILD_COURIER] = "courier",
};

void
child_config_encode(struct buf *b, const struct child_config *c)
{
	buf_var_str(b, c->dir);
	buf_var_str(b, c->member);
	buf_u32(b, c->uid);
	buf_u32(b, c->gid);
	buf_u8(b, c->level);
	buf_var_str(b, c->relay);
	buf_u64(b, (uint64_t)c->relay_bytes);
	buf_var_str(b, c->approval);
	buf_u16(b, c->per_address);
}

bool
child_config_decode(struct child_config *c, struct slice s)
{
	struct cursor r = cursor_of(s);

	cursor_str(&r, c->dir, sizeof(c->dir));
	cursor_str(&r, c->member, sizeof(c->member));
	c->uid = cursor_u32(&r);
	c->gid = cursor_u32(&r);
	c->level = cursor_u8(&r);
	cursor_str(&r, c->relay, sizeof(c->relay));
	c->relay_bytes = (int64_t)cursor_u64(&r);
	cursor_str(&r, c->approval, sizeof(c->approval));
	c->per_address = cursor_u16(&r);
	return cursor_done(&r);
}

void
request_encode(struct buf *b, const struct request *q)
{
	buf_var_str(b, q->method);
	buf_var_str(b, q->path);
	buf_var_str(b, q->query);
	buf_var_str(b, q->bearer);
	buf_var_str(b, q->idempotency);
	buf_var_str(b, q->match);
	buf_var_str(b, q->accept_language);
	buf_var_str(b, q->address);
	buf_u8(b, q->has_key);
	buf_put(b, q->key, sizeof(q->key));
	buf_u8(b, q->has_uid);
	buf_u32(b, q->uid);
	buf_u8(b, q->has_ticket);
	buf_put(b, q->ticket, sizeof(q->ticket));
	buf_u64(b, (uint64_t)q->length);
	buf_var(b, q->body);
}

bool
request_decode(struct request *q, struct slice s)
{
	struct cursor r = cursor_of(s);

	cursor_str(&r, q->method, sizeof(q->method));
	cursor_str(&r, q->path, sizeof(q->path));
	cursor_str(&r, q->query, sizeof(q->query));
	cursor_str(&r, q->bearer, sizeof(q->bearer));
	cursor_str(&r, q->idempotency, sizeof(q->idempotency));
	cursor_str(&r, q->match, sizeof(q->match));
	cursor_str(&r, q->accept_language, sizeof(q->accept_language));
	cursor_str(&r, q->address, sizeof(q->address));
	q->has_key = cursor_u8(&r);
	cursor_copy(&r, q->key, sizeof(q->key));
	q->has_uid = cursor_u8(&r);
	q->uid = cursor_u32(&r);
	q->has_ticket = cursor_u8(&r);
	cursor_copy(&r, q->ticket, sizeof(q->ticket));
	q->length = (int64_t)cursor_u64(&r);
	q->body = cursor_var(&r, SIZE_MAX);
	return cursor_done(&r);
}

void
answer_encode(struct buf *b, const struct answer *a)
{
	buf_u16(b, a->status);
	buf_var_str(b, a->type);
	buf_var_str(b, a->headers);
	buf_u64(b, (uint64_t)a->length);
	buf_var(b, a->body);
}

bool
answer_decode(struct answer *a, struct slice s)
{
	struct cursor r = cursor_of(s);

	a->status = cursor_u16(&r);
	cursor_str(&r, a->type, sizeof(a->type));
	cursor_str(&r, a->headers, sizeof(a->headers));
	a->length = (int64_t)cursor_u64(&r);
	a->body = cursor_var(&r, SIZE_MAX);
	return cursor_done(&r) && a->status >= 200 && a->status < 600;
}

void
errand_encode(struct buf *b, const struct errand *e)
{
	buf_var_str(b, e->method);
	buf_var_str(b, e->url);
	buf_u8(b, e->pins.n);
	buf_put(b, e->pins.key, (size_t)e->pins.n * 32);
	buf_var_str(b, e->headers);
	buf_u64(b, (uint64_t)e->offset);
	buf_u64(b, (uint64_t)e->length);
	buf_u32(b, e->answer_max);
	buf_u32(b, e->timeout);
	buf_var(b, e->body);
}

bool
errand_decode(struct errand *e, struct slice s)
{
	struct cursor r = cursor_of(s);

	cursor_str(&r, e->method, sizeof(e->method));
	cursor_str(&r, e->url, sizeof(e->url));
	e->pins.n = cursor_u8(&r);
	if (e->pins.n == 0 || e->pins.n > PINS)
		return false;
	cursor_copy(&r, e->pins.key, (size_t)e->pins.n * 32);
	cursor_str(&r, e->headers, sizeof(e->headers));
	e->offset = (int64_t)cursor_u64(&r);
	e->length = (int64_t)cursor_u64(&r);
	e->answer_max = cursor_u32(&r);
	e->timeout = cursor_u32(&r);
	e->body = cursor_var(&r, SIZE_MAX);
	return cursor_done(&r);
}

void
result_encode(struct buf *b, const struct err *err)
{
	static const struct err none = { .class = ERR_NONE };

	if (err == NULL)
		err = &none;
	buf_u8(b, (uint8_t)err->class);
	buf_var_str(b, err->rule);
	buf_var_str(b, err->field);
	buf_var_str(b, err->text);
}

bool
result_decode(struct cursor *r, struct err *err)
{
	uint8_t class = cursor_u8(r);

	err->class = class < ERR_CLASSES ? (enum err_class)class : ERR_IO;
	cursor_str(r, err->rule, sizeof(err->rule));
	cursor_str(r, err->field, sizeof(err->field));
	cursor_str(r, err->text, sizeof(err->text));
	/* Not "refused, for no reason": nothing is known, so ask again. */
	if (r->bad)
		return err_set(err, ERR_UNAVAILABLE, "E-NODE-BUSY",
		    "an answer within this node was cut short");
	return err->class == ERR_NONE;
}

bool
keys_said(const struct ipc_message *m, struct cursor *c, struct err *err)
{
	if (m == NULL)
		return err_set(err, ERR_UNAVAILABLE, "E-NODE-BUSY",
		    "keys restarted; ask again");
	*c = cursor_of(m->body);
	return result_decode(c, err);
}

void
headers_split(char *text, const char **out, size_t max)
{
	size_t n = 0;

	for (char *p = strtok(text, "\n"); p != NULL && n < max;
	    p = strtok(NULL, "\n"))
		out[n++] = p;
	out[n] = NULL;
}
