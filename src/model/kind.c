#include "model/kind.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "model/kind_role.h"
#include "model/kind_set.h"

const char *const kind_role_names[KIND_ROLES] = {
	[KIND_ROLE_DUTY] = "duty", [KIND_ROLE_ANALYST] = "analyst",
	[KIND_ROLE_SUPERVISOR] = "supervisor",
	[KIND_ROLE_FRONTLINE] = "frontline", [KIND_ROLE_AUDITOR] = "auditor",
	[KIND_ROLE_ADMIN] = "admin",
};

static int
by_name(const void *name, const void *kind)
{
	return strcmp(name, ((const struct kind *)kind)->name);
}

const struct kind *
kind_find(const struct kind_set *set, const char *name)
{
	if (set->nkinds == 0)
		return NULL;
	return bsearch(name, set->kinds, set->nkinds, sizeof(set->kinds[0]),
	    by_name);
}

const struct kind *
kind_at(const struct kind_set *set, size_t i)
{
	return i < set->nkinds ? &set->kinds[i] : NULL;
}

const json_t *
kind_sections(const struct kind *k, enum act act)
{
	assert(act < ACTS);
	return k->act[act] == NULL ? NULL : k->act[act]->sections;
}

bool
kind_has_act(const struct kind *k, enum act act)
{
	assert(act < ACTS);
	return k->act[act] != NULL;
}

bool
kind_role_may(const struct kind *k, enum act act, const char *role)
{
	if (!kind_has_act(k, act))
		return false;
	for (unsigned i = 0; i < KIND_ROLES; i++)
		if (strcmp(kind_role_names[i], role) == 0)
			return (k->act[act]->roles & 1u << i) != 0;
	return false;
}

static bool
one_matches(struct slice pattern, const char *name)
{
	if (pattern.n != 0 && pattern.p[pattern.n - 1] == '*')
		return strncmp(name, (const char *)pattern.p,
		    pattern.n - 1) == 0;
	return slice_eq(pattern, slice_str(name));
}

enum approval
kind_approval(const struct kind *k, enum urgency u, const char *patterns)
{
	size_t n;

	if (k->approval[u] != APPROVAL_NONE)
		return k->approval[u];
	for (const char *p = patterns; *p != '\0'; p += n + (p[n] == ' ')) {
		n = strcspn(p, " ");
		if (n != 0 && one_matches(slice_of(p, n), k->name))
			return APPROVAL_BEFORE;
	}
	return APPROVAL_NONE;
}

const struct field *
kind_field(const struct kind *k, enum act act, const char *id)
{
	const struct kind_act *a = k->act[act];

	for (size_t i = 0; a != NULL && i < a->nfields; i++)
		if (strcmp(a->fields[i].id, id) == 0)
			return &a->fields[i];
	return NULL;
}

const json_t *
codelist(const struct kind_set *set, const char *list)
{
	const struct source *s = kind_set_source(set, SOURCE_CODELIST, list);

	return s == NULL ? NULL : s->json;
}

const json_t *
codelist_item(const struct kind_set *set, const char *list, const char *code)
{
	const json_t *items = json_object_get(codelist(set, list), "items");

	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *it = json_array_get(items, i);

		if (strcmp(json_string_value(json_object_get(it, "code")),
		    code) == 0)
			return it;
	}
	return NULL;
}
