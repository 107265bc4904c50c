#include "entente/client.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/path.h"
#include "entente/pick.h"
#include "entente/view.h"

static enum exit_code
member_list(struct cli *cli)
{
	struct table t = TABLE_INIT;
	struct problem p;
	const json_t *m;
	json_t *list;
	size_t i;

	if (!client_list(cli, "/members", 10000, &list, &p))
		return out_problem(cli, &p);
	if (out_is_json(cli)) {
		out_json(cli, "members/1", list);
		return EXIT_DONE;
	}
	table_head(&t, cli, "column.member", "column.status", "column.class",
	    "column.country", "column.name", NULL);
	json_array_foreach(json_object_get(list, "items"), i, m) {
		const char *status = pick_str(m, "status");

		table_cell(&t, cli, OUT_BOLD, pick_str(m, "id"));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    say_code(cli, "word", status));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(m, "class"));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(m, "country"));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    pick_label(m, "name", cli->lang));
	}
	table_end(&t, cli);
	m = json_array_get(json_object_get(list, "items"), 0);
	if (m != NULL)
		out_next(cli, "entente member show %s", pick_str(m, "id"));
	json_decref(list);
	return EXIT_DONE;
}

static void
show_desks(struct cli *cli, const json_t *desks)
{
	struct table t = TABLE_INIT;
	const json_t *d;
	size_t i;

	if (json_array_size(desks) == 0)
		return;
	out_heading(cli, say(cli, "heading.desks", NULL));
	table_head(&t, cli, "column.desk", "column.name", "column.phone",
	    "column.hours", "column.languages", NULL);
	json_array_foreach(desks, i, d) {
		table_cell(&t, cli, OUT_BOLD, json_is_string(d) ?
		    json_string_value(d) : pick_str(d, "desk"));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    pick_label(d, "name", cli->lang));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(d, "phone"));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(d, "hours"));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    view_joined(cli, json_object_get(d, "languages")));
	}
	table_end(&t, cli);
}

static void
show_member(struct cli *cli, const json_t *m)
{
	const json_t *card = json_object_get(m, "card");

	if (card == NULL)
		card = m;
	out_pair(cli, "label.member", cli_arg(cli, 0));
	out_pair(cli, "label.name", pick_label(card, "name", cli->lang));
	out_pair(cli, "label.class", pick_str(m, "class"));
	out_pair(cli, "label.status",
	    say_code(cli, "word", pick_str(m, "status")));
	out_pair(cli, "label.country", pick_str(card, "country"));
	out_pair(cli, "label.time_zone", pick_str(card, "time_zone"));
	out_pair(cli, "label.languages",
	    view_joined(cli, json_object_get(card, "languages")));
	out_pair(cli, "label.urls",
	    view_joined(cli, json_object_get(card, "urls")));
	out_pair(cli, "label.relay", pick_str(card, "relay"));
	if (json_object_get(card, "seq") != NULL)
		out_pair(cli, "label.card", arena_printf(&cli->arena, "%lld",
		    (long long)pick_int(card, "seq")));
	show_desks(cli, json_object_get(card, "desks"));
}

static enum exit_code
member_show(struct cli *cli)
{
	struct problem p;
	json_t *m;

	if (!client_get(cli, path_of(cli, "members", cli_arg(cli, 0)), &m, &p))
		return out_problem(cli, &p);
	if (out_is_json(cli)) {
		out_json(cli, "member/1", m);
		return EXIT_DONE;
	}
	show_member(cli, m);
	json_decref(m);
	return EXIT_DONE;
}

const struct command cmd_member[] = {
	{ "member", "list", NULL, NULL, 0, "entente member list", member_list },
	{ "member", "show", "MEMBER", NULL, 0, "entente member show fr",
	    member_show },
	{ .noun = NULL },
};
