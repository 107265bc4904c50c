#include "model/coverage.h"

#include <stdio.h>
#include <string.h>

/* Everything that `p` matches, some pattern of the list matches. */
static bool
pattern_within(const char *p, const json_t *wide)
{
	size_t n = strlen(p), k;

	for (size_t i = 0; i < json_array_size(wide); i++) {
		const char *w = json_string_value(json_array_get(wide, i));

		k = strlen(w);
		if (strcmp(p, w) == 0)
			return true;
		if (k != 0 && w[k - 1] == '*' && n >= k - 1 &&
		    strncmp(p, w, k - 1) == 0)
			return true;
	}
	return false;
}

static bool
patterns_within(const json_t *narrow, const json_t *wide)
{
	for (size_t i = 0; i < json_array_size(narrow); i++)
		if (!pattern_within(json_string_value(json_array_get(narrow,
		    i)), wide))
			return false;
	return true;
}

/* A ceiling that does not bound PAP is higher than one that does. */
static bool
ceiling_within(const struct handling *a, const struct handling *b)
{
	return handling_within(a, b) &&
	    (b->pap == PAP_NONE || a->pap != PAP_NONE);
}

bool
coverage_within(const struct clause *narrow, const struct clause *wide)
{
	return (!wide->emergency || narrow->emergency) &&
	    patterns_within(narrow->kinds, wide->kinds) &&
	    patterns_within(narrow->purposes, wide->purposes) &&
	    patterns_within(narrow->areas, wide->areas) &&
	    ceiling_within(&narrow->ceiling, &wide->ceiling);
}

static bool
means(const struct agreement_party *list, size_t n,
    const struct directory_member *m)
{
	for (size_t i = 0; i < n; i++)
		if (agreement_party_is(&list[i], m))
			return true;
	return false;
}

/* Some clause in force that covers it from this one to that one. */
static bool
pair_covered(char name[static GRANT_CLAUSE], const struct standing_set *s,
    const struct clause *c, const struct directory_member *from,
    const struct directory_member *to, msec at)
{
	for (size_t i = 0; i < s->nagreements; i++) {
		const struct agreement *a = s->agreements[i];

		if (a->terms.framework_id[0] != '\0' ||
		    agreement_mandate(a, &to->id) != NULL ||
		    standing_of(s, a, from, to, at) != STANDING_FORCE)
			continue;
		for (size_t k = 0; k < a->nclauses; k++) {
			const struct clause *w = &a->clauses[k];
			const struct grant g = { .agreement = a, .clause = w };

			if (!means(w->from, w->nfrom, from) ||
			    !means(w->to, w->nto, to) || !coverage_within(c, w))
				continue;
			grant_name(name, &g);
			return true;
		}
	}
	return false;
}

bool
coverage_find(char clause[static GRANT_CLAUSE], const struct standing_set *s,
    const struct directory *d, const struct clause *c, msec at)
{
	clause[0] = '\0';
	for (size_t i = 0; i < d->nmembers; i++) {
		const struct directory_member *from = &d->members[i];

		if (!means(c->from, c->nfrom, from))
			continue;
		for (size_t k = 0; k < d->nmembers; k++) {
			const struct directory_member *to = &d->members[k];

			if (k != i && means(c->to, c->nto, to) &&
			    !pair_covered(clause, s, c, from, to, at))
				return false;
		}
	}
	return clause[0] != '\0';
}
