#include "entente/json_shape.h"

#include <string.h>

const struct json_shape json_shape_labels[] = {
	{ "en", NULL }, { "ar", NULL }, { "es", NULL }, { "fr", NULL },
	{ NULL, NULL },
};
const struct json_shape json_shape_handling[] = {
	{ "tlp", NULL }, { "level", NULL }, { "codes", NULL }, { "pap", NULL },
	{ "grade", NULL }, { "onward", NULL }, { NULL, NULL },
};

static void
write_value(struct jout *j, const char *key, const struct json_shape *inside,
    const json_t *v)
{
	if (inside != NULL && json_is_object(v)) {
		jout_object(j, key);
		json_shape_write(j, inside, v);
		jout_end_object(j);
	} else if (inside != NULL && json_is_array(v)) {
		jout_array(j, key);
		for (size_t i = 0; i < json_array_size(v); i++)
			write_value(j, NULL, inside, json_array_get(v, i));
		jout_end_array(j);
	} else {
		jout_value(j, key, v);
	}
}

void
json_shape_write(struct jout *j, const struct json_shape *s, const json_t *o)
{
	for (; s->key != NULL; s++) {
		const json_t *v = json_object_get(o, s->key);

		if (v != NULL)
			write_value(j, s->key, s->inside, v);
	}
}

static const struct json_shape *
find(const struct json_shape *s, const char *key)
{
	while (s->key != NULL && strcmp(s->key, key) != 0)
		s++;
	return s->key == NULL ? NULL : s;
}

static bool
only_inside(const struct json_shape *inside, const json_t *v, struct err *err)
{
	if (inside == NULL)
		return true;
	for (size_t i = 0; json_is_array(v) && i < json_array_size(v); i++)
		if (!only_inside(inside, json_array_get(v, i), err))
			return false;
	return !json_is_object(v) || json_shape_only(inside, v, err);
}

bool
json_shape_only(const struct json_shape *s, const json_t *o, struct err *err)
{
	const char *key;
	json_t *v;

	/* The loop only reads; jansson wants the object without const. */
	json_object_foreach((json_t *)(uintptr_t)o, key, v) {
		const struct json_shape *f = find(s, key);

		if (f == NULL)
			return err_field(err, ERR_INVALID, "E-FIELD-UNKNOWN",
			    key, "no field of this name belongs there");
		if (!only_inside(f->inside, v, err))
			return false;
	}
	return true;
}
