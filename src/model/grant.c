#include "model/grant.h"

#include <stdio.h>
#include <string.h>

const char *const grant_step_names[GRANT_STEPS] = {
	[GRANT_KIND] = "kind", [GRANT_FROM] = "from", [GRANT_TO] = "to",
	[GRANT_PURPOSE] = "purpose", [GRANT_AREA] = "area",
	[GRANT_MANDATE] = "mandate", [GRANT_EMERGENCY] = "emergency",
	[GRANT_CEILING] = "handling", [GRANT_FRAMEWORK] = "framework",
	[GRANT_NARROWLY] = "emergency-grant", [GRANT_WHOLLY] = "grant",
};

/* Frameworks of frameworks, no deeper: each is asked anew for its own. */
enum { DEPTH = 4 };

static void	search(struct grant *, const struct grant_case *,
		    const struct agreement *, struct grant_trail *, int depth);

/* -- one clause -------------------------------------------------------------------- */

static bool
any_party(const struct agreement_party *list, size_t n,
    const struct directory_member *m)
{
	for (size_t i = 0; i < n; i++)
		if (agreement_party_is(&list[i], m))
			return true;
	return false;
}

/*
 * What a party is asked lies within its mandate.  A message that names no area
 * lies within one that has all: else leaving the area out would be the way
 * around it.
 */
static bool
within_mandate(const struct agreement *g, const struct grant_case *c)
{
	const struct mandate *m = agreement_mandate(g, &c->to->id);

	return m == NULL || agreement_list_has(m->areas, c->header->area);
}

static bool
is_emergency(const struct header *h)
{
	return h->urgency == URGENCY_FLASH &&
	    strcmp(h->purpose, AGREEMENT_EMERGENCY) == 0;
}

static unsigned
failures(const struct agreement *g, const struct clause *c,
    const struct grant_case *k)
{
	const struct header *h = k->header;
	unsigned f = 0;

	f |= !agreement_list_has(c->kinds, h->kind) ? 1u << GRANT_KIND : 0;
	f |= !any_party(c->from, c->nfrom, k->from) ? 1u << GRANT_FROM : 0;
	f |= !any_party(c->to, c->nto, k->to) ? 1u << GRANT_TO : 0;
	f |= !agreement_list_has(c->purposes, h->purpose) ?
	    1u << GRANT_PURPOSE : 0;
	f |= h->area[0] != '\0' && !agreement_list_has(c->areas, h->area) ?
	    1u << GRANT_AREA : 0;
	f |= !within_mandate(g, k) ? 1u << GRANT_MANDATE : 0;
	f |= c->emergency && !is_emergency(h) ? 1u << GRANT_EMERGENCY : 0;
	f |= !handling_within(&h->handling, &c->ceiling) ?
	    1u << GRANT_CEILING : 0;
	return f;
}

static enum grant_step
first_failure(unsigned fails)
{
	for (unsigned i = 0; i < GRANT_NARROWLY; i++)
		if ((fails & 1u << i) != 0)
			return (enum grant_step)i;
	return GRANT_WHOLLY;
}

/* The framework, by its id: the version in force then, not that of the day the
 * annex was signed; but of the chain that it was annexed to. */
static bool
framework_grants(struct grant *g, const struct grant_case *c, int depth)
{
	const struct terms *t = &g->agreement->terms;
	const struct agreement *outer = NULL;
	struct grant best;

	g->framework = STANDING_OTHERS;
	if (depth < DEPTH && standing_has(c->set, t->framework_id,
	    &t->framework))
		outer = standing_find(c->set, t->framework_id, c->from, c->to,
		    c->header->sent, &g->framework);
	(void)snprintf(g->inner_clause, GRANT_CLAUSE, "%s", t->framework_id);
	if (outer != NULL)
		(void)snprintf(g->inner_clause, GRANT_CLAUSE, "%s/%lld",
		    outer->id, (long long)outer->version);
	if (outer == NULL || g->framework != STANDING_FORCE)
		return false;
	best = (struct grant){ .agreement = NULL };
	search(&best, c, outer, NULL, depth + 1);
	g->inner = best.step;
	if (best.agreement != NULL)
		grant_name(g->inner_clause, &best);
	return grant_is_given(&best);
}

static void
ask(struct grant *g, const struct grant_case *c, int depth)
{
	g->fails = failures(g->agreement, g->clause, c);
	if (g->fails == 0 && g->agreement->terms.framework_id[0] != '\0' &&
	    depth >= 0 && !framework_grants(g, c, depth))
		g->fails |= 1u << GRANT_FRAMEWORK;
	g->step = first_failure(g->fails);
	if (g->step == GRANT_WHOLLY && g->clause->emergency)
		g->step = GRANT_NARROWLY;
}

/* -- all of them ---------------------------------------------------------------------- */

static void
search(struct grant *best, const struct grant_case *c,
    const struct agreement *a, struct grant_trail *trail, int depth)
{
	for (size_t i = 0; i < a->nclauses; i++) {
		struct grant g = { .agreement = a, .clause = &a->clauses[i] };

		ask(&g, c, depth);
		if (trail != NULL && trail->n < trail->room)
			trail->seen[trail->n++] = g;
		if (best->agreement == NULL ? g.step > GRANT_KIND :
		    g.step > best->step)
			*best = g;
	}
}

static void
note_standing(struct grant_trail *trail, size_t from, enum standing now)
{
	for (; trail != NULL && from < trail->n; from++)
		trail->seen[from].standing = now;
}

void
grant_search(struct grant *best, const struct grant_case *c,
    struct grant_trail *trail)
{
	*best = (struct grant){ .agreement = NULL };
	for (size_t i = 0; i < c->set->nagreements; i++) {
		const struct agreement *a = c->set->agreements[i];
		enum standing now = standing_of(c->set, a, c->from, c->to,
		    c->header->sent);
		size_t before = trail == NULL ? 0 : trail->n;
		struct grant aside = { .agreement = NULL };

		if (now == STANDING_FORCE)
			search(best, c, a, trail, 0);
		else if (trail != NULL && now != STANDING_OTHERS &&
		    now != STANDING_REPLACED)
			search(&aside, c, a, trail, 0);
		note_standing(trail, before, now);
	}
}

/* Without its framework, which may have come to its end with it. */
void
grant_search_ended(struct grant *best, const struct grant_case *c)
{
	*best = (struct grant){ .agreement = NULL };
	for (size_t i = 0; i < c->set->nagreements; i++) {
		const struct agreement *a = c->set->agreements[i];
		enum standing now = standing_of(c->set, a, c->from, c->to,
		    c->header->sent);
		struct grant g = { .agreement = NULL };

		if (now != STANDING_OVER && now != STANDING_ENDED)
			continue;
		search(&g, c, a, NULL, -1);
		if (!grant_is_given(&g))
			continue;
		*best = g;
		best->standing = now;
		return;
	}
}

bool
grant_fails_at_handling(const struct grant *g)
{
	return g->agreement != NULL && (g->step == GRANT_CEILING ||
	    (g->step == GRANT_FRAMEWORK && g->framework == STANDING_FORCE &&
	    g->inner == GRANT_CEILING));
}

void
grant_name(char out[static GRANT_CLAUSE], const struct grant *g)
{
	out[0] = '\0';
	if (g->agreement != NULL)
		(void)snprintf(out, GRANT_CLAUSE, "%s/%lld %s",
		    g->agreement->id, (long long)g->agreement->version,
		    g->clause->id);
}

size_t
grant_clauses(const struct standing_set *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->nagreements; i++)
		n += s->agreements[i]->nclauses;
	return n;
}
