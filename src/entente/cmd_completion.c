#include <string.h>

#include "entente/help.h"
#include "entente/nouns.h"
#include "entente/out.h"

/* The words that may follow a word, from the tables.  What the shells get is
 * a case over "noun" and "noun verb": no call of the program while typing. */

static bool
first_of_noun(size_t i)
{
	const struct command *c = command_at(i), *d;

	for (size_t k = 0; k < i && (d = command_at(k)) != NULL; k++)
		if (strcmp(c->noun, d->noun) == 0)
			return false;
	return true;
}

static void
nouns(struct buf *b)
{
	for (size_t i = 0; command_at(i) != NULL; i++)
		if (first_of_noun(i))
			buf_printf(b, "%s ", command_at(i)->noun);
}

static void
verbs(struct buf *b, const char *noun)
{
	const struct command *c;

	for (size_t i = 0; (c = command_at(i)) != NULL; i++)
		if (strcmp(c->noun, noun) == 0 && c->verb != NULL)
			buf_printf(b, "%s ", c->verb);
}

static void
options(struct buf *b, const struct command *c)
{
	const struct option *o;

	for (size_t i = 0; (o = command_option(c, i)) != NULL; i++)
		buf_printf(b, "--%s ", o->name);
}

static void
bash_cases(struct buf *b)
{
	const struct command *c;

	for (size_t i = 0; (c = command_at(i)) != NULL; i++) {
		if (c->verb != NULL && first_of_noun(i)) {
			buf_printf(b, "\t\"%s \") words=\"", c->noun);
			verbs(b, c->noun);
			buf_str(b, "\" ;;\n");
		}
		buf_printf(b, "\t\"%s %s\"%s) words=\"", c->noun,
		    c->verb == NULL ? "" : c->verb, c->verb == NULL ? "*" : "");
		options(b, c);
		buf_str(b, "\" ;;\n");
	}
}

static void
bash(struct buf *b)
{
	buf_str(b, "# bash completion for entente: entente completion bash\n"
	    "_entente() {\n"
	    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} noun='' verb='' words='' w i\n"
	    "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	    "\t\tw=${COMP_WORDS[i]}\n"
	    "\t\tcase $w in -*) continue ;; esac\n"
	    "\t\tif [[ -z $noun ]]; then noun=$w; elif [[ -z $verb ]]; then verb=$w; fi\n"
	    "\tdone\n"
	    "\tcase \"$noun $verb\" in\n"
	    "\t\" \") words=\"");
	nouns(b);
	buf_str(b, "\" ;;\n");
	bash_cases(b);
	buf_str(b, "\tesac\n"
	    "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
	    "}\n"
	    "complete -o default -F _entente entente\n");
}

static void
zsh(struct buf *b)
{
	buf_str(b, "#compdef entente\n"
	    "# zsh completion for entente: entente completion zsh\n"
	    "autoload -U +X bashcompinit && bashcompinit\n");
	bash(b);
}

/* In single quotes of fish. */
static void
fish_text(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\'' || *s == '\\')
			buf_str(b, "\\");
		buf_put(b, s, 1);
	}
}

static void
fish_options(struct cli *cli, struct buf *b, const struct command *c)
{
	const struct option *o;

	for (size_t i = 0; (o = command_option(c, i)) != command_global; i++) {
		buf_printf(b, "complete -c entente -n '__fish_seen_subcommand_from %s",
		    c->noun);
		if (c->verb != NULL)
			buf_printf(b, "; and __fish_seen_subcommand_from %s",
			    c->verb);
		buf_printf(b, "' -l %s%s -d '", o->name,
		    option_takes_value(o) ? " -r" : "");
		fish_text(b, help_option(cli, c, o));
		buf_str(b, "'\n");
	}
}

static void
fish(struct cli *cli, struct buf *b)
{
	const struct command *c;

	buf_str(b, "# fish completion for entente: entente completion fish\n");
	for (size_t i = 0; (c = command_at(i)) != NULL; i++) {
		if (first_of_noun(i)) {
			buf_printf(b, "complete -c entente -f -n "
			    "__fish_use_subcommand -a %s -d '", c->noun);
			fish_text(b, c->verb == NULL ? help_line(cli, c) :
			    say(cli, arena_printf(&cli->arena, "noun.%s",
			    c->noun), NULL));
			buf_str(b, "'\n");
		}
		if (c->verb != NULL) {
			buf_printf(b, "complete -c entente -f -n "
			    "'__fish_seen_subcommand_from %s' -a %s -d '",
			    c->noun, c->verb);
			fish_text(b, help_line(cli, c));
			buf_str(b, "'\n");
		}
		fish_options(cli, b, c);
	}
	for (const struct option *o = command_global; o->name != NULL; o++)
		buf_printf(b, "complete -c entente -l %s%s\n", o->name,
		    option_takes_value(o) ? " -r" : "");
}

static enum exit_code
completion(struct cli *cli)
{
	const char *shell = cli_arg(cli, 0);
	struct buf b = BUF_INIT;
	struct err err;

	if (strcmp(shell, "bash") == 0)
		bash(&b);
	else if (strcmp(shell, "zsh") == 0)
		zsh(&b);
	else if (strcmp(shell, "fish") == 0)
		fish(cli, &b);
	else {
		err_set(&err, ERR_INVALID, "E-USAGE-ARGUMENTS", "%s",
		    say(cli, "completion.shell", "word", shell, NULL));
		return out_error(cli, &err);
	}
	out_raw(cli, buf_all(&b));
	buf_free(&b);
	return EXIT_DONE;
}

const struct command cmd_completion[] = {
	{ "completion", NULL, "SHELL", NULL, COMMAND_OFFLINE,
	    "entente completion bash >~/.local/share/bash-completion/completions/entente",
	    completion },
	{ .noun = NULL },
};
