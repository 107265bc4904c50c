#include <string.h>

#include "entente/client.h"
#include "entente/commands_trust.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/pick.h"
#include "entente/view.h"

static enum exit_code
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
	    "column.parties", "column.from", "column.until", "column.title",
	    NULL);
	json_array_foreach(json_object_get(list, "items"), i, a) {
		table_cell(&t, cli, OUT_BOLD, pick_str(a, "id"));
		table_cell(&t, cli, OUT_COLOR_NONE, arena_printf(&cli->arena,
		    "%lld", (long long)pick_int(a, "version")));
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
	json_array_foreach(json_object_get(a, "clauses"), i, c)
		show_clause(cli, c);
}

static enum exit_code
agreement_show(struct cli *cli)
{
	const char *id = cli_arg(cli, 0);
	enum exit_code code = EXIT_DONE;
	struct problem p;
	json_t *list, *a, *found = NULL;
	size_t i;

	if (!client_list(cli, "/agreements", 10000, &list, &p))
		return out_problem(cli, &p);
	json_array_foreach(json_object_get(list, "items"), i, a)
		if (strcmp(pick_str(a, "id"), id) == 0)
			found = a;
	if (found == NULL) {
		err_set(&p.err, ERR_NOT_FOUND, "E-NOT-FOUND", "%s", id);
		code = out_error(cli, &p.err);
	} else if (out_is_json(cli))
		out_json(cli, "agreement/1", json_incref(found));
	else
		show_agreement(cli, found);
	json_decref(list);
	return code;
}

const struct command cmd_agreement[] = {
	{ "agreement", "list", NULL, NULL, 0, "entente agreement list",
	    agreement_list },
	{ "agreement", "show", "ID", NULL, 0, "entente agreement show charter",
	    agreement_show },
	{ "agreement", "propose", "FILE", agreement_propose_options,
	    COMMAND_OFFLINE | COMMAND_OUTWARD,
	    "entente agreement propose rs-fr.json --network-dir police.example "
	    "-o rs-fr.note", agreement_propose },
	{ "agreement", "sign", "FILE", agreement_sign_options,
	    COMMAND_OFFLINE | COMMAND_OUTWARD,
	    "entente agreement sign rs-fr.note", agreement_sign },
	{ .noun = NULL },
};
