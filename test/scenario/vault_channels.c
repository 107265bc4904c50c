/*
 * The real `vault` and `keys`, with this program as their parent and in the
 * place of both fronts and the courier: the channel's kind, not the message,
 * decides what the vault offers.
 */
#include "base/encode.h"

#include "box.h"

static struct box box;
static int front[CHILDREN], desk_keys = -1;
static uint32_t next_id = 100;
static struct box_message m;
static char dir[] = "/tmp/entente-channels-XXXXXX";

static void
start(void)
{
	box_spawn(&box, CHILD_VAULT);
	box_spawn(&box, CHILD_KEYS);
	box_join(&box, CHILD_VAULT, CHILD_KEYS);
	front[CHILD_LINK] = box_channel(&box, CHILD_VAULT, CHILD_LINK);
	front[CHILD_DESK] = box_channel(&box, CHILD_VAULT, CHILD_DESK);
	front[CHILD_COURIER] = box_channel(&box, CHILD_VAULT, CHILD_COURIER);
	desk_keys = box_channel(&box, CHILD_KEYS, CHILD_DESK);
	box_give_keyring(&box, true);
	box_start(&box, CHILD_KEYS);
	box_start(&box, CHILD_VAULT);
	box_until_ready(&box, CHILD_VAULT);
}

static struct request
request(const char *method, const char *path, const char *bearer)
{
	struct request q = { .length = 0 };

	(void)snprintf(q.method, sizeof(q.method), "%s", method);
	(void)snprintf(q.path, sizeof(q.path), "%s", path);
	(void)snprintf(q.bearer, sizeof(q.bearer), "%s", bearer);
	return q;
}

static void
send_request(enum child from, uint16_t type, uint32_t id,
    const struct request *q)
{
	struct buf b = BUF_INIT;

	request_encode(&b, q);
	(void)ipc_send_now(front[from], type, id, buf_all(&b), -1);
	buf_free(&b);
}

/* The status, and the rule of the problem or "". */
static unsigned
ask(enum child from, uint16_t type, const struct request *q, char rule[40],
    struct buf *body)
{
	struct answer a;
	json_t *v;
	struct err err;
	uint32_t id = ++next_id;
	const char *code;

	rule[0] = '\0';
	send_request(from, type, id, q);
	do {
		if (!box_read(&box, front[from], 20000, &m))
			return 0;
	} while (m.id != id);
	if (m.type != VAULT_ANSWER || !answer_decode(&a, buf_all(&m.body)))
		return 1;
	if (body != NULL)
		buf_slice(body, a.body);
	v = json_read(a.body, 65536, &err);
	code = json_string_value(json_object_get(v, "code"));
	(void)snprintf(rule, 40, "%s", code == NULL ? "" : code);
	json_decref(v);
	return a.status;
}

/* -- an officer's session ------------------------------------------------------------ */

static struct request
login(const char *password)
{
	struct request q = request("POST", "/api/v1/sessions", "");
	struct buf b = BUF_INIT;

	randombytes_buf(q.ticket, TICKET);
	q.has_ticket = 1;
	buf_put(&b, q.ticket, TICKET);
	buf_u8(&b, PURPOSE_LOGIN);
	buf_put(&b, box.net.b, HASH_LEN);
	buf_var_str(&b, password);
	(void)ipc_send_now(desk_keys, DESK_SECRET, 0, buf_all(&b), -1);
	buf_free(&b);
	(void)usleep(20 * 1000);
	q.body = slice_str("{\"account\":\"4711\"}");
	q.length = (int64_t)q.body.n;
	return q;
}

static void
log_in(char token[65])
{
	struct request q = login(box_passwords[0]);
	struct buf body = BUF_INIT;
	char rule[40];
	json_t *v;
	struct err err;
	unsigned status = ask(CHILD_DESK, FRONT_REQUEST, &q, rule, &body);

	v = json_read(buf_all(&body), 65536, &err);
	(void)snprintf(token, 65, "%s",
	    json_string_value(json_object_get(v, "token")));
	json_decref(v);
	buf_free(&body);
	OK(status == 201 && strlen(token) == 64, "an officer logs in (%u %s)",
	    status, rule);
	q = request("GET", "/api/v1/me", token);
	OK(ask(CHILD_DESK, FRONT_REQUEST, &q, rule, NULL) == 200,
	    "and is known by the session");
}

/* -- what the peers' front can reach ------------------------------------------------- */

static void
link_asks(uint16_t type, const char *method, const char *path,
    const char *token, unsigned want)
{
	struct request q = request(method, path, token);
	char rule[40];
	unsigned got;

	/* All that could make an officer of it. */
	q.has_uid = 1;
	q.uid = box_uid();
	q.has_ticket = 1;
	q.body = slice_str("{\"account\":\"4711\"}");
	q.length = (int64_t)q.body.n;
	got = ask(CHILD_LINK, type, &q, rule, NULL);
	/* A fact is one line. */
	for (char *p = q.path; *p != '\0'; p++)
		if (*p == '\n')
			*p = '?';
	OK(got == want, "over the peers' channel %s %s is %u (%u %s)", method,
	    q.path, want, got, rule);
}

static void
link_reach(const char *token)
{
	static const char *const officers[][2] = {
		{ "GET", "status" }, { "POST", "unlock" },
		{ "POST", "sessions" }, { "DELETE", "sessions/current" },
		{ "GET", "me" }, { "POST", "me/password" },
		{ "GET", "accounts" }, { "POST", "accounts" },
		{ "PATCH", "accounts/4711" }, { "POST", "tokens" },
		{ "GET", "members" }, { "GET", "kinds" }, { "GET", "legs" },
		{ "GET", "threads/rs-2026-000001" }, { "POST", "messages" },
		{ "GET", "drafts" }, { "POST", "drafts/x/approve" },
		{ "POST", "files" }, { "GET", "trust" }, { "POST", "trust" },
		{ "GET", "card/draft" }, { "GET", "audit" },
	};
	static const char *const tricks[] = {
		"/link/v1/../../api/v1/status", "/link/v1/../api/v1/me",
		"/link/v1//api/v1/me", "/link/v1/api/v1/me", "/link/v1/me",
		"/link/v1/%2e%2e/%2e%2e/api/v1/me", "/link/v1/status",
		"/LINK/v1/../api/v1/me", "/Api/v1/me", "//api/v1/me",
		"/./api/v1/me", "/link/v1/blobs", "/link/v1/", "/link/v1", "/",
		"", "api/v1/me", "/link/v2/sync", "/link/v1/messages/",
		"/link/v1/messages/../../../api/v1/me",
		"/link/v1/sync\n/api/v1/me", "/api/v1/me\n/link/v1/sync",
	};
	char path[128];

	for (size_t i = 0; i < sizeof(officers) / sizeof(officers[0]); i++) {
		(void)snprintf(path, sizeof(path), "/api/v1/%s", officers[i][1]);
		link_asks(FRONT_REQUEST, officers[i][0], path, token, 404);
	}
	for (size_t i = 0; i < sizeof(tricks) / sizeof(tricks[0]); i++)
		link_asks(FRONT_REQUEST, "GET", tricks[i], token, 404);
	link_asks(FRONT_STREAM, "POST", "/api/v1/files", token, 404);
	/* What it does offer, it offers to nobody without a card. */
	link_asks(FRONT_REQUEST, "POST", "/link/v1/messages", token, 403);
	link_asks(FRONT_REQUEST, "POST", "/link/v1/sync", token, 403);
	link_asks(FRONT_STREAM, "PUT", "/link/v1/blobs/00", token, 403);
}

static void
desk_reach(const char *token)
{
	static const char *const paths[] = { "/link/v1/messages",
	    "/link/v1/sync", "/api/v1/../../link/v1/sync", "/api/v1/sync" };
	char rule[40];

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct request q = request("POST", paths[i], token);

		OK(ask(CHILD_DESK, FRONT_REQUEST, &q, rule, NULL) == 404,
		    "over the officers' channel %s is not there", paths[i]);
	}
}

/* -- a front that was born since ------------------------------------------------------- */

/* One front asks and dies; the next has a request under the same number. */
static void
next_front(void)
{
	struct request q = login(box_passwords[0]), other;
	unsigned answers = 0, status = 0;
	struct answer a;

	other = request("GET", "/api/v1/no-such-thing", "");
	send_request(CHILD_DESK, FRONT_REQUEST, 7, &q);
	(void)usleep(20 * 1000);
	(void)close(front[CHILD_DESK]);
	front[CHILD_DESK] = box_channel(&box, CHILD_VAULT, CHILD_DESK);
	send_request(CHILD_DESK, FRONT_REQUEST, 7, &other);
	while (box_read(&box, front[CHILD_DESK], 600, &m))
		if (m.id == 7 && answer_decode(&a, buf_all(&m.body))) {
			answers++;
			status = a.status;
		}
	OK(answers == 1 && status == 404,
	    "a front gets no answer to what the one before it asked");
}

/* -- nonsense --------------------------------------------------------------------------- */

static void
random_messages(const struct request *valid)
{
	struct buf b = BUF_INIT;
	uint8_t bytes[300];

	for (uint32_t i = 0; i < 1500; i++) {
		enum child from = i % 2 == 0 ? CHILD_LINK : CHILD_DESK;
		uint16_t type = (uint16_t)(32 + randombytes_uniform(4));

		buf_clear(&b);
		if (i % 3 == 0) {
			randombytes_buf(bytes, sizeof(bytes));
			buf_put(&b, bytes, randombytes_uniform(sizeof(bytes)));
		} else {
			request_encode(&b, valid);
			b.p[randombytes_uniform((uint32_t)b.n)] ^=
			    (uint8_t)(1 + randombytes_uniform(255));
			if (i % 3 == 2)
				b.n = randombytes_uniform((uint32_t)b.n);
		}
		(void)ipc_send_now(front[from], type, 9000 + i % 50,
		    buf_all(&b), -1);
		if (i % 5 == 0)
			(void)ipc_send_now(front[CHILD_COURIER],
			    COURIER_ANSWER, i, buf_all(&b), -1);
		while (box_wait(&box, front[from], 0) &&
		    box_read(&box, front[from], 0, &m))
			if (m.fd != -1)
				(void)close(m.fd);
	}
	buf_free(&b);
}

static void
nonsense(const char *token)
{
	static const char *const paths[] = { "/api/v1/files", "/api/v1/messages",
	    "/link/v1/messages", "/link/v1/blobs/00" };
	unsigned signs = box.signs;
	struct request q;
	char rule[40];

	for (size_t i = 0; i < 4; i++) {
		q = request(i == 3 ? "PUT" : "POST", paths[i], token);
		q.body = slice_str("{\"kind\":\"message.text/1\"}");
		random_messages(&q);
	}
	while (box_read(&box, front[CHILD_DESK], 100, &m))
		continue;
	OK(box_alive(&box, CHILD_VAULT), "the vault outlives 6000 broken messages");
	OK(box_alive(&box, CHILD_KEYS), "and keys does");
	OK(box.signs == signs, "and nothing was signed");
	q = request("GET", "/api/v1/me", token);
	OK(ask(CHILD_DESK, FRONT_REQUEST, &q, rule, NULL) == 200,
	    "and officers are served as before (%s)", rule);
}

/* -- without keys ------------------------------------------------------------------------ */

static void
make_dir(void)
{
	static const char accounts[] = "{\"accounts\":[{\"badge\":\"4711\","
	    "\"name\":\"A. Officer\",\"roles\":[\"duty\",\"admin\"]}]}";
	struct err err;
	int fd;

	box_must(mkdtemp(dir) != NULL, "directory");
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	box_must(fd != -1 && io_create_file(fd, "accounts.json",
	    slice_str(accounts), 0600, &err), "accounts");
	if (geteuid() == 0)
		box_must(fchownat(fd, "accounts.json", box_uid(), box_gid(),
		    0) == 0 && fchown(fd, box_uid(), box_gid()) == 0, "chown");
	(void)close(fd);
}

int
main(void)
{
	char token[65], command[64];

	box_begin(&box, dir);
	make_dir();
	start();
	if (!OK(box.ready[CHILD_VAULT], "the vault is ready"))
		return tap_done();
	log_in(token);
	link_reach(token);
	desk_reach(token);
	next_front();
	log_in(token);
	nonsense(token);
	buf_free(&m.body);
	box_end(&box);
	(void)snprintf(command, sizeof(command), "rm -rf %s", dir);
	(void)!system(command);
	return tap_done();
}
