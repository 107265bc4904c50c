#include <string.h>

#include "entente/form_kind.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/pick.h"
#include "entente/thread.h"
#include "entente/view.h"

/* What comes first to mind on what has just arrived; not everything is a
 * request with a clock. */
static void
suggest_first(struct cli *cli, const char *kind, const char *ref)
{
	const json_t *json;
	struct problem ignored;

	if (strcmp(kind, "agreement/1") == 0)
		out_next(cli, "entente agreement countersign %s", ref);
	else if (strcmp(kind, "request.consent/1") == 0)
		out_next(cli, "entente forward consent %s", ref);
	else if (strcmp(kind, "message.text/1") == 0)
		out_next(cli, "entente reply %s", ref);
	else if (form_kind(cli, kind, &json, &ignored) &&
	    strcmp(pick_str(json, "flow"), "request") == 0)
		out_next(cli, "entente ack %s --by +2h", ref);
}

/* What an officer most likely does next on this state. */
static void
suggest_next(struct cli *cli, const json_t *legs, const char *kind,
    const char *ref)
{
	const json_t *leg = json_array_get(legs, 0);
	const char *state = pick_str(leg, "state");

	if (strcmp(pick_str(leg, "role"), "asked") == 0) {
		if (strcmp(state, "sent") == 0 || strcmp(state, "reopened") == 0)
			suggest_first(cli, kind, ref);
		else if (strcmp(state, "acknowledged") == 0 ||
		    strcmp(state, "promised") == 0)
			out_next(cli, "entente answer %s", ref);
		else if (strcmp(state, "offered") == 0)
			out_next(cli, "entente accept %s", ref);
		else if (strcmp(state, "delivered") == 0)
			out_next(cli, "entente result %s", ref);
		return;
	}
	if (strcmp(state, "answered") == 0)
		out_next(cli, "entente result %s", ref);
	else if (strcmp(state, "accepted") == 0)
		out_next(cli, "entente deliver %s", ref);
	else if (strcmp(state, "countered") == 0)
		out_next(cli, "entente reoffer %s --until +7d", ref);
	else if (strcmp(state, "clarifying") == 0)
		out_next(cli, "entente supplement %s", ref);
	else if (strcmp(state, "reported") == 0 || strcmp(state, "refused") == 0)
		out_next(cli, "entente close %s", ref);
}

static void
related_row(struct cli *cli, struct table *t, const json_t *other,
    const char *relation)
{
	table_cell(t, cli, OUT_BOLD, pick_str(other, "ref"));
	table_cell(t, cli, OUT_COLOR_NONE, pick_str(other, "asker"));
	table_cell(t, cli, OUT_COLOR_NONE, pick_str(other, "kind"));
	table_cell(t, cli, OUT_COLOR_NONE, out_time(cli, pick_str(other, "sent")));
	table_cell(t, cli, OUT_COLOR_NONE, pick_str(other, "field"));
	table_cell(t, cli, OUT_YELLOW, say_code(cli, "relation", relation));
}

/* Before the words: who would do the work twice should see it first. */
static void
show_related(struct cli *cli, const json_t *thread)
{
	const json_t *back = json_object_get(thread, "follows");
	const json_t *on = json_object_get(thread, "followed_by");
	const json_t *same = json_object_get(thread, "matches"), *o;
	struct table t = TABLE_INIT;
	size_t i;

	if (json_array_size(back) + json_array_size(on) +
	    json_array_size(same) == 0)
		return;
	out_heading(cli, say(cli, "heading.related", NULL));
	table_head(&t, cli, "column.ref", "column.asker", "column.kind",
	    "column.sent", "column.field", "column.relation", NULL);
	json_array_foreach(back, i, o)
		related_row(cli, &t, o, "follows");
	json_array_foreach(on, i, o)
		related_row(cli, &t, o, "followed-by");
	json_array_foreach(same, i, o)
		related_row(cli, &t, o, pick_str(o, "reason"));
	table_end(&t, cli);
}

static void
show_thread(struct cli *cli, const json_t *t)
{
	const json_t *legs = json_object_get(t, "legs"), *m;
	size_t i, files = 0;

	out_pair(cli, "label.ref", pick_str(t, "ref"));
	out_pair(cli, "label.kind", pick_str(t, "kind"));
	out_pair(cli, "label.thread", pick_str(t, "thread"));
	if (pick_bool(json_array_get(legs, 0), "exercise"))
		out_pair(cli, "label.exercise", say_code(cli, "word", "exercise"));
	if (json_array_size(legs) != 0) {
		out_heading(cli, say(cli, "heading.legs", NULL));
		view_legs(cli, legs);
	}
	show_related(cli, t);
	json_array_foreach(json_object_get(t, "messages"), i, m)
		view_message(cli, pick_str(t, "kind"), m, i == 0 ? NULL :
		    json_array_get(json_object_get(t, "messages"), 0), &files);
	if (files != 0)
		out_next(cli, "entente file get %s 1", pick_str(t, "ref"));
	suggest_next(cli, legs, pick_str(t, "kind"), pick_str(t, "ref"));
}

static enum exit_code
show(struct cli *cli)
{
	struct problem p;
	json_t *thread;

	if (!thread_get(cli, cli_arg(cli, 0), cli_flag(cli, "peek") ?
	    THREAD_PEEK : THREAD_OPEN, &thread, &p))
		return out_problem(cli, &p);
	if (out_is_json(cli)) {
		out_json(cli, "thread/1", thread);
		return EXIT_DONE;
	}
	show_thread(cli, thread);
	json_decref(thread);
	return EXIT_DONE;
}

static const struct option options[] = {
	{ "peek", OPTION_FLAG, NULL, false, 0 },
	{ .name = NULL },
};

const struct command cmd_show[] = {
	{ "show", NULL, "REF", options, 0,
	    "entente show REQ-2026-000184\nentente show REQ-2026-000184 --peek --json",
	    show },
	{ .noun = NULL },
};
