#include "base/json.h"

#include <inttypes.h>

#include "base/encode.h"

static void
string(struct buf *b, struct slice s)
{
	static const char *const shorts[0x20] = {
		['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n",
		['\f'] = "\\f", ['\r'] = "\\r",
	};
	size_t from = 0;

	buf_u8(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buf_put(b, s.p + from, i - from);
		from = i + 1;
		if (c >= 0x20)
			buf_printf(b, "\\%c", c);
		else if (shorts[c] != NULL)
			buf_str(b, shorts[c]);
		else
			buf_printf(b, "\\u%04x", c);
	}
	if (s.n != from)
		buf_put(b, s.p + from, s.n - from);
	buf_u8(b, '"');
}

static void
lead(struct jout *j, const char *key)
{
	if (j->comma)
		buf_u8(j->out, ',');
	j->comma = true;
	if (key != NULL) {
		string(j->out, slice_str(key));
		buf_u8(j->out, ':');
	}
}

void
jout_object(struct jout *j, const char *key)
{
	lead(j, key);
	buf_u8(j->out, '{');
	j->comma = false;
}

void
jout_array(struct jout *j, const char *key)
{
	lead(j, key);
	buf_u8(j->out, '[');
	j->comma = false;
}

void
jout_end_object(struct jout *j)
{
	buf_u8(j->out, '}');
	j->comma = true;
}

void
jout_end_array(struct jout *j)
{
	buf_u8(j->out, ']');
	j->comma = true;
}

void
jout_slice(struct jout *j, const char *key, struct slice text)
{
	lead(j, key);
	string(j->out, text);
}

void
jout_str(struct jout *j, const char *key, const char *s)
{
	jout_slice(j, key, slice_str(s));
}

void
jout_str_opt(struct jout *j, const char *key, const char *s)
{
	if (s != NULL && s[0] != '\0')
		jout_str(j, key, s);
}

void
jout_int(struct jout *j, const char *key, int64_t n)
{
	lead(j, key);
	buf_printf(j->out, "%" PRId64, n);
}

void
jout_bool(struct jout *j, const char *key, bool v)
{
	lead(j, key);
	buf_str(j->out, v ? "true" : "false");
}

void
jout_time(struct jout *j, const char *key, msec t)
{
	char text[TIME_TEXT];

	time_print(text, t);
	jout_str(j, key, text);
}

void
jout_time_opt(struct jout *j, const char *key, msec t)
{
	if (t != 0)
		jout_time(j, key, t);
}

void
jout_date(struct jout *j, const char *key, msec t)
{
	char text[DATE_TEXT];

	date_print(text, t);
	jout_str(j, key, text);
}

void
jout_hex(struct jout *j, const char *key, struct slice s)
{
	lead(j, key);
	buf_u8(j->out, '"');
	buf_hex(j->out, s);
	buf_u8(j->out, '"');
}

void
jout_null(struct jout *j, const char *key)
{
	lead(j, key);
	buf_str(j->out, "null");
}

void
jout_value(struct jout *j, const char *key, const json_t *v)
{
	/* jansson's iteration macros want a pointer they could change. */
	union { const json_t *c; json_t *m; } u = { .c = v };
	const char *name;
	json_t *item;
	size_t i;

	switch (json_typeof(v)) {
	case JSON_OBJECT:
		jout_object(j, key);
		json_object_foreach(u.m, name, item)
			jout_value(j, name, item);
		jout_end_object(j);
		break;
	case JSON_ARRAY:
		jout_array(j, key);
		json_array_foreach(v, i, item)
			jout_value(j, NULL, item);
		jout_end_array(j);
		break;
	case JSON_STRING:
		jout_slice(j, key, slice_of(json_string_value(v),
		    json_string_length(v)));
		break;
	case JSON_INTEGER:
		jout_int(j, key, json_integer_value(v));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		jout_bool(j, key, json_is_true(v));
		break;
	case JSON_REAL:		/* never read here */
	case JSON_NULL:
		jout_null(j, key);
		break;
	}
}
