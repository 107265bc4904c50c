#include <string.h>

#include "base/encode.h"
#include "crypto/hash.h"
#include "crypto/note.h"
#include "entente/client.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/path.h"
#include "entente/pick.h"
#include "entente/prompt.h"
#include "entente/thread.h"
#include "entente/view.h"

/*
 * What is countersigned is a hash, so it is computed here, of the signed text
 * that is shown.
 */
static bool
show_message(struct cli *cli, const json_t *thread, const char **hash,
    struct problem *p)
{
	const json_t *m = json_array_get(json_object_get(thread, "messages"), 0);
	struct buf text = BUF_INIT;
	struct note note;
	struct hash name;
	char hex[65];
	size_t files = 0;
	bool ok;

	*hash = arena_strdup(&cli->arena, pick_str(thread, "thread"));
	if (!client_text(cli, arena_printf(&cli->arena, "%s/note",
	    path_of(cli, "messages", *hash)), NOTE_MAX, &text, p)) {
		buf_free(&text);
		return false;
	}
	ok = note_parse(&note, buf_all(&text), &p->err);
	if (ok) {
		name = note_text_name(&note);
		hex_encode(hex, slice_of(name.b, sizeof(name.b)));
		ok = strcmp(hex, *hash) == 0 || err_set(&p->err, ERR_VERIFY,
		    "E-CLI-HASH", "%s", say(cli, "draft.not-its-hash", NULL));
	}
	if (ok) {
		view_message(cli, pick_str(thread, "kind"), m, NULL, &files);
		out_heading(cli, say(cli, "countersign.exact", NULL));
		out_line(cli, arena_str(&cli->arena, note.text));
		out_pair(cli, "label.hash", *hash);
	}
	buf_free(&text);
	return ok;
}

static enum exit_code
sign(struct cli *cli, const char *hash)
{
	struct problem p = { .status = 0 };
	struct call call = { .method = "POST", .path = arena_printf(&cli->arena,
	    "%s/countersign", path_of(cli, "threads", hash)) };
	struct secret *s = prompt_secret(cli, say(cli, "countersign.password",
	    NULL), "password", PROMPT_OLD, &p.err);
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
	out_note(cli, "countersign.done", NULL);
	if (out_is_json(cli))
		out_json(cli, "sent/1", answer);
	else {
		out_line(cli, pick_str(answer, "ref"));
		json_decref(answer);
	}
	return EXIT_DONE;
}

static enum exit_code
countersign(struct cli *cli)
{
	const char *seen = cli_text(cli, "hash"), *hash;
	FILE *data = cli->out->data;
	enum exit_code code;
	struct problem p = { .status = 0 };
	json_t *thread;
	bool ok;

	if (!thread_get(cli, cli_arg(cli, 0), THREAD_PEEK, &thread, &p))
		return out_problem(cli, &p);
	cli->out->data = cli->out->talk;
	ok = show_message(cli, thread, &hash, &p);
	cli->out->data = data;
	json_decref(thread);
	if (!ok)
		return p.status != 0 ? out_problem(cli, &p) :
		    out_error(cli, &p.err);
	if (seen != NULL && strcmp(seen, hash) != 0) {
		err_set(&p.err, ERR_CONFLICT, "E-CLI-DRAFT", "%s",
		    say(cli, "draft.changed", NULL));
		return out_error(cli, &p.err);
	}
	if (!prompt_confirm(cli, &code, say(cli, "countersign.question", NULL)))
		return code;
	return sign(cli, hash);
}

static const struct option options[] = {
	{ "hash", OPTION_TEXT, "HEX", false, 0 },
	PROMPT_SECRET_OPTIONS("password"),
	{ .name = NULL },
};

const struct command cmd_countersign[] = {
	{ "countersign", NULL, "REF", options, COMMAND_OUTWARD,
	    "entente countersign REQ-2026-000184", countersign },
	{ .noun = NULL },
};
