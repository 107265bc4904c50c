#include <string.h>

#include "entente/client.h"
#include "entente/commands_trust.h"
#include "entente/form_kind.h"
#include "entente/out.h"
#include "entente/pick.h"
#include "entente/view.h"

/* -- asking ------------------------------------------------------------------------ */

static const char *
question(struct cli *cli)
{
	static const char *const keys[] = { "from", "to", "kind", "purpose",
		"area", "handling", "urgency" };
	const char *path = "/policy/explain";

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (cli_text(cli, keys[i]) != NULL)
			path = arena_printf(&cli->arena, "%s%c%s=%s", path,
			    strchr(path, '?') == NULL ? '?' : '&', keys[i],
			    client_escape(cli, cli_text(cli, keys[i])));
	return path;
}

/* -- the clauses --------------------------------------------------------------------- */

/* Why it does not apply, in a word or two for each reason. */
static const char *
reasons(struct cli *cli, const json_t *c)
{
	const char *s = "";
	const json_t *f;
	size_t i;

	if (strcmp(pick_str(c, "state"), "in-force") != 0)
		s = say_code(cli, "standing", pick_str(c, "state"));
	json_array_foreach(json_object_get(c, "fails"), i, f)
		s = arena_printf(&cli->arena, "%s%s%s", s, *s == '\0' ? "" : ", ",
		    say_code(cli, "grant", json_string_value(f)));
	return s;
}

static void
show_clauses(struct cli *cli, const json_t *clauses)
{
	struct table t = TABLE_INIT;
	const json_t *c;
	size_t i;

	table_head(&t, cli, "column.clause", "column.allowed", "column.fails",
	    "column.title", NULL);
	json_array_foreach(clauses, i, c) {
		bool yes = pick_bool(c, "grants");

		table_cell(&t, cli, OUT_BOLD, pick_str(c, "clause"));
		table_cell(&t, cli, yes ? OUT_GREEN : OUT_COLOR_NONE,
		    say_code(cli, "word", yes ? "yes" : "no"));
		table_cell(&t, cli, OUT_COLOR_NONE, reasons(cli, c));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    pick_label(c, "title", cli->lang));
	}
	table_end(&t, cli);
}

/* -- what would be needed ------------------------------------------------------------- */

/* The clause that the refusal names; else the one with the fewest reasons
 * against it, of an agreement in force before others. */
static const json_t *
nearest(const json_t *clauses, const char *named)
{
	const json_t *best = NULL, *c;
	size_t i, least = 0;

	json_array_foreach(clauses, i, c) {
		size_t n = json_array_size(json_object_get(c, "fails"));

		if (strcmp(pick_str(c, "clause"), named) == 0)
			return c;
		if (strcmp(pick_str(c, "state"), "in-force") != 0)
			n += 100;
		if (best == NULL || n < least) {
			best = c;
			least = n;
		}
	}
	return best;
}

static void
tell_needed(struct cli *cli, const json_t *c)
{
	const json_t *f;
	size_t i;

	if (strcmp(pick_str(c, "state"), "in-force") != 0)
		out_line(cli, say(cli, "needed.state", "clause",
		    pick_str(c, "clause"), "state", say_code(cli, "standing",
		    pick_str(c, "state")), NULL));
	json_array_foreach(json_object_get(c, "fails"), i, f)
		out_line(cli, say(cli, arena_printf(&cli->arena, "needed.%s",
		    json_string_value(f)), "clause", pick_str(c, "clause"),
		    "ceiling", pick_str(c, "ceiling"),
		    "kinds", view_joined(cli, json_object_get(c, "kinds")),
		    "from", view_joined(cli, json_object_get(c, "from")),
		    "to", view_joined(cli, json_object_get(c, "to")),
		    "purposes", view_joined(cli, json_object_get(c, "purposes")),
		    "areas", view_joined(cli, json_object_get(c, "areas")),
		    "mandate", view_joined(cli, json_object_get(c, "mandate")),
		    "framework", pick_str(c, "framework"), NULL));
}

static void
show_answer(struct cli *cli, const json_t *a)
{
	const json_t *clauses = json_object_get(a, "clauses"), *c;

	out_pair(cli, "label.from", pick_str(a, "from"));
	out_pair(cli, "label.to", pick_str(a, "to"));
	out_pair(cli, "label.kind", pick_str(a, "kind"));
	out_pair(cli, "label.purpose",
	    form_code_label(cli, "purposes", pick_str(a, "purpose")));
	out_pair(cli, "label.area",
	    form_code_label(cli, "crime-areas", pick_str(a, "area")));
	out_pair(cli, "label.urgency",
	    say_code(cli, "urgency", pick_str(a, "urgency")));
	out_pair(cli, "label.handling", pick_str(a, "handling"));
	out_pair(cli, "label.allowed", pick_bool(a, "allowed") ?
	    say(cli, pick_bool(a, "emergency") ? "explain.emergency" :
	    "explain.allowed", "clause", pick_str(a, "clause"), NULL) :
	    say(cli, "explain.refused", "code", pick_str(a, "code"), "clause",
	    pick_str(a, "clause"), "detail", pick_str(a, "detail"), NULL));
	if (json_array_size(clauses) != 0)
		show_clauses(cli, clauses);
	c = pick_bool(a, "allowed") ? NULL :
	    nearest(clauses, pick_str(a, "clause"));
	/* A clause that grants needs nothing: the refusal says what is amiss. */
	if (c == NULL || (strcmp(pick_str(c, "state"), "in-force") == 0 &&
	    json_array_size(json_object_get(c, "fails")) == 0))
		return;
	out_heading(cli, say(cli, "explain.needed", NULL));
	tell_needed(cli, c);
}

enum exit_code
agreement_explain(struct cli *cli)
{
	enum exit_code code;
	struct problem p;
	json_t *answer;

	if (!client_get(cli, question(cli), &answer, &p))
		return out_problem(cli, &p);
	code = pick_bool(answer, "allowed") ? EXIT_DONE : EXIT_POLICY;
	if (out_is_json(cli)) {
		out_json(cli, "explanation/1", answer);
		return code;
	}
	show_answer(cli, answer);
	json_decref(answer);
	return code;
}

const struct option agreement_explain_options[] = {
	{ "from", OPTION_TEXT, "DESK", false, 0 },
	{ "to", OPTION_TEXT, "DESK", true, 0 },
	{ "kind", OPTION_TEXT, "KIND", true, 0 },
	{ "purpose", OPTION_TEXT, "CODE", true, 0 },
	{ "area", OPTION_TEXT, "CODE", false, 0 },
	{ "handling", OPTION_TEXT, "LABEL", false, 0 },
	{ "urgency", OPTION_TEXT, "normal|urgent|flash", false, 0 },
	{ .name = NULL },
};
