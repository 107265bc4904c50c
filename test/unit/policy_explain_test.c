#include "policy_world.h"

/*
 * Over many random worlds: the explanation decides as the judgement does, and
 * both as a reading of doc/protocol.md section 15 that shares nothing with
 * them but the parts of a clause.
 */
static uint64_t state = 20261122;

static unsigned
pick(unsigned n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(state >> 33) % n;
}

static const char *const pool_kinds[] = { "request.*", "ping/1", "*",
	"request.preservation/1" };
static const char *const pool_purposes[] = { "investigation", "protect-life",
	"*", "prevention" };
static const char *const pool_areas[] = { "cyber", "financial", "*", "drugs" };
static const char *const pool_parties[] = { "fr", "rs", "cert-ee", "*",
	"class:bureau", "class:cert" };

/* -- random agreements ------------------------------------------------------------ */

enum { MOST = 6 };
struct many {
	struct world		 w;
	struct arena		 arena;		/* of one world */
	struct agreement	 all[MOST];
	struct mandate		 mandates[MOST];
	struct ending		 endings[3];
	json_t			*lists[3][4];
};

static void
random_parties(struct many *m, struct agreement_party **p, size_t *n,
    unsigned from)
{
	*n = 1 + pick(2);
	*p = arena_alloc(&m->arena, 2 * sizeof(**p));
	for (size_t i = 0; i < *n; i++)
		(void)snprintf((*p)[i].s, sizeof((*p)[i].s), "%s",
		    pool_parties[pick(from)]);
}

static void
random_clause(struct many *m, struct clause *c, bool charter, unsigned number)
{
	memset(c, 0, sizeof(*c));
	(void)snprintf(c->id, sizeof(c->id), "%u", number);
	c->kinds = m->lists[0][pick(4)];
	c->purposes = m->lists[1][pick(4)];
	c->areas = m->lists[2][pick(4)];
	random_parties(m, &c->from, &c->nfrom, charter ? 6 : 2);
	random_parties(m, &c->to, &c->nto, charter ? 6 : 2);
	c->ceiling = (struct handling){ .tlp = (enum tlp)pick(TLPS),
	    .level = (enum level)pick(3), .onward = pick(2) == 0,
	    .pap = (enum pap)pick(PAPS) };
	c->emergency = charter && pick(3) == 0;
}

static void
random_agreement(struct many *m, unsigned i)
{
	static const char *const ids[] = { "charter", "a", "a", "b", "c", "b" };
	struct agreement *g = &m->all[i];
	struct world *w = &m->w;
	char label[16];

	*g = (struct agreement){ .version = i == 2 || i == 5 ? 2 : 1,
	    .from = w->h.sent + (msec)pick(3) - 1, .nclauses = 1 + pick(3) };
	(void)snprintf(g->id, sizeof(g->id), "%s", ids[i]);
	(void)snprintf(label, sizeof(label), "world %u", i);
	g->name = seed_of(label);
	if (pick(4) == 0)
		g->until = w->h.sent + (msec)pick(3);
	g->parties = fixture_parties(&m->arena, i == 0 ? "*" : "fr",
	    pick(5) == 0 ? "cert-ee" : "rs");
	g->nparties = i == 0 ? 1 : 2;
	g->clauses = arena_alloc(&m->arena, 3 * sizeof(*g->clauses));
	for (unsigned k = 0; k < g->nclauses; k++)
		random_clause(m, &g->clauses[k], i == 0, k + 1);
	if (i > 2 && pick(2) == 0) {
		(void)snprintf(g->terms.framework_id, AGREEMENT_ID, "%s",
		    ids[1 + pick(MOST - 1)]);
		g->terms.framework = m->all[1 + pick(i - 1)].name;
	}
	if (i > 0 && pick(3) == 0) {
		m->mandates[i] = (struct mandate){ .party = member(
		    pick(2) == 0 ? "fr" : "rs"),
		    .areas = m->lists[2][pick(4)] };
		g->terms.mandates = &m->mandates[i];
		g->terms.nmandates = 1;
	}
	w->agreements[i] = g;
}

static void
random_world(struct many *m)
{
	struct world *w = &m->w;

	for (unsigned i = 0; i < MOST; i++)
		random_agreement(m, i);
	w->p.agreements.nagreements = MOST;
	w->p.agreements.nendings = pick(4);
	for (unsigned i = 0; i < w->p.agreements.nendings; i++) {
		m->endings[i] = (struct ending){
		    .agreement = m->all[pick(MOST)].name,
		    .party = member(pick(2) == 0 ? "fr" : "cert-ee"),
		    .issued = w->h.sent - DAY,
		    .at = w->h.sent + (msec)pick(3) - 1 };
		w->endings[i] = &m->endings[i];
	}
}

static void
random_header(struct world *w)
{
	static const char *const purposes[] = { "investigation",
	    "protect-life", "warn" };
	static const char *const areas[] = { "cyber", "", "financial", "drugs" };

	use_kind(w, pick(3) == 0 ? "ping/1" : "request.preservation/1");
	(void)snprintf(w->h.purpose, sizeof(w->h.purpose), "%s",
	    purposes[pick(3)]);
	(void)snprintf(w->h.area, sizeof(w->h.area), "%s", areas[pick(4)]);
	w->h.urgency = (enum urgency)pick(URGENCIES);
	w->h.handling = (struct handling){ .tlp = (enum tlp)pick(3),
	    .level = (enum level)pick(2), .onward = pick(3) == 0,
	    .pap = (enum pap)pick(PAPS) };
}

/* -- the other reading ---------------------------------------------------------------- */

static bool
listed(const json_t *list, const char *value)
{
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v) {
		const char *p = json_string_value(v);
		const char *star = strchr(p, '*');

		if (star != NULL ? strncmp(p, value, (size_t)(star - p)) == 0 :
		    strcmp(p, value) == 0)
			return true;
	}
	return false;
}

static bool
named(const struct agreement_party *p, size_t n, const char *m)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(p[i].s, "*") == 0 || strcmp(p[i].s, m) == 0 ||
		    strcmp(p[i].s, "class:bureau") == 0)
			return true;	/* both here are bureaus */
	return false;
}

static bool
counts(const struct many *m, const struct agreement *g)
{
	const struct header *h = &m->w.h;

	if (!named(g->parties, g->nparties, "rs") ||
	    !named(g->parties, g->nparties, "fr") || h->sent < g->from ||
	    (g->until != 0 && h->sent >= g->until))
		return false;
	for (unsigned i = 0; i < MOST; i++)
		if (strcmp(m->all[i].id, g->id) == 0 &&
		    m->all[i].version > g->version && h->sent >= m->all[i].from)
			return false;
	for (size_t i = 0; i < m->w.p.agreements.nendings; i++)
		if (hash_eq(&m->endings[i].agreement, &g->name) &&
		    strcmp(m->endings[i].party.s, "fr") == 0 &&
		    h->sent >= m->endings[i].at)
			return false;
	return true;
}

static bool	agreed(const struct many *, const struct agreement *, int depth,
		    bool *plain);

static bool
in_framework(const struct many *m, const struct agreement *g, int depth)
{
	bool chain = false, plain;

	if (g->terms.framework_id[0] == '\0')
		return true;
	for (unsigned i = 0; i < MOST; i++)
		chain = chain ||
		    (strcmp(m->all[i].id, g->terms.framework_id) == 0 &&
		    hash_eq(&m->all[i].name, &g->terms.framework));
	for (unsigned i = 0; chain && depth < 4 && i < MOST; i++)
		if (strcmp(m->all[i].id, g->terms.framework_id) == 0 &&
		    counts(m, &m->all[i]))
			return agreed(m, &m->all[i], depth + 1, &plain);
	return false;
}

static bool
agreed(const struct many *m, const struct agreement *g, int depth, bool *plain)
{
	const struct header *h = &m->w.h;
	bool grants = false;

	for (size_t i = 0; i < g->nclauses; i++) {
		const struct clause *c = &g->clauses[i];
		bool mandate = g->terms.nmandates == 0 ||
		    strcmp(g->terms.mandates[0].party.s, "fr") != 0 ||
		    listed(g->terms.mandates[0].areas, h->area);
		bool life = h->urgency == URGENCY_FLASH &&
		    strcmp(h->purpose, "protect-life") == 0;

		if (!listed(c->kinds, h->kind) ||
		    !named(c->from, c->nfrom, "rs") ||
		    !named(c->to, c->nto, "fr") ||
		    !listed(c->purposes, h->purpose) ||
		    (h->area[0] != '\0' && !listed(c->areas, h->area)) ||
		    !mandate || (c->emergency && !life) ||
		    h->handling.tlp > c->ceiling.tlp ||
		    h->handling.level > c->ceiling.level ||
		    (h->handling.onward && !c->ceiling.onward) ||
		    (c->ceiling.pap != PAP_NONE &&
		    h->handling.pap > c->ceiling.pap) ||
		    !in_framework(m, g, depth))
			continue;
		grants = true;
		*plain = *plain || !c->emergency;
	}
	return grants;
}

/* -- the comparison ----------------------------------------------------------------------- */

/* 1: all three say yes, 2: narrowly; 0: no; -1: they differ. */
static int
compare(struct many *m)
{
	struct member_id fr = member("fr");
	struct arena a = ARENA_INIT;
	bool yes = false, plain = false, shown = false;
	struct explanation x;
	struct decision d;
	int said;

	policy_admit(&d, &m->w.p, &m->w.h, &fr);
	policy_explain(&x, &a, &m->w.p, &m->w.h, &fr);
	for (unsigned i = 0; i < MOST; i++)
		if (counts(m, &m->all[i]))
			yes = agreed(m, &m->all[i], 0, &plain) || yes;
	for (size_t i = 0; i < x.n; i++)
		shown = shown || (x.seen[i].standing == STANDING_FORCE &&
		    grant_is_given(&x.seen[i]));
	said = !d.allowed ? 0 : d.emergency ? 2 : 1;
	if (d.allowed != yes || x.decision.allowed != yes || shown != yes ||
	    d.emergency != (yes && !plain) ||
	    d.emergency != x.decision.emergency ||
	    strcmp(d.clause, x.decision.clause) != 0 ||
	    strcmp(d.why.text, x.decision.why.text) != 0)
		said = -1;
	arena_free(&a);
	return said;
}

static void
property(void)
{
	unsigned n = 40000, count[3] = { 0 }, differ = 0;
	static struct many m;

	world_new(&m.w);
	/* Powers and kinds' own ceilings are judged elsewhere. */
	for (unsigned i = 0; i < 4; i++) {
		m.lists[0][i] = json_pack("[s]", pool_kinds[i]);
		m.lists[1][i] = json_pack("[s]", pool_purposes[i]);
		m.lists[2][i] = json_pack("[s]", pool_areas[i]);
	}
	for (unsigned i = 0; i < n; i++) {
		int said;

		random_world(&m);
		random_header(&m.w);
		said = compare(&m);
		if (said < 0)
			differ++;
		else
			count[said]++;
		arena_free(&m.arena);
		m.arena = (struct arena)ARENA_INIT;
	}
	OK(differ == 0, "judgement, explanation and the other reading agree in "
	    "%u worlds, but %u", n, differ);
	OK(count[0] > n / 10 && count[1] > n / 20 && count[2] > n / 2000,
	    "of which %u refuse, %u allow, %u in an emergency", count[0],
	    count[1], count[2]);
	for (unsigned i = 0; i < 12; i++)
		json_decref(m.lists[i / 4][i % 4]);
	world_free(&m.w);
}

/* What fails is told of each clause, not the first thing alone. */
static void
told(void)
{
	struct member_id fr = member("fr");
	struct explanation x;
	struct world w;
	unsigned want = 1u << GRANT_PURPOSE | 1u << GRANT_CEILING;

	world_new(&w);
	(void)snprintf(w.h.purpose, sizeof(w.h.purpose), "warn");
	w.h.handling.tlp = TLP_RED;
	policy_explain(&x, &w.arena, &w.p, &w.h, &fr);
	OK(x.n == 2, "every clause of both agreements is told");
	OK(x.seen[1].fails == want && x.seen[1].step == GRANT_PURPOSE,
	    "with all in which it fails");
	w.h.sent = w.cyber.until;
	policy_explain(&x, &w.arena, &w.p, &w.h, &fr);
	OK(x.n == 2 && x.seen[1].standing == STANDING_OVER,
	    "those of an agreement that has ended too");
	use_kind(&w, "request.unheard/1");
	policy_explain(&x, &w.arena, &w.p, &w.h, &fr);
	EQ_STR(x.decision.why.rule, "E-POLICY-KIND", "what comes before clauses "
	    "refuses before them");
	OK(x.n == 2, "and they are told all the same");
	(void)address_parse(&w.h.from, slice_str("xx"));
	policy_explain(&x, &w.arena, &w.p, &w.h, &fr);
	OK(!x.decision.allowed && x.n == 0, "of a stranger there is none to tell");
	world_free(&w);
}

int
main(void)
{
	secret_process_init();
	told();
	property();
	return tap_done();
}
