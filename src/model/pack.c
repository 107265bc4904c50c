#include "model/pack.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "model/ident.h"

/* err->field is short: the end of a long name is what tells. */
static bool
refuse(struct err *err, enum texts_part part, const char *name,
    const char *reason)
{
	char place[sizeof(err->field)];

	(void)snprintf(place, sizeof(place), "%s.%s", texts_names[part], name);
	if (!utf8_printable(slice_str(place), UTF8_ONE_LINE))
		(void)snprintf(place, sizeof(place), "%s", texts_names[part]);
	return err_field(err, ERR_INVALID, "E-LANG-PACK", place, "%s", reason);
}

/* -- its form ------------------------------------------------------------- */

static bool
text_valid(const json_t *v)
{
	struct slice s;

	if (!json_is_string(v))
		return false;
	s = slice_of(json_string_value(v), json_string_length(v));
	return s.n <= PACK_TEXT && utf8_printable(s, UTF8_MANY_LINES) &&
	    utf8_straight(s);
}

static bool
part_read(const struct pack *p, enum texts_part part, struct err *err)
{
	json_t *all = json_object_get(p->json, texts_names[part]), *v;
	const char *name;

	if (all != NULL && !json_is_object(all))
		return refuse(err, part, "", "must be an object of texts");
	json_object_foreach(all, name, v)
		if (!text_valid(v))
			return refuse(err, part, name, "must be text of at "
			    "most 4000 bytes, without controls and direction "
			    "marks");
	return true;
}

static void
head_read(struct pack *p, struct jobj *o)
{
	static const char *const directions[] = { "ltr", "rtl" };
	struct language *l = &p->language;
	const char *code = jobj_str(o, "language", LANGUAGE_CODE - 1);
	const char *name = jobj_str_opt(o, "name", LANGUAGE_NAME - 1);
	enum lang ours;

	if (!o->bad && !language_code_valid(code))
		jobj_fail(o, "E-FIELD-VALUE", "language", "is no language code");
	if (!o->bad && lang_parse(&ours, code))
		jobj_fail(o, "E-FIELD-VALUE", "language",
		    "is a language of the program itself");
	if (!o->bad && !utf8_straight(slice_str(name)))
		jobj_fail(o, "E-FIELD-VALUE", "name", "holds direction marks");
	(void)snprintf(l->code, sizeof(l->code), "%s", code);
	(void)snprintf(l->name, sizeof(l->name), "%s", name);
	l->rtl = jobj_has(o, "direction") &&
	    jobj_enum(o, "direction", directions, 2) == 1;
}

bool
pack_read(struct pack *p, struct slice bytes, struct err *err)
{
	struct err why = { .class = ERR_NONE };
	struct jobj o;
	bool ok;

	*p = (struct pack){ .json = json_read(bytes, PACK_FILE_MAX, &why) };
	if (p->json == NULL)
		return err_field(err, ERR_INVALID, "E-LANG-PACK", why.field,
		    "%s", why.text);
	jobj_begin(&o, p->json, "", &why);
	head_read(p, &o);
	for (unsigned i = 0; i < TEXTS_PARTS; i++)
		(void)jobj_object_opt(&o, texts_names[i]);
	ok = jobj_end(&o) || err_field(err, ERR_INVALID, "E-LANG-PACK",
	    why.field, "%s", why.text);
	for (unsigned i = 0; i < TEXTS_PARTS && ok; i++)
		ok = part_read(p, (enum texts_part)i, err);
	if (!ok)
		pack_free(p);
	return ok;
}

void
pack_free(struct pack *p)
{
	json_decref(p->json);
	p->json = NULL;
}

const char *
pack_text(const struct pack *p, enum texts_part part, const char *name)
{
	const char *text = json_string_value(json_object_get(json_object_get(
	    p->json, texts_names[part]), name));

	return text == NULL ? "" : text;
}

/* -- putting it in -------------------------------------------------------- */

/* "{name}" at or after p; its length, 0 when there is none. */
static size_t
next_mark(const char **p)
{
	while ((*p = strchr(*p, '{')) != NULL) {
		size_t n = strspn(*p + 1, "abcdefghijklmnopqrstuvwxyz"
		    "0123456789_-");

		if (n != 0 && (*p)[n + 1] == '}')
			return n + 2;
		(*p)++;
	}
	return 0;
}

/* Every mark of the one stands in the other. */
static bool
marks_in(const char *from, const char *other)
{
	char mark[64];
	size_t n;

	for (const char *p = from; (n = next_mark(&p)) != 0; p += n) {
		if (n >= sizeof(mark))
			return false;
		(void)snprintf(mark, sizeof(mark), "%.*s", (int)n, p);
		if (strstr(other, mark) == NULL)
			return false;
	}
	return true;
}

static bool
part_fits(const struct pack *p, const struct texts *t, enum texts_part part,
    struct err *err)
{
	json_t *all = json_object_get(p->json, texts_names[part]), *v;
	const char *name, *english, *text;

	json_object_foreach(all, name, v) {
		english = texts_english(t, part, name);
		text = json_string_value(v);
		if (english == NULL || text[0] == '\0')
			continue;
		if (!marks_in(english, text) || !marks_in(text, english))
			return refuse(err, part, name,
			    "must hold the same {words} as in English");
		/* A label of one line stands in a table. */
		if (strchr(english, '\n') == NULL && strchr(text, '\n') != NULL)
			return refuse(err, part, name, "must be one line");
	}
	return true;
}

bool
pack_put(const struct pack *p, struct texts *t, struct err *err)
{
	const char *name;
	json_t *v;

	for (unsigned i = 0; i < TEXTS_PARTS; i++)
		if (!part_fits(p, t, (enum texts_part)i, err))
			return false;
	for (unsigned i = 0; i < TEXTS_PARTS; i++)
		json_object_foreach(json_object_get(p->json, texts_names[i]),
		    name, v)
			if (json_string_length(v) != 0)
				texts_put(t, (enum texts_part)i, name,
				    p->language.code, json_string_value(v));
	return true;
}
