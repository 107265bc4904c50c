#include "entente/compose_internal.h"

#include <time.h>

#include "entente/out.h"
#include "entente/path.h"
#include "entente/pick.h"
#include "entente/prompt.h"

static bool
upload_all(struct cli *cli, struct compose *c, struct problem *p)
{
	json_t *f, *answer;
	size_t i;

	json_array_foreach(c->files, i, f) {
		/* Up already, before an interruption. */
		if (*pick_str(f, "id") != '\0')
			continue;
		if (!client_upload(cli, pick_str(f, "path"), NULL, &answer, p))
			return false;
		json_object_set(f, "id", json_object_get(answer, "id"));
		json_decref(answer);
		compose_write(cli, c);
	}
	return true;
}

static json_t *
request_body(const struct compose *c, bool dry)
{
	json_t *body = json_copy(c->message), *ids = json_array();
	const json_t *f;
	size_t i;

	json_array_foreach(c->files, i, f)
		json_array_append(ids, json_object_get(f, "id"));
	if (json_array_size(ids) != 0)
		json_object_set(body, "files", ids);
	json_decref(ids);
	if (dry)
		json_object_set_new(body, "dry_run", json_true());
	return body;
}

static bool
post(struct cli *cli, struct compose *c, bool dry, unsigned *status,
    json_t **answer, struct problem *p)
{
	struct call call = { .method = "POST", .path = "/messages",
	    .body = request_body(c, dry),
	    .idempotency = dry ? NULL : pick_str(c->draft, "key") };
	bool ok = client_call(cli, &call, status, answer, p);

	json_decref(call.body);
	return ok;
}

static void
show_audience(struct cli *cli, const json_t *answer)
{
	const json_t *list = json_object_get(answer, "audience"), *a;
	struct table t = TABLE_INIT;
	size_t i;

	out_heading(cli, say(cli, "compose.audience", NULL));
	table_head(&t, cli, "column.desk", "column.name", "column.allowed",
	    "column.clause", NULL);
	json_array_foreach(list, i, a) {
		bool yes = pick_bool(a, "allowed");

		table_cell(&t, cli, OUT_BOLD, pick_str(a, "desk"));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    pick_label(a, "name", cli->lang));
		table_cell(&t, cli, yes ? OUT_GREEN : OUT_RED, yes ?
		    say_code(cli, "word", "yes") : pick_str(a, "code"));
		table_cell(&t, cli, OUT_COLOR_NONE, *pick_str(a, "clause") != '\0' ?
		    pick_str(a, "clause") : pick_str(a, "detail"));
	}
	table_end(&t, cli);
	if (*pick_str(answer, "needs") != '\0')
		out_note(cli, "compose.needs-approval", NULL);
}

static bool
all_allowed(const json_t *answer)
{
	const json_t *a;
	size_t i;

	json_array_foreach(json_object_get(answer, "audience"), i, a)
		if (!pick_bool(a, "allowed"))
			return false;
	return true;
}

/* Who will see this?  False: the command ends with *code. */
static bool
preview(struct cli *cli, struct compose *c, enum exit_code *code)
{
	FILE *data = cli->out->data;
	struct problem p;
	json_t *answer;
	bool allowed;

	if (!post(cli, c, true, NULL, &answer, &p)) {
		*code = out_problem(cli, &p);
		return false;
	}
	allowed = all_allowed(answer);
	if (cli->dry_run) {
		*code = allowed ? EXIT_DONE : EXIT_POLICY;
		if (out_is_json(cli))
			out_json(cli, "audience/1", answer);
		else {
			show_audience(cli, answer);
			json_decref(answer);
		}
		out_note(cli, "compose.dry-run", NULL);
		return false;
	}
	cli->out->data = cli->out->talk;
	show_audience(cli, answer);
	cli->out->data = data;
	json_decref(answer);
	if (!allowed)
		out_note(cli, "compose.not-all", NULL);
	return prompt_confirm(cli, code, say(cli, "compose.send-question", NULL));
}

/* -- afterwards ------------------------------------------------------------------- */

/* What a relay holds is not taken. */
static const char *
untaken(bool queued)
{
	return queued ? "compose.queued" : "compose.custody";
}

/* Until every addressee has taken or refused it, or the time is up. */
static enum exit_code
wait_taken(struct cli *cli, const char *name)
{
	msec until = clock_steady() + cli_number(cli, "wait", 0) * SECOND;
	const char *path = path_of(cli, "messages", name);
	struct timespec second = { .tv_sec = 1 };
	bool open = true, queued = false, refused = false;

	while (open) {
		struct problem p;
		const json_t *d;
		json_t *m;
		size_t i;

		if (!client_get(cli, path, &m, &p))
			return out_problem(cli, &p);
		open = queued = refused = false;
		json_array_foreach(json_object_get(m, "delivery"), i, d) {
			const char *s = pick_str(d, "status");

			queued |= strcmp(s, "queued") == 0;
			open |= queued || strcmp(s, "custody") == 0;
			refused |= strcmp(s, "refused") == 0 ||
			    strcmp(s, "expired") == 0;
		}
		json_decref(m);
		if (!open || clock_steady() >= until)
			break;
		(void)nanosleep(&second, NULL);
	}
	if (open)
		out_note(cli, untaken(queued), NULL);
	else if (refused)
		out_note(cli, "compose.refused", NULL);
	else
		out_note(cli, "compose.taken", NULL);
	return open ? EXIT_QUEUED : refused ? EXIT_POLICY : EXIT_DONE;
}

static enum exit_code
needs_approval(struct cli *cli, json_t *answer)
{
	const char *id = arena_strdup(&cli->arena, pick_str(answer, "draft"));

	out_note(cli, "compose.approval", NULL);
	out_next(cli, "entente draft approve %s", id);
	if (out_is_json(cli))
		out_json(cli, "draft/1", answer);
	else {
		out_line(cli, id);
		json_decref(answer);
	}
	return EXIT_APPROVAL;
}

static enum exit_code
sent(struct cli *cli, json_t *answer)
{
	const char *ref = arena_strdup(&cli->arena, pick_str(answer, "ref"));
	const char *name = arena_strdup(&cli->arena, pick_str(answer, "name"));
	enum exit_code code = EXIT_DONE;

	out_note(cli, "compose.sent", "ref", ref, NULL);
	if (cli_number(cli, "wait", 0) > 0)
		code = wait_taken(cli, name);
	out_next(cli, "entente receipt %s", ref);
	if (out_is_json(cli))
		out_json(cli, "sent/1", answer);
	else {
		out_line(cli, ref);
		json_decref(answer);
	}
	return code;
}

enum exit_code
compose_send(struct cli *cli, struct compose *c, enum compose_consent consent)
{
	struct problem p = { .status = 0 };
	enum exit_code code;
	unsigned status;
	json_t *answer;

	if (!upload_all(cli, c, &p))
		return out_problem(cli, &p);
	if ((consent == COMPOSE_PREVIEW && !cli->yes) || cli->dry_run)
		if (!preview(cli, c, &code))
			return code;
	if (!post(cli, c, false, &status, &answer, &p))
		return out_problem(cli, &p);
	compose_drop(c);
	return status == 202 ? needs_approval(cli, answer) : sent(cli, answer);
}
