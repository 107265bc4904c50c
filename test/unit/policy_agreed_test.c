#include "policy_world.h"

/* What stands beside the clauses: frameworks, mandates, emergencies, versions
 * and endings, judged in the world of policy_world.h. */

static json_t *
codes(const char *a, const char *b)
{
	return b == NULL ? json_pack("[s]", a) : json_pack("[ss]", a, b);
}

/* An annex to fr-rs-cyber that would allow all, to RED and onward. */
static void
annex_to(struct world *w, struct agreement *annex, json_t *all)
{
	*annex = w->cyber;
	(void)snprintf(annex->id, sizeof(annex->id), "annex");
	annex->name = seed_of("annex/1");
	annex->until = 0;
	annex->terms.framework = w->cyber.name;
	(void)snprintf(annex->terms.framework_id, AGREEMENT_ID, "fr-rs-cyber");
	annex->clauses = arena_dup(&w->arena, w->cyber.clauses,
	    sizeof(*annex->clauses));
	annex->clauses[0].kinds = annex->clauses[0].purposes =
	    annex->clauses[0].areas = all;
	annex->clauses[0].ceiling = (struct handling){ .tlp = TLP_RED,
	    .level = LEVEL_CONFIDENTIAL, .onward = true };
	w->agreements[2] = annex;
	w->p.agreements.nagreements = 3;
}

static void
annexes(void)
{
	struct agreement annex;
	struct world w;
	json_t *all = codes("*", NULL);

	world_new(&w);
	annex_to(&w, &annex, all);
	RULED(&w, "allowed fr-rs-cyber/1 3.1", "the framework itself allows");
	w.cyber.clauses[0].id[0] = 'x';
	w.agreements[0] = &annex;
	w.agreements[2] = &w.charter;
	RULED(&w, "allowed annex/1 3.1", "an annex allows what it does");
	(void)snprintf(w.h.purpose, sizeof(w.h.purpose), "curiosity");
	RULED(&w, "E-POLICY-FRAMEWORK annex/1 3.1", "for no more purposes");
	(void)snprintf(w.h.purpose, sizeof(w.h.purpose), "prevention");
	(void)snprintf(w.h.area, sizeof(w.h.area), "drugs");
	RULED(&w, "E-POLICY-FRAMEWORK annex/1 3.1", "in no more areas");
	(void)snprintf(w.h.area, sizeof(w.h.area), "cyber");
	w.h.handling.tlp = TLP_RED;
	RULED(&w, "E-POLICY-FRAMEWORK annex/1 3.1", "no higher");
	w.h.handling.tlp = TLP_AMBER;
	w.h.handling.onward = true;
	RULED(&w, "E-POLICY-FRAMEWORK annex/1 3.1", "not onward");
	w.h.handling.onward = false;
	w.h.sent = w.cyber.until;
	RULED(&w, "E-POLICY-ENDED fr-rs-cyber/1", "and ends with it");
	w.h.sent = at(MESSAGE_SENT);
	annex.terms.framework = seed_of("another");
	w.cyber.clauses[0].nfrom = 0;
	RULED(&w, "E-POLICY-FRAMEWORK annex/1 3.1",
	    "a framework that never had that version is none");
	json_decref(all);
	world_free(&w);
}

/* Two that annex to each other grant nothing, and the asking ends. */
static void
annex_in_a_ring(void)
{
	struct agreement annex;
	struct world w;
	json_t *all = codes("*", NULL);

	world_new(&w);
	annex_to(&w, &annex, all);
	w.cyber.terms.framework = annex.name;
	(void)snprintf(w.cyber.terms.framework_id, AGREEMENT_ID, "annex");
	RULED(&w, "E-POLICY-FRAMEWORK fr-rs-cyber/1 3.1",
	    "a ring of annexes grants nothing");
	json_decref(all);
	world_free(&w);
}

static void
mandates(void)
{
	struct mandate m = { .party = member("fr") };
	json_t *cyber = codes("cyber", NULL), *all = codes("*", NULL);
	struct world w;

	world_new(&w);
	m.areas = cyber;
	w.cyber.terms.mandates = &m;
	w.cyber.terms.nmandates = 1;
	RULED(&w, "allowed fr-rs-cyber/1 3.1", "asked within its mandate");
	(void)snprintf(w.h.area, sizeof(w.h.area), "financial");
	RULED(&w, "E-POLICY-MANDATE fr-rs-cyber/1 3.1",
	    "not without it, though the clause has the area");
	w.h.area[0] = '\0';
	RULED(&w, "E-POLICY-MANDATE fr-rs-cyber/1 3.1",
	    "leaving the area out is no way around it");
	m.areas = all;
	RULED(&w, "allowed fr-rs-cyber/1 3.1", "one of all areas asks for none");
	m.areas = cyber;
	m.party = member("rs");
	RULED(&w, "allowed fr-rs-cyber/1 3.1", "the asker's mandate is no matter");
	json_decref(cyber);
	json_decref(all);
	world_free(&w);
}

static bool
flagged(const struct world *w)
{
	struct member_id fr = member("fr");
	struct decision d;

	policy_admit(&d, &w->p, &w->h, &fr);
	return d.allowed && d.emergency;
}

static void
emergencies(void)
{
	struct clause *c;
	struct world w;
	json_t *all = codes("*", NULL), *life = codes("protect-life", NULL);

	world_new(&w);
	c = &w.charter.clauses[1];
	*c = w.charter.clauses[0];
	(void)snprintf(c->id, sizeof(c->id), "9");
	c->kinds = c->areas = all;
	c->purposes = life;
	c->from = c->to;
	c->nfrom = 1;
	c->ceiling = (struct handling){ .tlp = TLP_RED };
	c->emergency = true;
	w.charter.nclauses = 2;
	w.h.handling = (struct handling){ .tlp = TLP_AMBER };
	w.p.agreements.nagreements = 1;
	RULED(&w, "E-POLICY-AGREEMENT charter",
	    "an emergency clause is not named to who has no emergency");
	w.h.urgency = URGENCY_FLASH;
	RULED(&w, "E-POLICY-AGREEMENT charter", "nor for being flash");
	(void)snprintf(w.h.purpose, sizeof(w.h.purpose), "protect-life");
	w.h.urgency = URGENCY_URGENT;
	RULED(&w, "E-POLICY-AGREEMENT charter", "nor for its purpose alone");
	w.h.urgency = URGENCY_FLASH;
	RULED(&w, "allowed charter/1 9", "both are an emergency");
	OK(flagged(&w), "and are flagged");
	w.h.handling.level = LEVEL_RESTRICTED;
	RULED(&w, "E-POLICY-HANDLING charter/1 9", "its ceiling holds too");
	w.h.handling.level = LEVEL_NONE;
	c->emergency = false;
	w.charter.clauses[2] = *c;
	c->emergency = true;
	(void)snprintf(w.charter.clauses[2].id, AGREEMENT_CLAUSE, "10");
	w.charter.nclauses = 3;
	RULED(&w, "allowed charter/1 10", "an ordinary clause goes first");
	OK(!flagged(&w), "and nothing is flagged");
	json_decref(all);
	json_decref(life);
	world_free(&w);
}

static void
versions(void)
{
	struct agreement second;
	struct world w;

	world_new(&w);
	second = w.cyber;
	second.version = 2;
	second.name = seed_of("fr-rs-cyber/2");
	second.from = w.h.sent;
	w.agreements[2] = &second;
	w.p.agreements.nagreements = 3;
	RULED(&w, "allowed fr-rs-cyber/2 3.1", "the version that has begun");
	w.h.sent--;
	RULED(&w, "allowed fr-rs-cyber/1 3.1",
	    "what was sent before is judged by the one before");
	w.h.sent++;
	second.clauses = arena_dup(&w.arena, second.clauses,
	    sizeof(*second.clauses));
	second.clauses[0].ceiling.tlp = TLP_CLEAR;
	RULED(&w, "E-POLICY-HANDLING fr-rs-cyber/2 3.1",
	    "what the amendment took away is gone");
	second.until = w.h.sent;
	second.clauses[0].ceiling = w.cyber.clauses[0].ceiling;
	RULED(&w, "E-POLICY-ENDED fr-rs-cyber/2",
	    "when it is over the version before does not come back");
	world_free(&w);
}

static void
endings(void)
{
	struct ending e = { .party = member("fr") };
	struct header root;
	struct decision d;
	struct member_id rs = member("rs");
	struct world w;

	world_new(&w);
	(void)snprintf(e.id, sizeof(e.id), "fr-rs-cyber");
	e.agreement = w.cyber.name;
	e.issued = e.at = w.h.sent;
	w.endings[0] = &e;
	RULED(&w, "allowed fr-rs-cyber/1 3.1", "before anybody ended it");
	w.p.agreements.nendings = 1;
	RULED(&w, "E-POLICY-ENDED fr-rs-cyber/1", "from the instant on");
	w.h.sent--;
	RULED(&w, "allowed fr-rs-cyber/1 3.1", "not before");
	root = w.h;
	w.h.sent++;
	w.h.act = ACT_ANSWER;
	w.h.thread = seed_of("root");
	(void)address_parse(&w.h.from, slice_str("fr/cyber"));
	(void)address_parse(&w.h.to[0].desk, slice_str("rs/cyber"));
	root.to = arena_dup(&w.arena, root.to, sizeof(*root.to));
	(void)address_parse(&root.to[0].desk, slice_str("fr/cyber"));
	policy_admit_act(&d, &w.p, &w.h, &root, &rs);
	EQ_STR(d.clause, "thread", "what was begun is finished");
	OK(d.allowed, "after the end");
	w.h = root;
	w.h.sent++;
	w.cyber.terms.notice_time = (struct duration){ 0, DAY };
	RULED(&w, "allowed fr-rs-cyber/1 3.1", "notice is kept");
	w.h.sent = e.issued + DAY;
	RULED(&w, "E-POLICY-ENDED fr-rs-cyber/1", "until it has passed");
	e.party = member("de");
	RULED(&w, "allowed fr-rs-cyber/1 3.1",
	    "a third party's leaving is not between these two");
	e.party.s[0] = '\0';
	RULED(&w, "E-POLICY-ENDED fr-rs-cyber/1", "the roots' word is for all");
	e.agreement = seed_of("fr-rs-cyber/0");
	RULED(&w, "allowed fr-rs-cyber/1 3.1", "it ends one version, no other");
	world_free(&w);
}

int
main(void)
{
	secret_process_init();
	annexes();
	annex_in_a_ring();
	mandates();
	emergencies();
	versions();
	endings();
	return tap_done();
}
