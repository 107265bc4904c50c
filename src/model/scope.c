#include "model/scope.h"

#include <stdio.h>
#include <string.h>

struct scope
scope_none(void)
{
	return (struct scope){ .until = 1 };	/* within what ends, too */
}

struct scope
scope_full(void)
{
	struct scope s = { .roles = SCOPE_ROLES, .gives = SCOPE_ROLES,
	    .urgency = URGENCY_FLASH, .tlp = TLP_RED,
	    .level = (enum level)(LEVELS - 1) };

	s.desks.all = s.kinds.all = true;
	return s;
}

bool
scope_add(struct scope_set *set, const char *item)
{
	if (set->n == SCOPE_ITEMS || strlen(item) >= SCOPE_ITEM)
		return false;
	(void)snprintf(set->item[set->n++], SCOPE_ITEM, "%s", item);
	return true;
}

/* -- sets ------------------------------------------------------------------ */

/* The first is the second, or stands for more than it. */
typedef bool covering(const char *wide, const char *narrow);

static bool
desk_covers(const char *unit, const char *desk)
{
	size_t n = strlen(unit);

	return strncmp(unit, desk, n) == 0 && (desk[n] == '\0' || desk[n] == '/');
}

static bool
kind_covers(const char *pattern, const char *kind)
{
	size_t n = strlen(pattern);

	if (n != 0 && pattern[n - 1] == '*')
		return strncmp(pattern, kind, n - 1) == 0;
	return strcmp(pattern, kind) == 0;
}

static bool
set_has(const struct scope_set *set, const char *item, covering *covers)
{
	if (set->all)
		return true;
	for (size_t i = 0; i < set->n; i++)
		if (covers(set->item[i], item))
			return true;
	return false;
}

static bool
set_within(const struct scope_set *a, const struct scope_set *b,
    covering *covers)
{
	if (b->all)
		return true;
	for (size_t i = 0; i < a->n; i++)
		if (!set_has(b, a->item[i], covers))
			return false;
	return !a->all;
}

static void
set_meet(struct scope_set *out, const struct scope_set *own,
    const struct scope_set *other, covering *covers)
{
	*out = (struct scope_set){ .all = own->all && other->all };
	if (out->all)
		return;
	for (size_t i = 0; i < own->n; i++)
		if (set_has(other, own->item[i], covers))
			(void)scope_add(out, own->item[i]);
	for (size_t i = 0; i < other->n; i++)
		if (set_has(own, other->item[i], covers) &&
		    !set_has(out, other->item[i], covers))
			(void)scope_add(out, other->item[i]);
}

/* -- scopes ---------------------------------------------------------------- */

struct scope
scope_handed(const struct scope *s)
{
	struct scope handed = *s;

	handed.roles = s->gives;
	return handed;
}

static msec
end_of(const struct scope *s)
{
	return s->until == 0 ? TIME_MAX : s->until;
}

const char *
scope_exceeds(const struct scope *a, const struct scope *b)
{
	if ((a->roles & ~b->roles) != 0)
		return "roles";
	if (!set_within(&a->desks, &b->desks, desk_covers))
		return "desks";
	if (!set_within(&a->kinds, &b->kinds, kind_covers))
		return "kinds";
	if (a->urgency > b->urgency)
		return "urgency_most";
	if (a->tlp > b->tlp)
		return "tlp_most";
	if (a->level > b->level)
		return "level_most";
	if (end_of(a) > end_of(b))
		return "until";
	return (a->gives & ~b->gives) != 0 ? "gives" : NULL;
}

void
scope_meet(struct scope *out, const struct scope *own,
    const struct scope *other)
{
	struct scope m = { .roles = own->roles & other->roles,
	    .gives = own->gives & other->gives };

	set_meet(&m.desks, &own->desks, &other->desks, desk_covers);
	set_meet(&m.kinds, &own->kinds, &other->kinds, kind_covers);
	m.urgency = own->urgency < other->urgency ? own->urgency :
	    other->urgency;
	m.tlp = own->tlp < other->tlp ? own->tlp : other->tlp;
	m.level = own->level < other->level ? own->level : other->level;
	m.until = end_of(own) < end_of(other) ? own->until : other->until;
	*out = m;
}

void
scope_effective(struct scope *out, const struct scope *chain,
    const bool *active, size_t n)
{
	struct scope above = scope_full();

	for (size_t i = n; i-- > 0;) {
		scope_meet(out, &chain[i], &above);
		if (!active[i])
			*out = scope_none();
		above = scope_handed(out);
	}
}

/* -- asking ---------------------------------------------------------------- */

bool
scope_has_desk(const struct scope *s, const struct address *desk)
{
	return set_has(&s->desks, desk->s, desk_covers);
}

bool
scope_has_kind(const struct scope *s, const char *kind)
{
	return set_has(&s->kinds, kind, kind_covers);
}

bool
scope_is_over(const struct scope *s, msec now)
{
	return s->until != 0 && now >= s->until;
}

bool
scope_admits(const struct scope *s, const struct header *h, struct err *err)
{
	if (!scope_has_kind(s, h->kind))
		return err_field(err, ERR_DENIED, "E-SCOPE", "kind",
		    "%s is not among the kinds of your account", h->kind);
	if (h->urgency > s->urgency)
		return err_field(err, ERR_DENIED, "E-SCOPE", "urgency",
		    "your account goes up to %s", urgency_names[s->urgency]);
	if (h->handling.tlp > s->tlp)
		return err_field(err, ERR_DENIED, "E-SCOPE", "handling.tlp",
		    "your account goes up to TLP %s", tlp_names[s->tlp]);
	return h->handling.level <= s->level || err_field(err, ERR_DENIED,
	    "E-SCOPE", "handling.level", "your account goes up to %s",
	    s->level == LEVEL_NONE ? "no level" : level_names[s->level]);
}
