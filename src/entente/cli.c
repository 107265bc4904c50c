#include <assert.h>
#include <string.h>

#include "entente/values.h"

static const struct option *
option_of(const struct command *c, const char *name)
{
	const struct option *o;

	for (size_t i = 0; (o = command_option(c, i)) != NULL; i++)
		if (strcmp(o->name, name) == 0)
			return o;
	return NULL;
}

static const struct option *
known_option(const struct cli *cli, const char *name)
{
	const struct option *o = option_of(cli->command, name);

	assert(o != NULL || cli->command == NULL);
	return o;
}

static const struct value *
given(const struct cli *cli, const char *name, size_t nth)
{
	const struct option *o = known_option(cli, name);
	const struct values *vs = cli->values;

	for (size_t i = 0; o != NULL && vs != NULL && i < vs->n; i++)
		if (vs->v[i].option == o && nth-- == 0)
			return &vs->v[i];
	return NULL;
}

bool
cli_flag(const struct cli *cli, const char *name)
{
	return given(cli, name, 0) != NULL;
}

const char *
cli_text(const struct cli *cli, const char *name)
{
	return cli_nth(cli, name, 0);
}

bool
cli_takes(const struct cli *cli, const char *name)
{
	return option_of(cli->command, name) != NULL;
}

long
cli_number(const struct cli *cli, const char *name, long missing)
{
	const struct value *v = given(cli, name, 0);

	return v == NULL ? missing : v->number;
}

msec
cli_time(const struct cli *cli, const char *name)
{
	const struct value *v = given(cli, name, 0);

	return v == NULL ? 0 : v->at;
}

size_t
cli_count(const struct cli *cli, const char *name)
{
	size_t n = 0;

	while (given(cli, name, n) != NULL)
		n++;
	return n;
}

const char *
cli_nth(const struct cli *cli, const char *name, size_t i)
{
	const struct value *v = given(cli, name, i);

	return v == NULL ? NULL : v->text;
}

const char *
cli_arg(const struct cli *cli, size_t i)
{
	return i < cli->nargs ? cli->args[i] : NULL;
}
