#include "entente/command.h"

#include <string.h>

const struct command *
command_at(size_t i)
{
	for (size_t g = 0; commands[g] != NULL; g++)
		for (const struct command *c = commands[g]; c->noun != NULL; c++)
			if (i-- == 0)
				return c;
	return NULL;
}

static bool
same(const char *a, const char *b)
{
	return a == NULL ? b == NULL : b != NULL && strcmp(a, b) == 0;
}

const struct command *
command_find(const char *noun, const char *verb)
{
	const struct command *c;

	for (size_t i = 0; (c = command_at(i)) != NULL; i++)
		if (strcmp(c->noun, noun) == 0 && same(c->verb, verb))
			return c;
	return NULL;
}

bool
command_is_noun(const char *noun)
{
	const struct command *c;

	for (size_t i = 0; (c = command_at(i)) != NULL; i++)
		if (strcmp(c->noun, noun) == 0)
			return true;
	return false;
}

const char *
command_name(struct arena *a, const struct command *c)
{
	return arena_printf(a, "entente %s%s%s", c->noun,
	    c->verb == NULL ? "" : " ", c->verb == NULL ? "" : c->verb);
}

static size_t
options_count(const struct option *o)
{
	size_t n = 0;

	while (o != NULL && o[n].name != NULL)
		n++;
	return n;
}

const struct option *
command_option(const struct command *c, size_t i)
{
	const struct option *groups[3] = {
		c == NULL ? NULL : c->options,
		c != NULL && (c->flags & COMMAND_OUTWARD) ? command_outward : NULL,
		command_global,
	};

	for (size_t g = 0; g < 3; g++) {
		size_t n = options_count(groups[g]);

		if (i < n)
			return &groups[g][i];
		i -= n;
	}
	return NULL;
}

bool
option_takes_value(const struct option *o)
{
	return o->type != OPTION_FLAG;
}

void
command_arity(const struct command *c, size_t *min, size_t *max)
{
	const char *s = c->args == NULL ? "" : c->args;

	*min = *max = 0;
	while (*s != '\0') {
		size_t n = strcspn(s, " ");

		if (*s != '[')
			(*min)++;
		if (*max != (size_t)-1)
			(*max)++;
		if (memmem(s, n, "...", 3) != NULL)
			*max = (size_t)-1;
		s += n;
		s += strspn(s, " ");
	}
}
