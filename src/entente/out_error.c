#include <string.h>

#include "base/json.h"
#include "entente/client.h"
#include "entente/messages.h"
#include "entente/out_paint.h"

enum exit_code
exit_of(const struct err *e)
{
	static const enum exit_code codes[ERR_CLASSES] = {
		[ERR_NONE] = EXIT_FAILED,
		[ERR_INVALID] = EXIT_FAILED,
		[ERR_NOT_FOUND] = EXIT_NOT_FOUND,
		[ERR_CONFLICT] = EXIT_CONFLICT,
		[ERR_DENIED] = EXIT_DENIED,
		[ERR_POLICY] = EXIT_POLICY,
		[ERR_VERIFY] = EXIT_VERIFY,
		[ERR_UNAVAILABLE] = EXIT_FAILED,
		[ERR_IO] = EXIT_FAILED,
	};

	if (strncmp(e->rule, "E-USAGE-", 8) == 0 ||
	    strcmp(e->rule, "E-CLI-INPUT") == 0)
		return EXIT_USAGE;
	return e->class < ERR_CLASSES ? codes[e->class] : EXIT_FAILED;
}

static void
error_json(struct cli *cli, const struct problem *p, const char *title,
    const char *unchanged, const char *todo)
{
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);

	jout_object(&j, NULL);
	jout_str(&j, "schema", "error/1");
	jout_str(&j, "code", p->err.rule);
	jout_str(&j, "class", err_class_name(p->err.class));
	jout_str_opt(&j, "field", p->err.field);
	jout_str_opt(&j, "clause", p->clause);
	jout_str_opt(&j, "title", title);
	jout_str_opt(&j, "detail", p->err.text);
	jout_str_opt(&j, "unchanged", unchanged);
	jout_str_opt(&j, "todo", todo);
	jout_end_object(&j);
	buf_str(&b, "\n");
	paint_flush(&b, cli->out->talk);
}

static void
error_line(struct cli *cli, const char *key, const char *text)
{
	if (text == NULL || *text == '\0')
		return;
	paint_lines(cli->out->talk, false, OUT_COLOR_NONE, "  ",
	    say(cli, key, "text", text, NULL));
}

static const char *
either(const char *a, const char *b)
{
	return a != NULL && *a != '\0' ? a : b;
}

enum exit_code
out_problem(struct cli *cli, const struct problem *p)
{
	const struct catalog *rules = messages_rules(cli->messages);
	const char *rule = p->err.rule;
	const char *title, *unchanged, *todo;

	title = either(p->title, catalog_text(rules, rule, "title", cli->lang));
	unchanged = either(p->unchanged,
	    catalog_text(rules, rule, "unchanged", cli->lang));
	todo = either(p->todo, catalog_text(rules, rule, "todo", cli->lang));
	(void)fflush(cli->out->data);
	if (out_is_json(cli)) {
		error_json(cli, p, title, unchanged, todo);
		return exit_of(&p->err);
	}
	paint_lines(cli->out->talk, cli->out->talk_color, OUT_RED, "",
	    either(title, p->err.text));
	if (*title != '\0')
		error_line(cli, "error.why", p->err.text);
	error_line(cli, "error.field", p->err.field);
	error_line(cli, "error.clause", p->clause);
	error_line(cli, "error.unchanged", unchanged);
	error_line(cli, "error.todo", todo);
	error_line(cli, "error.code", rule);
	return exit_of(&p->err);
}

enum exit_code
out_error(struct cli *cli, const struct err *err)
{
	struct problem p = { .err = *err };

	return out_problem(cli, &p);
}
