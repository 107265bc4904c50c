#include "entente/client.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/path.h"
#include "entente/pick.h"

/* "Cyber desk, +38111123456, 24/7" */
static const char *
contact(struct cli *cli, const json_t *desk)
{
	const char *phone = pick_str(desk, "phone"),
	    *hours = pick_str(desk, "hours");

	return arena_printf(&cli->arena, "%s%s%s%s%s", pick_str(desk, "desk"),
	    *phone == '\0' ? "" : ", ", phone, *hours == '\0' ? "" : ", ",
	    hours);
}

static void
show_page(struct cli *cli, const json_t *p)
{
	const json_t *fallback = json_object_get(p, "fallback");

	out_heading(cli, arena_printf(&cli->arena, "%lld  %s",
	    (long long)pick_int(p, "id"),
	    say_code(cli, "page", pick_str(p, "reason"))));
	out_pair(cli, "label.member", pick_str(p, "member"));
	if (*pick_str(p, "ref") != '\0')
		out_pair(cli, "label.ref", pick_str(p, "ref"));
	out_pair(cli, "label.since", out_time(cli, pick_str(p, "since")));
	if (pick_int(p, "count") > 1)
		out_pair(cli, "label.times", arena_printf(&cli->arena, "%lld",
		    (long long)pick_int(p, "count")));
	if (json_object_get(p, "call") != NULL)
		out_pair(cli, "label.call",
		    contact(cli, json_object_get(p, "call")));
	if (fallback != NULL)
		out_pair(cli, "label.fallback", contact(cli, fallback));
	if (*pick_str(p, "badge") != '\0')
		out_pair(cli, "label.officer", pick_str(p, "badge"));
	if (*pick_str(p, "seen_by") != '\0')
		out_pair(cli, "label.seen_by", pick_str(p, "seen_by"));
}

static enum exit_code
page_list(struct cli *cli)
{
	struct problem problem;
	const json_t *p, *items;
	json_t *list;
	size_t i;

	if (!client_list(cli, cli_flag(cli, "all") ? "/pages?all=1" : "/pages",
	    (size_t)cli_number(cli, "limit", 50), &list, &problem))
		return out_problem(cli, &problem);
	if (out_is_json(cli)) {
		out_json(cli, "pages/1", list);
		return EXIT_DONE;
	}
	items = json_object_get(list, "items");
	if (json_array_size(items) == 0)
		out_note(cli, "page.none", NULL);
	json_array_foreach(items, i, p)
		show_page(cli, p);
	if (json_array_size(items) != 0)
		out_next(cli, "entente page seen %lld",
		    (long long)pick_int(json_array_get(items, 0), "id"));
	json_decref(list);
	return EXIT_DONE;
}

static enum exit_code
page_seen(struct cli *cli)
{
	struct call call = { .method = "POST" };
	struct problem problem;

	call.path = arena_printf(&cli->arena, "%s/seen",
	    path_of(cli, "pages", cli_arg(cli, 0)));
	if (!client_call(cli, &call, NULL, NULL, &problem))
		return out_problem(cli, &problem);
	if (out_is_json(cli))
		out_json(cli, "page/1", json_pack("{s:s, s:b}", "id",
		    cli_arg(cli, 0), "seen", 1));
	else
		out_note(cli, "page.seen", "id", cli_arg(cli, 0), NULL);
	return EXIT_DONE;
}

static const struct option list_options[] = {
	{ "all", OPTION_FLAG, NULL, false, 0 },
	{ "limit", OPTION_NUMBER, "N", false, 0 },
	{ .name = NULL },
};

const struct command cmd_page[] = {
	{ "page", "list", NULL, list_options, 0,
	    "entente page list\nentente page list --all --json", page_list },
	{ "page", "seen", "ID", NULL, 0, "entente page seen 12", page_seen },
	{ .noun = NULL },
};
