#include <string.h>

#include "entente/compose.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/path.h"
#include "entente/pick.h"
#include "entente/text_option.h"
#include "entente/thread.h"

/*
 * Passing on what another member sent: as it is, signed by who wrote it; with
 * its owner's consent, where that is needed.
 */

/* --number N of the thread as `show` counts, else the last that is not ours. */
static const json_t *
chosen(struct cli *cli, const json_t *thread, struct err *err)
{
	const json_t *list = json_object_get(thread, "messages"), *m, *found = NULL;
	long number = cli_number(cli, "number", 0);
	size_t i;

	json_array_foreach(list, i, m)
		if (number == 0 ? !pick_bool(m, "ours") : (long)i + 1 == number)
			found = m;
	if (found == NULL)
		(void)err_set(err, ERR_NOT_FOUND, "E-NOT-FOUND", "%s",
		    say(cli, "forward.none", NULL));
	return found;
}

/* What must be known of the message that is meant. */
struct meant {
	const char	*name;
	const char	*purpose;
	const char	*from;		/* the desk that signed it */
	bool		 red;
};

static bool
message_of(struct cli *cli, struct meant *meant, struct problem *p)
{
	const json_t *m;
	json_t *thread;

	if (!thread_get(cli, cli_arg(cli, 0), THREAD_PEEK, &thread, p))
		return false;
	m = chosen(cli, thread, &p->err);
	if (m != NULL) {
		meant->name = arena_strdup(&cli->arena, pick_str(m, "name"));
		meant->purpose = arena_strdup(&cli->arena,
		    pick_str(m, "purpose"));
		meant->from = arena_strdup(&cli->arena, pick_str(m, "from"));
		meant->red = strcmp(pick_str(json_object_get(m, "handling"),
		    "tlp"), "RED") == 0;
	}
	json_decref(thread);
	return m != NULL;
}

static enum exit_code
run(struct cli *cli, const char *kind, const char *act,
    bool (*fill)(struct cli *, struct compose *, struct problem *))
{
	struct problem p = { .status = 0 };
	enum exit_code code;
	struct compose c;

	if (compose_begin(cli, &c, kind, act, &p) && fill(cli, &c, &p))
		code = compose_send(cli, &c, COMPOSE_PREVIEW);
	else
		code = out_problem(cli, &p);
	compose_end(&c);
	return code;
}

/* What is said about the message meant: its purpose, unless another is given;
 * options and text. */
static bool
begin(struct cli *cli, struct compose *c, struct meant *meant,
    const char **text, struct problem *p)
{
	if (!message_of(cli, meant, p) ||
	    !compose_options(cli, c, p) || !text_option(cli, text, &p->err))
		return false;
	if (json_object_get(c->message, "purpose") == NULL)
		compose_put(c, "purpose", meant->purpose);
	compose_put(c, "urgency", cli_text(cli, "urgency"));
	return true;
}

/* -- passing on -------------------------------------------------------------------- */

static bool
fill_forward(struct cli *cli, struct compose *c, struct problem *p)
{
	const char *text, *consent = cli_text(cli, "consent");
	struct meant meant;
	json_t *item;

	if (!begin(cli, c, &meant, &text, p))
		return false;
	item = json_pack("{s:s}", "message", meant.name);
	if (consent != NULL)
		json_object_set_new(item, "consent", json_string(consent));
	json_object_set_new(c->message, "forwards", json_pack("[o]", item));
	if (text == NULL)
		text = say(cli, "forward.text", NULL);
	return compose_set(cli, c, "text", text, p);
}

static enum exit_code
forward_send(struct cli *cli)
{
	return run(cli, "message.text/1", "submit", fill_forward);
}

/* -- asking the owner ----------------------------------------------------------------- */

static void
put_members(struct cli *cli, struct compose *c)
{
	json_t *list = json_array();

	for (size_t i = 0; i < cli_count(cli, "for"); i++)
		json_array_append_new(list, json_string(cli_nth(cli, "for", i)));
	json_object_set_new(c->body, "members", list);
}

/* Its owner is asked, and nobody else learns of it; a question that no answer
 * could help is not asked. */
static bool
owner_asked(struct cli *cli, struct compose *c, const struct meant *meant,
    struct err *err)
{
	size_t n = strcspn(meant->from, "/");
	const json_t *v;
	size_t i;

	if (meant->red)
		return err_field(err, ERR_POLICY, "E-FORWARD-NEVER", "message",
		    "%s", say(cli, "forward.red", NULL));
	if (json_object_get(c->message, "to") == NULL)
		json_object_set_new(c->message, "to",
		    json_pack("[s]", meant->from));
	json_array_foreach(json_object_get(c->message, "to"), i, v) {
		const char *to = json_string_value(v);

		if (to == NULL || strncmp(to, meant->from, n) != 0 ||
		    (to[n] != '\0' && to[n] != '/'))
			return err_field(err, ERR_INVALID, "E-FIELD-VALUE",
			    "to", "%s", say(cli, "forward.owner", "from",
			    meant->from, NULL));
	}
	return true;
}

/* Who is to have it must be somebody. */
static bool
members_known(struct cli *cli, struct problem *p)
{
	json_t *member;

	for (size_t i = 0; i < cli_count(cli, "for"); i++) {
		if (!client_get(cli, path_of(cli, "members",
		    cli_nth(cli, "for", i)), &member, p))
			return false;
		json_decref(member);
	}
	return true;
}

static bool
fill_question(struct cli *cli, struct compose *c, struct problem *p)
{
	struct meant meant;
	const char *text;

	if (!begin(cli, c, &meant, &text, p) ||
	    !owner_asked(cli, c, &meant, &p->err) || !members_known(cli, p))
		return false;
	json_object_set_new(c->body, "message", json_string(meant.name));
	put_members(cli, c);
	return (text == NULL || compose_set(cli, c, "reason", text, p)) &&
	    compose_ask(cli, c, FORM_MISSING, p);
}

static enum exit_code
forward_ask(struct cli *cli)
{
	return run(cli, "request.consent/1", "submit", fill_question);
}

/* -- the owner's answer ------------------------------------------------------------------ */

/* What was asked, unless --for says to fewer. */
static bool
fill_consent(struct cli *cli, struct compose *c, struct problem *p)
{
	const json_t *root, *body;
	const char *text;
	json_t *thread;

	if (!thread_get(cli, cli_arg(cli, 0), THREAD_OPEN, &thread, p))
		return false;
	root = json_array_get(json_object_get(thread, "messages"), 0);
	body = json_object_get(root, "body");
	compose_put(c, "thread", pick_str(thread, "thread"));
	compose_put(c, "purpose", pick_str(root, "purpose"));
	json_object_set(c->body, "message", json_object_get(body, "message"));
	json_object_set(c->body, "members", json_object_get(body, "members"));
	json_decref(thread);
	if (cli_count(cli, "for") != 0)
		put_members(cli, c);
	compose_put_time(c, "until", cli_time(cli, "until"));
	return text_option(cli, &text, &p->err) && (text == NULL ||
	    compose_set(cli, c, "conditions", text, p));
}

static enum exit_code
forward_consent(struct cli *cli)
{
	return run(cli, "request.consent/1", "answer", fill_consent);
}

#define NUMBER	{ "number", OPTION_NUMBER, "N", false, 0 }

static const struct option send_options[] = {
	NUMBER,
	{ "consent", OPTION_TEXT, "REF", false, 0 },
	TEXT_OPTIONS,
	COMPOSE_OPTIONS,
	{ "urgency", OPTION_TEXT, "normal|urgent|flash", false, 0 },
	{ .name = NULL },
};

static const struct option ask_options[] = {
	NUMBER,
	{ "for", OPTION_REPEAT, "MEMBER", true, 0 },
	TEXT_OPTIONS,
	COMPOSE_OPTIONS,
	{ "urgency", OPTION_TEXT, "normal|urgent|flash", false, 0 },
	{ .name = NULL },
};

static const struct option consent_options[] = {
	{ "for", OPTION_REPEAT, "MEMBER", false, 0 },
	{ "until", OPTION_TIME, "TIME", false, 0 },
	TEXT_OPTIONS,
	COMPOSE_OPTIONS,
	{ .name = NULL },
};

const struct command cmd_forward[] = {
	{ "forward", "send", "REF", send_options, COMMAND_OUTWARD,
	    "entente forward send rs-2026-000184 --to it/cyber\n"
	    "entente forward send rs-2026-000184 --to it/cyber --consent fr-2026-000007",
	    forward_send },
	{ "forward", "ask", "REF", ask_options, COMMAND_OUTWARD,
	    "entente forward ask rs-2026-000184 --for it --text Why.",
	    forward_ask },
	{ "forward", "consent", "REF", consent_options, COMMAND_OUTWARD,
	    "entente forward consent fr-2026-000007 --until +90d",
	    forward_consent },
	{ .noun = NULL },
};
