#include "model/national.h"

#include <stdio.h>
#include <string.h>

#include "model/kind_set.h"

enum { LANGUAGES_MAX = 20, PLACE_TEXT = 60 };

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
read_requires(struct reading *r, const struct kind_set *set,
    const json_t *requires, struct err *err)
{
	static const char *const known[] = { "languages", "fields", NULL };
	struct err why = { .class = ERR_NONE };
	struct jobj o;

	*r = (struct reading){ .set = *set };
	r->set.arena = (struct arena)ARENA_INIT;
	jobj_begin(&o, requires, "", &why);
	kind_only(&o, known);
	r->languages = kind_words(&o, "languages", LANGUAGES_MAX, is_language,
	    set, "is no language");
	fields_read(r, &o);
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
