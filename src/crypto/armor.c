#include "crypto/armor.h"

#include <stdlib.h>

#include "base/encode.h"

#define BEGIN	"-----BEGIN AGE ENCRYPTED FILE-----"
#define END	"-----END AGE ENCRYPTED FILE-----"

enum {
	COLUMNS = 64,
	LINE_BYTES = 48,
	WHITE_MAX = 1024,	/* white space before, and again after */
};

/* -- writing ------------------------------------------------------------- */

static void
begin(struct armor_writer *w, struct buf *out)
{
	if (!w->begun)
		buf_str(out, BEGIN "\n");
	w->begun = true;
}

static void
put_line(struct slice bytes, struct buf *out)
{
	buf_base64(out, bytes, BASE64_PADDED);
	buf_u8(out, '\n');
}

/* Hold what a line still takes; the rest is returned. */
static struct slice
hold(struct armor_writer *w, struct slice bytes)
{
	size_t room = LINE_BYTES - w->n;
	size_t n = bytes.n < room ? bytes.n : room;

	if (n != 0)
		memcpy(w->held + w->n, bytes.p, n);
	w->n += n;
	return slice_skip(bytes, n);
}

void
armor_add(struct armor_writer *w, struct slice bytes, struct buf *out)
{
	begin(w, out);
	if (w->n != 0) {
		bytes = hold(w, bytes);
		if (w->n < LINE_BYTES)
			return;
		put_line(slice_of(w->held, LINE_BYTES), out);
		w->n = 0;
	}
	while (bytes.n >= LINE_BYTES) {
		put_line(slice_of(bytes.p, LINE_BYTES), out);
		bytes = slice_skip(bytes, LINE_BYTES);
	}
	(void)hold(w, bytes);
}

void
armor_end(struct armor_writer *w, struct buf *out)
{
	begin(w, out);
	if (w->n != 0)
		put_line(slice_of(w->held, w->n), out);
	buf_str(out, END "\n");
	*w = (struct armor_writer){ .n = 0 };
}

/* -- reading ------------------------------------------------------------- */

enum place {
	BEFORE,		/* white lines, then the begin line */
	LINES,		/* full lines */
	SHORT,		/* a short line came: now the end line */
	AFTER,		/* white space only */
	BROKEN,
};

struct armor_reader {
	enum place	place;
	size_t		white;		/* seen before, or after */
	size_t		n;
	uint8_t		line[WHITE_MAX + 1];	/* one that is not all there */
};

struct armor_reader *
armor_reader_new(void)
{
	return xcalloc(1, sizeof(struct armor_reader));
}

void
armor_reader_free(struct armor_reader *r)
{
	free(r);
}

static bool
fail(struct armor_reader *r, struct err *err, const char *what)
{
	r->place = BROKEN;
	return err_set(err, ERR_INVALID, "E-AGE-ARMOR", "%s", what);
}

static bool
is_white(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ' && (s.p[i] < '\t' || s.p[i] > '\r'))
			return false;
	return true;
}

static bool
add_white(struct armor_reader *r, size_t n, struct err *err)
{
	r->white += n;
	if (r->white > WHITE_MAX)
		return fail(r, err, "too much white space around the armor");
	return true;
}

static bool
take_begin(struct armor_reader *r, struct slice line, struct err *err)
{
	if (!slice_eq(line, slice_str(BEGIN)))
		return fail(r, err, "no armor's begin line");
	r->place = LINES;
	r->white = 0;
	return true;
}

static bool
take_end(struct armor_reader *r, struct slice line, struct err *err)
{
	if (!slice_eq(line, slice_str(END)))
		return fail(r, err, "no end line after a short one");
	r->place = AFTER;
	return true;
}

static bool
take_digits(struct armor_reader *r, struct slice line, struct buf *out,
    struct err *err)
{
	size_t before = out->n;

	if (slice_eq(line, slice_str(END)))
		return take_end(r, line, err);
	/* An empty last line, too, would be a second form of the same bytes. */
	if (line.n == 0 || line.n > COLUMNS ||
	    !base64_decode(out, line, BASE64_PADDED))
		return fail(r, err, "a line is not 64 digits of base64");
	if (out->bad)
		return fail(r, err, "more bytes than there is room for");
	if (out->n - before < LINE_BYTES)
		r->place = SHORT;
	return true;
}

/* A line without its newline; "\r\n" ends one as well as "\n". */
static bool
take_line(struct armor_reader *r, struct slice line, struct buf *out,
    struct err *err)
{
	struct slice text = line;

	if (text.n != 0 && text.p[text.n - 1] == '\r')
		text.n--;
	switch (r->place) {
	case BEFORE:
		return is_white(line) ? add_white(r, line.n + 1, err) :
		    take_begin(r, text, err);
	case LINES:
		return take_digits(r, text, out, err);
	case SHORT:
		return take_end(r, text, err);
	case AFTER:
		if (!is_white(line))
			return fail(r, err, "text follows the armor");
		return add_white(r, line.n + 1, err);
	case BROKEN:
		break;
	}
	return fail(r, err, "the armor was already broken");
}

bool
armor_read(struct armor_reader *r, struct slice text, struct buf *out,
    struct err *err)
{
	struct slice line;

	while (slice_cut(&line, &text, '\n')) {
		if (r->n != 0) {
			if (line.n > sizeof(r->line) - r->n)
				return fail(r, err, "a line is too long");
			memcpy(r->line + r->n, line.p, line.n);
			line = slice_of(r->line, r->n + line.n);
			r->n = 0;
		}
		if (!take_line(r, line, out, err))
			return false;
	}
	if (text.n > sizeof(r->line) - r->n)
		return fail(r, err, "a line is too long");
	if (text.n != 0)
		memcpy(r->line + r->n, text.p, text.n);
	r->n += text.n;
	return true;
}

bool
armor_read_end(struct armor_reader *r, struct buf *out, struct err *err)
{
	/* The last line's newline may be missing. */
	bool ok = r->n == 0 || take_line(r, slice_of(r->line, r->n), out, err);

	if (ok && r->place != AFTER)
		ok = fail(r, err, "no armor's end line");
	armor_reader_free(r);
	return ok;
}

bool
armor_detect(struct slice text)
{
	size_t n = 0;

	while (n < text.n && n < WHITE_MAX && is_white(slice_of(text.p + n, 1)))
		n++;
	return slice_starts(slice_skip(text, n), BEGIN);
}
