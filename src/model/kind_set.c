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

/* From which file on they are a member's own, and who hears what is wrong. */
struct telling {
	size_t	 from;
	void	(*told)(void *arg, const struct err *);
	void	*arg;
};

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
follows_hold(struct kind_set *set, const struct source *s, struct err *err)
{
	struct err why = { .class = ERR_NONE };
	struct jobj o;

	jobj_begin(&o, s->json, "", &why);
	for (size_t i = 0; i < set->nkinds; i++)
		if (strcmp(set->kinds[i].name, s->name) == 0)
			kind_follows_check(&set->kinds[i], set, &o);
	return jobj_end_lax(&o) || blame(s, &why, err);
}

/* What is wrong with a member's own file is told, and the file left out. */
static bool
spared(struct telling *t, struct source *s, const struct err *err)
{
	if (!s->own || t->told == NULL)
		return false;
	s->bad = true;
	s->name = NULL;
	t->told(t->arg, err);
	return true;
}

static bool
sources_read(struct kind_set *set, const struct kind_file *files, size_t n,
    struct telling *t, struct err *err)
{
	set->sources = arena_alloc(&set->arena, n * sizeof(set->sources[0]));
	for (size_t i = 0; i < n; i++) {
		struct source *s = &set->sources[i];
		struct err why = { .class = ERR_NONE };

		s->own = i >= t->from;
		s->file = arena_strdup(&set->arena, files[i].name);
		s->type = type_of(s->file);
		s->bytes = files[i].bytes;
		s->json = json_read(s->bytes, KIND_FILE_MAX, &why);
		set->nsources++;
		if (s->json == NULL && (blame(s, &why, err) ||
		    !spared(t, s, err)))
			return false;
	}
	return true;
}

static int
kinds_order(const void *a, const void *b)
{
	return strcmp(((const struct kind *)a)->name,
	    ((const struct kind *)b)->name);
}

/* Codelists first, then what names them. */
static bool
sources_load(struct kind_set *set, struct telling *t, struct err *err)
{
	for (enum source_type type = SOURCE_CODELIST; type <= SOURCE_KIND; type++)
		for (size_t i = 0; i < set->nsources; i++) {
			struct source *s = &set->sources[i];

			if (s->type == type && !s->bad &&
			    !source_load(set, s, err) && !spared(t, s, err))
				return false;
		}
	return true;
}

static void
drop_kind(struct kind_set *set, const char *name)
{
	for (size_t i = 0; i < set->nkinds; i++)
		if (strcmp(set->kinds[i].name, name) == 0) {
			set->kinds[i] = set->kinds[--set->nkinds];
			return;
		}
}

/* A kind may follow one that is read after it; when one is left out, those
 * that follow it must be looked at again. */
static bool
follows_load(struct kind_set *set, struct telling *t, struct err *err)
{
	bool again = true;

	while (again) {
		again = false;
		for (size_t i = 0; i < set->nsources; i++) {
			struct source *s = &set->sources[i];

			if (s->type != SOURCE_KIND || s->bad ||
			    follows_hold(set, s, err))
				continue;
			if (s->own)
				drop_kind(set, s->name);
			if (!spared(t, s, err))
				return false;
			again = true;
		}
	}
	return true;
}

static struct kind_set *
load(const struct kind_file *files, size_t n, struct telling *t,
    struct err *err)
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
	if (!sources_read(set, files, n, t, err) || !sources_load(set, t, err) ||
	    !follows_load(set, t, err))
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
kind_set_load(const struct kind_file *files, size_t n, struct err *err)
{
	struct telling t = { .from = n };

	return load(files, n, &t, err);
}

struct kind_set *
kind_set_with(const struct kind_file *own, size_t nown,
    void (*told)(void *arg, const struct err *), void *arg, struct err *err)
{
	struct telling t = { .told = told, .arg = arg };
	struct kind_file *files;
	struct kind_set *set;

	while (kind_files[t.from].name != NULL)
		t.from++;
	files = xcalloc(t.from + nown, sizeof(*files));
	for (size_t i = 0; i < t.from; i++)
		files[i] = (struct kind_file){ kind_files[i].name,
		    embedded_bytes(&kind_files[i]) };
	for (size_t i = 0; i < nown; i++)
		files[t.from + i] = own[i];
	set = load(files, t.from + nown, &t, err);
	free(files);
	return set;
}

struct kind_set *
kind_set_new(struct err *err)
{
	return kind_set_with(NULL, 0, NULL, NULL, err);
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
