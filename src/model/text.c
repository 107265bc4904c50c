#include "model/text.h"

static const char prefix[] = "entente/";
static const char version[] = "/v1";

static bool
type_char(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

struct jout
text_begin(struct buf *b, const char *type)
{
	struct jout j = jout_to(b);

	buf_str(b, prefix);
	buf_str(b, type);
	buf_str(b, version);
	buf_u8(b, '\n');
	jout_object(&j, NULL);
	return j;
}

void
text_end(struct jout *j)
{
	jout_end_object(j);
	buf_u8(j->out, '\n');
}

struct slice
text_type(struct slice text)
{
	struct slice line, none = { NULL, 0 };
	size_t n = 0;

	if (!slice_cut(&line, &text, '\n') || !slice_starts(line, prefix))
		return none;
	line = slice_skip(line, sizeof(prefix) - 1);
	while (n < line.n && n < 32 && type_char(line.p[n]))
		n++;
	if (n == 0 || !slice_eq(slice_skip(line, n), slice_str(version)))
		return none;
	return slice_of(line.p, n);
}

bool
text_open(struct slice text, const char *type, struct slice *json,
    struct err *err)
{
	struct slice rest = text, line;

	if (text.n > TEXT_MAX)
		return err_set(err, ERR_INVALID, "E-TEXT-FORM",
		    "a text of %zu bytes, at most %d", text.n, TEXT_MAX);
	if (!slice_eq(text_type(text), slice_str(type)))
		return err_set(err, ERR_INVALID, "E-TEXT-TYPE",
		    "the first line is not entente/%s/v1", type);
	(void)slice_cut(&line, &rest, '\n');
	if (!slice_cut(json, &rest, '\n') || rest.n != 0 || json->n < 2 ||
	    json->p[0] != '{' || json->p[json->n - 1] != '}')
		return err_set(err, ERR_INVALID, "E-TEXT-FORM",
		    "after the first line comes one JSON object on one line, "
		    "a newline, and nothing more");
	return true;
}

json_t *
text_read(struct slice text, const char *type, struct err *err)
{
	struct slice json;

	if (!text_open(text, type, &json, err))
		return NULL;
	return json_read(json, TEXT_MAX, err);
}

bool
text_canonical(const struct buf *printed, struct slice text, struct err *err)
{
	if (!printed->bad && slice_eq(buf_all(printed), text))
		return true;
	return err_set(err, ERR_INVALID, "E-TEXT-CANONICAL",
	    "the same content has one form only: order of fields, spacing or "
	    "escapes differ from it");
}
