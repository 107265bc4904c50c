#include <string.h>
#include <strings.h>

#include "entente/messages.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/suggest.h"

static void
show(struct cli *cli, const char *rule)
{
	const struct catalog *rules = messages_rules(cli->messages);

	out_heading(cli, rule);
	out_pair(cli, "label.meaning",
	    catalog_text(rules, rule, "title", cli->lang));
	out_pair(cli, "label.unchanged",
	    catalog_text(rules, rule, "unchanged", cli->lang));
	out_pair(cli, "label.todo",
	    catalog_text(rules, rule, "todo", cli->lang));
}

static enum exit_code
explain(struct cli *cli)
{
	const struct catalog *rules = messages_rules(cli->messages);
	const char *asked = cli_arg(cli, 0), *rule;
	struct suggest s = SUGGEST_INIT(asked);
	const json_t *entry = NULL;
	struct err err;

	for (size_t i = 0; catalog_at(rules, i, &rule) != NULL; i++) {
		if (strcasecmp(rule, asked) == 0) {
			entry = catalog_at(rules, i, NULL);
			break;
		}
		suggest_offer(&s, rule);
	}
	if (entry == NULL) {
		err_set(&err, ERR_NOT_FOUND, "E-CLI-RULE", "%s",
		    say(cli, "explain.unknown", "code", asked, NULL));
		if (*s.best != '\0')
			out_note(cli, "usage.suggest", "word", s.best, NULL);
		return out_error(cli, &err);
	}
	if (out_is_json(cli))
		out_json(cli, "explain/1", json_pack("{s:s, s:O}", "code", rule,
		    "texts", entry));
	else
		show(cli, rule);
	return EXIT_DONE;
}

const struct command cmd_explain[] = {
	{ "explain", NULL, "CODE", NULL, COMMAND_OFFLINE,
	    "entente explain E-POLICY-AGREEMENT", explain },
	{ .noun = NULL },
};
