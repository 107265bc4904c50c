#include "entente/help.h"

#include <string.h>

#include "base/json.h"
#include "entente/messages.h"
#include "entente/out.h"

const char *
help_line(struct cli *cli, const struct command *c)
{
	return say(cli, arena_printf(&cli->arena, "help.%s%s%s", c->noun,
	    c->verb == NULL ? "" : ".", c->verb == NULL ? "" : c->verb), NULL);
}

const char *
help_option(struct cli *cli, const struct command *c, const struct option *o)
{
	const char *key = arena_printf(&cli->arena, "option.%s%s%s.%s", c->noun,
	    c->verb == NULL ? "" : ".", c->verb == NULL ? "" : c->verb, o->name);

	if (messages_find(cli->messages, key, cli->lang) == NULL)
		key = arena_printf(&cli->arena, "option.%s", o->name);
	return say(cli, key, NULL);
}

static bool
repeats(const struct option *o)
{
	return o->type == OPTION_REPEAT || o->type == OPTION_REPEAT_PATH;
}

const char *
help_synopsis(struct arena *a, const struct command *c)
{
	const char *s = command_name(a, c);

	for (const struct option *o = c->options; o != NULL && o->name != NULL; o++)
		s = arena_printf(a, "%s %s--%s%s%s%s%s", s,
		    o->required ? "" : "[", o->name,
		    option_takes_value(o) ? " " : "",
		    option_takes_value(o) ? o->value : "",
		    o->required ? "" : "]", repeats(o) ? "..." : "");
	if (c->args != NULL && *c->args != '\0')
		s = arena_printf(a, "%s %s", s, c->args);
	return s;
}

static void
command_row(struct cli *cli, const struct command *c)
{
	const char *name = arena_printf(&cli->arena, "  %s%s%s%s%s", c->noun,
	    c->verb == NULL ? "" : " ", c->verb == NULL ? "" : c->verb,
	    c->args == NULL || *c->args == '\0' ? "" : " ",
	    c->args == NULL ? "" : c->args);

	out_line(cli, arena_printf(&cli->arena, "%-30s %s", name,
	    help_line(cli, c)));
}

void
help_noun(struct cli *cli, const char *noun)
{
	const struct command *c;

	out_heading(cli, say(cli, arena_printf(&cli->arena, "noun.%s", noun),
	    NULL));
	for (size_t i = 0; (c = command_at(i)) != NULL; i++)
		if (strcmp(c->noun, noun) == 0)
			command_row(cli, c);
}

void
help_all(struct cli *cli)
{
	out_line(cli, say(cli, "help.usage", NULL));
	for (size_t g = 0; commands[g] != NULL; g++) {
		const struct command *c = commands[g];

		out_heading(cli, say(cli, arena_printf(&cli->arena, "noun.%s",
		    c->noun), NULL));
		for (; c->noun != NULL; c++)
			command_row(cli, c);
	}
	out_heading(cli, say(cli, "help.options", NULL));
	for (const struct option *o = command_global; o->name != NULL; o++)
		out_line(cli, arena_printf(&cli->arena, "  --%-26s %s",
		    arena_printf(&cli->arena, "%s%s%s", o->name,
		    option_takes_value(o) ? " " : "",
		    option_takes_value(o) ? o->value : ""),
		    say(cli, arena_printf(&cli->arena, "option.%s", o->name),
		    NULL)));
	out_line(cli, "");
	out_line(cli, say(cli, "help.more", NULL));
}

static void
option_row(struct cli *cli, const struct command *c, const struct option *o)
{
	const char *name = arena_printf(&cli->arena, "--%s%s%s%s", o->name,
	    option_takes_value(o) ? " " : "",
	    option_takes_value(o) ? o->value : "", repeats(o) ? "..." : "");

	out_line(cli, arena_printf(&cli->arena, "  %s%c%s %-26s %s",
	    o->letter != 0 ? "-" : " ", o->letter != 0 ? o->letter : ' ',
	    o->letter != 0 ? "," : " ", name, help_option(cli, c, o)));
}

void
help_command(struct cli *cli, const struct command *c)
{
	const struct option *o;

	out_line(cli, help_synopsis(&cli->arena, c));
	out_line(cli, "");
	out_line(cli, arena_printf(&cli->arena, "  %s.", help_line(cli, c)));
	if (command_option(c, 0) != command_global) {
		out_heading(cli, say(cli, "help.own-options", NULL));
		for (size_t i = 0; (o = command_option(c, i)) != command_global; i++)
			option_row(cli, c, o);
	}
	if (c->examples != NULL) {
		out_heading(cli, say(cli, "help.examples", NULL));
		for (const char *s = c->examples; *s != '\0'; ) {
			size_t n = strcspn(s, "\n");

			out_line(cli, arena_printf(&cli->arena, "  $ %.*s",
			    (int)n, s));
			s += n + (s[n] == '\n');
		}
	}
	out_line(cli, "");
	out_line(cli, say(cli, "help.more", NULL));
}

static json_t *
option_json(struct cli *cli, const struct command *c, const struct option *o)
{
	static const char *const types[] = { "flag", "text", "number", "path",
		"time", "repeated", "repeated-path" };
	json_t *j = json_pack("{s:s, s:s, s:b, s:s}", "name", o->name,
	    "type", types[o->type], "required", o->required,
	    "help", c == NULL ? say(cli, arena_printf(&cli->arena,
	    "option.%s", o->name), NULL) : help_option(cli, c, o));

	if (o->value != NULL)
		json_object_set_new(j, "value", json_string(o->value));
	if (o->letter != 0)
		json_object_set_new(j, "letter", json_stringn(&o->letter, 1));
	return j;
}

static json_t *
command_json(struct cli *cli, const struct command *c)
{
	json_t *j = json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:[]}",
	    "command", command_name(&cli->arena, c) + strlen("entente "),
	    "synopsis", help_synopsis(&cli->arena, c),
	    "args", c->args == NULL ? "" : c->args,
	    "help", help_line(cli, c),
	    "offline", (c->flags & COMMAND_OFFLINE) != 0,
	    "outward", (c->flags & COMMAND_OUTWARD) != 0, "options");
	const struct option *o;

	for (size_t i = 0; (o = command_option(c, i)) != command_global; i++)
		json_array_append_new(json_object_get(j, "options"),
		    option_json(cli, c, o));
	if (c->examples != NULL)
		json_object_set_new(j, "examples", json_string(c->examples));
	return j;
}

void
help_json(struct cli *cli)
{
	json_t *all = json_array(), *global = json_array();
	const struct command *c;

	for (size_t i = 0; (c = command_at(i)) != NULL; i++)
		json_array_append_new(all, command_json(cli, c));
	for (const struct option *o = command_global; o->name != NULL; o++)
		json_array_append_new(global, option_json(cli, NULL, o));
	out_json(cli, "help/1", json_pack("{s:o, s:o}", "commands", all,
	    "options", global));
}
