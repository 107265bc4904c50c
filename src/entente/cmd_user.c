#include "entente/client.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/path.h"
#include "entente/pick.h"
#include "entente/prompt.h"
#include "entente/user_scope.h"
#include "entente/view.h"

static void
show_account(struct cli *cli, const json_t *a)
{
	out_pair(cli, "label.badge", pick_str(a, "badge"));
	out_pair(cli, "label.name", pick_str(a, "name"));
	out_pair(cli, "label.roles", view_joined(cli, json_object_get(a, "roles")));
	out_pair(cli, "label.desks", view_joined(cli, json_object_get(a, "desks")));
	out_pair(cli, "label.lang", pick_str(a, "lang"));
	out_pair(cli, "label.approval_key", pick_str(a, "vkey"));
	user_scope_show(cli, a);
	if (pick_bool(a, "disabled"))
		out_pair(cli, "label.state", say_code(cli, "word", "disabled"));
}

static enum exit_code
answered(struct cli *cli, json_t *account)
{
	bool card = pick_bool(account, "card_due");

	if (out_is_json(cli))
		out_json(cli, "account/1", account);
	else {
		show_account(cli, account);
		json_decref(account);
	}
	if (card) {
		out_note(cli, "user.card-due", NULL);
		out_next(cli, "entente card update");
	}
	return EXIT_DONE;
}

static json_t *
new_account(struct cli *cli)
{
	json_t *body = json_pack("{s:s, s:s, s:o}", "badge", cli_arg(cli, 0),
	    "name", cli_text(cli, "name"), "roles", user_scope_list(cli, "role"));

	user_scope_put(cli, body);
	if (cli_text(cli, "speaks") != NULL)
		json_object_set_new(body, "lang",
		    json_string(cli_text(cli, "speaks")));
	if (cli_number(cli, "uid", -1) >= 0)
		json_object_set_new(body, "uid",
		    json_integer(cli_number(cli, "uid", -1)));
	return body;
}

/* POST with a new password beside the body; the old one where there is one. */
static enum exit_code
with_password(struct cli *cli, const char *path, json_t *body,
    const struct secret *old, const char *badge, json_t **answer)
{
	struct call call = { .method = "POST", .path = path, .body = body,
	    .old = old };
	struct problem p = { .status = 0 };
	struct secret *s;
	bool ok;

	s = prompt_secret(cli, say(cli, "user.new-password", "badge", badge,
	    NULL), "password", PROMPT_NEW, &p.err);
	if (s == NULL)
		return out_error(cli, &p.err);
	call.password = s;
	ok = client_call(cli, &call, NULL, answer, &p);
	secret_free(s);
	return ok ? EXIT_DONE : out_problem(cli, &p);
}

static enum exit_code
user_add(struct cli *cli)
{
	const char *badge = cli_arg(cli, 0);
	enum exit_code code;
	json_t *body, *answer;

	if (cli->dry_run) {
		(void)prompt_confirm(cli, &code,
		    say(cli, "user.add-question", "badge", badge, NULL));
		return code;
	}
	body = new_account(cli);
	code = with_password(cli, "/accounts", body, NULL, badge, &answer);
	json_decref(body);
	return code == EXIT_DONE ? answered(cli, answer) : code;
}

static enum exit_code
user_password(struct cli *cli)
{
	struct secret *old;
	enum exit_code code;
	struct err err;

	old = prompt_secret(cli, say(cli, "user.old-password", NULL),
	    "old-password", PROMPT_OLD, &err);
	if (old == NULL)
		return out_error(cli, &err);
	code = with_password(cli, "/me/password", NULL, old, "", NULL);
	secret_free(old);
	if (code == EXIT_DONE)
		out_note(cli, "user.password-done", NULL);
	return code;
}

static enum exit_code
user_list(struct cli *cli)
{
	struct table t = TABLE_INIT;
	struct problem p;
	const json_t *a;
	json_t *list;
	size_t i;

	if (!client_list(cli, "/accounts", 10000, &list, &p))
		return out_problem(cli, &p);
	if (out_is_json(cli)) {
		out_json(cli, "accounts/1", list);
		return EXIT_DONE;
	}
	table_head(&t, cli, "column.badge", "column.name", "column.roles",
	    "column.desks", "column.state", NULL);
	json_array_foreach(json_object_get(list, "items"), i, a) {
		bool off = pick_bool(a, "disabled");

		table_cell(&t, cli, OUT_BOLD, pick_str(a, "badge"));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(a, "name"));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    view_joined(cli, json_object_get(a, "roles")));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    view_joined(cli, json_object_get(a, "desks")));
		table_cell(&t, cli, off ? OUT_YELLOW : OUT_COLOR_NONE,
		    say_code(cli, "word", off ? "disabled" : "active"));
	}
	table_end(&t, cli);
	json_decref(list);
	return EXIT_DONE;
}

/* PATCH /accounts/{badge}, after consent; takes body. */
static enum exit_code
patch(struct cli *cli, json_t *body, const char *question)
{
	struct call call = { .method = "PATCH", .body = body,
	    .path = path_of(cli, "accounts", cli_arg(cli, 0)) };
	struct problem p;
	enum exit_code code;
	json_t *answer;
	bool ok;

	if (!prompt_confirm(cli, &code, question)) {
		json_decref(body);
		return code;
	}
	ok = client_call(cli, &call, NULL, &answer, &p);
	json_decref(body);
	if (!ok)
		return out_problem(cli, &p);
	if (answer != NULL)
		return answered(cli, answer);
	out_note(cli, "done", NULL);
	return EXIT_DONE;
}

static enum exit_code
user_role(struct cli *cli)
{
	json_t *roles = json_array();
	const char *all = "";

	for (size_t i = 1; cli_arg(cli, i) != NULL; i++) {
		json_array_append_new(roles, json_string(cli_arg(cli, i)));
		all = arena_printf(&cli->arena, "%s%s%s", all,
		    i == 1 ? "" : ", ", cli_arg(cli, i));
	}
	return patch(cli, json_pack("{s:o}", "roles", roles), say(cli,
	    "user.role-question", "badge", cli_arg(cli, 0), "roles", all, NULL));
}

static enum exit_code
user_change(struct cli *cli)
{
	json_t *body = json_object();

	if (cli_text(cli, "name") != NULL)
		json_object_set_new(body, "name",
		    json_string(cli_text(cli, "name")));
	user_scope_put(cli, body);
	return patch(cli, body, say(cli, "user.change-question", "badge",
	    cli_arg(cli, 0), NULL));
}

static enum exit_code
user_disable(struct cli *cli)
{
	json_t *body = json_pack("{s:b}", "disabled", 1);

	if (cli_text(cli, "heir") != NULL)
		json_object_set_new(body, "heir",
		    json_string(cli_text(cli, "heir")));
	return patch(cli, body, say(cli,
	    "user.disable-question", "badge", cli_arg(cli, 0), NULL));
}

static enum exit_code
user_enable(struct cli *cli)
{
	return patch(cli, json_pack("{s:b}", "disabled", 0), say(cli,
	    "user.enable-question", "badge", cli_arg(cli, 0), NULL));
}

/* POST /accounts/{badge}/<step>, after consent. */
static enum exit_code
reset_step(struct cli *cli, const char *step, const char *question,
    const char *next)
{
	struct call call = { .method = "POST", .body = json_object(),
	    .path = arena_printf(&cli->arena, "%s/%s",
	    path_of(cli, "accounts", cli_arg(cli, 0)), step) };
	struct problem p;
	enum exit_code code;
	json_t *answer;
	bool ok;

	if (!prompt_confirm(cli, &code, question)) {
		json_decref(call.body);
		return code;
	}
	ok = client_call(cli, &call, NULL, &answer, &p);
	json_decref(call.body);
	if (!ok)
		return out_problem(cli, &p);
	code = answered(cli, answer);
	out_next(cli, "entente user %s %s", next, cli_arg(cli, 0));
	return code;
}

static enum exit_code
user_reset(struct cli *cli)
{
	return reset_step(cli, "reset", say(cli, "user.reset-question", "badge",
	    cli_arg(cli, 0), NULL), "confirm");
}

static enum exit_code
user_confirm(struct cli *cli)
{
	return reset_step(cli, "confirm", say(cli, "user.confirm-question",
	    "badge", cli_arg(cli, 0), NULL), "renew");
}

static enum exit_code
user_renew(struct cli *cli)
{
	const char *badge = cli_arg(cli, 0);
	enum exit_code code;
	json_t *body, *answer;

	if (cli->dry_run) {
		(void)prompt_confirm(cli, &code,
		    say(cli, "user.renew-question", "badge", badge, NULL));
		return code;
	}
	body = json_object();
	code = with_password(cli, arena_printf(&cli->arena, "%s/password",
	    path_of(cli, "accounts", badge)), body, NULL, badge, &answer);
	json_decref(body);
	return code == EXIT_DONE ? answered(cli, answer) : code;
}

static enum exit_code
user_show(struct cli *cli)
{
	struct problem p;
	json_t *me;

	if (!client_get(cli, "/me", &me, &p))
		return out_problem(cli, &p);
	return answered(cli, me);
}

static const struct option add_options[] = {
	{ "name", OPTION_TEXT, "NAME", true, 0 },
	{ "role", OPTION_REPEAT, "ROLE", true, 0 },
	USER_SCOPE_OPTIONS,
	{ "speaks", OPTION_TEXT, "ar|en|es|fr", false, 0 },
	{ "uid", OPTION_NUMBER, "UID", false, 0 },
	PROMPT_SECRET_OPTIONS("password"),
	{ .name = NULL },
};

static const struct option change_options[] = {
	{ "name", OPTION_TEXT, "NAME", false, 0 },
	USER_SCOPE_OPTIONS,
	{ .name = NULL },
};

static const struct option disable_options[] = {
	{ "heir", OPTION_TEXT, "BADGE", false, 0 },
	{ .name = NULL },
};

static const struct option renew_options[] = {
	PROMPT_SECRET_OPTIONS("password"),
	{ .name = NULL },
};

static const struct option password_options[] = {
	PROMPT_SECRET_OPTIONS("old-password"),
	PROMPT_SECRET_OPTIONS("password"),
	{ .name = NULL },
};

const struct command cmd_user[] = {
	{ "user", "me", NULL, NULL, 0, "entente user me", user_show },
	{ "user", "list", NULL, NULL, 0, "entente user list", user_list },
	{ "user", "add", "BADGE", add_options, COMMAND_OUTWARD,
	    "entente user add 4711 --name 'M. Durand' --role duty --desk fr/cyber",
	    user_add },
	{ "user", "role", "BADGE ROLE...", NULL, COMMAND_OUTWARD,
	    "entente user role 4711 duty supervisor", user_role },
	{ "user", "change", "BADGE", change_options, COMMAND_OUTWARD,
	    "entente user change 4711 --desk fr/crime --tlp-most AMBER\n"
	    "entente user change 4711 --gives duty --gives analyst",
	    user_change },
	{ "user", "disable", "BADGE", disable_options, COMMAND_OUTWARD,
	    "entente user disable 4711 --yes\n"
	    "entente user disable 4711 --heir 4712 --yes", user_disable },
	{ "user", "enable", "BADGE", NULL, COMMAND_OUTWARD,
	    "entente user enable 4711", user_enable },
	{ "user", "reset", "BADGE", NULL, COMMAND_OUTWARD,
	    "entente user reset 4711", user_reset },
	{ "user", "confirm", "BADGE", NULL, COMMAND_OUTWARD,
	    "entente user confirm 4711", user_confirm },
	{ "user", "renew", "BADGE", renew_options, COMMAND_OUTWARD,
	    "entente user renew 4711", user_renew },
	{ "user", "password", NULL, password_options, 0,
	    "entente user password", user_password },
	{ .noun = NULL },
};
