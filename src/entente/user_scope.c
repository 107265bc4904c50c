#include "entente/user_scope.h"

#include <string.h>

#include "entente/out.h"
#include "entente/pick.h"
#include "entente/view.h"

json_t *
user_scope_list(struct cli *cli, const char *option)
{
	json_t *a = json_array();

	for (size_t i = 0; i < cli_count(cli, option); i++)
		json_array_append_new(a, json_string(cli_nth(cli, option, i)));
	return a;
}

static void
put_list(struct cli *cli, json_t *body, const char *key, const char *option)
{
	if (cli_count(cli, option) != 0)
		json_object_set_new(body, key, user_scope_list(cli, option));
}

static void
put_text(struct cli *cli, json_t *body, const char *key, const char *option)
{
	if (cli_text(cli, option) != NULL)
		json_object_set_new(body, key,
		    json_string(cli_text(cli, option)));
}

void
user_scope_put(struct cli *cli, json_t *body)
{
	char until[TIME_TEXT];

	put_list(cli, body, "desks", "desk");
	put_list(cli, body, "kinds", "kinds");
	put_list(cli, body, "gives", "gives");
	put_text(cli, body, "urgency_most", "urgency-most");
	put_text(cli, body, "tlp_most", "tlp-most");
	put_text(cli, body, "level_most", "level-most");
	if (cli_time(cli, "expires") != 0) {
		time_print(until, cli_time(cli, "expires"));
		json_object_set_new(body, "until", json_string(until));
	}
}

/* Nothing is said of what is not limited. */
static void
show_limits(struct cli *cli, const json_t *s)
{
	const json_t *gives = json_object_get(s, "gives");

	if (json_array_size(json_object_get(s, "kinds")) != 0)
		out_pair(cli, "label.kinds",
		    view_joined(cli, json_object_get(s, "kinds")));
	if (strcmp(pick_str(s, "urgency_most"), "flash") != 0)
		out_pair(cli, "label.urgency_most", say_code(cli, "urgency",
		    pick_str(s, "urgency_most")));
	if (strcmp(pick_str(s, "tlp_most"), "RED") != 0)
		out_pair(cli, "label.tlp_most", pick_str(s, "tlp_most"));
	if (strcmp(pick_str(s, "level_most"), "CONFIDENTIAL") != 0)
		out_pair(cli, "label.level_most", pick_str(s, "level_most"));
	if (*pick_str(s, "until") != '\0')
		out_pair(cli, "label.expires", out_time(cli, pick_str(s, "until")));
	if (json_array_size(gives) != 0)
		out_pair(cli, "label.gives", view_joined(cli, gives));
}

/* What a giver has lost, those whom he gave it have lost with him. */
static bool
is_less(const json_t *a, const json_t *now)
{
	static const char *const keys[] = { "roles", "kinds", "gives",
	    "urgency_most", "tlp_most", "level_most" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (!json_equal(json_object_get(a, keys[i]),
		    json_object_get(now, keys[i])))
			return true;
	return !json_equal(json_object_get(a, "desks"),
	    json_object_get(now, "desks")) ||
	    (json_array_size(json_object_get(now, "desks")) == 0 &&
	    !pick_bool(now, "every_desk"));
}

void
user_scope_show(struct cli *cli, const json_t *account)
{
	const json_t *now = json_object_get(account, "effective");
	const json_t *reset = json_object_get(account, "reset");

	show_limits(cli, account);
	if (*pick_str(account, "giver") != '\0')
		out_pair(cli, "label.giver", pick_str(account, "giver"));
	if (reset != NULL)
		out_pair(cli, "label.reset", say(cli, "user.reset-by", "by",
		    pick_str(reset, "by"), "agreed",
		    *pick_str(reset, "agreed") == '\0' ? "-" :
		    pick_str(reset, "agreed"), NULL));
	if (pick_bool(account, "initial"))
		out_note(cli, "user.initial", NULL);
	if (now == NULL || !is_less(account, now))
		return;
	out_heading(cli, say(cli, "user.effective", NULL));
	out_pair(cli, "label.roles", view_joined(cli, json_object_get(now, "roles")));
	out_pair(cli, "label.desks", pick_bool(now, "every_desk") ? "*" :
	    view_joined(cli, json_object_get(now, "desks")));
	show_limits(cli, now);
}
