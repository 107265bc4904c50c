#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>

#include "entente/out_paint.h"

static void
grow(struct table *t, const char *text, enum out_color c)
{
	t->cells = xrealloc(t->cells, (t->n + 1) * sizeof(*t->cells));
	t->cells[t->n].text = xstrdup(text);
	t->cells[t->n++].color = c;
}

void
table_head(struct table *t, struct cli *cli, ...)
{
	const char *key;
	va_list ap;

	va_start(ap, cli);
	while ((key = va_arg(ap, const char *)) != NULL) {
		grow(t, say(cli, key, NULL), OUT_DIM);
		t->columns++;
	}
	va_end(ap);
}

void
table_cell(struct table *t, struct cli *cli, enum out_color c, const char *text)
{
	struct buf b = BUF_INIT;

	(void)cli;
	out_safe(&b, slice_str(text == NULL || *text == '\0' ? "-" : text));
	grow(t, buf_cstr(&b), c);
	buf_wipe(&b);
}

static void
row_plain(struct buf *b, const struct table *t, size_t row)
{
	for (size_t c = 0; c < t->columns; c++)
		buf_printf(b, "%s%s", t->cells[row * t->columns + c].text,
		    c + 1 == t->columns ? "\n" : "\t");
}

static void
row_table(struct cli *cli, struct buf *b, const struct table *t, size_t row,
    const size_t *width)
{
	size_t left = cli->out->width;

	for (size_t c = 0; c < t->columns; c++) {
		const struct table_cell *cell = &t->cells[row * t->columns + c];
		bool on = cli->out->data_color && cell->color != OUT_COLOR_NONE;
		size_t w = out_columns(cell->text);

		if (on)
			buf_str(b, paint_code(cell->color));
		if (c + 1 == t->columns && w > left && left > 8) {
			buf_put(b, cell->text, out_cut(cell->text, left - 1));
			buf_str(b, "…");
		} else
			buf_str(b, cell->text);
		if (on)
			buf_str(b, "\033[0m");
		if (c + 1 < t->columns)
			buf_printf(b, "%*s", (int)(width[c] - w + 2), "");
		left -= left > width[c] + 2 ? width[c] + 2 : left;
	}
	buf_str(b, "\n");
}

void
table_end(struct table *t, struct cli *cli)
{
	size_t width[TABLE_COLUMNS] = { 0 };
	size_t rows;
	bool plain = cli->out->form != OUT_TABLE;
	struct buf b = BUF_INIT;

	assert(t->columns > 0 && t->columns <= TABLE_COLUMNS);
	rows = t->n / t->columns;
	for (size_t i = 0; i < rows * t->columns; i++) {
		size_t w = out_columns(t->cells[i].text), c = i % t->columns;

		if (w > width[c])
			width[c] = w;
	}
	for (size_t r = plain ? 1 : 0; r < rows && rows > 1; r++) {
		if (plain)
			row_plain(&b, t, r);
		else
			row_table(cli, &b, t, r, width);
	}
	paint_flush(&b, cli->out->data);
	if (rows == 1 && !plain)
		out_note(cli, "list.empty", NULL);
	for (size_t i = 0; i < t->n; i++)
		free(t->cells[i].text);
	free(t->cells);
	*t = (struct table)TABLE_INIT;
}
