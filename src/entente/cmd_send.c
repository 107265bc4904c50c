#include "entente/compose.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/text_option.h"

static bool
fill(struct cli *cli, struct compose *c, struct problem *p)
{
	const char *text, *purpose = cli_text(cli, "purpose");
	json_t *to;

	compose_put(c, "urgency", cli_text(cli, "urgency"));
	if (purpose != NULL || json_object_get(c->message, "purpose") == NULL)
		compose_put(c, "purpose",
		    purpose != NULL ? purpose : "administration");
	if (!compose_options(cli, c, p) || !text_option(cli, &text, &p->err))
		return false;
	to = json_object_get(c->message, "to");
	if (to == NULL) {
		to = json_array();
		json_object_set_new(c->message, "to", to);
	}
	for (size_t i = 0; cli_arg(cli, i) != NULL; i++)
		json_array_append_new(to, json_string(cli_arg(cli, i)));
	if (json_array_size(to) == 0)
		return err_field(&p->err, ERR_INVALID, "E-USAGE-ARGUMENTS",
		    "to", "%s", say(cli, "send.no-desk", NULL));
	if (text != NULL && !compose_set(cli, c, "text", text, p))
		return false;
	return compose_ask(cli, c, FORM_MISSING, p);
}

static enum exit_code
send(struct cli *cli)
{
	struct problem p = { .status = 0 };
	struct compose c;
	enum exit_code code;

	if (compose_begin(cli, &c, "message.text/1", "submit", &p) &&
	    fill(cli, &c, &p))
		code = compose_send(cli, &c, COMPOSE_DIRECT);
	else
		code = out_problem(cli, &p);
	compose_end(&c);
	return code;
}

static const struct option options[] = {
	TEXT_OPTIONS,
	COMPOSE_OPTIONS,
	{ "urgency", OPTION_TEXT, "normal|urgent|flash", false, 0 },
	{ "purpose", OPTION_TEXT, "CODE", false, 0 },
	{ .name = NULL },
};

const struct command cmd_send[] = {
	{ "send", NULL, "[DESK...]", options, COMMAND_OUTWARD,
	    "entente send fr/cyber --subject Handover --text-file note.txt\n"
	    "entente send fr/cyber fr/duty --text-file - --wait 30\n"
	    "entente send '*' --subject Exercise --text 'To all members.'", send },
	{ .noun = NULL },
};
