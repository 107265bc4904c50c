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

enum { LABEL = 22, TEXT_LEAST = 24 };

/* How much of a line is shown on one: whole words, where there are any. */
static size_t
fitting(const char *line, size_t columns)
{
	size_t n = out_cut(line, columns), space = n;

	if (line[n] == '\0')
		return n;
	while (space > 0 && line[space] != ' ')
		space--;
	/* A hash stays whole, to be copied: the terminal breaks it. */
	return space > 0 ? space : strcspn(line, " ");
}

/* One line of the text, over as many as it takes, indented. */
static void
wrap(struct buf *b, const char *line, size_t columns)
{
	for (;;) {
		size_t n = fitting(line, columns);

		buf_put(b, line, n);
		buf_str(b, "\n");
		line += n;
		while (*line == ' ')
			line++;
		if (*line == '\0')
			return;
		buf_printf(b, "%*s", LABEL, "");
	}
}

static void
page_label(struct cli *cli, struct buf *b, const char *label)
{
	size_t w = out_columns(label);

	paint_text(b, cli->out->data_color, OUT_DIM, label);
	if (w >= LABEL) {
		buf_str(b, "\n");
		w = 0;
	}
	buf_printf(b, "%*s", (int)(LABEL - w), "");
}

static void
page_value(struct cli *cli, struct buf *b, const char *text)
{
	size_t width = cli->out->width, columns = width > LABEL + TEXT_LEAST ?
	    width - LABEL : TEXT_LEAST;
	struct slice rest = slice_str(text), line;
	struct buf safe = BUF_INIT;
	bool more = true;

	for (bool first = true; more; first = false) {
		more = slice_cut(&line, &rest, '\n');
		buf_clear(&safe);
		out_safe(&safe, more ? line : rest);
		if (!first)
			buf_printf(b, "%*s", LABEL, "");
		wrap(b, buf_cstr(&safe), columns);
	}
	buf_wipe(&safe);
}

void
out_labelled(struct cli *cli, const char *label, const char *text)
{
	struct buf b = BUF_INIT;
	struct slice rest, line;

	if (text == NULL || *text == '\0')
		return;
	if (cli->out->form == OUT_TABLE) {
		page_label(cli, &b, label);
		page_value(cli, &b, text);
	} else {
		/* One line a value, whatever it holds: for grep. */
		rest = slice_str(text);
		out_safe(&b, slice_str(label));
		buf_str(&b, "\t");
		while (slice_cut(&line, &rest, '\n')) {
			out_safe(&b, line);
			buf_str(&b, " ");
		}
		out_safe(&b, rest);
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
