#include "model/national.h"

#include <stdio.h>
#include <string.h>

#include "model/kind_set.h"

enum { LANGUAGES_MAX = 20, GROUNDS_MAX = 50, PLACE_TEXT = 60 };

static const char ground_id[] = "ground";

/* A set of its own arena over the sources of another: fields of a card live
 * as long as one check. */
struct reading {
	struct kind_set	 set;
	struct kind_act	 act;
	const json_t	*languages;
	json_t		*form;
};

static bool
is_language(const char *code, const void *set)
{
	return codelist_item(set, "languages", code) != NULL;
}

/* A member's fields are read as one section of a kind would be. */
static void
fields_read(struct reading *r, struct jobj *o)
{
	static const char title[] = "national";
	const json_t *fields = jobj_array_opt(o, "fields", 60);
	union { const json_t *c; json_t *m; } u = { .c = fields };
	struct jobj form;

	if (o->bad || fields == NULL)
		return;
	r->form = json_pack("{s:[{s:s, s:{s:s, s:s, s:s, s:s}, s:O}]}",
	    "sections", "id", "national", "title", "en", title, "ar", title,
	    "es", title, "fr", title, "fields", u.m);
	jobj_begin(&form, r->form, "", o->err);
	kind_sections_read(&r->act, &r->set, &form, "");
	kind_out(o, &form);
	for (size_t i = 0; i < r->act.nfields && !o->bad; i++)
		/* Files and identifiers are the kind's own matter. */
		if (r->act.fields[i].type == FIELD_FILE ||
		    r->act.fields[i].match[0] != '\0')
			jobj_fail(o, "E-FIELD-VALUE", "fields",
			    "may be no file and is not matched");
}

static bool
same_code(const json_t *a, const json_t *b)
{
	return json_equal(json_object_get(a, "code"),
	    json_object_get(b, "code"));
}

static void
grounds_read(struct jobj *o)
{
	static const char *const known[] = { "code", "label", NULL };
	const json_t *list = jobj_array_opt(o, "grounds", GROUNDS_MAX);
	struct jobj item;
	const char *code;

	for (size_t i = 0; i < json_array_size(list) && !o->bad; i++) {
		jobj_item(&item, o, "grounds", list, i);
		kind_only(&item, known);
		code = jobj_str(&item, "code", 32);
		if (!item.bad && !kind_id_valid(code))
			jobj_fail(&item, "E-FIELD-VALUE", "code",
			    "is not a code");
		for (size_t k = 0; k < i && !item.bad; k++)
			if (same_code(json_array_get(list, k), item.o))
				jobj_fail(&item, "E-FIELD-VALUE", "code",
				    "stands twice");
		(void)kind_labels(&item, "label", 300);
		kind_out(o, &item);
	}
}

static bool
read_requires(struct reading *r, const struct kind_set *set,
    const json_t *requires, struct err *err)
{
	static const char *const known[] = { "languages", "fields", "grounds", NULL };
	struct err why = { .class = ERR_NONE };
	struct jobj o;

	*r = (struct reading){ .set = *set };
	r->set.arena = (struct arena)ARENA_INIT;
	jobj_begin(&o, requires, "", &why);
	kind_only(&o, known);
	r->languages = kind_words(&o, "languages", LANGUAGES_MAX, is_language,
	    set, "is no language");
	fields_read(r, &o);
	grounds_read(&o);
	return jobj_end_lax(&o) || err_field(err, ERR_INVALID,
	    "E-NATIONAL-FORM", why.field, "%s", why.text);
}

static void
reading_end(struct reading *r)
{
	json_decref(r->form);
	arena_free(&r->set.arena);
}

bool
national_valid(const struct kind_set *set, const json_t *requires,
    struct err *err)
{
	struct reading r;
	bool ok = read_requires(&r, set, requires, err);

	reading_end(&r);
	return ok;
}

static bool
takes(const struct field *f, const char *code)
{
	if (f == NULL || f->codes == NULL)
		return f != NULL;
	for (size_t i = 0; i < json_array_size(f->codes); i++)
		if (strcmp(json_string_value(json_array_get(f->codes, i)),
		    code) == 0)
			return true;
	return false;
}

bool
national_fits(const struct kind *k, const json_t *requires, struct err *err)
{
	return json_object_get(requires, "grounds") == NULL ||
	    takes(kind_field(k, ACT_REFUSE, ground_id), "other") ||
	    err_field(err, ERR_INVALID, "E-NATIONAL-FORM", "grounds",
	    "no ground but its own can be given in this kind");
}

const json_t *
national_of(const struct card *card, const char *kind)
{
	for (size_t i = 0; i < card->nkinds; i++)
		if (strcmp(card->kinds[i].kind, kind) == 0)
			return card->kinds[i].requires;
	return NULL;
}

static bool
language_read_there(const struct reading *r, const struct card *card,
    const char *lang, struct err *err)
{
	char list[80] = "";

	if (json_array_size(r->languages) == 0)
		return true;
	for (size_t i = 0; i < json_array_size(r->languages); i++) {
		const char *s = json_string_value(json_array_get(r->languages,
		    i));
		size_t n = strlen(list);

		if (strcmp(s, lang) == 0)
			return true;
		(void)snprintf(list + n, sizeof(list) - n, " %s", s);
	}
	return err_field(err, ERR_INVALID, "E-NATIONAL-LANGUAGE", "lang",
	    "%s takes this kind in:%s", card->member.s, list);
}

static bool
fields_there(const struct reading *r, const struct card *card,
    const json_t *body, struct err *err)
{
	const json_t *mine = json_object_get(json_object_get(body,
	    KIND_NATIONAL), card->member.s);
	json_t *none = json_object();
	char place[PLACE_TEXT];
	struct err why;
	bool ok;

	(void)snprintf(place, sizeof(place), "body." KIND_NATIONAL ".%s",
	    card->member.s);
	ok = kind_check_fields(&r->act, mine == NULL ? none : mine, place, &why);
	json_decref(none);
	return ok || err_field(err, ERR_INVALID, why.rule, why.field,
	    "%s; %s asks for it", why.text, card->member.s);
}

bool
national_check(const struct kind_set *set, const struct card *card,
    const char *kind, const json_t *body, const char *lang, struct err *err)
{
	const json_t *requires = national_of(card, kind);
	struct reading r;
	struct err why;
	bool ok;

	if (requires != NULL && !read_requires(&r, set, requires, &why)) {
		reading_end(&r);
		return err_field(err, ERR_INVALID, "E-NATIONAL-FORM",
		    why.field, "what %s asks for is not understood here: %s",
		    card->member.s, why.text);
	}
	/* Nothing is asked for, and so nothing may be told. */
	if (requires == NULL)
		r = (struct reading){ .form = NULL };
	ok = language_read_there(&r, card, lang, err) &&
	    fields_there(&r, card, body, err);
	reading_end(&r);
	return ok;
}

bool
national_only_for(const json_t *body, const struct recipient *to, size_t n,
    struct err *err)
{
	union { const json_t *c; json_t *m; } u = {
		.c = json_object_get(body, KIND_NATIONAL) };
	struct member_id m;
	const char *key;
	json_t *v;
	bool found;

	json_object_foreach(u.m, key, v) {
		found = false;
		for (size_t i = 0; i < n && !found; i++) {
			address_member(&m, &to[i].desk);
			found = strcmp(m.s, key) == 0;
		}
		if (!found)
			return err_field(err, ERR_INVALID, "E-FIELD-UNKNOWN",
			    "body." KIND_NATIONAL, "names a member that it is"
			    " not sent to");
	}
	return true;
}

/* -- grounds of refusal --------------------------------------------------- */

bool
national_ground_check(const json_t *body, const struct member_id *from,
    struct err *err)
{
	const json_t *all = json_object_get(body, KIND_NATIONAL);
	const json_t *own = json_object_get(all, from->s);
	const char *code = json_string_value(json_object_get(own, ground_id));
	const char *ground = json_string_value(json_object_get(body,
	    ground_id));
	char place[PLACE_TEXT];

	if (all == NULL)
		return true;
	(void)snprintf(place, sizeof(place), "body." KIND_NATIONAL ".%s",
	    from->s);
	if (json_object_size(all) != 1 || json_object_size(own) != 1 ||
	    code == NULL)
		return err_field(err, ERR_INVALID, "E-FIELD-UNKNOWN", place,
		    "holds one ground, and nothing beside it");
	if (!kind_id_valid(code))
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE", place,
		    "is not a code");
	return (ground != NULL && strcmp(ground, "other") == 0) ||
	    err_field(err, ERR_INVALID, "E-FIELD-VALUE", place,
	    "stands beside the ground \"other\" alone");
}

bool
national_ground_listed(const struct card *own, const char *kind,
    const json_t *body, struct err *err)
{
	const json_t *code = json_object_get(json_object_get(json_object_get(
	    body, KIND_NATIONAL), own->member.s), ground_id);
	const json_t *list = json_object_get(national_of(own, kind),
	    "grounds");

	if (code == NULL)
		return true;
	for (size_t i = 0; i < json_array_size(list); i++)
		if (json_equal(json_object_get(json_array_get(list, i), "code"),
		    code))
			return true;
	return err_field(err, ERR_INVALID, "E-CODE-UNKNOWN",
	    "body." KIND_NATIONAL, "our card lists no such ground for %s",
	    kind);
}
