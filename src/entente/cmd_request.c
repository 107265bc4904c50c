#include <string.h>

#include "entente/compose.h"
#include "entente/form_kind.h"
#include "entente/form_question.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/pick.h"
#include "entente/prompt.h"
#include "entente/request.h"

/* The header's fields that options name. */
static void
header_options(struct cli *cli, struct compose *c)
{
	compose_put(c, "urgency", cli_text(cli, "urgency"));
	compose_put(c, "purpose", cli_text(cli, "purpose"));
	compose_put(c, "area", cli_text(cli, "area"));
	compose_put(c, "ref", cli_text(cli, "ref"));
	compose_put_time(c, "deliver_by", cli_time(cli, "deliver-by"));
	compose_put(c, "keep_until", cli_text(cli, "keep-until"));
	compose_settle_until(cli, c);
	if (cli_takes(cli, "until"))
		compose_put_time(c, "until", cli_time(cli, "until"));
	if (cli_flag(cli, "exercise"))
		json_object_set_new(c->message, "exercise", json_true());
}

static bool
ask_desk(struct cli *cli, struct compose *c, struct problem *p)
{
	const char *line = "";

	if (json_object_get(c->message, "to") != NULL)
		return true;
	while (*line == '\0') {
		line = prompt_line(cli, say(cli, "request.to", NULL), NULL,
		    "--to", &p->err);
		if (line == NULL)
			return false;
	}
	json_object_set_new(c->message, "to", json_array());
	while (*line != '\0') {
		size_t n;

		line += strspn(line, ", ");
		n = strcspn(line, ", ");
		if (n != 0)
			json_array_append_new(json_object_get(c->message, "to"),
			    json_stringn(line, n));
		line += n;
	}
	compose_write(cli, c);
	return true;
}

static bool
ask_code(struct cli *cli, struct compose *c, const char *key,
    const char *list, const char *preset, struct problem *p)
{
	const char *code;

	if (json_object_get(c->message, key) != NULL)
		return true;
	code = form_question_code(cli, list, say(cli, arena_printf(&cli->arena,
	    "request.%s", key), NULL), preset,
	    arena_printf(&cli->arena, "--%s", key), p);
	compose_put(c, key, code);
	compose_write(cli, c);
	return code != NULL;
}

/* How urgent messages of the kind are where nobody says. */
static const char *
usual_urgency(struct cli *cli, const struct compose *c)
{
	const json_t *kind;
	struct problem ignored;
	const char *urgency = "";

	if (form_kind(cli, pick_str(c->message, "kind"), &kind, &ignored))
		urgency = pick_str(kind, "urgency");
	return *urgency == '\0' ? "normal" : urgency;
}

static bool
ask_header(struct cli *cli, struct compose *c, struct problem *p)
{
	const char *line;

	if (!ask_desk(cli, c, p) ||
	    !ask_code(cli, c, "urgency", "urgencies", usual_urgency(cli, c),
	    p) ||
	    !ask_code(cli, c, "purpose", "purposes", NULL, p))
		return false;
	if (json_object_get(c->message, "subject") != NULL)
		return true;
	do {
		line = prompt_line(cli, say(cli, "request.subject", NULL),
		    NULL, "--subject", &p->err);
		if (line != NULL && strcmp(line, "?") == 0)
			out_note(cli, "form.keys", NULL);
	} while (line != NULL && strcmp(line, "?") == 0);
	if (line != NULL && strcmp(line, "<") == 0) {
		json_object_del(c->message, "purpose");
		return ask_header(cli, c, p);
	}
	if (line != NULL && *line != '\0')
		compose_put(c, "subject", line);
	compose_write(cli, c);
	return line != NULL;
}

/* From the earlier thread, what nobody has said yet. */
static bool
prefill(struct cli *cli, struct compose *c, struct problem *p)
{
	static const char *const keys[] = { "to", "purpose", "area",
		"handling", "exercise" };
	const char *ref = cli_text(cli, "from-request");
	const char *kind = pick_str(c->message, "kind");
	json_t *filled, *v;
	const char *id;

	if (ref == NULL)
		return true;
	if (!client_get(cli, arena_printf(&cli->arena, "%s/prefill?from=%s",
	    form_kind_path(cli, kind), client_escape(cli, ref)), &filled, p))
		return false;
	json_object_foreach(json_object_get(filled, "body"), id, v)
		if (json_object_get(c->body, id) == NULL)
			json_object_set(c->body, id, v);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		v = json_object_get(filled, keys[i]);
		if (v != NULL && json_object_get(c->message, keys[i]) == NULL &&
		    !(json_is_array(v) && json_array_size(v) == 0))
			json_object_set(c->message, keys[i], v);
	}
	json_decref(filled);
	return true;
}

static bool
fill(struct cli *cli, struct compose *c, struct problem *p)
{
	bool whole = cli_text(cli, "from") == NULL ||
	    json_object_get(c->draft, "at") != NULL;

	header_options(cli, c);
	if (!compose_options(cli, c, p) || !prefill(cli, c, p))
		return false;
	if (!prompt_possible(cli))
		return true;
	compose_keep(cli, c);
	/* A file that somebody wrote is previewed, not asked about again; a
	 * draft goes on where it stopped. */
	return ask_header(cli, c, p) && compose_national_ask(cli, c,
	    whole ? FORM_ALL : FORM_MISSING, p) &&
	    compose_ask(cli, c, whole ? FORM_ALL : FORM_MISSING, p);
}

enum exit_code
request_write(struct cli *cli, const char *kind)
{
	struct compose c;
	struct problem p = { .status = 0 };
	enum exit_code code;

	if (compose_begin(cli, &c, kind, "submit", &p) &&
	    fill(cli, &c, &p))
		code = compose_send(cli, &c, COMPOSE_PREVIEW);
	else
		code = out_problem(cli, &p);
	if (c.path != NULL && code != EXIT_DONE)
		out_note(cli, "compose.kept", "path", c.path, NULL);
	compose_end(&c);
	return code;
}

static enum exit_code
request_new(struct cli *cli)
{
	return request_write(cli, cli_arg(cli, 0));
}

static const struct option options[] = {
	REQUEST_OPTIONS,
	{ .name = NULL },
};

const struct command cmd_request[] = {
	{ "request", "new", "[KIND]", options, COMMAND_OUTWARD,
	    "entente request new request.preservation/1\n"
	    "entente request new request.subscriber/1 --from-request REQ-2026-000184\n"
	    "entente request new --from request.json --file log.csv --to fr/cyber "
	    "--handling 'TLP:AMBER EU-R H1'\n"
	    "entente request new --from request.json --dry-run", request_new },
	{ .noun = NULL },
};
