#include "entente/client.h"
#include "entente/commands_trust.h"
#include "entente/out.h"
#include "entente/path.h"
#include "entente/pick.h"

/* What is to be looked at again or told to others: reviews and yearly reports
 * of agreements, uses of an emergency clause. */

static enum exit_code
mark(struct cli *cli, const char *name)
{
	struct call call = { .method = "POST",
	    .path = path_of(cli, "emergencies", name) };
	struct problem p;
	json_t *answer;

	if (!client_call(cli, &call, NULL, &answer, &p))
		return out_problem(cli, &p);
	out_note(cli, "agreement.reported", NULL);
	if (out_is_json(cli))
		out_json(cli, "reported/1", json_pack("{s:s}", "message", name));
	return EXIT_DONE;
}

static void
show_dates(struct cli *cli, const json_t *agreements)
{
	struct table t = TABLE_INIT;
	const json_t *a;
	size_t i;

	table_head(&t, cli, "column.agreement", "column.review",
	    "column.due", "column.report", NULL);
	json_array_foreach(json_object_get(agreements, "items"), i, a) {
		if (*pick_str(a, "review") == '\0' &&
		    *pick_str(a, "report_next") == '\0')
			continue;
		table_cell(&t, cli, OUT_BOLD, pick_str(a, "id"));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(a, "review"));
		table_cell(&t, cli, pick_bool(a, "review_due") ? OUT_RED :
		    OUT_COLOR_NONE, say_code(cli, "word",
		    pick_bool(a, "review_due") ? "yes" : "no"));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(a, "report_next"));
	}
	table_end(&t, cli);
}

static void
show_uses(struct cli *cli, const json_t *uses)
{
	struct table t = TABLE_INIT;
	const json_t *u;
	size_t i;

	out_heading(cli, say(cli, "heading.emergencies", NULL));
	table_head(&t, cli, "column.ref", "column.kind", "column.peer",
	    "column.clause", "column.at", "column.reported", "column.object",
	    NULL);
	json_array_foreach(json_object_get(uses, "items"), i, u) {
		const char *reported = pick_str(u, "reported");

		table_cell(&t, cli, OUT_BOLD, pick_str(u, "ref"));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(u, "kind"));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(u, "peer"));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(u, "clause"));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    out_time(cli, pick_str(u, "sent")));
		table_cell(&t, cli, *reported == '\0' ? OUT_RED :
		    OUT_COLOR_NONE, *reported == '\0' ?
		    say_code(cli, "word", "no") : out_time(cli, reported));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(u, "message"));
	}
	table_end(&t, cli);
}

enum exit_code
agreement_report(struct cli *cli)
{
	json_t *agreements, *uses = NULL;
	const char *name = cli_text(cli, "reported");
	struct problem p;

	if (name != NULL)
		return mark(cli, name);
	if (!client_list(cli, "/agreements", 10000, &agreements, &p))
		return out_problem(cli, &p);
	/* Uses are for supervisors and auditors; dates for everybody. */
	if (!client_list(cli, "/emergencies", 10000, &uses, &p) &&
	    p.status != 403) {
		json_decref(agreements);
		return out_problem(cli, &p);
	}
	if (out_is_json(cli)) {
		out_json(cli, "agreement-report/1", json_pack("{s:O,s:O?}",
		    "agreements", json_object_get(agreements, "items"),
		    "emergencies", json_object_get(uses, "items")));
	} else {
		show_dates(cli, agreements);
		if (uses != NULL)
			show_uses(cli, uses);
		else
			out_note(cli, "agreement.uses-denied", NULL);
	}
	json_decref(uses);
	json_decref(agreements);
	return EXIT_DONE;
}

const struct option agreement_report_options[] = {
	{ "reported", OPTION_TEXT, "NAME", false, 0 },
	{ .name = NULL },
};
