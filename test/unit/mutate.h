#ifndef TEST_MUTATE_H
#define TEST_MUTATE_H

#include "base/json.h"
#include "model/text.h"

#include "tap.h"

/*
 * Takes a text that parses, breaks it in every place and every way that the
 * form of all texts knows, and expects the refusal to name that place.
 */
typedef bool (mutate_parse)(struct slice text, struct err *);

struct mutate {
	const char		*type;
	mutate_parse		*parse;
	const char *const	*optional;	/* "desks[].phone", ..., NULL */
	json_t			*whole;
	unsigned		tried;
};

/* "keys[1].from" in v; NULL when there is none.  A trailing name is left to
 * the caller when `last` is given. */
static inline json_t *
mutate_find(json_t *v, const char *path, char *last, size_t size)
{
	char name[80];

	while (*path != '\0' && v != NULL) {
		size_t n = strcspn(path, ".[");

		(void)snprintf(name, sizeof(name), "%.*s", (int)n, path);
		path += n;
		if (last != NULL && *path == '\0') {
			(void)snprintf(last, size, "%s", name);
			return v;
		}
		if (n != 0)
			v = json_object_get(v, name);
		if (*path == '[') {
			if (last != NULL && strcspn(path, "]") + 1 == strlen(path)) {
				(void)snprintf(last, size, "%s", path);
				return v;
			}
			v = json_array_get(v, strtoul(path + 1, NULL, 10));
			path += strcspn(path, "]") + 1;
		}
		if (*path == '.')
			path++;
	}
	return v;
}

static inline void
mutate_set(json_t *root, const char *path, json_t *value)
{
	char last[80];
	json_t *at = mutate_find(root, path, last, sizeof(last));

	if (json_is_array(at))
		(void)json_array_set_new(at, strtoul(last + 1, NULL, 10), value);
	else
		(void)json_object_set_new(at, last, value);
}

static inline const char *
mutate_refusal(const struct mutate *m, const json_t *v, struct err *err)
{
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);

	buf_str(&b, "entente/");
	buf_str(&b, m->type);
	buf_str(&b, "/v1\n");
	jout_value(&j, NULL, v);
	buf_u8(&b, '\n');
	*err = (struct err){ .class = ERR_NONE };
	if (m->parse(buf_all(&b), err))
		err->rule[0] = '\0';
	buf_free(&b);
	return err->rule;
}

/* "desks[3].phone" is one of the optional "desks[].phone". */
static inline bool
mutate_optional(const struct mutate *m, const char *path)
{
	char plain[120];
	size_t n = 0;

	for (; *path != '\0' && n + 1 < sizeof(plain); path++)
		if (*path < '0' || *path > '9')
			plain[n++] = *path;
	plain[n] = '\0';
	for (size_t i = 0; m->optional[i] != NULL; i++)
		if (strcmp(m->optional[i], plain) == 0)
			return true;
	return false;
}

/* The refusal names the field, or, when it is a rule between two fields,
 * another one beside it. */
static inline bool
mutate_names(const struct err *err, const char *path)
{
	const char *dot = strrchr(path, '.');
	size_t n = dot == NULL ? 0 : (size_t)(dot - path);

	if (strcmp(err->rule, "E-FIELD-VALUE") == 0)
		return strncmp(err->field, path, n) == 0 &&
		    strchr(err->field + n + (n != 0), '.') == NULL;
	return strcmp(err->rule, "E-FIELD-MISSING") == 0 &&
	    strcmp(err->field, path) == 0;
}

static inline void
mutate_removed(struct mutate *m, const char *path)
{
	json_t *copy = json_deep_copy(m->whole);
	struct err err;
	char last[80];
	json_t *at = mutate_find(copy, path, last, sizeof(last));

	(void)json_object_del(at, last);
	(void)mutate_refusal(m, copy, &err);
	if (mutate_optional(m, path))
		EQ_STR(err.rule, "", "%s may be absent", path);
	else
		OK(mutate_names(&err, path), "without %s it is refused (%s %s)",
		    path, err.rule, err.field);
	m->tried++;
	json_decref(copy);
}

static inline void
mutate_typed(struct mutate *m, const char *path, json_t *value)
{
	json_t *copy = json_deep_copy(m->whole);
	struct err err;

	mutate_set(copy, path, value);
	(void)mutate_refusal(m, copy, &err);
	OK(strcmp(err.rule, "E-FIELD-TYPE") == 0 && strcmp(err.field, path) == 0,
	    "%s of another type is refused (%s %s)", path, err.rule, err.field);
	m->tried++;
	json_decref(copy);
}

static inline void
mutate_unknown(struct mutate *m, const char *path)
{
	json_t *copy = json_deep_copy(m->whole);
	struct err err;
	char field[96];

	(void)json_object_set_new(mutate_find(copy, path, NULL, 0), "zz",
	    json_integer(1));
	(void)snprintf(field, sizeof(field), "%s%szz", path,
	    path[0] == '\0' ? "" : ".");
	(void)mutate_refusal(m, copy, &err);
	OK(strcmp(err.rule, "E-FIELD-UNKNOWN") == 0 &&
	    strcmp(err.field, field) == 0,
	    "an unknown field in '%s' is refused (%s %s)", path, err.rule,
	    err.field);
	m->tried++;
	json_decref(copy);
}

/* The first field of the object goes to its end. */
static inline void
mutate_swapped(struct mutate *m, const char *path)
{
	json_t *copy = json_deep_copy(m->whole);
	json_t *at = mutate_find(copy, path, NULL, 0);
	const char *first = json_object_iter_key(json_object_iter(at));
	char name[80];
	json_t *value;
	struct err err;

	(void)snprintf(name, sizeof(name), "%s", first);
	value = json_incref(json_object_get(at, name));
	(void)json_object_del(at, name);
	(void)json_object_set_new(at, name, value);
	EQ_STR(mutate_refusal(m, copy, &err), "E-TEXT-CANONICAL",
	    "the fields of '%s' have one order", path);
	m->tried++;
	json_decref(copy);
}

static inline void
mutate_walk(struct mutate *m, json_t *v, const char *path)
{
	char inner[120];
	const char *key;
	json_t *item;
	size_t i;

	if (json_is_object(v)) {
		mutate_unknown(m, path);
		if (json_object_size(v) > 1)
			mutate_swapped(m, path);
		json_object_foreach(v, key, item) {
			(void)snprintf(inner, sizeof(inner), "%s%s%s", path,
			    path[0] == '\0' ? "" : ".", key);
			mutate_removed(m, inner);
			mutate_typed(m, inner, json_null());
			if (strcmp(inner, "ext") != 0)
				mutate_walk(m, item, inner);
		}
		return;
	}
	if (json_is_array(v)) {
		json_array_foreach(v, i, item) {
			(void)snprintf(inner, sizeof(inner), "%s[%zu]", path, i);
			mutate_typed(m, inner, json_null());
			mutate_walk(m, item, inner);
		}
		mutate_typed(m, path, json_object());
		return;
	}
	mutate_typed(m, path, json_is_string(v) ? json_integer(7) :
	    json_string("x"));
}

/* All of it: fields, prefixes, white space, escapes. */
static inline void
mutate_all(struct slice text, const char *type, mutate_parse *parse,
    const char *const *optional)
{
	struct mutate m = { type, parse, optional, NULL, 0 };
	struct buf b = BUF_INIT;
	struct err err;
	bool refused = true;
	size_t at;

	OK(parse(text, &err), "the text parses: %s", err.text);
	for (size_t n = 0; n < text.n; n++)
		refused = refused && !parse(slice_of(text.p, n), &err);
	OK(refused, "no prefix of it does");
	m.whole = text_read(text, type, &err);
	mutate_walk(&m, m.whole, "");
	json_decref(m.whole);
	/* {" becomes { " */
	at = strlen("entente//v1\n{") + strlen(type);
	buf_put(&b, text.p, at);
	buf_u8(&b, ' ');
	buf_slice(&b, slice_skip(text, at));
	OK(!parse(buf_all(&b), &err) && strcmp(err.rule, "E-TEXT-CANONICAL") == 0,
	    "white space is refused");
	buf_clear(&b);
	/* A letter of the first key as an escape. */
	buf_put(&b, text.p, at + 1);
	buf_printf(&b, "\\u%04x", text.p[at + 1]);
	buf_slice(&b, slice_skip(text, at + 2));
	OK(!parse(buf_all(&b), &err) && strcmp(err.rule, "E-TEXT-CANONICAL") == 0,
	    "an escape that need not be is refused");
	buf_free(&b);
}

/* One value at a path replaced by JSON; rule and field of the refusal. */
struct mutate_case {
	const char *path, *json, *rule, *field;
};

static inline void
mutate_cases(struct slice text, const char *type, mutate_parse *parse,
    const struct mutate_case *cases, size_t n)
{
	struct mutate m = { type, parse, NULL, NULL, 0 };
	struct err err;

	m.whole = text_read(text, type, &err);
	for (size_t i = 0; i < n; i++) {
		json_t *copy = json_deep_copy(m.whole);

		mutate_set(copy, cases[i].path,
		    json_loads(cases[i].json, JSON_DECODE_ANY, NULL));
		(void)mutate_refusal(&m, copy, &err);
		OK(strcmp(err.rule, cases[i].rule) == 0 &&
		    strcmp(err.field, cases[i].field) == 0,
		    "%s = %.60s: %s (got %s %s)", cases[i].path, cases[i].json,
		    cases[i].rule[0] == '\0' ? "fine" : cases[i].rule,
		    err.rule, err.field);
		json_decref(copy);
	}
	json_decref(m.whole);
}

#endif
