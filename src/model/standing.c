#include "model/standing.h"

#include <string.h>

const char *const standing_names[STANDINGS] = {
	[STANDING_FORCE] = "in-force", [STANDING_OTHERS] = "others",
	[STANDING_YET] = "not-yet", [STANDING_REPLACED] = "replaced",
	[STANDING_OVER] = "over", [STANDING_ENDED] = "ended",
};

static bool
is_party(const struct agreement *g, const struct directory_member *m)
{
	for (size_t i = 0; i < g->nparties; i++)
		if (agreement_party_is(&g->parties[i], m))
			return true;
	return false;
}

static bool
replaced(const struct standing_set *s, const struct agreement *g, msec at)
{
	for (size_t i = 0; i < s->nagreements; i++) {
		const struct agreement *o = s->agreements[i];

		if (o->version > g->version && at >= o->from &&
		    agreement_same(o, g))
			return true;
	}
	return false;
}

/* The earliest effect of what was said to end it between the two; 0: nothing. */
static msec
said_to_end(const struct standing_set *s, const struct agreement *g,
    const struct member_id *a, const struct member_id *b)
{
	msec end = 0;

	for (size_t i = 0; i < s->nendings; i++) {
		const struct ending *e = s->endings[i];
		msec effect;

		if (!hash_eq(&e->agreement, &g->name) ||
		    !ending_between(e, a, b))
			continue;
		effect = ending_effect(e, g);
		if (end == 0 || effect < end)
			end = effect;
	}
	return end;
}

msec
standing_end(const struct standing_set *s, const struct agreement *g,
    const struct member_id *a, const struct member_id *b)
{
	msec end = said_to_end(s, g, a, b);

	return end != 0 && (g->until == 0 || end < g->until) ? end : g->until;
}

enum standing
standing_of(const struct standing_set *s, const struct agreement *g,
    const struct directory_member *from, const struct directory_member *to,
    msec at)
{
	msec end;

	if (!is_party(g, from) || !is_party(g, to))
		return STANDING_OTHERS;
	if (at < g->from)
		return STANDING_YET;
	if (replaced(s, g, at))
		return STANDING_REPLACED;
	if (g->until != 0 && at >= g->until)
		return STANDING_OVER;
	end = said_to_end(s, g, &from->id, &to->id);
	return end != 0 && at >= end ? STANDING_ENDED : STANDING_FORCE;
}

const struct agreement *
standing_find(const struct standing_set *s, const char *id,
    const struct directory_member *from, const struct directory_member *to,
    msec at, enum standing *why)
{
	const struct agreement *last = NULL;

	*why = STANDING_OTHERS;
	for (size_t i = 0; i < s->nagreements; i++) {
		const struct agreement *g = s->agreements[i];
		enum standing now;

		if (strcmp(g->id, id) != 0)
			continue;
		now = standing_of(s, g, from, to, at);
		if (now == STANDING_FORCE) {
			*why = now;
			return g;
		}
		if (now != STANDING_REPLACED &&
		    (last == NULL || g->version > last->version)) {
			last = g;
			*why = now;
		}
	}
	return last;
}

bool
standing_has(const struct standing_set *s, const char *id,
    const struct hash *name)
{
	for (size_t i = 0; i < s->nagreements; i++)
		if (strcmp(s->agreements[i]->id, id) == 0 &&
		    hash_eq(&s->agreements[i]->name, name))
			return true;
	return false;
}
