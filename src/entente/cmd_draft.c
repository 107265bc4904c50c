#include <string.h>

#include "entente/client.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/path.h"
#include "entente/pick.h"
#include "entente/prompt.h"
#include "entente/view.h"

static enum exit_code
draft_list(struct cli *cli)
{
	struct table t = TABLE_INIT;
	struct problem p;
	const json_t *d;
	json_t *list;
	size_t i;

	if (!client_list(cli, "/drafts", 1000, &list, &p))
		return out_problem(cli, &p);
	if (out_is_json(cli)) {
		out_json(cli, "drafts/1", list);
		return EXIT_DONE;
	}
	table_head(&t, cli, "column.draft", "column.kind", "column.by",
	    "column.made", "column.subject", NULL);
	json_array_foreach(json_object_get(list, "items"), i, d) {
		table_cell(&t, cli, OUT_BOLD, pick_str(d, "draft"));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(d, "kind"));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(d, "by"));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    out_time(cli, pick_str(d, "made")));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(d, "subject"));
	}
	table_end(&t, cli);
	d = json_array_get(json_object_get(list, "items"), 0);
	if (d != NULL)
		out_next(cli, "entente draft show %s", pick_str(d, "draft"));
	json_decref(list);
	return EXIT_DONE;
}

/* The exact text that would be signed, then what it carries, readable. */
static void
show_draft(struct cli *cli, const json_t *d)
{
	size_t files = 0;

	out_heading(cli, say(cli, "draft.exact", NULL));
	out_line(cli, pick_str(d, "text"));
	view_message(cli, pick_str(d, "kind"), json_object_get(d, "message") !=
	    NULL ? json_object_get(d, "message") : d, NULL, &files);
	out_pair(cli, "label.hash", pick_str(d, "hash"));
}

static enum exit_code
draft_show(struct cli *cli)
{
	struct problem p;
	json_t *d;

	if (!client_get(cli, path_of(cli, "drafts", cli_arg(cli, 0)), &d, &p))
		return out_problem(cli, &p);
	if (out_is_json(cli)) {
		out_json(cli, "draft/1", d);
		return EXIT_DONE;
	}
	show_draft(cli, d);
	json_decref(d);
	out_next(cli, "entente draft approve %s", cli_arg(cli, 0));
	return EXIT_DONE;
}

static enum exit_code
send_approval(struct cli *cli, const char *hash)
{
	struct problem p = { .status = 0 };
	struct call call = { .method = "POST", .path = arena_printf(&cli->arena,
	    "%s/approve", path_of(cli, "drafts", cli_arg(cli, 0))) };
	struct secret *s = prompt_secret(cli, say(cli, "draft.password", NULL),
	    "password", PROMPT_OLD, &p.err);
	const char *ref;
	json_t *answer;
	bool ok;

	if (s == NULL)
		return out_error(cli, &p.err);
	call.body = json_pack("{s:s}", "hash", hash);
	call.password = s;
	ok = client_call(cli, &call, NULL, &answer, &p);
	json_decref(call.body);
	secret_free(s);
	if (!ok)
		return out_problem(cli, &p);
	ref = arena_strdup(&cli->arena, pick_str(answer, "ref"));
	out_note(cli, "compose.sent", "ref", ref, NULL);
	out_next(cli, "entente receipt %s", ref);
	if (out_is_json(cli))
		out_json(cli, "sent/1", answer);
	else {
		out_line(cli, ref);
		json_decref(answer);
	}
	return EXIT_DONE;
}

/* What is approved is what was shown: its hash goes along. */
static enum exit_code
draft_approve(struct cli *cli)
{
	const char *seen = cli_text(cli, "hash"), *hash;
	FILE *data = cli->out->data;
	enum exit_code code;
	struct problem p;
	json_t *d;

	if (!client_get(cli, path_of(cli, "drafts", cli_arg(cli, 0)), &d, &p))
		return out_problem(cli, &p);
	hash = arena_strdup(&cli->arena, pick_str(d, "hash"));
	cli->out->data = cli->out->talk;
	show_draft(cli, d);
	cli->out->data = data;
	json_decref(d);
	if (seen != NULL && strcmp(seen, hash) != 0) {
		err_set(&p.err, ERR_CONFLICT, "E-CLI-DRAFT", "%s",
		    say(cli, "draft.changed", NULL));
		return out_error(cli, &p.err);
	}
	if (!prompt_confirm(cli, &code, say(cli, "draft.question", NULL)))
		return code;
	return send_approval(cli, hash);
}

static enum exit_code
draft_delete(struct cli *cli)
{
	struct call call = { .method = "DELETE",
	    .path = path_of(cli, "drafts", cli_arg(cli, 0)) };
	enum exit_code code;
	struct problem p;

	if (!prompt_confirm(cli, &code, say(cli, "draft.delete-question",
	    "draft", cli_arg(cli, 0), NULL)))
		return code;
	if (!client_call(cli, &call, NULL, NULL, &p))
		return out_problem(cli, &p);
	out_note(cli, "done", NULL);
	return EXIT_DONE;
}

static const struct option approve_options[] = {
	{ "hash", OPTION_TEXT, "HEX", false, 0 },
	PROMPT_SECRET_OPTIONS("password"),
	{ .name = NULL },
};

const struct command cmd_draft[] = {
	{ "draft", "list", NULL, NULL, 0, "entente draft list", draft_list },
	{ "draft", "show", "DRAFT", NULL, 0, "entente draft show D-17",
	    draft_show },
	{ "draft", "approve", "DRAFT", approve_options, COMMAND_OUTWARD,
	    "entente draft approve D-17", draft_approve },
	{ "draft", "delete", "DRAFT", NULL, COMMAND_OUTWARD,
	    "entente draft delete D-17", draft_delete },
	{ .noun = NULL },
};
