#include <stdio.h>

#include "model/field_ops.h"

static bool
boolean_check(const struct field_at *at, const json_t *v)
{
	return json_is_boolean(v) ||
	    field_fail(at, "E-FIELD-TYPE", "must be true or false");
}

static void
boolean_render(struct buf *out, const struct field *f, const json_t *v,
    const char *lang)
{
	static const char *const words[2][LANGS] = {
		{ [LANG_EN] = "No", [LANG_AR] = "لا", [LANG_ES] = "No",
		  [LANG_FR] = "Non" },
		{ [LANG_EN] = "Yes", [LANG_AR] = "نعم", [LANG_ES] = "Sí",
		  [LANG_FR] = "Oui" },
	};

	(void)f;
	buf_str(out, words[json_is_true(v)][lang_near(lang)]);
}

static const json_t *
item(const json_t *items, const char *code)
{
	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *it = json_array_get(items, i);
		const char *c = json_string_value(json_object_get(it, "code"));

		if (c != NULL && strcmp(c, code) == 0)
			return it;
	}
	return NULL;
}

static bool
listed(const json_t *codes, const char *code)
{
	for (size_t i = 0; i < json_array_size(codes); i++) {
		const char *c = json_string_value(json_array_get(codes, i));

		if (c != NULL && strcmp(c, code) == 0)
			return true;
	}
	return false;
}

static bool
choice_check(const struct field_at *at, const json_t *v)
{
	const struct field *f = at->field;
	struct slice s;

	if (!field_line(at, v, 64, &s))
		return false;
	if (item(f->list, json_string_value(v)) == NULL)
		return field_fail(at, "E-CODE-UNKNOWN",
		    "is not a code of its list");
	if (f->codes != NULL && !listed(f->codes, json_string_value(v)))
		return field_fail(at, "E-CODE-UNKNOWN",
		    "is not one of the codes taken here");
	return true;
}

static bool
multichoice_check(const struct field_at *at, const json_t *v)
{
	size_t n = json_array_size(v);
	char path[sizeof(at->err->field)];
	struct field_at one = *at;

	if (!json_is_array(v))
		return field_fail(at, "E-FIELD-TYPE", "must be a list of codes");
	if (n == 0)
		return field_fail(at, "E-FIELD-MISSING", "is empty");
	if (n > json_array_size(at->field->list))
		return field_fail(at, "E-FIELD-SIZE",
		    "more codes than its list has");
	one.path = path;
	for (size_t i = 0; i < n; i++) {
		const json_t *code = json_array_get(v, i);

		(void)snprintf(path, sizeof(path), "%s[%zu]", at->path, i);
		if (!choice_check(&one, code))
			return false;
		for (size_t k = 0; k < i; k++)
			if (json_equal(json_array_get(v, k), code))
				return field_fail(&one, "E-FIELD-VALUE",
				    "stands twice");
	}
	return true;
}

static void
choice_render(struct buf *out, const struct field *f, const json_t *v,
    const char *lang)
{
	const char *code = json_string_value(v);
	const char *label = "";

	if (code == NULL)
		return;
	label = label_in(json_object_get(item(f->list, code), "label"), lang);
	/* A code that a later list dropped still shows itself. */
	buf_str(out, label[0] == '\0' ? code : label);
}

static void
multichoice_render(struct buf *out, const struct field *f, const json_t *v,
    const char *lang)
{
	for (size_t i = 0; i < json_array_size(v); i++) {
		if (i != 0)
			buf_str(out, lang_near(lang) == LANG_AR ? "، " : ", ");
		choice_render(out, f, json_array_get(v, i), lang);
	}
}

const struct field_ops field_code_boolean = {
	"boolean", NULL, boolean_check, NULL, boolean_render
};
const struct field_ops field_code_choice = {
	"choice", NULL, choice_check, NULL, choice_render
};
const struct field_ops field_code_multichoice = {
	"multichoice", NULL, multichoice_check, NULL, multichoice_render
};
const struct field_ops field_code_country = {
	"country", NULL, choice_check, NULL, choice_render
};
const struct field_ops field_code_language = {
	"language", NULL, choice_check, NULL, choice_render
};
