#include "entente/client.h"
#include "entente/commands_trust.h"
#include "entente/out.h"
#include "entente/path.h"
#include "entente/pick.h"

/* The yearly report: what was asked and answered under an agreement. */
static void
show(struct cli *cli, const json_t *year)
{
	static const char *const counts[] = { "sent", "answered", "refused",
		"withdrawn", "waiting" };
	struct table t = TABLE_INIT;
	const json_t *f;
	size_t i;

	table_head(&t, cli, "column.kind", "column.asker", "column.asked",
	    "column.sent", "column.answered", "column.refused",
	    "column.withdrawn", "column.waiting", NULL);
	json_array_foreach(json_object_get(year, "items"), i, f) {
		table_cell(&t, cli, OUT_BOLD, pick_str(f, "kind"));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(f, "asker"));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(f, "asked"));
		for (size_t k = 0; k < sizeof(counts) / sizeof(counts[0]); k++)
			table_cell(&t, cli, OUT_COLOR_NONE, arena_printf(
			    &cli->arena, "%lld",
			    (long long)pick_int(f, counts[k])));
	}
	table_end(&t, cli);
	json_array_foreach(json_object_get(year, "drawn"), i, f)
		out_pair(cli, "label.drawn", arena_printf(&cli->arena,
		    "%s  %s  %lld", pick_str(f, "pledge"),
		    pick_str(f, "resource"), (long long)pick_int(f, "amount")));
}

enum exit_code
agreement_year(struct cli *cli)
{
	const char *year = cli_arg(cli, 1);
	struct problem p;
	char now[TIME_TEXT];
	json_t *answer;

	time_print(now, cli->now);
	now[4] = '\0';
	if (!client_get(cli, arena_printf(&cli->arena, "%s/years/%s",
	    path_of(cli, "agreements", cli_arg(cli, 0)),
	    client_escape(cli, year == NULL ? now : year)), &answer, &p))
		return out_problem(cli, &p);
	if (out_is_json(cli)) {
		out_json(cli, "agreement-year/1", answer);
		return EXIT_DONE;
	}
	show(cli, answer);
	json_decref(answer);
	return EXIT_DONE;
}
