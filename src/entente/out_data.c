#include <string.h>

#include "base/json.h"
#include "entente/out_paint.h"
#include "entente/when.h"

void
out_line(struct cli *cli, const char *text)
{
	paint_lines(cli->out->data, false, OUT_COLOR_NONE, "", text);
}

void
out_raw(struct cli *cli, struct slice s)
{
	(void)fwrite(s.p, 1, s.n, cli->out->data);
}

void
out_heading(struct cli *cli, const char *text)
{
	if (cli->out->form != OUT_PLAIN)
		(void)fputc('\n', cli->out->data);
	paint_lines(cli->out->data, cli->out->data_color, OUT_BOLD, "", text);
}

enum { LABEL = 22 };

void
out_labelled(struct cli *cli, const char *label, const char *text)
{
	struct buf b = BUF_INIT;
	size_t w = out_columns(label);
	struct slice rest, line;
	bool more = true;

	if (text == NULL || *text == '\0')
		return;
	rest = slice_str(text);
	paint_text(&b, cli->out->data_color, OUT_DIM, label);
	if (cli->out->form == OUT_PLAIN)
		buf_str(&b, "\t");
	else
		do
			buf_str(&b, " ");
		while (++w < LABEL);
	for (bool first = true; more; first = false) {
		more = slice_cut(&line, &rest, '\n');
		if (!first)
			buf_printf(&b, "%*s", cli->out->form == OUT_PLAIN ? 1 :
			    (int)LABEL, "");
		out_safe(&b, more ? line : rest);
		buf_str(&b, "\n");
	}
	paint_flush(&b, cli->out->data);
}

void
out_pair(struct cli *cli, const char *key, const char *text)
{
	const char *dot = strchr(key, '.');

	out_labelled(cli, cli->out->form == OUT_PLAIN && dot != NULL ? dot + 1 :
	    say(cli, key, NULL), text);
}

static void
print_value(struct cli *cli, const json_t *v)
{
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);

	jout_value(&j, NULL, v);
	buf_str(&b, "\n");
	paint_flush(&b, cli->out->data);
}

void
out_json(struct cli *cli, const char *schema, json_t *value)
{
	const json_t *items = json_object_get(value, "items"), *item;
	json_t *object;
	size_t i;

	if (cli->out->form == OUT_JSONL && json_is_array(items)) {
		json_array_foreach(items, i, item)
			print_value(cli, item);
		json_decref(value);
		return;
	}
	object = json_pack("{s:s}", "schema", schema);
	json_object_update_missing(object, value);
	print_value(cli, object);
	json_decref(object);
	json_decref(value);
}

const char *
out_msec(struct cli *cli, msec t)
{
	return t == 0 ? "" : when_print(&cli->arena, t);
}

const char *
out_time(struct cli *cli, const char *wire)
{
	msec t;

	if (wire == NULL)
		return "";
	return time_parse(&t, slice_str(wire)) ? out_msec(cli, t) : wire;
}
