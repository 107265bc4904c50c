#include "model/field.h"

#include <stdio.h>

void
jobj_close(struct jobj *inner, struct jobj *outer)
{
	if (!jobj_end(inner))
		outer->bad = true;
}

const json_t *
jobj_ext(struct jobj *j)
{
	const json_t *ext = jobj_object_opt(j, "ext");

	if (ext != NULL && json_object_size(ext) == 0)
		jobj_fail(j, "E-FIELD-VALUE", "ext", "is empty");
	return ext;
}

void
jout_value_opt(struct jout *j, const char *key, const json_t *v)
{
	if (v != NULL)
		jout_value(j, key, v);
}

void
jout_ext(struct jout *j, const json_t *ext)
{
	jout_value_opt(j, "ext", ext);
}

const json_t *
jobj_labels(struct jobj *outer, const char *key, size_t max,
    enum utf8_lines lines)
{
	struct jobj j;
	const char *s;

	jobj_in(&j, outer, key);
	for (unsigned i = 0; i < LANGS; i++) {
		if (i != LANG_EN && !jobj_has(&j, lang_names[i]))
			continue;
		s = lines == UTF8_ONE_LINE ? jobj_str(&j, lang_names[i], max) :
		    jobj_text(&j, lang_names[i], max);
		if (!j.bad && s[0] == '\0')
			jobj_fail(&j, "E-FIELD-MISSING", lang_names[i],
			    "is empty");
	}
	jobj_close(&j, outer);
	return outer->bad ? NULL : j.o;
}

void
jout_labels(struct jout *j, const char *key, const json_t *labels)
{
	jout_object(j, key);
	for (unsigned i = 0; i < LANGS; i++) {
		const json_t *v = json_object_get(labels, lang_names[i]);

		if (v != NULL)
			jout_value(j, lang_names[i], v);
	}
	jout_end_object(j);
}

/* The lists are short, and read only after a signature was verified. */
static bool
said_before(const json_t *list, size_t i, const char *s)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(json_string_value(json_array_get(list, k)), s) == 0)
			return true;
	return false;
}

static const json_t *
codes_check(struct jobj *j, const char *key, const json_t *list,
    code_form *form)
{
	if (list != NULL && json_array_size(list) == 0)
		jobj_fail(j, "E-FIELD-VALUE", key, "is empty");
	for (size_t i = 0; !j->bad && i < json_array_size(list); i++) {
		const char *s = jobj_item_str(j, key, list, i, CODE_MAX);
		char name[64];

		(void)snprintf(name, sizeof(name), "%s[%zu]", key, i);
		if (!j->bad && !form(slice_str(s)))
			jobj_fail(j, "E-FIELD-VALUE", name,
			    "has a form that is not known here");
		else if (!j->bad && said_before(list, i, s))
			jobj_fail(j, "E-FIELD-VALUE", name, "stands there twice");
	}
	return j->bad ? NULL : list;
}

const json_t *
jobj_codes(struct jobj *j, const char *key, size_t max, code_form *form)
{
	return codes_check(j, key, jobj_array(j, key, max), form);
}

const json_t *
jobj_codes_opt(struct jobj *j, const char *key, size_t max, code_form *form)
{
	return codes_check(j, key, jobj_array_opt(j, key, max), form);
}

static bool
lower_or_digit(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool
code_valid(struct slice s)
{
	if (s.n == 0 || s.n > CODE_MAX || !lower_or_digit(s.p[0]))
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!lower_or_digit(s.p[i]) &&
		    memchr("._:/-", s.p[i], 5) == NULL)
			return false;
	return true;
}

bool
code_pattern_valid(struct slice s)
{
	if (s.n == 0 || s.p[s.n - 1] != '*')
		return code_valid(s);
	return s.n == 1 || code_valid(slice_of(s.p, s.n - 1));
}

bool
code_language_valid(struct slice s)
{
	if (s.n < 2 || s.n > 16)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		bool upper = s.p[i] >= 'A' && s.p[i] <= 'Z';

		if (!lower_or_digit(s.p[i]) && (i < 2 || (!upper && s.p[i] != '-')))
			return false;
	}
	return s.p[s.n - 1] != '-';
}

msec
jobj_until(struct jobj *j, msec from)
{
	msec until = jobj_time_opt(j, "until");

	if (jobj_has(j, "until") && until <= from)
		jobj_fail(j, "E-FIELD-VALUE", "until", "is not after from");
	return until;
}

bool
period_has(msec from, msec until, msec t)
{
	return t >= from && (until == 0 || t < until);
}
