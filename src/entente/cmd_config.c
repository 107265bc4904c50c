#include <string.h>

#include "entente/client.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/pick.h"
#include "entente/settings.h"
#include "entente/suggest.h"

/* The key that the first argument names, or an error that says so. */
static bool
key_of(struct cli *cli, enum setting *key, enum exit_code *code)
{
	const char *name = cli_arg(cli, 0);
	struct suggest s = SUGGEST_INIT(name);
	struct err err;

	if (setting_parse(key, name))
		return true;
	for (unsigned i = 0; i < SETTINGS; i++)
		suggest_offer(&s, setting_names[i]);
	err_field(&err, ERR_NOT_FOUND, "E-CLI-SETTING", name, "%s",
	    say(cli, "config.no-key", "key", name, NULL));
	*code = out_error(cli, &err);
	if (*s.best != '\0')
		out_note(cli, "usage.suggest", "word", s.best, NULL);
	return false;
}

static enum exit_code
config_get(struct cli *cli)
{
	enum exit_code code;
	const char *value;
	enum setting key;

	if (!key_of(cli, &key, &code))
		return code;
	value = settings_get(cli->settings, key, NULL);
	if (value == NULL)
		return EXIT_NOT_FOUND;
	if (out_is_json(cli))
		out_json(cli, "config/1", json_pack("{s:s, s:s}", "key",
		    setting_names[key], "value", value));
	else
		out_line(cli, value);
	return EXIT_DONE;
}

static enum exit_code
config_set(struct cli *cli)
{
	enum exit_code code;
	enum setting key;
	struct err err;

	if (!key_of(cli, &key, &code))
		return code;
	if (!settings_set(cli, key, cli_arg(cli, 1), &err))
		return out_error(cli, &err);
	out_note(cli, "config.written", "path", cli->settings->user_file, NULL);
	out_next(cli, "entente config explain %s", setting_names[key]);
	return EXIT_DONE;
}

static const char *
place(struct cli *cli, enum setting key, enum setting_source source)
{
	switch (source) {
	case SOURCE_USER:
		return cli->settings->user_file;
	case SOURCE_SYSTEM:
		return cli->settings->system_file;
	default:
		(void)key;
		return say_code(cli, "source", setting_sources[source]);
	}
}

static void
explain_key(struct cli *cli, enum setting key, json_t *items, struct table *t)
{
	enum setting_source won = SOURCES;

	(void)settings_get(cli->settings, key, &won);
	for (unsigned s = 0; s < SOURCES; s++) {
		const char *value = cli->settings->value[key][s];

		if (value == NULL)
			continue;
		json_array_append_new(items, json_pack("{s:s, s:s, s:s, s:b}",
		    "key", setting_names[key], "value", value, "source",
		    setting_sources[s], "holds", s == won));
		if (out_is_json(cli))
			continue;
		table_cell(t, cli, OUT_BOLD, setting_names[key]);
		table_cell(t, cli, s == won ? OUT_GREEN : OUT_DIM,
		    say_code(cli, "word", s == won ? "holds" : "overruled"));
		table_cell(t, cli, OUT_COLOR_NONE,
		    place(cli, key, (enum setting_source)s));
		table_cell(t, cli, OUT_COLOR_NONE, value);
	}
}

static enum exit_code
config_explain(struct cli *cli)
{
	json_t *items = json_array();
	struct table t = TABLE_INIT;
	enum setting key = SETTINGS;
	enum exit_code code;

	if (cli_arg(cli, 0) != NULL && !key_of(cli, &key, &code)) {
		json_decref(items);
		return code;
	}
	if (!out_is_json(cli))
		table_head(&t, cli, "column.key", "column.holds",
		    "column.from", "column.value", NULL);
	for (unsigned i = 0; i < SETTINGS; i++)
		if (key == SETTINGS || key == (enum setting)i)
			explain_key(cli, (enum setting)i, items, &t);
	if (out_is_json(cli))
		out_json(cli, "config/1", json_pack("{s:O}", "items", items));
	else
		table_end(&t, cli);
	json_decref(items);
	return EXIT_DONE;
}

static enum exit_code
config_test(struct cli *cli)
{
	struct problem p;
	json_t *status;

	if (!client_get(cli, "/status", &status, &p))
		return out_problem(cli, &p);
	if (out_is_json(cli))
		out_json(cli, "config-test/1", json_pack("{s:s, s:O}", "node",
		    client_where(cli->client), "status", status));
	else {
		out_pair(cli, "label.node", client_where(cli->client));
		out_pair(cli, "label.member", pick_str(status, "member"));
		out_pair(cli, "label.state",
		    say_code(cli, "node", pick_str(status, "state")));
		out_pair(cli, "label.version", pick_str(status, "version"));
		out_pair(cli, "label.session", say_code(cli, "word",
		    json_object_get(status, "queues") != NULL ? "yes" : "no"));
	}
	json_decref(status);
	return EXIT_DONE;
}

const struct command cmd_config[] = {
	{ "config", "get", "KEY", NULL, COMMAND_OFFLINE,
	    "entente config get url", config_get },
	{ "config", "set", "KEY VALUE", NULL, COMMAND_OFFLINE,
	    "entente config set lang fr\nentente config set url ''", config_set },
	{ "config", "explain", "[KEY]", NULL, COMMAND_OFFLINE,
	    "entente config explain url", config_explain },
	{ "config", "test", NULL, NULL, 0, "entente config test", config_test },
	{ .noun = NULL },
};
