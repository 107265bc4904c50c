#include "entente/client.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/pick.h"

static enum exit_code
audit_list(struct cli *cli)
{
	struct table t = TABLE_INIT;
	struct problem p;
	const json_t *a;
	json_t *list;
	size_t i;

	if (!client_list(cli, "/audit", (size_t)cli_number(cli, "limit", 50),
	    &list, &p))
		return out_problem(cli, &p);
	if (out_is_json(cli)) {
		out_json(cli, "audit/1", list);
		return EXIT_DONE;
	}
	table_head(&t, cli, "column.number", "column.at", "column.who",
	    "column.what", "column.object", "column.peer", "column.detail", NULL);
	json_array_foreach(json_object_get(list, "items"), i, a) {
		table_cell(&t, cli, OUT_BOLD, arena_printf(&cli->arena, "%lld",
		    (long long)pick_int(a, "id")));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    out_time(cli, pick_str(a, "at")));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(a, "who"));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_bool(a, "gone") ?
		    say_code(cli, "word", "gone") : pick_str(a, "what"));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(a, "object"));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(a, "peer"));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(a, "detail"));
	}
	table_end(&t, cli);
	if (json_object_get(list, "next") != NULL)
		out_note(cli, "list.more", "option", "--limit", NULL);
	json_decref(list);
	return EXIT_DONE;
}

static const struct option options[] = {
	{ "limit", OPTION_NUMBER, "N", false, 0 },
	{ .name = NULL },
};

const struct command cmd_audit[] = {
	{ "audit", "list", NULL, options, 0,
	    "entente audit list --limit 200 --jsonl", audit_list },
	{ .noun = NULL },
};
