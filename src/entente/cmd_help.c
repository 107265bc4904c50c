#include <string.h>

#include "entente/help.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/suggest.h"

static enum exit_code
unknown(struct cli *cli, const char *word)
{
	struct suggest s = SUGGEST_INIT(word);
	const struct command *c;
	enum exit_code code;
	struct err err;

	for (size_t i = 0; (c = command_at(i)) != NULL; i++)
		suggest_offer(&s, c->noun);
	err_set(&err, ERR_NOT_FOUND, "E-USAGE-COMMAND", "%s",
	    say(cli, "usage.command", "word", word, NULL));
	code = out_error(cli, &err);
	if (*s.best != '\0')
		out_note(cli, "usage.suggest", "word", s.best, NULL);
	return code;
}

static enum exit_code
help(struct cli *cli)
{
	const char *noun = cli_arg(cli, 0), *verb = cli_arg(cli, 1);
	const struct command *c;

	if (noun == NULL) {
		if (out_is_json(cli))
			help_json(cli);
		else
			help_all(cli);
		return EXIT_DONE;
	}
	c = command_find(noun, verb);
	if (c != NULL) {
		help_command(cli, c);
		return EXIT_DONE;
	}
	if (!command_is_noun(noun) || verb != NULL)
		return unknown(cli, verb == NULL ? noun : verb);
	help_noun(cli, noun);
	return EXIT_DONE;
}

const struct command cmd_help[] = {
	{ "help", NULL, "[COMMAND] [VERB]", NULL, COMMAND_OFFLINE,
	    "entente help request new\nentente help --json", help },
	{ .noun = NULL },
};
