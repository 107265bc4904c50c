#include "base/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/utf8.h"

static void
path_of(const struct jobj *j, const char *key, char *out, size_t size)
{
	if (j->path[0] == '\0')
		(void)snprintf(out, size, "%s", key);
	else if (key[0] == '\0')
		(void)snprintf(out, size, "%s", j->path);
	else
		(void)snprintf(out, size, "%s.%s", j->path, key);
}

void
jobj_fail(struct jobj *j, const char *rule, const char *key,
    const char *fmt, ...)
{
	char path[sizeof(j->err->field)];
	char text[sizeof(j->err->text)];
	va_list ap;

	if (j->bad)
		return;
	j->bad = true;
	path_of(j, key, path, sizeof(path));
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err_field(j->err, ERR_INVALID, rule, path, "%s", text);
}

void
jobj_begin(struct jobj *j, const json_t *o, const char *path, struct err *err)
{
	*j = (struct jobj){ .o = o, .err = err };
	(void)snprintf(j->path, sizeof(j->path), "%s", path);
	if (!json_is_object(o))
		jobj_fail(j, "E-FIELD-TYPE", "", "must be an object");
}

bool
jobj_end_lax(struct jobj *j)
{
	return !j->bad;
}

static bool
was_asked(const struct jobj *j, const char *key)
{
	for (size_t i = 0; i < j->used && i < JOBJ_FIELDS; i++)
		if (j->asked[i] == key)
			return true;
	return false;
}

static bool
is_word(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

	return n >= 1 && n <= 32 && s[n] == '\0';
}

/* The first key nobody asked for; "" when its name is none to be shown. */
static const char *
unknown_field(const struct jobj *j)
{
	union { const json_t *c; json_t *m; } u = { .c = j->o };
	const char *key;
	json_t *value;

	if (j->used > JOBJ_FIELDS)
		return "";
	json_object_foreach(u.m, key, value)
		if (!was_asked(j, key))
			return is_word(key) ? key : "";
	return "";
}

bool
jobj_end(struct jobj *j)
{
	size_t n = json_object_size(j->o);

	if (j->bad)
		return false;
	if (j->used == n)
		return true;
	jobj_fail(j, "E-FIELD-UNKNOWN", unknown_field(j),
	    "%zu fields that are not known here", n - j->used);
	return false;
}

bool
jobj_has(const struct jobj *j, const char *key)
{
	return !j->bad && json_object_get(j->o, key) != NULL;
}

/* The value at key, counted as used; NULL when absent or bad. */
static const json_t *
take_opt(struct jobj *j, const char *key)
{
	const json_t *v;

	if (j->bad)
		return NULL;
	v = json_object_get(j->o, key);
	if (v == NULL)
		return NULL;
	if (j->used < JOBJ_FIELDS) {
		union { const json_t *c; json_t *m; } u = { .c = j->o };

		j->asked[j->used] = json_object_iter_key(
		    json_object_iter_at(u.m, key));
	}
	j->used++;
	return v;
}

static const json_t *
take(struct jobj *j, const char *key)
{
	const json_t *v = take_opt(j, key);

	if (v == NULL)
		jobj_fail(j, "E-FIELD-MISSING", key, "is required");
	return v;
}

static const char *
text_value(struct jobj *j, const char *key, const json_t *v, size_t max,
    enum utf8_lines lines)
{
	struct slice s;

	if (v == NULL)
		return "";
	if (!json_is_string(v)) {
		jobj_fail(j, "E-FIELD-TYPE", key, "must be text");
		return "";
	}
	s = slice_of(json_string_value(v), json_string_length(v));
	if (s.n > max)
		jobj_fail(j, "E-FIELD-SIZE", key, "%zu bytes, at most %zu",
		    s.n, max);
	else if (!utf8_printable(s, lines))
		jobj_fail(j, "E-FIELD-VALUE", key, "has control characters");
	return j->bad ? "" : json_string_value(v);
}

const char *
jobj_str(struct jobj *j, const char *key, size_t max)
{
	const char *s = text_value(j, key, take(j, key), max, UTF8_ONE_LINE);

	if (!j->bad && s[0] == '\0')
		jobj_fail(j, "E-FIELD-MISSING", key, "is empty");
	return s;
}

const char *
jobj_str_opt(struct jobj *j, const char *key, size_t max)
{
	return text_value(j, key, take_opt(j, key), max, UTF8_ONE_LINE);
}

const char *
jobj_text(struct jobj *j, const char *key, size_t max)
{
	return text_value(j, key, take(j, key), max, UTF8_MANY_LINES);
}

static int64_t
int_value(struct jobj *j, const char *key, const json_t *v, int64_t min,
    int64_t max)
{
	int64_t n;

	if (v == NULL)
		return min;
	if (!json_is_integer(v)) {
		jobj_fail(j, "E-FIELD-TYPE", key, "must be a whole number");
		return min;
	}
	n = json_integer_value(v);
	if (n < min || n > max) {
		jobj_fail(j, "E-FIELD-VALUE", key, "must be %lld to %lld",
		    (long long)min, (long long)max);
		return min;
	}
	return n;
}

int64_t
jobj_int(struct jobj *j, const char *key, int64_t min, int64_t max)
{
	return int_value(j, key, take(j, key), min, max);
}

int64_t
jobj_int_opt(struct jobj *j, const char *key, int64_t min, int64_t max,
    int64_t missing)
{
	const json_t *v = take_opt(j, key);

	return v == NULL ? missing : int_value(j, key, v, min, max);
}

static bool
bool_value(struct jobj *j, const char *key, const json_t *v)
{
	if (v != NULL && !json_is_boolean(v))
		jobj_fail(j, "E-FIELD-TYPE", key, "must be true or false");
	return json_is_true(v);
}

bool
jobj_bool(struct jobj *j, const char *key)
{
	return bool_value(j, key, take(j, key));
}

bool
jobj_bool_opt(struct jobj *j, const char *key)
{
	return bool_value(j, key, take_opt(j, key));
}

static msec
time_value(struct jobj *j, const char *key, const json_t *v)
{
	const char *s = text_value(j, key, v, TIME_TEXT, UTF8_ONE_LINE);
	msec t = 0;

	if (v != NULL && !j->bad && !time_parse(&t, slice_str(s)))
		jobj_fail(j, "E-FIELD-VALUE", key,
		    "must be a time like 2026-11-21T18:20:00.123Z");
	return t;
}

msec
jobj_time(struct jobj *j, const char *key)
{
	return time_value(j, key, take(j, key));
}

msec
jobj_time_opt(struct jobj *j, const char *key)
{
	return time_value(j, key, take_opt(j, key));
}

msec
jobj_date(struct jobj *j, const char *key)
{
	const char *s = jobj_str(j, key, DATE_TEXT);
	msec t = 0;

	if (!j->bad && !date_parse(&t, slice_str(s)))
		jobj_fail(j, "E-FIELD-VALUE", key,
		    "must be a date like 2026-11-21");
	return t;
}

static bool
hex_value(struct jobj *j, const char *key, const json_t *v, uint8_t *out,
    size_t n)
{
	const char *s = text_value(j, key, v, 2 * n, UTF8_ONE_LINE);

	memset(out, 0, n);
	if (v == NULL || j->bad)
		return false;
	if (!hex_decode(out, n, slice_str(s)))
		jobj_fail(j, "E-FIELD-VALUE", key,
		    "must be %zu lower-case hex digits", 2 * n);
	return !j->bad;
}

void
jobj_hex(struct jobj *j, const char *key, uint8_t *out, size_t n)
{
	(void)hex_value(j, key, take(j, key), out, n);
}

bool
jobj_hex_opt(struct jobj *j, const char *key, uint8_t *out, size_t n)
{
	return hex_value(j, key, take_opt(j, key), out, n);
}

unsigned
jobj_enum(struct jobj *j, const char *key, const char *const *names,
    unsigned count)
{
	const char *s = jobj_str(j, key, 64);

	if (j->bad)
		return 0;
	for (unsigned i = 0; i < count; i++)
		if (names[i] != NULL && strcmp(names[i], s) == 0)
			return i;
	jobj_fail(j, "E-FIELD-VALUE", key, "is none of the known words");
	return 0;
}

static const json_t *
object_value(struct jobj *j, const char *key, const json_t *v)
{
	if (v != NULL && !json_is_object(v))
		jobj_fail(j, "E-FIELD-TYPE", key, "must be an object");
	return j->bad ? NULL : v;
}

const json_t *
jobj_object(struct jobj *j, const char *key)
{
	return object_value(j, key, take(j, key));
}

const json_t *
jobj_object_opt(struct jobj *j, const char *key)
{
	return object_value(j, key, take_opt(j, key));
}

static const json_t *
array_value(struct jobj *j, const char *key, const json_t *v, size_t max)
{
	if (v == NULL)
		return NULL;
	if (!json_is_array(v))
		jobj_fail(j, "E-FIELD-TYPE", key, "must be a list");
	else if (json_array_size(v) > max)
		jobj_fail(j, "E-FIELD-SIZE", key, "%zu items, at most %zu",
		    json_array_size(v), max);
	return j->bad ? NULL : v;
}

const json_t *
jobj_array(struct jobj *j, const char *key, size_t max)
{
	return array_value(j, key, take(j, key), max);
}

const json_t *
jobj_array_opt(struct jobj *j, const char *key, size_t max)
{
	return array_value(j, key, take_opt(j, key), max);
}

void
jobj_in(struct jobj *inner, struct jobj *outer, const char *key)
{
	char path[sizeof(inner->path)];
	const json_t *v = jobj_object(outer, key);

	path_of(outer, key, path, sizeof(path));
	if (v == NULL)
		*inner = (struct jobj){ .err = outer->err, .bad = true };
	else
		jobj_begin(inner, v, path, outer->err);
}

void
jobj_item(struct jobj *inner, struct jobj *outer, const char *key,
    const json_t *array, size_t i)
{
	char name[64], path[sizeof(inner->path)];

	(void)snprintf(name, sizeof(name), "%s[%zu]", key, i);
	path_of(outer, name, path, sizeof(path));
	if (outer->bad)
		*inner = (struct jobj){ .err = outer->err, .bad = true };
	else
		jobj_begin(inner, json_array_get(array, i), path, outer->err);
}

const char *
jobj_item_str(struct jobj *j, const char *key, const json_t *array, size_t i,
    size_t max)
{
	char name[64];
	const char *s;

	(void)snprintf(name, sizeof(name), "%s[%zu]", key, i);
	s = text_value(j, name, json_array_get(array, i), max, UTF8_ONE_LINE);
	if (!j->bad && s[0] == '\0')
		jobj_fail(j, "E-FIELD-MISSING", name, "is empty");
	return s;
}
