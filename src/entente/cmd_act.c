#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "entente/compose.h"
#include "entente/form_kind.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/pick.h"
#include "entente/text_option.h"
#include "entente/thread.h"
#include "entente/view.h"
#include "model/kind.h"

/*
 * The acts on a thread, a row each: which act, which of its options fills
 * which field of the body, and which fields of the header options fill.
 */
struct act_form {
	const char	*noun;
	const char	*act;
	const char	*until;		/* option of a time -> header "until" */
	const char	*text;		/* --text -> this field */
	const char	*fields[5][2];	/* option -> field */
};

static const struct act_form forms[] = {
	{ "ack", "acknowledge", "by", "next_step", {
	    { "owner", "owner" }, { "owner-role", "owner_role" },
	    { "own-ref", "own_reference" }, { "call-back", "call_back" } } },
	{ "will-answer", "will-answer", "by", "note", { { "form", "form" } } },
	{ "answer", "answer", "until", "text", { { "own-ref", "own_reference" } } },
	{ "partial", "partial", "until", "text", { { "still-open", "open" },
	    { "own-ref", "own_reference" } } },
	{ "refuse", "refuse", NULL, "explanation", { { "ground", "ground" },
	    { "duplicate-of", "duplicate_of" } } },
	{ "clarify", "clarify", NULL, "question", { { NULL } } },
	{ "supplement", "supplement", NULL, "text", { { NULL } } },
	{ "transfer", "transfer", NULL, "reason", { { NULL } } },
	{ "not-competent", "not-competent", NULL, "reason", {
	    { "competent", "competent_member" } } },
	{ "extend", "extend", "by", "reason", { { NULL } } },
	{ "raise", "raise", NULL, "reason", {
	    { "ground", "urgency_grounds" } } },
	{ "lower", "lower", NULL, "reason", { { NULL } } },
	{ "told", "told-by-phone", NULL, "summary", { { "who", "who" },
	    { "to-whom", "to_whom" }, { "phone", "phone" }, { "at", "at" } } },
	{ "result", "result", NULL, "use_made", { { "outcome", "outcome" } } },
	{ "withdraw", "withdraw", NULL, "reason", { { NULL } } },
	{ "close", "close", NULL, "note", { { NULL } } },
	{ "reopen", "reopen", NULL, "reason", { { NULL } } },
	{ "reply", "reply", NULL, "text", { { NULL } } },
	{ "accept", "accept", NULL, "note", {
	    { "own-ref", "own_reference" } } },
	{ "decline", "decline", NULL, "explanation", {
	    { "ground", "ground" } } },
	{ "counter", "counter", NULL, "reason", { { NULL } } },
	{ "reoffer", "reoffer", "until", "note", { { NULL } } },
	{ "lapse", "lapse", NULL, "note", { { NULL } } },
	{ "deliver", "deliver", NULL, "text", {
	    { "own-ref", "own_reference" } } },
	{ "hand-over", "hand-over", NULL, "seals_note", { { NULL } } },
};

static const struct act_form *
form_of(const struct command *c)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(forms[i].noun, c->noun) == 0)
			return &forms[i];
	/* commands.c lists no act without a form. */
	abort();
}

static bool
set_fields(struct cli *cli, struct compose *c, const struct act_form *form,
    struct problem *p)
{
	for (size_t i = 0; i < 5 && form->fields[i][0] != NULL; i++) {
		const char *option = form->fields[i][0];

		for (size_t k = 0; k < cli_count(cli, option); k++) {
			const char *text = cli_nth(cli, option, k);

			/* Codes given one by one are one list. */
			for (k++; k < cli_count(cli, option); k++)
				text = arena_printf(&cli->arena, "%s,%s", text,
				    cli_nth(cli, option, k));
			if (!compose_set(cli, c, form->fields[i][1], text, p))
				return false;
		}
	}
	return true;
}

/*
 * Who answers at three in the morning types one line: the owner's role and
 * the next step are given where the officer says nothing else.
 */
static bool
acknowledge_defaults(struct cli *cli, struct compose *c, struct problem *p)
{
	static const char *const usual[] = { "duty", "analyst", "supervisor" };
	const json_t *role;
	json_t *me;
	size_t i;

	if (json_object_get(c->body, "next_step") == NULL)
		json_object_set_new(c->body, "next_step",
		    json_string(say(cli, "act.next-step", NULL)));
	if (json_object_get(c->body, "owner_role") != NULL)
		return true;
	if (!client_get(cli, "/me", &me, p))
		return false;
	for (size_t k = 0; k < 3; k++)
		json_array_foreach(json_object_get(me, "roles"), i, role)
			if (json_is_string(role) && strcmp(
			    json_string_value(role), usual[k]) == 0 &&
			    json_object_get(c->body, "owner_role") == NULL)
				json_object_set_new(c->body, "owner_role",
				    json_string(usual[k]));
	json_decref(me);
	return true;
}

/* --own-ground: "other", and which of ours beside it. */
static bool
own_ground(struct cli *cli, struct compose *c, struct problem *p)
{
	const char *code = cli_takes(cli, "own-ground") ?
	    cli_text(cli, "own-ground") : NULL;
	json_t *status;

	if (code == NULL)
		return true;
	if (cli_text(cli, "ground") != NULL)
		return err_set(&p->err, ERR_INVALID, "E-USAGE-TWICE", "%s",
		    say(cli, "usage.one-ground", NULL));
	if (!client_get(cli, "/status", &status, p))
		return false;
	json_object_set_new(c->body, "ground", json_string("other"));
	json_object_set_new(c->body, KIND_NATIONAL, json_pack("{s:{s:s}}",
	    pick_str(status, "member"), "ground", code));
	json_decref(status);
	return true;
}

static bool
fill(struct cli *cli, struct compose *c, const struct act_form *form,
    struct problem *p)
{
	const char *text;

	if (!compose_options(cli, c, p) || !text_option(cli, &text, &p->err))
		return false;
	if (text != NULL && !compose_set(cli, c, form->text, text, p))
		return false;
	if (!set_fields(cli, c, form, p) || !own_ground(cli, c, p))
		return false;
	compose_settle_until(cli, c);
	if (form->until != NULL)
		compose_put_time(c, "until", cli_time(cli, form->until));
	if (cli_takes(cli, "desk"))
		compose_put(c, "desk", cli_text(cli, "desk"));
	if (cli_takes(cli, "urgency"))
		compose_put(c, "urgency", cli_text(cli, "urgency"));
	if (strcmp(form->act, "acknowledge") == 0 &&
	    !acknowledge_defaults(cli, c, p))
		return false;
	return compose_ask(cli, c, FORM_MISSING, p);
}

/*
 * What is accepted are the conditions that stand last in the thread; they are
 * shown, and named in the acceptance.  --set terms=NAME says which are meant by
 * who read them elsewhere.
 */
static void
accept_terms(struct cli *cli, struct compose *c, const json_t *thread)
{
	const json_t *m, *terms = NULL;
	FILE *data = cli->out->data;
	size_t i, files = 0;

	json_array_foreach(json_object_get(thread, "messages"), i, m)
		if (strcmp(pick_str(m, "act"), "submit") == 0 ||
		    strcmp(pick_str(m, "act"), "reoffer") == 0)
			terms = m;
	if (terms == NULL)
		return;
	if (!cli->yes && !out_is_json(cli)) {
		cli->out->data = cli->out->talk;
		view_message(cli, pick_str(thread, "kind"), terms, NULL,
		    &files);
		cli->out->data = data;
	}
	if (json_object_get(c->body, "terms") == NULL)
		json_object_set(c->body, "terms",
		    json_object_get(terms, "name"));
}

static bool
begin(struct cli *cli, struct compose *c, const struct act_form *form,
    struct problem *p)
{
	const json_t *root;
	json_t *thread;
	bool ok;

	*c = (struct compose){ .draft = NULL };
	if (!thread_get(cli, cli_arg(cli, 0), THREAD_PEEK, &thread, p))
		return false;
	root = json_array_get(json_object_get(thread, "messages"), 0);
	ok = compose_begin(cli, c, pick_str(thread, "kind"), form->act, p);
	if (ok) {
		compose_put(c, "thread", pick_str(thread, "thread"));
		if (json_object_get(c->message, "purpose") == NULL &&
		    *pick_str(root, "purpose") != '\0')
			compose_put(c, "purpose", pick_str(root, "purpose"));
		if (strcmp(form->act, "accept") == 0)
			accept_terms(cli, c, thread);
	}
	json_decref(thread);
	return ok;
}

/* What binds, or cannot be taken back, is asked about before it goes. */
static bool
is_grave(const struct act_form *form)
{
	return strcmp(form->act, "accept") == 0 ||
	    strcmp(form->act, "deliver") == 0;
}

static enum exit_code
act(struct cli *cli)
{
	const struct act_form *form = form_of(cli->command);
	struct problem p = { .status = 0 };
	enum exit_code code;
	struct compose c;
	msec until;

	if (begin(cli, &c, form, &p) && fill(cli, &c, form, &p)) {
		until = form->until == NULL ? 0 : cli_time(cli, form->until);
		if (until != 0)
			out_note(cli, "act.until", "time", out_msec(cli, until),
			    NULL);
		code = compose_send(cli, &c, is_grave(form) ?
		    COMPOSE_PREVIEW : COMPOSE_DIRECT);
	} else
		code = out_problem(cli, &p);
	if (c.path != NULL && code != EXIT_DONE && code != EXIT_QUEUED)
		out_note(cli, "compose.kept", "path", c.path, NULL);
	compose_end(&c);
	return code;
}

/* -- rows ------------------------------------------------------------------------ */

#define ACT_OPTIONS(row, ...)						\
	static const struct option row##_options[] = {			\
		__VA_ARGS__						\
		TEXT_OPTIONS,						\
		COMPOSE_OPTIONS,					\
		{ .name = NULL },					\
	}

ACT_OPTIONS(ack,
	{ "by", OPTION_TIME, "TIME", true, 0 },
	{ "owner", OPTION_TEXT, "BADGE", false, 0 },
	{ "owner-role", OPTION_TEXT, "ROLE", false, 0 },
	{ "own-ref", OPTION_TEXT, "REF", false, 0 },
	{ "call-back", OPTION_TEXT, "PHONE", false, 0 },
);
ACT_OPTIONS(will_answer,
	{ "by", OPTION_TIME, "TIME", true, 0 },
	{ "form", OPTION_TEXT, "CODE", false, 0 },
);
ACT_OPTIONS(answer,
	{ "until", OPTION_TIME, "TIME", false, 0 },
	{ "own-ref", OPTION_TEXT, "REF", false, 0 },
);
ACT_OPTIONS(partial,
	{ "until", OPTION_TIME, "TIME", false, 0 },
	{ "still-open", OPTION_TEXT, "TEXT", false, 0 },
	{ "own-ref", OPTION_TEXT, "REF", false, 0 },
);
ACT_OPTIONS(refuse,
	{ "ground", OPTION_TEXT, "CODE", false, 0 },
	{ "own-ground", OPTION_TEXT, "CODE", false, 0 },
	{ "duplicate-of", OPTION_TEXT, "REF", false, 0 },
);
ACT_OPTIONS(plain, );
ACT_OPTIONS(transfer,
	{ "desk", OPTION_TEXT, "DESK", true, 0 },
);
ACT_OPTIONS(not_competent,
	{ "competent", OPTION_TEXT, "MEMBER", false, 0 },
);
ACT_OPTIONS(extend,
	{ "by", OPTION_TIME, "TIME", true, 0 },
);
ACT_OPTIONS(raise,
	{ "urgency", OPTION_TEXT, "urgent|flash", true, 0 },
	{ "ground", OPTION_REPEAT, "CODE", false, 0 },
);
ACT_OPTIONS(lower,
	{ "urgency", OPTION_TEXT, "normal|urgent", true, 0 },
);
ACT_OPTIONS(told,
	{ "who", OPTION_TEXT, "NAME", false, 0 },
	{ "to-whom", OPTION_TEXT, "NAME", false, 0 },
	{ "phone", OPTION_TEXT, "PHONE", false, 0 },
	{ "at", OPTION_TEXT, "TIME", false, 0 },
);
ACT_OPTIONS(accept,
	{ "own-ref", OPTION_TEXT, "REF", false, 0 },
);
ACT_OPTIONS(decline,
	{ "ground", OPTION_TEXT, "CODE", true, 0 },
);
ACT_OPTIONS(reoffer,
	{ "until", OPTION_TIME, "TIME", false, 0 },
);
ACT_OPTIONS(deliver,
	{ "own-ref", OPTION_TEXT, "REF", false, 0 },
);
ACT_OPTIONS(result,
	{ "outcome", OPTION_REPEAT, "CODE", false, 0 },
);

#define ACT(noun, options, example)					\
	{ noun, NULL, "REF", options##_options, COMMAND_OUTWARD, example, act }

const struct command cmd_act[] = {
	ACT("ack", ack, "entente ack REQ-2026-000184 --by 14:00\n"
	    "entente ack REQ-2026-000184 --by +2h --owner 4711 --json"),
	ACT("will-answer", will_answer,
	    "entente will-answer REQ-2026-000184 --by '2026-11-22 14:00' --form full"),
	ACT("answer", answer,
	    "entente answer REQ-2026-000184 --from answer.json --file log.csv"),
	ACT("partial", partial,
	    "entente partial REQ-2026-000184 --from part.json --still-open 'IP log'"),
	ACT("refuse", refuse,
	    "entente refuse REQ-2026-000184 --ground not-preserved\n"
	    "entente refuse REQ-2026-000184 --own-ground no-treaty "
	    "--text-file why.txt"),
	ACT("clarify", plain,
	    "entente clarify REQ-2026-000184 --text 'Which time zone?'"),
	ACT("supplement", plain,
	    "entente supplement REQ-2026-000184 --text-file more.txt"),
	ACT("transfer", transfer,
	    "entente transfer REQ-2026-000184 --desk fr/fraud --text-file why.txt"),
	ACT("not-competent", not_competent,
	    "entente not-competent REQ-2026-000184 --competent de --text-file why.txt"),
	ACT("extend", extend,
	    "entente extend REQ-2026-000184 --by +3d --text-file why.txt"),
	ACT("raise", raise,
	    "entente raise REQ-2026-000184 --urgency flash --ground threat-to-life"),
	ACT("lower", lower,
	    "entente lower REQ-2026-000184 --urgency normal --text-file why.txt"),
	ACT("told", told,
	    "entente told REQ-2026-000184 --who 4711 --to-whom 'Duty officer' --at 13:40"),
	ACT("result", result,
	    "entente result REQ-2026-000184 --outcome evidence-used --text-file use.txt"),
	ACT("withdraw", plain,
	    "entente withdraw REQ-2026-000184 --text-file why.txt"),
	ACT("close", plain, "entente close REQ-2026-000184"),
	ACT("reopen", plain,
	    "entente reopen REQ-2026-000184 --text-file why.txt"),
	ACT("reply", plain,
	    "entente reply MSG-2026-000007 --text-file answer.txt"),
	ACT("accept", accept, "entente accept OFF-2026-000012"),
	ACT("decline", decline,
	    "entente decline OFF-2026-000012 --ground not-relevant"),
	ACT("counter", plain,
	    "entente counter OFF-2026-000012 --from other-conditions.json"),
	ACT("reoffer", reoffer,
	    "entente reoffer OFF-2026-000012 --until +3d --from conditions.json"),
	ACT("lapse", plain, "entente lapse OFF-2026-000012"),
	ACT("deliver", deliver,
	    "entente deliver OFF-2026-000012 --from content.json --file list.csv"),
	ACT("hand-over", plain,
	    "entente hand-over REQ-2026-000184 --from hand-over.json --file form.pdf"),
	{ .noun = NULL },
};
