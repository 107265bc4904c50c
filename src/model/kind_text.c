#include "model/kind_text.h"

#include <stdio.h>
#include <string.h>

#include "model/kind_set.h"

enum { PREFIX = 128 };

/* The acts of a kind are copies, of its own words and its fragment's. */
static void
merged_texts(const struct kind *k, struct texts *t)
{
	const char *from = json_string_value(json_object_get(k->json,
	    "acts_from"));
	char own[PREFIX], fragment[PREFIX];

	(void)snprintf(own, sizeof(own), "%s|", k->name);
	(void)snprintf(fragment, sizeof(fragment), "%s|",
	    from == NULL ? "" : from);
	texts_add_copy(t, TEXTS_KINDS, own, fragment, "acts", k->acts);
}

void
kind_texts(const struct kind_set *set, struct texts *t)
{
	char prefix[PREFIX];

	for (size_t i = 0; i < set->nsources; i++) {
		const struct source *s = &set->sources[i];

		if (s->name == NULL || s->bad)
			continue;
		(void)snprintf(prefix, sizeof(prefix), "%s|", s->name);
		texts_add(t, s->type == SOURCE_CODELIST ? TEXTS_CODELISTS :
		    TEXTS_KINDS, prefix, s->json);
	}
	for (size_t i = 0; i < set->nkinds; i++)
		merged_texts(&set->kinds[i], t);
}
