#include "entente/agreement_send.h"
#include "entente/commands_trust.h"
#include "entente/out.h"
#include "entente/pick.h"
#include "entente/view.h"

enum exit_code
agreement_list(struct cli *cli)
{
	struct table t = TABLE_INIT;
	struct problem p;
	const json_t *a;
	json_t *list;
	size_t i;

	if (!client_list(cli, "/agreements", 10000, &list, &p))
		return out_problem(cli, &p);
	if (out_is_json(cli)) {
		out_json(cli, "agreements/1", list);
		return EXIT_DONE;
	}
	table_head(&t, cli, "column.agreement", "column.version",
	    "column.state", "column.parties", "column.from", "column.until",
	    "column.title", NULL);
	json_array_foreach(json_object_get(list, "items"), i, a) {
		table_cell(&t, cli, OUT_BOLD, pick_str(a, "id"));
		table_cell(&t, cli, OUT_COLOR_NONE, arena_printf(&cli->arena,
		    "%lld", (long long)pick_int(a, "version")));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    say_code(cli, "standing", pick_str(a, "state")));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    view_joined(cli, json_object_get(a, "parties")));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    out_time(cli, pick_str(a, "from")));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    out_time(cli, pick_str(a, "until")));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    pick_label(a, "title", cli->lang));
	}
	table_end(&t, cli);
	json_decref(list);
	return EXIT_DONE;
}

static void
show_clause(struct cli *cli, const json_t *c)
{
	out_heading(cli, pick_str(c, "id"));
	out_pair(cli, "label.text", pick_label(c, "text", cli->lang));
	out_pair(cli, "label.kinds", view_joined(cli, json_object_get(c, "kinds")));
	out_pair(cli, "label.from", view_joined(cli, json_object_get(c, "from")));
	out_pair(cli, "label.to", view_joined(cli, json_object_get(c, "to")));
	out_pair(cli, "label.purposes",
	    view_joined(cli, json_object_get(c, "purposes")));
	out_pair(cli, "label.areas", view_joined(cli, json_object_get(c, "areas")));
	out_pair(cli, "label.ceiling",
	    view_handling(cli, json_object_get(c, "ceiling")));
	if (pick_bool(c, "emergency"))
		out_pair(cli, "label.emergency",
		    say_code(cli, "word", "emergency-clause"));
}

/* -- what stands beside the clauses ------------------------------------------------ */

static void
show_pledges(struct cli *cli, const json_t *balances)
{
	const json_t *p;
	size_t i;

	json_array_foreach(balances, i, p)
		out_pair(cli, "label.pledge", say(cli, "agreement.balance",
		    "id", pick_str(p, "pledge"), "party", pick_str(p, "party"),
		    "resource", say_code(cli, "resource",
		    pick_str(p, "resource")), "per", say_code(cli, "per",
		    pick_str(p, "per")), "amount", arena_printf(&cli->arena,
		    "%lld", (long long)pick_int(p, "amount")), "left",
		    arena_printf(&cli->arena, "%lld",
		    (long long)pick_int(p, "left")), NULL));
}

static void
show_mandates(struct cli *cli, const json_t *mandates)
{
	const json_t *m;
	size_t i;

	json_array_foreach(mandates, i, m)
		out_pair(cli, "label.mandate", arena_printf(&cli->arena,
		    "%s: %s [%s] %s", pick_str(m, "party"),
		    pick_label(m, "text", cli->lang),
		    view_joined(cli, json_object_get(m, "areas")),
		    view_joined(cli, json_object_get(m, "territory"))));
}

static void
show_endings(struct cli *cli, const json_t *endings)
{
	const json_t *e;
	size_t i;

	json_array_foreach(endings, i, e)
		out_pair(cli, "label.ended", arena_printf(&cli->arena,
		    "%s  %s  %s", out_time(cli, pick_str(e, "at")),
		    pick_str(e, "party"), pick_label(e, "reason", cli->lang)));
}

static void
show_terms(struct cli *cli, const json_t *a)
{
	const json_t *f;
	size_t i;

	out_pair(cli, "label.framework", pick_str(json_object_get(a,
	    "framework"), "id"));
	out_pair(cli, "label.witnesses",
	    view_joined(cli, json_object_get(a, "witnessed")));
	out_pair(cli, "label.review", pick_str(a, "review"));
	out_pair(cli, "label.report", pick_str(a, "report_next"));
	out_pair(cli, "label.notice", pick_str(a, "notice"));
	show_mandates(cli, json_object_get(a, "mandates"));
	show_pledges(cli, json_object_get(a, "balances"));
	json_array_foreach(json_object_get(a, "focal"), i, f)
		out_pair(cli, "label.focal", pick_str(f, "desk"));
	show_endings(cli, json_object_get(a, "endings"));
}

static void
show_agreement(struct cli *cli, const json_t *a)
{
	const json_t *c;
	size_t i;

	out_pair(cli, "label.agreement", pick_str(a, "id"));
	out_pair(cli, "label.title", pick_label(a, "title", cli->lang));
	out_pair(cli, "label.version", arena_printf(&cli->arena, "%lld",
	    (long long)pick_int(a, "version")));
	out_pair(cli, "label.parties",
	    view_joined(cli, json_object_get(a, "parties")));
	out_pair(cli, "label.begins", out_time(cli, pick_str(a, "from")));
	out_pair(cli, "label.ends", out_time(cli, pick_str(a, "until")));
	out_pair(cli, "label.state",
	    say_code(cli, "standing", pick_str(a, "state")));
	show_terms(cli, a);
	json_array_foreach(json_object_get(a, "clauses"), i, c)
		show_clause(cli, c);
}

enum exit_code
agreement_show(struct cli *cli)
{
	struct problem p = { .status = 0 };
	json_t *a;

	if (!agreement_get(cli, cli_arg(cli, 0), &a, &p))
		return out_problem(cli, &p);
	if (out_is_json(cli)) {
		out_json(cli, "agreement/1", a);
		return EXIT_DONE;
	}
	show_agreement(cli, a);
	json_decref(a);
	return EXIT_DONE;
}
