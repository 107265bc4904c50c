#include "base/json.h"

/* Nesting outside strings; jansson's own bound is a compile-time 2048. */
static bool
depth_ok(struct slice text)
{
	bool in_string = false;
	int depth = 0;

	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];

		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > JSON_DEPTH)
				return false;
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
	return true;
}

/* No floats, no integer that another language would round. */
static bool
numbers_ok(const json_t *v)
{
	const char *key;
	json_t *item;
	size_t i;

	if (json_is_real(v))
		return false;
	if (json_is_integer(v))
		return json_integer_value(v) <= JSON_INT_MAX &&
		    json_integer_value(v) >= -JSON_INT_MAX;
	if (json_is_array(v)) {
		json_array_foreach(v, i, item)
			if (!numbers_ok(item))
				return false;
	} else if (json_is_object(v)) {
		/* The macro wants a pointer it could change. */
		union { const json_t *c; json_t *m; } u = { .c = v };

		json_object_foreach(u.m, key, item)
			if (!numbers_ok(item))
				return false;
	}
	return true;
}

static bool
syntax_error(const json_error_t *e, struct err *err)
{
	switch (json_error_code(e)) {
	case json_error_duplicate_key:
		return err_set(err, ERR_INVALID, "E-JSON-DUPLICATE",
		    "a key stands twice in one object, at byte %d", e->position);
	case json_error_invalid_utf8:
		return err_set(err, ERR_INVALID, "E-JSON-UTF8",
		    "not UTF-8, at byte %d", e->position);
	case json_error_numeric_overflow:
		return err_set(err, ERR_INVALID, "E-JSON-NUMBER",
		    "a number out of range, at byte %d", e->position);
	default:
		return err_set(err, ERR_INVALID, "E-JSON-SYNTAX",
		    "not JSON, at byte %d", e->position);
	}
}

json_t *
json_read(struct slice text, size_t max, struct err *err)
{
	json_error_t e;
	json_t *v;

	if (text.n > max) {
		err_set(err, ERR_INVALID, "E-JSON-SIZE",
		    "%zu bytes, at most %zu", text.n, max);
		return NULL;
	}
	if (!depth_ok(text)) {
		err_set(err, ERR_INVALID, "E-JSON-DEPTH",
		    "nested deeper than %d", JSON_DEPTH);
		return NULL;
	}
	v = json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES, &e);
	if (v == NULL) {
		syntax_error(&e, err);
		return NULL;
	}
	if (!numbers_ok(v)) {
		err_set(err, ERR_INVALID, "E-JSON-NUMBER",
		    "only integers below 2^53 are numbers here");
		json_decref(v);
		return NULL;
	}
	return v;
}
