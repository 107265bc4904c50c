#include "base/json.h"
#include "entente/client.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/pick.h"
#include "entente/prompt.h"
#include "entente/token.h"

static bool
ask_badge(struct cli *cli, const char **badge, struct err *err)
{
	*badge = cli_arg(cli, 0);
	if (*badge == NULL)
		*badge = prompt_line(cli, say(cli, "login.badge", NULL), NULL,
		    "BADGE", err);
	return *badge != NULL;
}

static bool
open_session(struct cli *cli, const char *badge, json_t **answer,
    struct problem *p)
{
	struct call call = { .method = "POST", .path = "/sessions" };
	struct secret *s;
	struct client *c = client_of(cli, &p->err);
	bool ok;

	if (c == NULL)
		return false;
	s = prompt_secret(cli, say(cli, "login.password", "badge", badge, NULL),
	    "password", PROMPT_OLD, &p->err);
	if (s == NULL)
		return false;
	/* A token that has run out must not get in the way of a new one. */
	client_set_token(c, NULL);
	call.body = json_pack("{s:s}", "account", badge);
	call.password = s;
	ok = client_call(cli, &call, NULL, answer, p);
	json_decref(call.body);
	secret_free(s);
	return ok;
}

static enum exit_code
login(struct cli *cli)
{
	struct problem p = { .status = 0 };
	const char *badge, *token;
	json_t *answer;
	bool ok;

	if (!ask_badge(cli, &badge, &p.err))
		return out_error(cli, &p.err);
	if (!open_session(cli, badge, &answer, &p))
		return out_problem(cli, &p);
	token = pick_str(answer, "token");
	ok = token_write(cli, client_where(cli->client), slice_str(token), &p.err);
	if (ok && out_is_json(cli))
		out_json(cli, "session/1", json_pack("{s:s, s:O}", "expires",
		    pick_str(answer, "expires"), "account",
		    json_object_get(answer, "account")));
	else if (ok) {
		out_note(cli, "login.done", "badge", badge, "until",
		    out_time(cli, pick_str(answer, "expires")), NULL);
		out_next(cli, "entente inbox");
	}
	json_decref(answer);
	return ok ? EXIT_DONE : out_error(cli, &p.err);
}

static enum exit_code
logout(struct cli *cli)
{
	struct call call = { .method = "DELETE", .path = "/sessions/current" };
	struct problem p;
	bool ok = client_call(cli, &call, NULL, NULL, &p);

	/* A session that is no more is what was asked for. */
	if (!ok && p.status != 401 && p.status != 404)
		return out_problem(cli, &p);
	token_forget(cli, client_where(cli->client));
	if (out_is_json(cli))
		out_json(cli, "logout/1", json_object());
	else
		out_note(cli, "logout.done", NULL);
	return EXIT_DONE;
}

static const struct option login_options[] = {
	PROMPT_SECRET_OPTIONS("password"),
	{ .name = NULL },
};

const struct command cmd_login[] = {
	{ "login", NULL, "[BADGE]", login_options, 0,
	    "entente login 4711\nentente login 4711 --password-file -", login },
	{ "logout", NULL, NULL, NULL, 0, "entente logout", logout },
	{ .noun = NULL },
};
