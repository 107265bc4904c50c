#include <string.h>

#include "entente/client.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/pick.h"
#include "entente/prompt.h"

/* Why it cannot be reached, and what of it has not come. */
static const char *
problem_of(struct cli *cli, const json_t *p)
{
	const char *error = pick_str(p, "last_error");
	int64_t missing = pick_int(p, "missing");

	if (missing == 0)
		return error;
	return arena_printf(&cli->arena, "%s%s%s", error,
	    *error == '\0' ? "" : "; ", say(cli, "status.missing", "n",
	    arena_printf(&cli->arena, "%lld", (long long)missing), "since",
	    out_time(cli, pick_str(p, "missing_since")), NULL));
}

static void
show_peers(struct cli *cli, const json_t *peers)
{
	struct table t = TABLE_INIT;
	const json_t *p;
	size_t i;

	if (json_array_size(peers) == 0)
		return;
	out_heading(cli, say(cli, "heading.peers", NULL));
	table_head(&t, cli, "column.member", "column.queued", "column.heard",
	    "column.problem", NULL);
	json_array_foreach(peers, i, p) {
		const char *bad = problem_of(cli, p);

		table_cell(&t, cli, OUT_BOLD, pick_str(p, "member"));
		table_cell(&t, cli, OUT_COLOR_NONE, arena_printf(&cli->arena,
		    "%lld", (long long)pick_int(p, "queued")));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    out_time(cli, pick_str(p, "last_heard")));
		table_cell(&t, cli, *bad == '\0' ? OUT_COLOR_NONE : OUT_YELLOW,
		    bad);
	}
	table_end(&t, cli);
}

static void
show_queues(struct cli *cli, const json_t *queues)
{
	static const char *const names[] = { "inbox", "urgent", "waiting",
		"outbox" };

	if (queues == NULL)
		return;
	out_heading(cli, say(cli, "heading.queues", NULL));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		out_labelled(cli, say_code(cli, "queue", names[i]),
		    arena_printf(&cli->arena, "%lld",
		    (long long)pick_int(queues, names[i])));
}

static void
suggest_next(struct cli *cli, const json_t *status)
{
	const json_t *queues = json_object_get(status, "queues");

	if (strcmp(pick_str(status, "state"), "locked") == 0)
		out_next(cli, "entente unlock");
	else if (queues == NULL)
		out_next(cli, "entente login");
	else if (pick_int(queues, "urgent") != 0)
		out_next(cli, "entente inbox urgent");
	else if (pick_int(queues, "inbox") != 0)
		out_next(cli, "entente inbox");
}

static void
show_directory(struct cli *cli, const json_t *directory)
{
	const json_t *withheld = json_object_get(directory, "withheld_by");

	if (directory == NULL)
		return;
	out_pair(cli, "label.directory", say(cli, "status.directory",
	    "number", arena_printf(&cli->arena, "%lld",
	    (long long)pick_int(directory, "number")),
	    "until", out_time(cli, pick_str(directory, "valid_until")), NULL));
	if (json_is_true(json_object_get(directory, "expired")))
		out_pair(cli, "label.problem", say(cli,
		    "status.expired", NULL));
	if (json_is_true(json_object_get(directory, "forked")))
		out_pair(cli, "label.problem", say(cli,
		    "status.forked", NULL));
	for (size_t i = 0; i < json_array_size(withheld); i++)
		out_pair(cli, "label.problem", say(cli, "status.withheld",
		    "member", json_string_value(json_array_get(withheld, i)),
		    NULL));
}

static void
show_keys(struct cli *cli, const json_t *keys)
{
	const json_t *waits = json_object_get(keys, "tls_waits_for");

	if (keys == NULL)
		return;
	out_pair(cli, "label.keys", say(cli, "status.seal-until", "until",
	    out_time(cli, pick_str(keys, "seal_until")), NULL));
	if (json_is_true(json_object_get(keys, "seal_due")))
		out_pair(cli, "label.problem", say(cli,
		    "status.seal-due", NULL));
	if (json_is_true(json_object_get(keys, "sign_due")))
		out_pair(cli, "label.keys", say(cli, "status.sign-due", NULL));
	for (size_t i = 0; i < json_array_size(waits); i++)
		out_pair(cli, "label.keys", say(cli, "status.tls-waits",
		    "member", json_string_value(json_array_get(waits, i)),
		    NULL));
}

/* Own kinds that the node started without. */
static void
show_left_out(struct cli *cli, const json_t *list)
{
	const json_t *f;
	size_t i;

	json_array_foreach(list, i, f)
		out_pair(cli, "label.problem", say(cli, "status.left-out",
		    "field", pick_str(f, "field"), "why", pick_str(f, "detail"),
		    NULL));
}

static const char *
number(struct cli *cli, int64_t n)
{
	return arena_printf(&cli->arena, "%lld", (long long)n);
}

static void
show_languages(struct cli *cli, const json_t *list)
{
	const char *names = "";
	const json_t *l;
	size_t i;

	json_array_foreach(list, i, l)
		names = arena_printf(&cli->arena, "%s%s%s", names,
		    i == 0 ? "" : ", ", pick_str(l, "code"));
	out_pair(cli, "label.languages-here", names);
}

static void
show_calendars(struct cli *cli, const json_t *list)
{
	const json_t *c, *day;
	size_t i, k;

	json_array_foreach(list, i, c) {
		const char *days = "";

		json_array_foreach(json_object_get(c, "weekend"), k, day)
			days = arena_printf(&cli->arena, "%s%s%s", days,
			    k == 0 ? "" : ", ", say_code(cli, "weekday",
			    json_string_value(day)));
		out_pair(cli, "label.calendar", say(cli, "status.calendar",
		    "name", pick_str(c, "calendar"), "days",
		    *days == '\0' ? "-" : days, "n",
		    number(cli, pick_int(c, "holidays")), NULL));
	}
}

static void
show_pages(struct cli *cli, const json_t *s)
{
	const json_t *held = json_object_get(s, "relayed");

	if (pick_int(s, "pages") != 0)
		out_pair(cli, "label.pages", say(cli, "status.pages", "n",
		    number(cli, pick_int(s, "pages")), NULL));
	if (held != NULL)
		out_pair(cli, "label.relayed", say(cli, "status.relayed",
		    "n", number(cli, pick_int(held, "messages")),
		    "bytes", number(cli, pick_int(held, "bytes")), NULL));
}

static void
show_status(struct cli *cli, const json_t *s)
{
	const json_t *network = json_object_get(s, "network");
	const char *class = pick_str(network, "class");

	out_pair(cli, "label.member", pick_str(s, "member"));
	if (*pick_str(network, "name") != '\0')
		out_pair(cli, "label.network", arena_printf(&cli->arena,
		    "%s%s%s%s", pick_str(network, "name"),
		    *class == '\0' ? "" : " (", class,
		    *class == '\0' ? "" : ")"));
	out_pair(cli, "label.network_id", pick_str(network, "id"));
	out_pair(cli, "label.state", say_code(cli, "node", pick_str(s, "state")));
	show_directory(cli, json_object_get(s, "directory"));
	show_keys(cli, json_object_get(s, "keys"));
	out_pair(cli, "label.version", pick_str(s, "version"));
	show_left_out(cli, json_object_get(s, "left_out"));
	show_languages(cli, json_object_get(s, "languages"));
	show_calendars(cli, json_object_get(s, "calendars"));
	show_pages(cli, s);
	show_queues(cli, json_object_get(s, "queues"));
	show_peers(cli, json_object_get(s, "peers"));
	suggest_next(cli, s);
}

static enum exit_code
status(struct cli *cli)
{
	struct problem p;
	json_t *s;

	if (!client_get(cli, "/status", &s, &p))
		return out_problem(cli, &p);
	if (out_is_json(cli))
		out_json(cli, "status/1", s);
	else {
		show_status(cli, s);
		json_decref(s);
	}
	return EXIT_DONE;
}

static enum exit_code
unlock(struct cli *cli)
{
	struct problem p = { .status = 0 };
	struct call call = { .method = "POST", .path = "/unlock" };
	struct secret *s;
	bool ok;

	s = prompt_secret(cli, say(cli, "unlock.passphrase", NULL),
	    "passphrase", PROMPT_OLD, &p.err);
	if (s == NULL)
		return out_error(cli, &p.err);
	call.password = s;
	ok = client_call(cli, &call, NULL, NULL, &p);
	secret_free(s);
	if (!ok)
		return out_problem(cli, &p);
	out_note(cli, "unlock.done", NULL);
	out_next(cli, "entente status");
	return EXIT_DONE;
}

static const struct option unlock_options[] = {
	PROMPT_SECRET_OPTIONS("passphrase"),
	{ .name = NULL },
};

const struct command cmd_status[] = {
	{ "status", NULL, NULL, NULL, 0,
	    "entente status\nentente status --json", status },
	{ "unlock", NULL, NULL, unlock_options, 0,
	    "entente unlock\nentente unlock --passphrase-file /run/secrets/entente",
	    unlock },
	{ .noun = NULL },
};
