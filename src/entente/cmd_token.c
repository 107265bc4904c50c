#include "entente/client.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/path.h"
#include "entente/pick.h"
#include "entente/prompt.h"

#include <fcntl.h>

#include "base/io.h"

/* To the file asked for, else to stdout: never among talk. */
static bool
deliver(struct cli *cli, json_t *answer, struct err *err)
{
	const char *path = cli_text(cli, "output"), *token;
	struct buf b = BUF_INIT;
	bool ok;

	token = pick_str(answer, "token");
	if (path == NULL) {
		if (out_is_json(cli))
			out_json(cli, "token/1", json_incref(answer));
		else
			out_line(cli, token);
		return true;
	}
	buf_printf(&b, "%s\n", token);
	ok = io_create_file(AT_FDCWD, path, buf_all(&b), 0600, err);
	buf_wipe(&b);
	if (ok && out_is_json(cli))
		out_json(cli, "token-file/1", json_pack("{s:s, s:s}", "label",
		    cli_arg(cli, 0), "file", path));
	return ok;
}

static enum exit_code
token_add(struct cli *cli)
{
	const char *label = cli_arg(cli, 0);
	struct call call = { .method = "POST", .path = "/tokens" };
	struct problem p;
	json_t *answer;
	bool ok;

	if (cli->dry_run) {
		enum exit_code code;

		(void)prompt_confirm(cli, &code,
		    say(cli, "token.add-question", "label", label, NULL));
		return code;
	}
	call.body = json_pack("{s:s, s:I}", "label", label, "days",
	    (json_int_t)cli_number(cli, "days", 90));
	ok = client_call(cli, &call, NULL, &answer, &p);
	json_decref(call.body);
	if (!ok)
		return out_problem(cli, &p);
	ok = deliver(cli, answer, &p.err);
	if (ok)
		out_note(cli, "token.once", NULL);
	json_decref(answer);
	return ok ? EXIT_DONE : out_error(cli, &p.err);
}

static enum exit_code
token_list(struct cli *cli)
{
	struct table t = TABLE_INIT;
	struct problem p;
	const json_t *k;
	json_t *list;
	size_t i;

	if (!client_list(cli, "/tokens", 10000, &list, &p))
		return out_problem(cli, &p);
	if (out_is_json(cli)) {
		out_json(cli, "tokens/1", list);
		return EXIT_DONE;
	}
	table_head(&t, cli, "column.type", "column.label", "column.made",
	    "column.expires", NULL);
	json_array_foreach(json_object_get(list, "items"), i, k) {
		table_cell(&t, cli, OUT_COLOR_NONE,
		    say_code(cli, "token-type", pick_str(k, "type")));
		table_cell(&t, cli, OUT_BOLD, pick_str(k, "label"));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    out_time(cli, pick_str(k, "made")));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    out_time(cli, pick_str(k, "expires")));
	}
	table_end(&t, cli);
	json_decref(list);
	return EXIT_DONE;
}

static enum exit_code
token_revoke(struct cli *cli)
{
	struct call call = { .method = "DELETE",
	    .path = path_of(cli, "tokens", cli_arg(cli, 0)) };
	enum exit_code code;
	struct problem p;

	if (!prompt_confirm(cli, &code, say(cli, "token.revoke-question",
	    "label", cli_arg(cli, 0), NULL)))
		return code;
	if (!client_call(cli, &call, NULL, NULL, &p))
		return out_problem(cli, &p);
	if (out_is_json(cli))
		out_json(cli, "token-revoked/1", json_pack("{s:s}", "label",
		    cli_arg(cli, 0)));
	else
		out_note(cli, "token.revoked", "label", cli_arg(cli, 0), NULL);
	return EXIT_DONE;
}

static const struct option add_options[] = {
	{ "days", OPTION_NUMBER, "DAYS", false, 0 },
	{ "output", OPTION_PATH, "FILE", false, 'o' },
	{ .name = NULL },
};

const struct command cmd_token[] = {
	{ "token", "list", NULL, NULL, 0, "entente token list", token_list },
	{ "token", "add", "LABEL", add_options, COMMAND_OUTWARD,
	    "entente token add pager --days 30 -o pager.token", token_add },
	{ "token", "revoke", "LABEL", NULL, COMMAND_OUTWARD,
	    "entente token revoke pager", token_revoke },
	{ .noun = NULL },
};
