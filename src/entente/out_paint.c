#include "entente/out_paint.h"

const char *
paint_code(enum out_color c)
{
	static const char *const codes[] = { "", "\033[1m", "\033[2m",
		"\033[31m", "\033[33m", "\033[32m" };

	return codes[c];
}

void
paint_text(struct buf *b, bool on, enum out_color c, const char *text)
{
	on = on && c != OUT_COLOR_NONE;
	if (on)
		buf_str(b, paint_code(c));
	out_safe(b, slice_str(text));
	if (on)
		buf_str(b, "\033[0m");
}

void
paint_flush(struct buf *b, FILE *f)
{
	(void)fwrite(b->p, 1, b->n, f);
	buf_wipe(b);
}

/* Each line of a text, so that a newline stays one. */
void
paint_lines(FILE *f, bool color, enum out_color c, const char *indent,
    const char *text)
{
	struct slice rest = slice_str(text), line;
	struct buf b = BUF_INIT;
	bool more = true;

	while (more) {
		more = slice_cut(&line, &rest, '\n');
		if (!more)
			line = rest;
		buf_str(&b, indent);
		if (color && c != OUT_COLOR_NONE)
			buf_str(&b, paint_code(c));
		out_safe(&b, line);
		if (color && c != OUT_COLOR_NONE)
			buf_str(&b, "\033[0m");
		buf_str(&b, "\n");
	}
	paint_flush(&b, f);
}

