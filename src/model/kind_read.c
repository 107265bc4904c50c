#include <stdio.h>
#include <string.h>

#include "model/kind_set.h"

void
kind_only(struct jobj *j, const char *const *known)
{
	union { const json_t *c; json_t *m; } u = { .c = j->o };
	const char *key;
	json_t *v;

	if (j->bad)
		return;
	json_object_foreach(u.m, key, v) {
		bool found = false;

		for (size_t i = 0; known[i] != NULL && !found; i++)
			found = strcmp(known[i], key) == 0;
		if (!found) {
			jobj_fail(j, "E-FIELD-UNKNOWN", key, "is not known here");
			return;
		}
	}
}

void
kind_out(struct jobj *outer, const struct jobj *inner)
{
	outer->bad = outer->bad || inner->bad;
}

const json_t *
kind_labels(struct jobj *outer, const char *key, size_t max)
{
	static const char *const known[] = { "en", "ar", "es", "fr", NULL };
	struct jobj l;

	if (!outer->bad && !jobj_has(outer, key))
		jobj_fail(outer, "E-KIND-LABEL", key, "is required");
	jobj_in(&l, outer, key);
	kind_only(&l, known);
	for (unsigned i = 0; i < LANGS; i++) {
		const char *text = jobj_str_opt(&l, lang_names[i], max);

		if (text[strspn(text, " ")] == '\0')
			jobj_fail(&l, "E-KIND-LABEL", lang_names[i],
			    "there is no text in this language");
	}
	kind_out(outer, &l);
	return l.o;
}

struct duration
kind_duration(struct jobj *j, const char *key)
{
	const char *s = jobj_str(j, key, 40);
	struct duration d = { 0 };

	if (!j->bad && !duration_parse(&d, slice_str(s)))
		jobj_fail(j, "E-FIELD-VALUE", key,
		    "must be a duration such as PT4H");
	else if (!j->bad && d.months == 0 && d.rest == 0)
		jobj_fail(j, "E-FIELD-VALUE", key, "must not be zero");
	return d;
}

bool
kind_id_valid(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return n >= 1 && n <= 32 && s[n] == '\0' && s[0] >= 'a' && s[0] <= 'z';
}

const json_t *
kind_words(struct jobj *j, const char *key, size_t max,
    bool (*good)(const char *, const void *), const void *arg,
    const char *reason)
{
	const json_t *list = jobj_array_opt(j, key, max);
	char place[64];

	for (size_t i = 0; i < json_array_size(list) && !j->bad; i++) {
		const char *s = jobj_item_str(j, key, list, i, 200);

		(void)snprintf(place, sizeof(place), "%s[%zu]", key, i);
		if (!j->bad && good != NULL && !good(s, arg))
			jobj_fail(j, "E-FIELD-VALUE", place, "%s", reason);
		for (size_t k = 0; k < i; k++)
			if (json_equal(json_array_get(list, k),
			    json_array_get(list, i)))
				jobj_fail(j, "E-FIELD-VALUE", place,
				    "stands twice");
	}
	return j->bad ? NULL : list;
}
