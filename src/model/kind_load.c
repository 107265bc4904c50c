#include <stdio.h>
#include <string.h>

#include "model/kind_set.h"

enum { ITEMS_MAX = 2000, NAME_TEXT = 128 };

/* -- names ---------------------------------------------------------------- */

/* "[member:]name/version", or without version. */
static bool
name_valid(const char *s, bool versioned)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789.-";
	size_t n = strspn(s, letters);

	if (versioned && s[n] == ':') {
		struct member_id m;

		if (!member_id_parse(&m, slice_of(s, n)))
			return false;
		s += n + 1;
		n = strspn(s, letters);
	}
	if (n == 0 || s[0] < 'a' || s[0] > 'z' || n > 48)
		return false;
	if (!versioned)
		return s[n] == '\0';
	if (s[n] != '/' || s[n + 1] < '1' || s[n + 1] > '9')
		return false;
	s += n + 1;
	n = strspn(s, "0123456789");
	return n <= 3 && s[n] == '\0';
}

/* A file bears the name of what it holds. */
static bool
file_named(const struct source *s)
{
	static const char *const dirs[] = {
		[SOURCE_CODELIST] = "kinds/codelists/",
		[SOURCE_FRAGMENT] = "kinds/fragments/",
		[SOURCE_KIND] = "kinds/",
	};
	char want[NAME_TEXT];
	char *slash;

	(void)snprintf(want, sizeof(want), "%s%s.json", dirs[s->type], s->name);
	if (s->type != SOURCE_CODELIST) {
		slash = strrchr(want, '/');
		*slash = '-';
	}
	return strcmp(want, s->file) == 0;
}

static void
source_name(struct kind_set *set, struct source *s, struct jobj *o)
{
	static const char *const keys[] = {
		[SOURCE_CODELIST] = "codelist", [SOURCE_FRAGMENT] = "fragment",
		[SOURCE_KIND] = "kind",
	};
	const char *key = keys[s->type];
	const char *name = jobj_str(o, key, MESSAGE_KIND);

	if (o->bad)
		return;
	if (!name_valid(name, s->type != SOURCE_CODELIST)) {
		jobj_fail(o, "E-FIELD-VALUE", key, "is not a name");
		return;
	}
	if (kind_set_source(set, s->type, name) != NULL) {
		jobj_fail(o, "E-KIND-FILE", key, "stands in two files");
		return;
	}
	s->name = name;
	if (!file_named(s))
		jobj_fail(o, "E-KIND-FILE", key, "the file bears another name");
}

/* -- codelists and fragments ---------------------------------------------- */

static bool
code_valid(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789._:+-");

	return n >= 1 && n <= 64 && s[n] == '\0';
}

static void
item_read(struct jobj *o, const json_t *items, size_t i)
{
	static const char *const known[] = { "code", "label", NULL };
	struct jobj it;
	const char *code;

	jobj_item(&it, o, "items", items, i);
	kind_only(&it, known);
	code = jobj_str(&it, "code", 64);
	if (!it.bad && !code_valid(code))
		jobj_fail(&it, "E-FIELD-VALUE", "code", "is not a code");
	for (size_t k = 0; k < i && !it.bad; k++)
		if (json_equal(json_object_get(json_array_get(items, k), "code"),
		    json_object_get(it.o, "code")))
			jobj_fail(&it, "E-FIELD-VALUE", "code", "stands twice");
	if (!it.bad)
		(void)snprintf(it.path, sizeof(it.path), "items.%s", code);
	(void)kind_labels(&it, "label", 300);
	kind_out(o, &it);
}

static void
codelist_read(struct kind_set *set, struct source *s, struct jobj *o)
{
	static const char *const known[] = { "codelist", "title", "items", NULL };
	const json_t *items;

	kind_only(o, known);
	source_name(set, s, o);
	(void)kind_labels(o, "title", 300);
	items = jobj_array(o, "items", ITEMS_MAX);
	if (!o->bad && json_array_size(items) == 0)
		jobj_fail(o, "E-FIELD-MISSING", "items", "is empty");
	for (size_t i = 0; i < json_array_size(items) && !o->bad; i++)
		item_read(o, items, i);
}

/* Read once for itself, so that what is wrong in it is told of its file. */
static void
fragment_read(struct kind_set *set, struct source *s, struct jobj *o)
{
	static const char *const known[] = { "fragment", "acts", NULL };
	struct kind scratch = { .flow = FLOWS };

	kind_only(o, known);
	source_name(set, s, o);
	kind_acts_read(&scratch, set, o, jobj_object(o, "acts"), 0);
}

/* -- kinds ---------------------------------------------------------------- */

/* The grounds a kind takes are codes of the field `ground`: written into the
 * merged act, so that form, view and check read one place. */
static void
put_grounds(json_t *act)
{
	json_t *grounds = json_object_get(act, "grounds");
	json_t *section, *field;
	size_t i, k;

	if (grounds == NULL)
		return;
	json_array_foreach(json_object_get(act, "sections"), i, section)
		json_array_foreach(json_object_get(section, "fields"), k, field) {
			const char *id = json_string_value(
			    json_object_get(field, "id"));

			if (id != NULL && strcmp(id, "ground") == 0)
				(void)json_object_set(field, "codes", grounds);
		}
}

/* The kind's word on an act replaces the fragment's, member by member. */
static json_t *
acts_merge(const json_t *fragment, const json_t *own)
{
	union { const json_t *c; json_t *m; } u = { .c = own };
	json_t *acts = fragment == NULL ? json_object() : json_deep_copy(fragment);
	json_t *act, *old;
	const char *name;

	json_object_foreach(u.m, name, act) {
		json_t *copy = json_deep_copy(act);

		old = json_object_get(acts, name);
		if (json_is_object(old) && json_is_object(copy))
			(void)json_object_update(old, copy);
		else
			(void)json_object_set(acts, name, copy);
		json_decref(copy);
	}
	json_object_foreach(acts, name, act)
		put_grounds(act);
	return acts;
}

static void
acts_load(struct kind *k, struct kind_set *set, struct source *s,
    struct jobj *o, unsigned roles)
{
	const char *from = jobj_str_opt(o, "acts_from", MESSAGE_KIND);
	const json_t *own = jobj_object_opt(o, "acts");
	struct hash_stream *stream;
	const struct source *fragment = NULL;
	json_t *acts;

	if (!o->bad && from[0] != '\0') {
		fragment = kind_set_source(set, SOURCE_FRAGMENT, from);
		if (fragment == NULL)
			jobj_fail(o, "E-FIELD-VALUE", "acts_from",
			    "there is no such fragment");
	}
	if (o->bad)
		return;
	stream = hash_stream_new();
	hash_stream_add(stream, s->bytes);
	if (fragment != NULL)
		hash_stream_add(stream, fragment->bytes);
	k->hash = hash_stream_end(stream);
	hash_stream_free(stream);

	acts = acts_merge(fragment == NULL ? NULL :
	    json_object_get(fragment->json, "acts"), own);
	(void)json_array_append_new(set->merged, acts);
	k->acts = acts;
	kind_acts_read(k, set, o, acts, roles);
}

/* "section.field" of submit, or "act.section.field". */
static bool
names_field(const char *s, const void *kind)
{
	const struct kind *k = kind;
	char place[NAME_TEXT];

	for (unsigned a = 0; a < ACTS; a++)
		for (size_t i = 0; k->act[a] != NULL && i < k->act[a]->nfields;
		    i++) {
			const struct field *f = &k->act[a]->fields[i];

			(void)snprintf(place, sizeof(place), "%s%s%s.%s",
			    a == ACT_SUBMIT ? "" : act_names[a],
			    a == ACT_SUBMIT ? "" : ".", f->section, f->id);
			if (strcmp(place, s) == 0)
				return true;
		}
	return false;
}

static void
kind_read(struct kind *k, struct kind_set *set, struct source *s,
    struct jobj *o)
{
	static const char *const known[] = {
		"kind", "flow", "title", "basis", "template", "unconfirmed",
		"urgency", "until", "follows", "may", "copy", "clocks",
		"deliver_by", "keep", "handling", "sections", "acts_from",
		"acts", NULL
	};
	unsigned roles = 0;

	kind_only(o, known);
	source_name(set, s, o);
	/* Names without a member are the network's. */
	if (!o->bad && s->own && strchr(s->name, ':') == NULL)
		jobj_fail(o, "E-FIELD-VALUE", "kind",
		    "a member's own kind is called \"<member>:<name>/1\"");
	if (o->bad)
		return;
	(void)snprintf(k->name, sizeof(k->name), "%s", s->name);
	k->json = s->json;
	k->flow = (enum flow)jobj_enum(o, "flow", flow_names, FLOWS);
	if (jobj_has(o, "urgency"))
		k->urgency_default = (enum urgency)jobj_enum(o, "urgency",
		    urgency_names, URGENCIES);
	k->title = kind_labels(o, "title", 300);
	(void)jobj_array(o, "basis", 20);
	(void)kind_words(o, "basis", 20, NULL, NULL, "");
	(void)jobj_str_opt(o, "template", 100);
	k->copied = !jobj_has(o, "copy") || jobj_bool(o, "copy");
	kind_rules_read(k, set, o, &roles);
	acts_load(k, set, s, o, roles);
	(void)kind_words(o, "unconfirmed", 500, names_field, k,
	    "is no field of this kind");
	kind_follows_read(k, set, o);
}

/* -- any of them ---------------------------------------------------------- */

void
kind_load(struct kind_set *set, struct source *s, struct jobj *o)
{
	struct kind *k;

	switch (s->type) {
	case SOURCE_CODELIST:
		codelist_read(set, s, o);
		break;
	case SOURCE_FRAGMENT:
		fragment_read(set, s, o);
		break;
	case SOURCE_KIND:
		k = &set->kinds[set->nkinds];
		*k = (struct kind){ .own = s->own };
		kind_read(k, set, s, o);
		if (!o->bad)
			set->nkinds++;
		break;
	}
}
