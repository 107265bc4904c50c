#include "model/scope.h"

#include "tap.h"

/* What an account may is asked point by point, apart from the code that
 * compares scopes as a whole. */
struct point {
	unsigned	role, give;
	const char	*desk, *kind;
	enum urgency	urgency;
	enum tlp	tlp;
	enum level	level;
	msec		at;
};

static uint64_t state;

static unsigned
below(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 11) % n;
}

static const char *const desks[] = {
	"rs", "rs/crime", "rs/crime/cyber", "rs/crime/cyber/night",
	"rs/crimes", "rs/crime/theft", "rs/duty", "rs/border", "rs/border/air",
	"fr/duty",
};
static const char *const kinds[] = {
	"*", "request.*", "request.preservation/*", "request.preservation/1",
	"request.pre*", "message.*", "message.text/1", "ping/1",
};
enum { DESKS = sizeof(desks) / sizeof(desks[0]),
    KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static void
some_of(struct scope_set *set, const char *const *from, unsigned count)
{
	*set = (struct scope_set){ .all = below(3) == 0 };
	if (!set->all)
		for (unsigned i = below(4); i > 0; i--)
			(void)scope_add(set, from[below(count)]);
}

static struct scope
some_scope(void)
{
	struct scope s = { .roles = below(64), .gives = below(64),
	    .urgency = (enum urgency)below(URGENCIES),
	    .tlp = (enum tlp)below(TLPS), .level = (enum level)below(LEVELS),
	    .until = below(2) == 0 ? 0 : 1 + below(100) };

	some_of(&s.desks, desks, DESKS);
	some_of(&s.kinds, kinds, KINDS);
	return s;
}

static struct point
some_point(void)
{
	return (struct point){ .role = 1u << below(KIND_ROLES),
	    .give = 1u << below(KIND_ROLES), .desk = desks[below(DESKS)],
	    .kind = below(2) == 0 ? "request.preservation/1" : kinds[below(KINDS)],
	    .urgency = (enum urgency)below(URGENCIES),
	    .tlp = (enum tlp)below(TLPS), .level = (enum level)below(LEVELS),
	    .at = below(110) };
}

static bool
reaches(const struct scope *s, const struct point *p)
{
	struct address desk = { "" };

	(void)snprintf(desk.s, sizeof(desk.s), "%s", p->desk);
	return scope_has_desk(s, &desk) && scope_has_kind(s, p->kind) &&
	    p->urgency <= s->urgency && p->tlp <= s->tlp &&
	    p->level <= s->level && !scope_is_over(s, p->at);
}

static bool
may(const struct scope *s, const struct point *p)
{
	return reaches(s, p) && (s->roles & p->role) != 0;
}

static bool
may_give(const struct scope *s, const struct point *p)
{
	return reaches(s, p) && (s->gives & p->give) != 0;
}

/* -- trees of delegation ---------------------------------------------------- */

enum { ACCOUNTS = 6, PROBES = 6, TREES = 100000 };

struct tree {
	struct scope	own[ACCOUNTS];
	bool		active[ACCOUNTS];
	int		giver[ACCOUNTS];	/* -1: the first */
	int		n;
};

static void
effective(const struct tree *t, int i, struct scope *out)
{
	struct scope chain[ACCOUNTS];
	bool active[ACCOUNTS];
	size_t n = 0;

	for (; i != -1; i = t->giver[i]) {
		active[n] = t->active[i];
		chain[n++] = t->own[i];
	}
	scope_effective(out, chain, active, n);
}

/* As an account is made: within what its giver may hand on, or cut to it. */
static bool
grow(struct tree *t)
{
	struct scope handed, asked = some_scope(), got;
	int giver = (int)below((unsigned)t->n);

	effective(t, giver, &got);
	handed = scope_handed(&got);
	if (scope_exceeds(&asked, &handed) != NULL)
		scope_meet(&asked, &asked, &handed);
	t->own[t->n] = asked;
	t->active[t->n] = true;
	t->giver[t->n++] = giver;
	effective(t, t->n - 1, &got);
	return scope_exceeds(&asked, &handed) == NULL &&
	    scope_exceeds(&asked, &got) == NULL;
}

static void
plant(struct tree *t)
{
	t->n = 1;
	t->giver[0] = -1;
	t->active[0] = true;
	t->own[0] = below(2) == 0 ? scope_full() : some_scope();
}

/* Nothing that an account may is more than any giver above it may hand on. */
static bool
holds(const struct tree *t)
{
	for (int i = 0; i < t->n; i++) {
		struct scope mine, above, handed;

		effective(t, i, &mine);
		if (scope_exceeds(&mine, &t->own[i]) != NULL)
			return false;
		for (int g = t->giver[i]; g != -1; g = t->giver[g]) {
			effective(t, g, &above);
			handed = scope_handed(&above);
			if (scope_exceeds(&mine, &handed) != NULL)
				return false;
			for (int k = 0; k < PROBES; k++) {
				struct point p = some_point();
				struct point role = p;

				role.give = p.role;
				if (may(&mine, &p) && (!t->active[g] ||
				    !may_give(&above, &role) ||
				    !may_give(&t->own[g], &role)))
					return false;
				if (may_give(&mine, &p) && !may_give(&above, &p))
					return false;
			}
		}
	}
	return true;
}

static void
trees(void)
{
	unsigned bad_grown = 0, bad_shrunk = 0, bad_cut = 0, lossy = 0, some = 0;

	for (unsigned seed = 1; seed <= TREES; seed++) {
		struct tree t;
		struct scope less, eff;
		int who;

		state = seed * 0x9E3779B97F4A7C15u;
		plant(&t);
		for (unsigned i = 1 + below(ACCOUNTS - 1); i > 0; i--)
			lossy += !grow(&t);
		bad_grown += !holds(&t);
		effective(&t, t.n - 1, &eff);
		some += eff.roles != 0 && (eff.desks.all || eff.desks.n != 0);
		who = (int)below((unsigned)t.n);
		less = some_scope();
		scope_meet(&t.own[who], &t.own[who], &less);
		bad_shrunk += !holds(&t);
		t.active[below((unsigned)t.n)] = false;
		bad_cut += !holds(&t);
	}
	OK(lossy == 0, "what is given within bounds is had in full (%u)", lossy);
	OK(bad_grown == 0, "in %d random trees nobody may more than any giver "
	    "of his may hand on (%u)", TREES, bad_grown);
	OK(bad_shrunk == 0, "nor after a giver's scope shrank (%u)", bad_shrunk);
	OK(bad_cut == 0, "nor after a giver was disabled (%u)", bad_cut);
	OK(some > TREES / 10, "and many had something to lose (%u)", some);
}

/* -- the order ---------------------------------------------------------------- */

static void
order(void)
{
	unsigned bad = 0, commutes = 0, same = 0, reflexive = 0, probes = 0;

	for (unsigned seed = 1; seed <= 20000; seed++) {
		struct scope a, b, m, n;

		state = seed * 0x9E3779B97F4A7C15u;
		a = some_scope();
		b = some_scope();
		scope_meet(&m, &a, &b);
		scope_meet(&n, &b, &a);
		bad += scope_exceeds(&m, &a) != NULL ||
		    scope_exceeds(&m, &b) != NULL;
		commutes += scope_exceeds(&m, &n) != NULL;
		reflexive += scope_exceeds(&a, &a) != NULL;
		scope_meet(&n, &a, &a);
		same += scope_exceeds(&a, &n) != NULL;
		for (int k = 0; k < PROBES; k++) {
			struct point p = some_point();

			probes += may(&m, &p) != (may(&a, &p) && may(&b, &p));
		}
	}
	OK(bad == 0, "a meet is within both (%u)", bad);
	OK(commutes == 0, "whichever comes first (%u)", commutes);
	OK(same == 0, "with itself a scope loses nothing (%u)", same);
	OK(reflexive == 0, "a scope is within itself (%u)", reflexive);
	OK(probes == 0, "the meet allows what both allow, point by point (%u)",
	    probes);
}

static void
words(void)
{
	struct scope full = scope_full(), none = scope_none(), s = full;
	struct header h = { .urgency = URGENCY_FLASH };
	struct address desk = { "rs/crimes" };
	struct err err;

	OK(scope_exceeds(&none, &full) == NULL, "nothing is within all");
	EQ_STR(scope_exceeds(&full, &none), "roles", "all is not within nothing");
	s.desks = (struct scope_set){ .n = 0 };
	EQ_STR(scope_exceeds(&full, &s), "desks", "what exceeds is named");
	(void)scope_add(&s.desks, "rs/crime");
	OK(!scope_has_desk(&s, &desk), "a unit is no prefix of letters");
	(void)snprintf(desk.s, sizeof(desk.s), "rs/crime/cyber");
	OK(scope_has_desk(&s, &desk), "a unit covers its desks");
	(void)snprintf(desk.s, sizeof(desk.s), "rs");
	OK(!scope_has_desk(&s, &desk), "not the unit above it");
	s = full;
	s.until = 50;
	OK(!scope_is_over(&s, 49) && scope_is_over(&s, 50), "until is exclusive");
	EQ_STR(scope_exceeds(&full, &s), "until", "no end exceeds an end");
	(void)snprintf(h.kind, sizeof(h.kind), "ping/1");
	OK(scope_admits(&full, &h, &err), "all admits any header");
	s.urgency = URGENCY_URGENT;
	OK(!scope_admits(&s, &h, &err), "too urgent is refused");
	EQ_STR(err.rule, "E-SCOPE", "by a rule");
	h.urgency = URGENCY_NORMAL;
	h.handling.tlp = TLP_RED;
	s.tlp = TLP_AMBER;
	OK(!scope_admits(&s, &h, &err) && strcmp(err.field, "handling.tlp") == 0,
	    "too sensitive is refused by its field");
	s.kinds = (struct scope_set){ .n = 0 };
	OK(!scope_admits(&s, &h, &err) && strcmp(err.field, "kind") == 0,
	    "and a kind that is not among its kinds");
}

int
main(void)
{
	words();
	order();
	trees();
	return tap_done();
}
