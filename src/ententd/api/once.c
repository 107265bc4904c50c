#include "ententd/api/once.h"

#include <string.h>

#include "store/session_store.h"

enum { KEY_MOST = 64 };

static bool
is_key(const char *s)
{
	size_t n = strlen(s);

	return n <= KEY_MOST && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

static struct hash
request_hash(const struct call *c)
{
	struct buf b = BUF_INIT;
	struct hash hash;

	buf_var_str(&b, c->q.path);
	buf_slice(&b, buf_all(&c->body));
	hash = hash_of(buf_all(&b));
	buf_wipe(&b);
	return hash;
}

bool
once_answered(struct call *c)
{
	struct hash request = request_hash(c);
	struct slice body;
	unsigned status;
	struct err err;

	if (c->q.idempotency[0] == '\0')
		return false;
	if (!is_key(c->q.idempotency)) {
		call_refuse_with(c, ERR_INVALID, "E-FIELD-VALUE",
		    "Idempotency-Key", "1 to 64 letters, digits and dashes");
		return true;
	}
	if (answer_get(&c->vault->store, &c->arena, c->account.badge.s,
	    c->q.idempotency, &request, &status, &body, &err)) {
		call_answer(c, status, "application/json", body);
		return true;
	}
	if (err.class == ERR_NOT_FOUND)
		return false;
	call_refuse(c, &err);
	return true;
}

bool
once_keep(struct call *c, unsigned status, struct slice body, struct err *err)
{
	struct hash request = request_hash(c);

	if (c->q.idempotency[0] == '\0' || answer_put(&c->vault->store,
	    c->account.badge.s, c->q.idempotency, &request, status, body,
	    clock_now(), err))
		return true;
	if (strcmp(err->rule, "E-STORE-CONFLICT") == 0)
		(void)err_set(err, ERR_UNAVAILABLE, "E-NODE-BUSY",
		    "the same request was under way already; ask again");
	return false;
}
