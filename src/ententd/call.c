#include "ententd/call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/secret.h"
#include "ententd/problem.h"
#include "ententd/routes.h"
#include "ententd/trust.h"
#include "store/session_store.h"

enum { BODY_MAX = 8 * 1024 * 1024, ANSWER_INLINE = 200 * 1024 };

/* An answer on its way to the end of the turn. */
struct outgoing {
	struct vault	*vault;
	enum child	 to;
	uint32_t	 era, id;
	enum lang	 lang;
	struct buf	 encoded;
	int		 fd;
};

/* -- birth and death -------------------------------------------------------------- */

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

static void
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

/* -- answering ----------------------------------------------------------------------- */

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

void
call_refuse_clause(struct call *c, const struct err *err, const char *clause)
{
	struct buf b = BUF_INIT;

	problem_print(&b, err, clause, call_lang(c));
	call_answer_headers(c, problem_status(err), "application/problem+json",
	    err->class == ERR_UNAVAILABLE ? "Retry-After: 1\n" : "",
	    buf_all(&b));
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

/* -- who asks ------------------------------------------------------------------------- */

static bool
claimed_account(struct call *c, struct err *err)
{
	struct store *store = &c->vault->store;
	struct session session;
	struct hash secret;

	if (c->q.bearer[0] != '\0') {
		secret = hash_of(slice_str(c->q.bearer));
		if (!session_get(store, &secret, clock_now(), &session, err))
			return false;
		c->by_token = session.type == SESSION_TOKEN;
		return account_get(store, session.badge.s, &c->account, err);
	}
	/* Only people: the node's own user is not an officer by itself. */
	if (c->q.has_uid &&
	    account_by_uid(store, (int64_t)c->q.uid, &c->account, err))
		return true;
	return err_set(err, ERR_DENIED, "E-SESSION-NONE",
	    "log in first: no session, or it has ended");
}

static bool
find_account(struct call *c, struct err *err)
{
	if (!claimed_account(c, err))
		return false;
	/* Also of a session: a login may have been under way when the account
	 * was disabled and its sessions ended. */
	if (!c->account.disabled)
		return true;
	memset(&c->account, 0, sizeof(c->account));
	return err_set(err, ERR_DENIED, "E-SESSION-NONE",
	    "log in first: no session, or it has ended");
}

static bool
admit_officer(struct call *c, const struct route *r, struct err *err)
{
	if (r->who == ROUTE_ANYONE) {
		/* Known or not, who asks may see more when known. */
		if (c->vault->open && !find_account(c, err))
			memset(&c->account, 0, sizeof(c->account));
		return true;
	}
	if (!find_account(c, err))
		return false;
	if (r->roles != 0 && !call_has_role(c, r->roles))
		return err_set(err, ERR_DENIED, "E-ROLE",
		    "your roles do not allow this");
	return true;
}

static bool
admit(struct call *c, const struct route *r, struct err *err)
{
	if (r->lock == ROUTE_OPEN && !(c->vault->open && c->vault->ready))
		return err_set(err, ERR_UNAVAILABLE, c->vault->open ?
		    "E-NODE-BUSY" : "E-NODE-LOCKED", c->vault->open ?
		    "this node is starting" :
		    "this node is locked: a passphrase is needed");
	if (r->who != ROUTE_PEER)
		return admit_officer(c, r, err);
	if (!trust_peer_by_key(c->vault->trust, c->q.key, &c->peer)) {
		trust_unknown_peer(c->vault);
		return err_set(err, ERR_DENIED, "E-PEER-UNKNOWN",
		    "no card known here carries your TLS key");
	}
	/* Who is suspended may learn of it, no more. */
	if (r->handle != link_sync && !trust_is_active(c->vault->trust, &c->peer))
		return err_set(err, ERR_DENIED, "E-PEER-SUSPENDED",
		    "%s is not an active member", c->peer.s);
	return true;
}

/* -- dispatch --------------------------------------------------------------------------- */

static bool
matches(const struct route *r, const struct call *c, const char *path)
{
	size_t n = strlen(r->path);

	if (strcmp(r->method, c->q.method) != 0)
		return false;
	if (r->path[n - 1] == '/')
		return strncmp(path, r->path, n) == 0 && path[n] != '\0';
	return strcmp(r->path, path) == 0;
}

static void
dispatch(struct call *c)
{
	bool link = c->from == CHILD_LINK;
	const struct route *routes = link ? link_routes : desk_routes;
	size_t n = link ? link_routes_count : desk_routes_count;
	const char *path = c->q.path + strlen(link ? "/link/v1/" : "/api/v1/");
	struct err err;

	for (size_t i = 0; i < n; i++) {
		if (!matches(&routes[i], c, path))
			continue;
		c->rest = routes[i].path[strlen(routes[i].path) - 1] == '/' ?
		    path + strlen(routes[i].path) : "";
		if (admit(c, &routes[i], &err))
			routes[i].handle(c);
		else
			call_refuse(c, &err);
		return;
	}
	call_refuse_with(c, ERR_NOT_FOUND, "E-NOT-FOUND", "",
	    "there is no such thing here");
}

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
		dispatch(c);
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

/* -- reading -------------------------------------------------------------------------------- */

json_t *
call_body(struct call *c)
{
	struct err err;
	json_t *v = json_read(buf_all(&c->body), 2 * 1024 * 1024, &err);

	if (v == NULL)
		call_refuse(c, &err);
	return v;
}

const char *
call_query(struct call *c, const char *name)
{
	size_t n = strlen(name);
	const char *p = c->q.query, *end;

	while ((end = strchr(p, '\n')) != NULL) {
		if (strncmp(p, name, n) == 0 && p[n] == '=')
			return arena_str(&c->arena,
			    slice_of(p + n + 1, (size_t)(end - p) - n - 1));
		p = end + 1;
	}
	return NULL;
}

static bool
query_number(struct call *c, const char *name, int64_t most, int64_t *n)
{
	const char *s = call_query(c, name);
	char *end = NULL;

	if (s == NULL)
		return true;
	*n = s[0] >= '0' && s[0] <= '9' && strlen(s) < 19 ?
	    strtoll(s, &end, 10) : 0;
	if (*n >= 1 && *n <= most && *end == '\0')
		return true;
	call_refuse_with(c, ERR_INVALID, "E-FIELD-VALUE", name,
	    "is no number in its bounds");
	return false;
}

bool
call_page(struct call *c, int64_t *before, size_t *limit)
{
	int64_t n = 50;

	*before = 0;
	if (!query_number(c, "before", JSON_INT_MAX, before) ||
	    !query_number(c, "limit", 200, &n))
		return false;
	*limit = (size_t)n;
	return true;
}

enum lang
call_lang(const struct call *c)
{
	char two[3] = { c->q.accept_language[0], c->q.accept_language[0] == '\0' ?
	    '\0' : c->q.accept_language[1], '\0' };
	enum lang lang;

	if (lang_parse(&lang, two))
		return lang;
	return lang_parse(&lang, c->account.lang) ? lang : LANG_EN;
}

bool
call_has_role(const struct call *c, unsigned roles)
{
	return (c->account.roles & roles) != 0;
}

bool
call_has_desk(const struct call *c, const struct address *desk)
{
	const char *p = c->account.desks;
	size_t n = strlen(desk->s);

	if (p[0] == '\0')
		return true;
	for (; *p != '\0'; p += strcspn(p, " "), p += *p == ' ' ? 1 : 0)
		if (strncmp(p, desk->s, n) == 0 && (p[n] == ' ' || p[n] == '\0'))
			return true;
	return false;
}
