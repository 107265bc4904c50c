#include "model/kind_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/embedded.h"

enum { SOURCES_MAX = 1000 };

extern const struct embedded kind_files[];	/* written by tools/embed */

const struct source *
kind_set_source(const struct kind_set *set, enum source_type type,
    const char *name)
{
	for (size_t i = 0; i < set->nsources; i++) {
		const struct source *s = &set->sources[i];

		if (s->type == type && s->name != NULL &&
		    strcmp(s->name, name) == 0)
			return s;
	}
	return NULL;
}

static enum source_type
type_of(const char *file)
{
	if (strncmp(file, "kinds/codelists/", 16) == 0)
		return SOURCE_CODELIST;
	return strncmp(file, "kinds/fragments/", 16) == 0 ?
	    SOURCE_FRAGMENT : SOURCE_KIND;
}

/* Which file, first; and that it is a kind's, whichever reader found it. */
static bool
blame(const struct source *s, const struct err *why, struct err *err)
{
	const char *rule = "E-KIND-FIELD";

	if (strncmp(why->rule, "E-KIND-", 7) == 0)
		rule = why->rule;
	else if (strncmp(why->rule, "E-JSON-", 7) == 0)
		rule = "E-KIND-FILE";
	return err_field(err, ERR_INVALID, rule, why->field, "%s: %s", s->file,
	    why->text);
}

static bool
source_load(struct kind_set *set, struct source *s, struct err *err)
{
	struct err why = { .class = ERR_NONE };
	struct jobj o;

	jobj_begin(&o, s->json, "", &why);
	kind_load(set, s, &o);
	return jobj_end_lax(&o) || blame(s, &why, err);
}

static bool
sources_read(struct kind_set *set, const struct kind_file *files, size_t n,
    struct err *err)
{
	set->sources = arena_alloc(&set->arena, n * sizeof(set->sources[0]));
	for (size_t i = 0; i < n; i++) {
		struct source *s = &set->sources[i];
		struct err why = { .class = ERR_NONE };

		s->file = arena_strdup(&set->arena, files[i].name);
		s->type = type_of(s->file);
		s->bytes = files[i].bytes;
		s->json = json_read(s->bytes, KIND_FILE_MAX, &why);
		set->nsources++;
		if (s->json == NULL)
			return blame(s, &why, err);
	}
	return true;
}

static int
kinds_order(const void *a, const void *b)
{
	return strcmp(((const struct kind *)a)->name,
	    ((const struct kind *)b)->name);
}

struct kind_set *
kind_set_load(const struct kind_file *files, size_t n, struct err *err)
{
	struct kind_set *set;

	if (n > SOURCES_MAX) {
		err_set(err, ERR_INVALID, "E-KIND-FILE", "%zu files, at most %d",
		    n, SOURCES_MAX);
		return NULL;
	}
	set = xcalloc(1, sizeof(*set));
	set->merged = json_array();
	set->kinds = arena_alloc(&set->arena, n * sizeof(set->kinds[0]));
	if (!sources_read(set, files, n, err))
		goto bad;
	/* Codelists first, then what names them. */
	for (enum source_type t = SOURCE_CODELIST; t <= SOURCE_KIND; t++)
		for (size_t i = 0; i < n; i++)
			if (set->sources[i].type == t &&
			    !source_load(set, &set->sources[i], err))
				goto bad;
	for (size_t i = 0; i < n; i++)
		set->sources[i].bytes = slice_of(NULL, 0);
	qsort(set->kinds, set->nkinds, sizeof(set->kinds[0]), kinds_order);
	return set;
bad:
	kind_set_free(set);
	return NULL;
}

struct kind_set *
kind_set_new(struct err *err)
{
	struct kind_file *files;
	struct kind_set *set;
	size_t n = 0;

	while (kind_files[n].name != NULL)
		n++;
	files = xcalloc(n, sizeof(*files));
	for (size_t i = 0; i < n; i++)
		files[i] = (struct kind_file){ kind_files[i].name,
		    embedded_bytes(&kind_files[i]) };
	set = kind_set_load(files, n, err);
	free(files);
	return set;
}

void
kind_set_free(struct kind_set *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < set->nsources; i++)
		json_decref(set->sources[i].json);
	json_decref(set->merged);
	arena_free(&set->arena);
	free(set);
}
