#include <stdlib.h>
#include <string.h>

#include "entente/out.h"
#include "entente/suggest.h"
#include "entente/values.h"
#include "entente/when.h"

struct parse {
	struct cli	 *cli;
	int		  argc;
	char		**argv;
	int		  i;
	const char	 *noun;
	const char	 *verb;
	const char	**suggestion;
	struct err	 *err;
};

static bool
refuse(struct parse *p, const char *rule, const char *why)
{
	return err_set(p->err, ERR_INVALID, rule, "%s", why);
}

/* "--name", "--name=value" or "-f" against an option. */
static bool
matches(const struct option *o, const char *word)
{
	size_t n = strlen(o->name);

	if (word[0] == '-' && word[1] != '-')
		return o->letter != 0 && word[1] == o->letter && word[2] == '\0';
	return strncmp(word + 2, o->name, n) == 0 &&
	    (word[2 + n] == '\0' || word[2 + n] == '=');
}

static const struct option *
option_of(const struct command *c, const char *word)
{
	const struct option *o;

	for (size_t i = 0; (o = command_option(c, i)) != NULL; i++)
		if (matches(o, word))
			return o;
	return NULL;
}

/* Before the command is known: does any command's option of this name take
 * the word after it? */
static bool
eats_next(const char *word)
{
	const struct option *o = option_of(NULL, word);
	const struct command *c;

	if (strchr(word, '=') != NULL)
		return false;
	for (size_t i = 0; o == NULL && (c = command_at(i)) != NULL; i++)
		o = option_of(c, word);
	return o != NULL && option_takes_value(o);
}

static bool
is_option(const char *word)
{
	return word[0] == '-' && word[1] != '\0';
}

static bool
has_verbs(const char *noun)
{
	return command_is_noun(noun) && command_find(noun, NULL) == NULL;
}

/* The first word names the noun, the second the verb if it has verbs. */
static void
find_words(struct parse *p)
{
	for (int i = 1; i < p->argc; i++) {
		const char *word = p->argv[i];

		if (strcmp(word, "--") == 0)
			return;
		if (is_option(word)) {
			i += eats_next(word);
			continue;
		}
		if (p->noun == NULL) {
			p->noun = word;
			if (!has_verbs(word))
				return;
		} else {
			p->verb = word;
			return;
		}
	}
}

static bool
find_command(struct parse *p)
{
	struct suggest s = SUGGEST_INIT(p->verb == NULL ? p->noun : p->verb);
	const struct command *c;

	p->cli->command = command_find(p->noun, p->verb);
	if (p->cli->command != NULL)
		return true;
	if (!command_is_noun(p->noun)) {
		s.typed = p->noun;
		for (size_t i = 0; (c = command_at(i)) != NULL; i++)
			suggest_offer(&s, c->noun);
		*p->suggestion = s.best;
		return refuse(p, "E-USAGE-COMMAND", say(p->cli, "usage.command",
		    "word", p->noun, NULL));
	}
	if (p->verb == NULL)
		return refuse(p, "E-USAGE-VERB", say(p->cli, "usage.no-verb",
		    "noun", p->noun, NULL));
	for (size_t i = 0; (c = command_at(i)) != NULL; i++)
		if (strcmp(c->noun, p->noun) == 0)
			suggest_offer(&s, c->verb);
	*p->suggestion = *s.best == '\0' ? "" :
	    arena_printf(&p->cli->arena, "%s %s", p->noun, s.best);
	return refuse(p, "E-USAGE-VERB", say(p->cli, "usage.verb",
	    "noun", p->noun, "word", p->verb, NULL));
}

static bool
unknown_option(struct parse *p, const char *word)
{
	static const char *const secrets[] = { "password", "passphrase",
	    "token", "secret", "pin-code", "key", "p" };
	const char *name = word + strspn(word, "-");
	size_t n = strcspn(name, "=");
	char *bare = arena_str(&p->cli->arena, slice_of(name, n));
	struct suggest s = SUGGEST_INIT(bare);
	const struct option *o;

	/* Never repeat what follows it: it may be the secret. */
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		if (strcmp(bare, secrets[i]) == 0)
			return refuse(p, "E-USAGE-SECRET",
			    say(p->cli, "usage.secret", "option", bare, NULL));
	for (size_t i = 0; (o = command_option(p->cli->command, i)) != NULL; i++)
		suggest_offer(&s, o->name);
	if (*s.best != '\0')
		*p->suggestion = arena_printf(&p->cli->arena, "--%s", s.best);
	return refuse(p, "E-USAGE-OPTION", say(p->cli, "usage.option",
	    "option", bare, NULL));
}

static bool
number(const char *text, long *n)
{
	char *end;

	if (*text < '0' || *text > '9' || strlen(text) > 10)
		return false;
	*n = strtol(text, &end, 10);
	return *end == '\0' && *n <= 2147483647L;
}

static bool
option_repeats(const struct option *o)
{
	return o->type == OPTION_REPEAT || o->type == OPTION_REPEAT_PATH;
}

static bool
take_value(struct parse *p, const struct option *o, const char *text)
{
	struct values *vs = p->cli->values;
	struct value v = { .option = o, .text = text };

	for (size_t i = 0; !option_repeats(o) && i < vs->n; i++)
		if (vs->v[i].option == o)
			return refuse(p, "E-USAGE-TWICE", say(p->cli,
			    "usage.twice", "option", o->name, NULL));
	if (o->type == OPTION_NUMBER && !number(text, &v.number))
		return refuse(p, "E-USAGE-NUMBER", say(p->cli, "usage.number",
		    "option", o->name, NULL));
	if (o->type == OPTION_TIME && !when_parse(&v.at, text, p->cli->now))
		return refuse(p, "E-USAGE-TIME", say(p->cli, "usage.time",
		    "option", o->name, NULL));
	if (vs->n == VALUES_MAX)
		return refuse(p, "E-USAGE-ARGUMENTS",
		    say(p->cli, "usage.many", NULL));
	vs->v[vs->n++] = v;
	return true;
}

static bool
parse_option(struct parse *p, const char *word)
{
	const struct option *o = option_of(p->cli->command, word);
	const char *eq = strchr(word, '=');

	if (o == NULL)
		return unknown_option(p, word);
	if (!option_takes_value(o)) {
		if (eq != NULL)
			return refuse(p, "E-USAGE-VALUE", say(p->cli,
			    "usage.no-value", "option", o->name, NULL));
		return take_value(p, o, "");
	}
	if (eq == NULL && p->i + 1 >= p->argc)
		return refuse(p, "E-USAGE-VALUE", say(p->cli, "usage.value",
		    "option", o->name, "value", o->value, NULL));
	return take_value(p, o, eq != NULL ? eq + 1 : p->argv[++p->i]);
}

static bool
check_complete(struct parse *p)
{
	const struct command *c = p->cli->command;
	const struct option *o;
	size_t min, max;

	if (cli_flag(p->cli, "help"))
		return true;
	command_arity(c, &min, &max);
	if (p->cli->nargs < min)
		return refuse(p, "E-USAGE-ARGUMENTS", say(p->cli,
		    "usage.missing", "args", c->args, NULL));
	if (p->cli->nargs > max)
		return refuse(p, "E-USAGE-ARGUMENTS", say(p->cli,
		    "usage.extra", "word", p->cli->args[max], NULL));
	for (size_t i = 0; (o = command_option(c, i)) != NULL; i++)
		if (o->required && !cli_flag(p->cli, o->name))
			return refuse(p, "E-USAGE-REQUIRED", say(p->cli,
			    "usage.required", "option", o->name, NULL));
	return true;
}

static bool
parse_words(struct parse *p)
{
	int named = (p->noun != NULL) + (p->verb != NULL);
	bool options = true;

	for (p->i = 1; p->i < p->argc; p->i++) {
		const char *word = p->argv[p->i];

		if (options && strcmp(word, "--") == 0)
			options = false;
		else if (options && is_option(word)) {
			if (!parse_option(p, word))
				return false;
		} else if (named > 0)
			named--;
		else
			p->cli->args[p->cli->nargs++] = word;
	}
	return true;
}

bool
command_parse(struct cli *cli, int argc, char **argv, const char **suggestion,
    struct err *err)
{
	struct parse p = { .cli = cli, .argc = argc, .argv = argv,
	    .suggestion = suggestion, .err = err };

	*suggestion = "";
	cli->values = arena_alloc(&cli->arena, sizeof(*cli->values));
	cli->args = arena_alloc(&cli->arena,
	    ((size_t)argc + 1) * sizeof(*cli->args));
	find_words(&p);
	if (p.noun != NULL && !find_command(&p))
		return false;
	if (!parse_words(&p))
		return false;
	return cli->command == NULL || check_complete(&p);
}
