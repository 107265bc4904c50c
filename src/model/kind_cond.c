#include <stdio.h>
#include <string.h>

#include "model/kind_set.h"

/*
 * Conditions: {"field": "present" | "absent" | {"is": value} |
 * {"in": [values]}}, all of them true.  A field that holds a list is what any
 * of its items is.
 */

/* A value the field can never have would make a condition that never holds. */
static void
value_read(const struct field *target, struct jobj *o, const char *key,
    const json_t *value)
{
	struct field one = *target;
	char path[sizeof(o->err->field)];

	if (one.type == FIELD_MULTICHOICE)
		one.type = FIELD_CHOICE;
	(void)snprintf(path, sizeof(path), "%s.%s", o->path, key);
	if (!o->bad && !field_check(&one, value, path, o->err))
		o->bad = true;
}

static void
test_read(const struct field *target, struct jobj *o)
{
	static const char *const known[] = { "is", "in", NULL };
	const json_t *in;

	kind_only(o, known);
	if (o->bad)
		return;
	if (json_object_size(o->o) != 1) {
		jobj_fail(o, "E-FIELD-VALUE", "", "must have is or in");
		return;
	}
	if (jobj_has(o, "is")) {
		value_read(target, o, "is", json_object_get(o->o, "is"));
		return;
	}
	in = jobj_array(o, "in", 100);
	if (!o->bad && json_array_size(in) == 0)
		jobj_fail(o, "E-FIELD-MISSING", "in", "is empty");
	for (size_t i = 0; i < json_array_size(in) && !o->bad; i++)
		value_read(target, o, "in", json_array_get(in, i));
}

static const struct field *
find(const struct kind_act *a, const char *id)
{
	for (size_t i = 0; i < a->nfields; i++)
		if (strcmp(a->fields[i].id, id) == 0)
			return &a->fields[i];
	return NULL;
}

static void
line_read(const struct field *target, struct jobj *o, const char *name,
    const json_t *v)
{
	const char *word = json_string_value(v);
	char path[sizeof(o->path)];
	struct jobj test;

	if (word != NULL) {
		if (strcmp(word, "present") != 0 && strcmp(word, "absent") != 0)
			jobj_fail(o, "E-FIELD-VALUE", name,
			    "must be present, absent, is or in");
		return;
	}
	(void)snprintf(path, sizeof(path), "%.40s.%.30s", o->path, name);
	jobj_begin(&test, v, path, o->err);
	test_read(target, &test);
	kind_out(o, &test);
}

void
kind_cond_read(const struct kind_act *a, const struct field *f,
    struct jobj *o, const char *key)
{
	const json_t *cond = strcmp(key, "show_if") == 0 ? f->show_if :
	    f->required_if;
	union { const json_t *c; json_t *m; } u = { .c = cond };
	char path[sizeof(o->path)];
	const char *name;
	struct jobj in;
	json_t *v;

	(void)snprintf(path, sizeof(path), "%.58s.%s", o->path, key);
	jobj_begin(&in, cond, path, o->err);
	if (json_object_size(cond) == 0)
		jobj_fail(&in, "E-FIELD-MISSING", "", "is empty");
	json_object_foreach(u.m, name, v) {
		const struct field *target = find(a, name);

		if (target == NULL || target == f)
			jobj_fail(&in, "E-FIELD-VALUE", name,
			    "is no other field of this act");
		else if (!in.bad)
			line_read(target, &in, name, v);
	}
	kind_out(o, &in);
}

/* -- holding -------------------------------------------------------------- */

static bool
is(const json_t *have, const json_t *want)
{
	if (!json_is_array(have))
		return json_equal(have, want);
	for (size_t i = 0; i < json_array_size(have); i++)
		if (json_equal(json_array_get(have, i), want))
			return true;
	return false;
}

static bool
line_holds(const json_t *line, const json_t *have)
{
	const char *word = json_string_value(line);
	const json_t *in = json_object_get(line, "in");

	if (word != NULL)
		return (have != NULL) == (strcmp(word, "present") == 0);
	if (have == NULL)
		return false;
	if (in == NULL)
		return is(have, json_object_get(line, "is"));
	for (size_t i = 0; i < json_array_size(in); i++)
		if (is(have, json_array_get(in, i)))
			return true;
	return false;
}

bool
kind_cond_holds(const json_t *cond, const json_t *body)
{
	union { const json_t *c; json_t *m; } u = { .c = cond };
	const char *name;
	json_t *line;

	json_object_foreach(u.m, name, line)
		if (!line_holds(line, json_object_get(body, name)))
			return false;
	return true;
}
