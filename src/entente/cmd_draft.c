#include <string.h>

#include "base/encode.h"
#include "crypto/hash.h"
#include "entente/client.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/path.h"
#include "entente/pick.h"
#include "entente/prompt.h"
#include "entente/view.h"
#include "model/message.h"
#include "model/text.h"

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
	table_head(&t, cli, "column.draft", "column.by", "column.made",
	    "column.hash", NULL);
	json_array_foreach(json_object_get(list, "items"), i, d) {
		table_cell(&t, cli, OUT_BOLD, pick_str(d, "draft"));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(d, "author"));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    out_time(cli, pick_str(d, "made")));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(d, "hash"));
	}
	table_end(&t, cli);
	d = json_array_get(json_object_get(list, "items"), 0);
	if (d != NULL)
		out_next(cli, "entente draft show %s", pick_str(d, "draft"));
	json_decref(list);
	return EXIT_DONE;
}

static bool
hash_is(struct slice bytes, const char *want)
{
	struct hash h = hash_of(bytes);
	char hex[65];

	hex_encode(hex, slice_of(h.b, sizeof(h.b)));
	return strcmp(hex, want) == 0;
}

/* Of a header and the content it names, a message as threads show it. */
static json_t *
as_message(const json_t *header, const json_t *content)
{
	json_t *m = json_deep_copy(header), *to = json_array();
	const json_t *recipient;
	size_t i;

	json_array_foreach(json_object_get(header, "to"), i, recipient)
		json_array_append(to, json_object_get(recipient, "desk"));
	json_object_set_new(m, "to", to);
	json_object_del(m, "content");
	json_object_set(m, "subject", json_object_get(content, "subject"));
	json_object_set(m, "body", json_object_get(content, "body"));
	json_object_set(m, "files", json_object_get(content, "files"));
	return m;
}

/*
 * What is approved is a hash, so it is computed here: of the text, and of the
 * content that the text names.  NULL: they are not what the node says.
 */
static json_t *
read_draft(struct cli *cli, const json_t *d, struct err *err)
{
	struct slice text = slice_str(pick_str(d, "text"));
	struct slice line = slice_str(pick_str(d, "content"));
	json_t *header, *content = NULL, *m = NULL;

	header = text_read(text, "message", err);
	if (header != NULL)
		content = json_read(line, CONTENT_MAX, err);
	if (content == NULL)
		goto out;
	if (hash_is(text, pick_str(d, "hash")) &&
	    hash_is(line, pick_str(header, "content")))
		m = as_message(header, content);
	else
		err_set(err, ERR_VERIFY, "E-CLI-HASH", "%s",
		    say(cli, "draft.not-its-hash", NULL));
out:
	json_decref(header);
	json_decref(content);
	return m;
}

/* The exact text that would be signed, then what it carries, readable. */
static bool
show_draft(struct cli *cli, const json_t *d, struct err *err)
{
	json_t *m = read_draft(cli, d, err);
	size_t files = 0;

	if (m == NULL)
		return false;
	view_message(cli, pick_str(m, "kind"), m, NULL, &files);
	out_heading(cli, say(cli, "draft.exact", NULL));
	out_line(cli, pick_str(d, "text"));
	out_pair(cli, "label.by", pick_str(d, "author"));
	out_pair(cli, "label.hash", pick_str(d, "hash"));
	json_decref(m);
	return true;
}

static enum exit_code
draft_show(struct cli *cli)
{
	struct problem p;
	json_t *d;
	bool ok;

	if (!client_get(cli, path_of(cli, "drafts", cli_arg(cli, 0)), &d, &p))
		return out_problem(cli, &p);
	if (out_is_json(cli)) {
		out_json(cli, "draft/1", d);
		return EXIT_DONE;
	}
	ok = show_draft(cli, d, &p.err);
	json_decref(d);
	if (!ok)
		return out_error(cli, &p.err);
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
	bool ok;

	if (!client_get(cli, path_of(cli, "drafts", cli_arg(cli, 0)), &d, &p))
		return out_problem(cli, &p);
	hash = arena_strdup(&cli->arena, pick_str(d, "hash"));
	cli->out->data = cli->out->talk;
	ok = show_draft(cli, d, &p.err);
	cli->out->data = data;
	json_decref(d);
	if (!ok)
		return out_error(cli, &p.err);
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
	if (out_is_json(cli))
		out_json(cli, "draft-deleted/1", json_pack("{s:s}", "draft",
		    cli_arg(cli, 0)));
	else
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
