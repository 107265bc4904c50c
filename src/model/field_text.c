#include "base/utf8.h"
#include "model/field_ops.h"

enum { LINE_MAX_BYTES = 500, LONG_MAX_BYTES = 20000 };

static size_t
bound(const struct field *f, size_t usual)
{
	return f->max_length == 0 ? usual : f->max_length;
}

static bool
line_check(const struct field_at *at, const json_t *v)
{
	struct slice s;

	return field_line(at, v, bound(at->field, LINE_MAX_BYTES), &s);
}

static bool
blank(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '\n')
			return false;
	return true;
}

static bool
not_blank(struct slice s)
{
	return !blank(s);
}

static bool
long_check(const struct field_at *at, const json_t *v)
{
	size_t max = bound(at->field, LONG_MAX_BYTES);
	struct slice s = field_text(v);

	if (!json_is_string(v))
		return field_fail(at, "E-FIELD-TYPE", "must be text");
	if (s.n > max)
		return field_fail(at, "E-FIELD-SIZE", "%zu bytes, at most %zu",
		    s.n, max);
	if (!utf8_printable(s, UTF8_MANY_LINES))
		return field_fail(at, "E-FIELD-VALUE",
		    "has control characters");
	return !blank(s) || field_fail(at, "E-FIELD-MISSING", "is empty");
}

/* ISO 639: two or three lower-case letters. */
static bool
language_valid(struct slice s)
{
	if (s.n < 2 || s.n > 3)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 'a' || s.p[i] > 'z')
			return false;
	return true;
}

static bool
lang_check(const struct field_at *at, const json_t *v)
{
	struct jobj o;
	const char *text;

	jobj_begin(&o, v, at->path, at->err);
	field_part_must(&o, "lang", 3, language_valid,
	    "must be a language code such as \"fr\"");
	text = jobj_text(&o, "text", bound(at->field, LONG_MAX_BYTES));
	if (!o.bad && blank(slice_str(text)))
		jobj_fail(&o, "E-FIELD-MISSING", "text", "is empty");
	return jobj_end(&o);
}

static void
lang_render(struct buf *out, const struct field *f, const json_t *v,
    const char *lang)
{
	(void)f;
	(void)lang;
	buf_slice(out, field_key(v, "text"));
}

static bool
case_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, bound(at->field, 128), not_blank, "is empty");
}

/* Separators tell 12/2026 from 1/22026, so only spaces and case go. */
static bool
case_normal(struct buf *out, const json_t *v)
{
	struct slice s = field_text(v);

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ')
			buf_u8(out, field_upper(s.p[i]));
	return true;
}

/* The name of a message or any reference people gave it. */
static bool
reference_check(const struct field_at *at, const json_t *v)
{
	struct slice s;

	return field_line(at, v, bound(at->field, 200), &s);
}

const struct field_ops field_text_line = { "text", NULL, line_check, NULL, NULL };
const struct field_ops field_text_long = { "longtext", NULL, long_check, NULL, NULL };
const struct field_ops field_text_lang = {
	"lang-text", NULL, lang_check, NULL, lang_render
};
const struct field_ops field_text_case = {
	"case-number", "case-number", case_check, case_normal, NULL
};
const struct field_ops field_text_reference = {
	"reference", NULL, reference_check, NULL, NULL
};
