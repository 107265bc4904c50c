#include "ententd/authority.h"

#include <stdio.h>
#include <string.h>

static void
read_set(struct scope_set *set, const char *words)
{
	char item[SCOPE_ITEM];
	size_t n;

	*set = (struct scope_set){ .all = words[0] == '\0' };
	for (const char *p = words; *p != '\0'; p += n + (p[n] == ' ')) {
		n = strcspn(p, " ");
		(void)snprintf(item, sizeof(item), "%.*s", (int)n, p);
		(void)scope_add(set, item);
	}
}

void
authority_given(struct scope *s, const struct account *a)
{
	*s = (struct scope){ .roles = a->roles, .until = a->until,
	    .urgency = (enum urgency)a->urgency, .tlp = (enum tlp)a->tlp,
	    .level = (enum level)a->level };
	if (a->gives >= 0)
		s->gives = (unsigned)a->gives & SCOPE_ROLES;
	else
		s->gives = (a->roles & ACCOUNT_ADMIN) != 0 ? SCOPE_ROLES : 0;
	read_set(&s->desks, a->desks);
	read_set(&s->kinds, a->kinds);
}

static bool
is_operators_admin(const struct account *a)
{
	return a->giver.s[0] == '\0' && (a->roles & ACCOUNT_ADMIN) != 0;
}

struct scope
authority_handed(const struct account *a, const struct scope *s)
{
	struct scope handed = scope_handed(s);

	if (is_operators_admin(a) && (s->roles & ACCOUNT_ADMIN) != 0)
		handed.desks = (struct scope_set){ .all = true };
	return handed;
}

/* Most accounts hang on nobody or on one: no more is read than there is. */
bool
authority_of(struct vault *v, const struct account *a, struct scope *s,
    struct err *err)
{
	struct scope chain[AUTHORITY_CHAIN];
	bool active[AUTHORITY_CHAIN];
	struct account at = *a;
	size_t n = 0;

	for (;;) {
		if (n == AUTHORITY_CHAIN) {
			*s = scope_none();
			return true;
		}
		authority_given(&chain[n], &at);
		active[n++] = !at.disabled;
		if (at.giver.s[0] == '\0')
			break;
		if (!account_get(&v->store, at.giver.s, &at, err))
			return false;
	}
	if (n > 1 && is_operators_admin(&at))
		chain[n - 1].desks = (struct scope_set){ .all = true };
	scope_effective(s, chain, active, n);
	return true;
}

bool
authority_hangs_on(struct vault *v, const struct account *a,
    const struct badge *above)
{
	struct account at = *a;
	struct err none;

	for (unsigned i = 0; i < AUTHORITY_CHAIN && at.giver.s[0] != '\0'; i++) {
		if (strcmp(at.giver.s, above->s) == 0)
			return true;
		if (!account_get(&v->store, at.giver.s, &at, &none))
			return false;
	}
	return false;
}

/* Makers are never changed, so this ends where the first account stands; what
 * does not end is no proof of two persons. */
static bool
is_made_by(struct vault *v, const struct account *a, const struct badge *maker)
{
	struct account at = *a;
	struct err none;

	for (unsigned i = 0; at.made_by.s[0] != '\0'; i++) {
		if (i == 1000)
			return true;
		if (strcmp(at.made_by.s, maker->s) == 0)
			return true;
		if (!account_get(&v->store, at.made_by.s, &at, &none))
			return false;
	}
	return false;
}

bool
authority_is_maker(struct vault *v, const struct account *a,
    const struct account *b)
{
	return is_made_by(v, a, &b->badge) || is_made_by(v, b, &a->badge);
}
