#include "base/secret.h"
#include "ententd/channel.h"

#include "tap.h"

/* What the processes of a node say to each other, and nothing else. */
static struct err err;

typedef bool (again)(struct buf *out, struct slice in);

static bool
request_again(struct buf *out, struct slice in)
{
	struct request q;

	if (!request_decode(&q, in))
		return false;
	request_encode(out, &q);
	return true;
}

static bool
answer_again(struct buf *out, struct slice in)
{
	struct answer a;

	if (!answer_decode(&a, in))
		return false;
	answer_encode(out, &a);
	return true;
}

static bool
errand_again(struct buf *out, struct slice in)
{
	struct errand e;

	if (!errand_decode(&e, in))
		return false;
	errand_encode(out, &e);
	return true;
}

static bool
config_again(struct buf *out, struct slice in)
{
	struct child_config c;

	if (!child_config_decode(&c, in))
		return false;
	child_config_encode(out, &c);
	return true;
}

/* It decodes to itself, no prefix of it decodes, nothing longer does. */
static void
exact(struct buf *b, again *code, const char *what)
{
	struct buf out = BUF_INIT;
	bool refused = true;

	OK(code(&out, buf_all(b)) && slice_eq(buf_all(&out), buf_all(b)),
	    "%s decodes to itself", what);
	for (size_t n = 0; n < b->n; n++)
		refused = refused && !code(&out, slice_of(b->p, n));
	OK(refused, "no prefix of it does");
	buf_u8(b, 0);
	OK(!code(&out, buf_all(b)), "and nothing longer");
	b->n--;
	buf_free(&out);
}

/* A text longer than its place: the u32 before it says so. */
static void
too_long(const struct buf *b, size_t place, size_t room, again *code,
    const char *what)
{
	struct buf longer = BUF_INIT, out = BUF_INIT;
	struct cursor c = cursor_of(slice_skip(buf_all(b), place));
	struct slice was = cursor_var(&c, SIZE_MAX);

	for (size_t over = 0; over < 2; over++) {
		buf_clear(&longer);
		buf_put(&longer, b->p, place);
		buf_u32(&longer, (uint32_t)(room - 1 + over));
		for (size_t i = 0; i < room - 1 + over; i++)
			buf_u8(&longer, 'x');
		buf_slice(&longer, slice_skip(buf_all(b), place + 4 + was.n));
		buf_clear(&out);
		OK(code(&out, buf_all(&longer)) == (over == 0), "%s of %zu: %s",
		    what, room - 1 + over, over == 0 ? "fits" : "refused");
	}
	longer.p[place + 4] = '\0';
	longer.p[place + 3]--;
	OK(!code(&out, buf_all(&longer)), "%s with a NUL inside: refused", what);
	buf_free(&longer);
	buf_free(&out);
}

static void
requests(void)
{
	struct request q = { .method = "POST", .path = "/api/v1/messages",
	    .query = "limit=5\n", .bearer = "token", .idempotency = "abc",
	    .match = "\"1\"", .accept_language = "ar", .address = "127.0.0.1",
	    .has_key = 1, .key = { 1, 2, 3 }, .has_uid = 1, .uid = 4711,
	    .has_ticket = 1, .ticket = { 9 }, .length = -1,
	    .body = slice_str("{}") };
	struct buf b = BUF_INIT;
	struct request r;

	request_encode(&b, &q);
	exact(&b, request_again, "a request");
	OK(request_decode(&r, buf_all(&b)) && strcmp(r.path, q.path) == 0 &&
	    strcmp(r.bearer, "token") == 0 && r.uid == 4711 && r.length == -1 &&
	    memcmp(r.key, q.key, sizeof(q.key)) == 0 &&
	    slice_eq(r.body, q.body), "with its fields");
	too_long(&b, 0, sizeof(q.method), request_again, "a method");
	too_long(&b, 8, sizeof(q.path), request_again, "a path");
	q = (struct request){ .length = 0 };
	buf_clear(&b);
	request_encode(&b, &q);
	exact(&b, request_again, "an empty one");
	buf_free(&b);
}

static void
answers(void)
{
	struct answer a = { .status = 200, .type = "application/json",
	    .headers = "Cache-Control: no-store\n", .length = -1,
	    .body = slice_str("[]") };
	struct buf b = BUF_INIT, out = BUF_INIT;

	answer_encode(&b, &a);
	exact(&b, answer_again, "an answer");
	too_long(&b, 2, sizeof(a.type), answer_again, "a type");
	for (unsigned status = 0; status < 700; status += 100) {
		a.status = (uint16_t)(status == 600 ? 599 : status);
		buf_clear(&b);
		answer_encode(&b, &a);
		OK(answer_again(&out, buf_all(&b)) == (status >= 200),
		    "status %u", a.status);
	}
	a.status = 600;
	buf_clear(&b);
	answer_encode(&b, &a);
	OK(!answer_again(&out, buf_all(&b)), "status 600 is none");
	buf_free(&out);
	buf_free(&b);
}

static void
errands(void)
{
	struct errand e = { .method = "PUT",
	    .url = "https://fr.example/link/v1/blobs/00", .pins = { 2, { { 7 }, { 8 } } },
	    .headers = "Content-Type: text/plain\n", .offset = 1,
	    .length = INT64_MAX, .answer_max = 4096, .timeout = UINT32_MAX,
	    .body = slice_str("x") };
	struct buf b = BUF_INIT;

	errand_encode(&b, &e);
	exact(&b, errand_again, "an errand");
	too_long(&b, 0, sizeof(e.method), errand_again, "its method");
	too_long(&b, 7, sizeof(e.url), errand_again, "its url");
	buf_free(&b);
}

static void
configs(void)
{
	struct child_config c = { .dir = "/var/lib/entente", .member = "fr",
	    .uid = 1, .gid = UINT32_MAX, .level = 3, .per_address = 64 };
	struct buf b = BUF_INIT;

	child_config_encode(&b, &c);
	exact(&b, config_again, "a child's configuration");
	too_long(&b, 0, sizeof(c.dir), config_again, "its directory");
	buf_free(&b);
}

/* What follows a result is the reader's; a result that is cut short says that
 * nothing is known, never that it was refused for no reason. */
static void
results(void)
{
	struct buf b = BUF_INIT;
	struct cursor c;
	struct err got;
	bool unknown = true;

	result_encode(&b, NULL);
	buf_u8(&b, 42);
	c = cursor_of(buf_all(&b));
	OK(result_decode(&c, &got) && cursor_u8(&c) == 42 && cursor_done(&c),
	    "it went well, and more follows");
	(void)err_field(&err, ERR_POLICY, "E-POLICY-KIND", "kind", "not known");
	buf_clear(&b);
	result_encode(&b, &err);
	c = cursor_of(buf_all(&b));
	OK(!result_decode(&c, &got) && cursor_done(&c) &&
	    got.class == ERR_POLICY && strcmp(got.rule, err.rule) == 0 &&
	    strcmp(got.field, "kind") == 0 && strcmp(got.text, err.text) == 0,
	    "it did not: class, rule, field, text");
	for (size_t n = 0; n < b.n; n++) {
		c = cursor_of(slice_of(b.p, n));
		unknown = unknown && !result_decode(&c, &got) &&
		    got.class == ERR_UNAVAILABLE && got.rule[0] == 'E';
	}
	OK(unknown, "cut short: ask again");
	b.p[0] = ERR_CLASSES;
	c = cursor_of(buf_all(&b));
	OK(!result_decode(&c, &got) && got.class == ERR_IO,
	    "a class that is none is the machine's fault");
	buf_free(&b);
}

int
main(void)
{
	secret_process_init();
	requests();
	answers();
	errands();
	configs();
	results();
	return tap_done();
}
