#include "entente/client_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/io.h"
#include "base/json.h"
#include "base/utf8.h"
#include "crypto/hash.h"
#include "entente/out.h"
#include "entente/settings.h"
#include "entente/token.h"

/* -- which node ---------------------------------------------------------------- */

static bool
locate(struct cli *cli, struct client *c, struct err *err)
{
	const char *value, *pin;
	enum setting s = settings_node(cli->settings, &value);

	if (value == NULL)
		return err_set(err, ERR_INVALID, "E-CLI-NODE", "%s",
		    say(cli, "client.no-node", NULL));
	if (s != SETTING_URL) {
		c->url = "http://node";
		c->unix_path = s == SETTING_SOCKET ? value :
		    arena_printf(&cli->arena, "%s/desk.sock", value);
		c->where = arena_printf(&cli->arena, "unix:%s", c->unix_path);
		return true;
	}
	pin = settings_get(cli->settings, SETTING_PIN, NULL);
	if (pin == NULL || !hex_decode(c->pin, sizeof(c->pin), slice_str(pin)))
		return err_set(err, ERR_INVALID, "E-CLI-PIN", "%s",
		    say(cli, "client.no-pin", NULL));
	c->has_pin = true;
	c->url = c->where = value;
	return true;
}

void
client_set_token(struct client *c, const struct secret *token)
{
	static const char prefix[] = "Authorization: Bearer ";
	size_t n = sizeof(prefix) - 1;

	secret_free(c->bearer);
	c->bearer = NULL;
	if (token == NULL)
		return;
	c->bearer = secret_new(n + token->n + 1);
	memcpy(c->bearer->p, prefix, n);
	memcpy(c->bearer->p + n, token->p, token->n);
}

struct client *
client_of(struct cli *cli, struct err *err)
{
	struct secret *token = NULL;
	struct client *c;

	if (cli->client != NULL)
		return cli->client;
	c = xcalloc(1, sizeof(*c));
	if (!locate(cli, c, err) || !token_read(cli, c->where, &token, err)) {
		free(c);
		return NULL;
	}
	client_set_token(c, token);
	secret_free(token);
	c->loop = loop_new();
	c->pool = fetch_pool_new(c->loop, NULL, 1);
	cli->client = c;
	return c;
}

void
client_close(struct client *c)
{
	if (c == NULL)
		return;
	fetch_pool_free(c->pool);
	loop_free(c->loop);
	secret_free(c->bearer);
	free(c);
}

const char *
client_where(const struct client *c)
{
	return c->where;
}

const char *
client_escape(struct cli *cli, const char *s)
{
	struct buf b = BUF_INIT;
	const char *r;

	for (; *s != '\0'; s++) {
		bool plain = (*s >= 'a' && *s <= 'z') ||
		    (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9') ||
		    strchr("-._~", *s) != NULL;

		if (plain)
			buf_put(&b, s, 1);
		else
			buf_printf(&b, "%%%02X", (unsigned char)*s);
	}
	r = arena_strdup(&cli->arena, buf_cstr(&b));
	buf_free(&b);
	return r;
}

/* -- one transfer ---------------------------------------------------------------- */

/* A node is no peer: what to do about it differs. */
static void
node_rule(struct err *e)
{
	static const char *const rules[][2] = {
		{ "E-PEER-UNREACHABLE", "E-NODE-UNREACHABLE" },
		{ "E-PEER-PIN", "E-NODE-PIN" },
		{ "E-PEER-TIMEOUT", "E-NODE-TIMEOUT" },
		{ "E-PEER-SIZE", "E-NODE-ANSWER" },
		{ "E-PEER-URL", "E-CLI-NODE" },
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strcmp(e->rule, rules[i][0]) == 0)
			(void)snprintf(e->rule, sizeof(e->rule), "%s",
			    rules[i][1]);
}

/* 422 carries both; the rule's family tells a clause from a signature. */
static enum err_class
class_of_422(const char *rule)
{
	static const char *const verify[] = { "E-NOTE-", "E-CARD-", "E-AGE-",
		"E-KEY-", "E-DIRECTORY-", "E-AGREEMENT-", "E-NETWORK-",
		"E-INVITE-", "E-JOIN-" };

	for (size_t i = 0; i < sizeof(verify) / sizeof(verify[0]); i++)
		if (strncmp(rule, verify[i], strlen(verify[i])) == 0)
			return ERR_VERIFY;
	return ERR_POLICY;
}

static enum err_class
class_of(unsigned status, const char *rule)
{
	switch (status) {
	case 401:
	case 403:
		return ERR_DENIED;
	case 404:
		return ERR_NOT_FOUND;
	case 409:
	case 412:
		return ERR_CONFLICT;
	case 422:
		return class_of_422(rule);
	case 503:
		return ERR_UNAVAILABLE;
	default:
		return status >= 500 ? ERR_IO : ERR_INVALID;
	}
}

static const char *
text_of(struct cli *cli, const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s == NULL ? "" : arena_strdup(&cli->arena, s);
}

/* RFC 9457, read leniently: whatever comes, something is said. */
static void
read_problem(struct transfer *t, struct slice body)
{
	struct problem *p = t->problem;
	struct err ignored;
	json_t *o = json_read(body, CLIENT_ANSWER_MAX, &ignored);
	const char *code = text_of(t->cli, o, "code");
	const char *detail = text_of(t->cli, o, "detail");

	if (strncmp(code, "E-", 2) != 0)
		code = t->status == 401 ? "E-SESSION-NONE" :
		    t->status == 404 ? "E-NOT-FOUND" : "E-NODE-ANSWER";
	err_field(&p->err, class_of(t->status, code), code,
	    text_of(t->cli, o, "field"), "%s", *detail != '\0' ? detail :
	    arena_printf(&t->cli->arena, "HTTP %u", t->status));
	p->title = text_of(t->cli, o, "title");
	p->clause = text_of(t->cli, o, "clause");
	p->unchanged = text_of(t->cli, o, "unchanged");
	p->todo = text_of(t->cli, o, "todo");
	json_decref(o);
}

static void
finish(void *arg, const struct fetch_answer *a)
{
	struct transfer *t = arg;

	t->done = true;
	t->status = a->status;
	t->problem->status = a->status;
	if (a->status == 0) {
		/* The address curl speaks of is no file; name ours. */
		err_set(&t->problem->err, a->err.class, a->err.rule, "%.90s: %s",
		    t->cli->client->where, a->err.text);
		node_rule(&t->problem->err);
	} else if (a->status >= 300)
		read_problem(t, a->body);
	else
		buf_slice(&t->body, a->body);
	loop_stop(t->cli->client->loop);
}

void
transfer_begin(struct transfer *t, struct cli *cli, struct client *c,
    const char *method, const char *path, struct problem *problem)
{
	*t = (struct transfer){ .cli = cli, .body = BUF_INIT };
	*problem = (struct problem){ .title = "", .clause = "",
	    .unchanged = "", .todo = "" };
	t->problem = problem;
	t->request = (struct fetch_request){
		.method = method,
		.url = arena_printf(&cli->arena, "%s/api/v1%s", c->url, path),
		.unix_path = c->unix_path,
		.pin = c->has_pin ? c->pin : NULL,
		.body_fd = -1,
		.answer_fd = -1,
		.answer_max = CLIENT_ANSWER_MAX,
		.timeout = 60 * SECOND,
	};
	transfer_header(t, arena_printf(&cli->arena, "Accept-Language: %s",
	    cli->lang));
	if (c->bearer != NULL)
		transfer_header(t, (const char *)c->bearer->p);
}

void
transfer_header(struct transfer *t, const char *line)
{
	if (t->nheaders < CLIENT_HEADERS)
		t->headers[t->nheaders++] = line;
}

bool
transfer_run(struct transfer *t, struct client *c)
{
	t->request.headers = t->headers;
	(void)fetch_start(c->pool, &t->request, finish, t);
	if (!t->done)
		loop_run(c->loop);
	return t->status >= 200 && t->status < 300;
}

/* -- calls ---------------------------------------------------------------------- */

static void
write_body(struct buf *b, const struct call *call)
{
	struct jout j = jout_to(b);
	const char *key;
	json_t *v;

	jout_object(&j, NULL);
	json_object_foreach(call->body, key, v)
		jout_value(&j, key, v);
	if (call->password != NULL)
		jout_slice(&j, "password", secret_slice(call->password));
	if (call->old != NULL)
		jout_slice(&j, "old", secret_slice(call->old));
	jout_end_object(&j);
}

static bool
read_answer(struct transfer *t, json_t **answer, struct problem *p)
{
	*answer = NULL;
	if (t->body.n == 0)
		return true;
	*answer = json_read(buf_all(&t->body), CLIENT_ANSWER_MAX, &p->err);
	return *answer != NULL || err_set(&p->err, ERR_IO, "E-NODE-ANSWER",
	    "HTTP %u", t->status);
}

bool
client_call(struct cli *cli, const struct call *call, unsigned *status,
    json_t **answer, struct problem *problem)
{
	struct buf body = BUF_INIT;
	struct transfer t;
	struct client *c;
	json_t *got;
	bool ok;

	*problem = (struct problem){ .status = 0 };
	if ((c = client_of(cli, &problem->err)) == NULL)
		return false;
	transfer_begin(&t, cli, c, call->method, call->path, problem);
	if (call->body != NULL || call->password != NULL) {
		write_body(&body, call);
		t.request.body = buf_all(&body);
		transfer_header(&t, "Content-Type: application/json");
	}
	if (call->idempotency != NULL)
		transfer_header(&t, arena_printf(&cli->arena,
		    "Idempotency-Key: %s", call->idempotency));
	if (call->wait_seconds != 0)
		t.request.timeout = call->wait_seconds * SECOND;
	ok = transfer_run(&t, c) && read_answer(&t, &got, problem);
	if (ok && answer != NULL)
		*answer = got;
	else if (ok)
		json_decref(got);
	if (status != NULL)
		*status = t.status;
	buf_wipe(&body);
	buf_wipe(&t.body);
	return ok;
}

bool
client_get(struct cli *cli, const char *path, json_t **answer,
    struct problem *problem)
{
	struct call call = { .method = "GET", .path = path };

	return client_call(cli, &call, NULL, answer, problem) &&
	    (*answer != NULL || err_set(&problem->err, ERR_IO, "E-NODE-ANSWER",
	    "%s", path));
}

bool
client_list(struct cli *cli, const char *path, size_t most, json_t **answer,
    struct problem *problem)
{
	json_t *all = json_array(), *page, *item;
	const char *next = "";
	size_t i;

	while (next != NULL && json_array_size(all) < most) {
		size_t want = most - json_array_size(all);

		if (!client_get(cli, arena_printf(&cli->arena,
		    "%s%climit=%zu%s%s", path, strchr(path, '?') ? '&' : '?',
		    want < 200 ? want : 200, *next == '\0' ? "" : "&before=",
		    client_escape(cli, next)), &page, problem)) {
			json_decref(all);
			return false;
		}
		/* A list may also come bare. */
		json_array_foreach(json_is_array(page) ? page :
		    json_object_get(page, "items"), i, item)
			json_array_append(all, item);
		next = json_string_value(json_object_get(page, "next"));
		next = next == NULL ? NULL : arena_strdup(&cli->arena, next);
		json_decref(page);
	}
	*answer = json_pack("{s:o}", "items", all);
	if (next != NULL)
		json_object_set_new(*answer, "next", json_string(next));
	return true;
}

bool
client_text(struct cli *cli, const char *path, size_t max, struct buf *out,
    struct problem *problem)
{
	struct transfer t;
	struct client *c;
	bool ok;

	*problem = (struct problem){ .status = 0 };
	if ((c = client_of(cli, &problem->err)) == NULL)
		return false;
	transfer_begin(&t, cli, c, "GET", path, problem);
	t.request.answer_max = max;
	ok = transfer_run(&t, c);
	if (ok)
		buf_slice(out, buf_all(&t.body));
	buf_wipe(&t.body);
	return ok;
}
