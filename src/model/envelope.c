#include "model/message.h"

#include <string.h>

/* Where the empty line after `from` ends, or 0. */
static size_t
past_empty_line(struct slice s, size_t from)
{
	for (size_t i = from; i + 1 < s.n; i++)
		if (s.p[i] == '\n' && s.p[i + 1] == '\n')
			return i + 2;
	return 0;
}

bool
envelope_split(struct envelope *e, struct slice plain, struct err *err)
{
	size_t signatures = past_empty_line(plain, 0);
	size_t lines = signatures == 0 ? 0 : past_empty_line(plain, signatures);
	struct slice rest;

	if (lines == 0 || lines - 1 > ENVELOPE_NOTE)
		return err_set(err, ERR_INVALID, "E-ENVELOPE-FORM",
		    "no note, empty line, slip and content");
	e->note = (struct slice){ plain.p, lines - 1 };
	rest = slice_skip(plain, lines);
	if (!slice_cut(&e->slip, &rest, '\n') ||
	    !slice_cut(&e->content, &rest, '\n') || rest.n != 0)
		return err_set(err, ERR_INVALID, "E-ENVELOPE-FORM",
		    "the note is followed by two lines, slip and content");
	if (e->content.n > CONTENT_MAX)
		return err_set(err, ERR_INVALID, "E-CONTENT-SIZE",
		    "%zu bytes of content, at most %d", e->content.n,
		    CONTENT_MAX);
	return true;
}

static void
slip_print(struct buf *out, const struct slip *slip)
{
	struct jout j = jout_to(out);

	jout_object(&j, NULL);
	jout_int(&j, "slip", slip->number);
	jout_str(&j, "to", slip->to.s);
	jout_end_object(&j);
}

void
envelope_print(struct buf *out, struct slice note, const struct slip *slip,
    struct slice content_line)
{
	buf_slice(out, note);
	buf_u8(out, '\n');
	slip_print(out, slip);
	buf_u8(out, '\n');
	buf_slice(out, content_line);
	buf_u8(out, '\n');
}

bool
slip_parse(struct slip *slip, struct slice line, struct err *err)
{
	json_t *json = json_read(line, 256, err);
	struct buf again = BUF_INIT;
	struct jobj j;
	bool ok;

	if (json == NULL)
		return false;
	jobj_begin(&j, json, "slip", err);
	slip->number = jobj_int(&j, "slip", 1, JSON_INT_MAX);
	slip->to = jobj_member(&j, "to");
	ok = jobj_end(&j);
	json_decref(json);
	if (!ok)
		return false;
	slip_print(&again, slip);
	ok = slice_eq(buf_all(&again), line) || err_field(err, ERR_INVALID,
	    "E-TEXT-CANONICAL", "slip", "the slip is not in its one form");
	buf_free(&again);
	return ok;
}
