#include <string.h>

#include "entente/client.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/path.h"
#include "entente/pick.h"
#include "entente/suggest.h"

static const char *const queues[] = { "inbox", "urgent", "waiting", "done",
	"countersign", "copies", "all" };
enum { QUEUES = sizeof(queues) / sizeof(queues[0]) };

static bool
known_queue(struct cli *cli, const char *queue, enum exit_code *code)
{
	struct suggest s = SUGGEST_INIT(queue);
	struct err err;

	for (size_t i = 0; i < QUEUES; i++) {
		if (strcmp(queues[i], queue) == 0)
			return true;
		suggest_offer(&s, queues[i]);
	}
	err_set(&err, ERR_INVALID, "E-USAGE-ARGUMENTS", "%s",
	    say(cli, "inbox.queue", "word", queue, NULL));
	*code = out_error(cli, &err);
	if (*s.best != '\0')
		out_note(cli, "usage.suggest", "word", s.best, NULL);
	return false;
}

/* The clock that runs now: first to acknowledge, then what was promised. */
static const char *
due(const json_t *leg)
{
	const char *keys[] = { "next_step_by", "promised_by", "answer_by" };
	const char *state = pick_str(leg, "state");

	if (strcmp(state, "sent") == 0 || strcmp(state, "reopened") == 0)
		return pick_str(leg, "acknowledge_by");
	if (strcmp(state, "acknowledged") != 0 && strcmp(state, "promised") != 0 &&
	    strcmp(state, "clarifying") != 0 && strcmp(state, "partly") != 0)
		return "";
	for (size_t i = 0; i < 3; i++)
		if (*pick_str(leg, keys[i]) != '\0')
			return pick_str(leg, keys[i]);
	return "";
}

static void
row(struct cli *cli, struct table *t, const json_t *leg)
{
	const char *urgency = pick_str(leg, "urgency"), *by = due(leg);
	bool hot = strcmp(urgency, "normal") != 0;
	msec at;
	bool late = time_parse(&at, slice_str(by)) && at < cli->now;

	table_cell(t, cli, OUT_BOLD, pick_str(leg, "ref"));
	table_cell(t, cli, hot ? OUT_RED : OUT_COLOR_NONE,
	    say_code(cli, "urgency", urgency));
	table_cell(t, cli, OUT_COLOR_NONE,
	    say_code(cli, "state", pick_str(leg, "state")));
	table_cell(t, cli, late ? OUT_RED : OUT_COLOR_NONE, out_time(cli, by));
	table_cell(t, cli, OUT_COLOR_NONE, pick_str(leg, "member"));
	table_cell(t, cli, OUT_COLOR_NONE, arena_printf(&cli->arena, "%s%s%s",
	    pick_bool(leg, "exercise") ? say(cli, "inbox.exercise", NULL) : "",
	    pick_bool(leg, "emergency") ? say(cli, "inbox.emergency", NULL) : "",
	    pick_str(leg, "subject")));
}

static void
show_legs(struct cli *cli, const json_t *list)
{
	const json_t *items = json_object_get(list, "items"), *leg;
	struct table t = TABLE_INIT;
	size_t i;

	if (json_array_size(items) == 0) {
		out_note(cli, "list.empty", NULL);
		return;
	}
	table_head(&t, cli, "column.ref", "column.urgency", "column.state",
	    "column.due", "column.member", "column.subject", NULL);
	json_array_foreach(items, i, leg)
		row(cli, &t, leg);
	table_end(&t, cli);
	if (json_object_get(list, "next") != NULL)
		out_note(cli, "list.more", "option", "--limit", NULL);
	out_next(cli, "entente show %s",
	    pick_str(json_array_get(items, 0), "ref"));
}

static enum exit_code
inbox(struct cli *cli)
{
	const char *queue = cli_arg(cli, 0) == NULL ? "inbox" : cli_arg(cli, 0);
	enum exit_code code;
	struct problem p;
	json_t *list;

	if (!known_queue(cli, queue, &code))
		return code;
	if (!client_list(cli, arena_printf(&cli->arena, "/legs?queue=%s", queue),
	    (size_t)cli_number(cli, "limit", 50), &list, &p))
		return out_problem(cli, &p);
	if (out_is_json(cli)) {
		out_json(cli, "inbox/1", list);
		return EXIT_DONE;
	}
	show_legs(cli, list);
	json_decref(list);
	return EXIT_DONE;
}

static const struct option options[] = {
	{ "limit", OPTION_NUMBER, "N", false, 0 },
	{ .name = NULL },
};

const struct command cmd_inbox[] = {
	{ "inbox", NULL, "[QUEUE]", options, 0,
	    "entente inbox urgent\nentente inbox waiting --json", inbox },
	{ .noun = NULL },
};
