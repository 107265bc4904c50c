#include "model/texts.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "model/ident.h"

const char *const texts_names[TEXTS_PARTS] = {
	"errors", "cli", "kinds", "codelists"
};

/* Of each part: name -> the labels objects that bear that text, shared with
 * those they belong to; and the names by number. */
struct texts {
	struct arena	 arena;
	json_t		*part[TEXTS_PARTS];
	json_t		*names[TEXTS_PARTS];
};

struct texts *
texts_new(void)
{
	struct texts *t = xcalloc(1, sizeof(*t));

	for (unsigned i = 0; i < TEXTS_PARTS; i++) {
		t->part[i] = json_object();
		t->names[i] = json_array();
	}
	return t;
}

void
texts_free(struct texts *t)
{
	if (t == NULL)
		return;
	for (unsigned i = 0; i < TEXTS_PARTS; i++) {
		json_decref(t->part[i]);
		json_decref(t->names[i]);
	}
	arena_free(&t->arena);
	free(t);
}

/* One walk over a tree, and where its labels go. */
struct walk {
	struct texts	*texts;
	enum texts_part	 part;
	const char	*first;
	const char	*second;	/* NULL: under `first`, known or not */
};

static bool
is_labels(const json_t *v)
{
	for (unsigned i = 0; i < LANGS; i++)
		if (!json_is_string(json_object_get(v, lang_names[i])))
			return false;
	return true;
}

static void
put_place(struct walk *w, const char *path, json_t *labels)
{
	struct texts *t = w->texts;
	json_t *part = t->part[w->part], *places;
	const char *name = arena_printf(&t->arena, "%s%s", w->first, path);

	places = json_object_get(part, name);
	if (places == NULL && w->second != NULL) {
		name = arena_printf(&t->arena, "%s%s", w->second, path);
		places = json_object_get(part, name);
		if (places == NULL)
			return;
	}
	if (places == NULL) {
		places = json_array();
		(void)json_object_set_new(part, name, places);
		(void)json_array_append_new(t->names[w->part],
		    json_string(name));
	}
	(void)json_array_append(places, labels);
}

static const char *
below(struct walk *w, const char *path, const char *key)
{
	return arena_printf(&w->texts->arena, "%s%s%s", path,
	    path[0] == '\0' ? "" : ".", key);
}

/* As deep as a kind goes, which its loader bounds. */
static void
walk(struct walk *w, const char *path, json_t *v)
{
	const char *key, *id;
	json_t *item;
	size_t i;

	if (is_labels(v)) {
		put_place(w, path, v);
		return;
	}
	json_object_foreach(v, key, item)
		walk(w, json_is_array(item) ? path : below(w, path, key), item);
	json_array_foreach(v, i, item) {
		id = json_string_value(json_object_get(item, "id"));
		if (id == NULL)
			id = json_string_value(json_object_get(item, "code"));
		if (id != NULL)
			walk(w, below(w, path, id), item);
	}
}

void
texts_add(struct texts *t, enum texts_part part, const char *prefix,
    const json_t *root)
{
	struct walk w = { t, part, prefix, NULL };
	union { const json_t *c; json_t *m; } u = { .c = root };

	walk(&w, "", u.m);
}

void
texts_add_copy(struct texts *t, enum texts_part part, const char *first,
    const char *second, const char *key, const json_t *root)
{
	struct walk w = { t, part, first, second };
	union { const json_t *c; json_t *m; } u = { .c = root };

	walk(&w, key, u.m);
}

static const json_t *
places_of(const struct texts *t, enum texts_part part, const char *name)
{
	return json_object_get(t->part[part], name);
}

const char *
texts_english(const struct texts *t, enum texts_part part, const char *name)
{
	return json_string_value(json_object_get(json_array_get(
	    places_of(t, part, name), 0), lang_names[LANG_EN]));
}

void
texts_put(struct texts *t, enum texts_part part, const char *name,
    const char *code, const char *text)
{
	const json_t *places = places_of(t, part, name);

	for (size_t i = 0; i < json_array_size(places); i++)
		(void)json_object_set_new(json_array_get(places, i), code,
		    json_string(text));
}

const char *
texts_at(const struct texts *t, enum texts_part part, size_t i)
{
	return json_string_value(json_array_get(t->names[part], i));
}
