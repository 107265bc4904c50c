#include "policy_world.h"

static void
granted(void)
{
	struct world w;

	world_new(&w);
	RULED(&w, "allowed fr-rs-cyber/1 3.1", "the clause that grants it");
	w.h.area[0] = '\0';
	RULED(&w, "allowed fr-rs-cyber/1 3.1", "no crime area need be named");
	use_kind(&w, "ping/1");
	w.h.handling = (struct handling){ .tlp = TLP_GREEN };
	RULED(&w, "allowed charter/1 1", "what the charter grants all");
	(void)snprintf(w.h.purpose, sizeof(w.h.purpose), "anything");
	RULED(&w, "allowed charter/1 1", "for any purpose");
	w.h.handling.onward = true;
	RULED(&w, "allowed charter/1 1", "onward where the clause says so");
	(void)address_parse(&w.h.to[0].desk, slice_str("fr"));
	(void)address_parse(&w.h.from, slice_str("rs"));
	RULED(&w, "allowed charter/1 1", "between default desks");
	w.fr.ndesks = w.rs.ndesks = 0;
	RULED(&w, "allowed charter/1 1", "listed or not");
	world_free(&w);
}

static void
members(void)
{
	struct world w;

	world_new(&w);
	w.net.b[0] ^= 1;
	RULED(&w, "E-TEXT-NET network", "another network's");
	w.net = fixture_net();
	(void)address_parse(&w.h.from, slice_str("xx/cyber"));
	RULED(&w, "E-POLICY-MEMBER directory", "an unknown sender");
	(void)address_parse(&w.h.from, slice_str("rs/cyber"));
	EQ_STR(ruled(&w, "xx"), "E-POLICY-MEMBER directory",
	    "an unknown recipient");
	EQ_STR(ruled(&w, "cert-ee"), "E-POLICY-ADDRESS message",
	    "a member it is not addressed to");
	w.newest.members[2].status = MEMBER_SUSPENDED;
	RULED(&w, "E-POLICY-MEMBER directory", "suspended since");
	w.newest.members[2].status = MEMBER_REMOVED;
	RULED(&w, "E-POLICY-MEMBER directory", "removed since");
	w.newest.members[2].status = MEMBER_ACTIVE;
	w.newest.members[1].status = MEMBER_SUSPENDED;
	RULED(&w, "E-POLICY-MEMBER directory", "the recipient suspended");
	w.newest.members[1].status = MEMBER_ACTIVE;
	w.then.members[2].status = MEMBER_SUSPENDED;
	RULED(&w, "E-POLICY-MEMBER directory",
	    "suspended when it was written, though no longer");
	w.then.members[2].status = MEMBER_ACTIVE;
	w.newest.nmembers = 2;
	RULED(&w, "E-POLICY-MEMBER directory", "not in the newest at all");
	world_free(&w);
}

static void
kinds(void)
{
	struct world w;

	world_new(&w);
	use_kind(&w, "request.unheard/1");
	RULED(&w, "E-POLICY-KIND kinds", "an unknown kind");
	use_kind(&w, "request.preservation/1");
	w.h.kind_hash.b[0] ^= 1;
	RULED(&w, "E-POLICY-KIND kinds", "a known name, another form");
	use_kind(&w, "request.preservation/1");
	w.h.act = ACT_REPLY;
	RULED(&w, "E-POLICY-ACT request.preservation/1", "an act it has not");
	use_kind(&w, "ping/1");
	w.h.act = ACT_SUBMIT;
	w.h.handling.tlp = TLP_AMBER_STRICT;
	RULED(&w, "E-POLICY-HANDLING ping/1", "above the kind's own ceiling");
	w.h.handling.tlp = TLP_AMBER;
	RULED(&w, "E-POLICY-HANDLING charter/1 1", "below it, above the clause's");
	world_free(&w);
}

/* Always the clause that came nearest is named, and why it does not hold. */
static void
agreements(void)
{
	struct world w;

	world_new(&w);
	use_kind(&w, "message.text/1");
	RULED(&w, "E-POLICY-AGREEMENT charter", "no clause speaks of the kind");
	use_kind(&w, "request.preservation/1");
	(void)snprintf(w.cyber.clauses[0].from[1].s, 48, "fr");
	(void)snprintf(w.cyber.clauses[0].from[0].s, 48, "fr");
	RULED(&w, "E-POLICY-AGREEMENT fr-rs-cyber/1 3.1",
	    "granted to others than the sender");
	(void)snprintf(w.cyber.clauses[0].from[1].s, 48, "rs");
	w.cyber.clauses[0].nto = 1;
	RULED(&w, "E-POLICY-AGREEMENT fr-rs-cyber/1 3.1",
	    "granted towards others than the recipient");
	w.cyber.clauses[0].nto = 2;
	(void)snprintf(w.h.purpose, sizeof(w.h.purpose), "curiosity");
	RULED(&w, "E-POLICY-PURPOSE fr-rs-cyber/1 3.1", "for another purpose");
	(void)snprintf(w.h.purpose, sizeof(w.h.purpose), "prevention");
	(void)snprintf(w.h.area, sizeof(w.h.area), "drugs");
	RULED(&w, "E-POLICY-AREA fr-rs-cyber/1 3.1", "in another area");
	(void)snprintf(w.h.area, sizeof(w.h.area), "financial");
	w.h.handling.tlp = TLP_AMBER_STRICT;
	RULED(&w, "E-POLICY-HANDLING fr-rs-cyber/1 3.1", "TLP above the ceiling");
	w.h.handling.tlp = TLP_AMBER;
	w.h.handling.onward = true;
	RULED(&w, "E-POLICY-HANDLING fr-rs-cyber/1 3.1", "onward");
	w.h.handling.onward = false;
	w.h.handling.codes = HCODE_H3;
	RULED(&w, "allowed fr-rs-cyber/1 3.1", "codes are not compared");
	w.h.handling.level = LEVEL_CONFIDENTIAL;
	RULED(&w, "E-POLICY-HANDLING fr-rs-cyber/1 3.1",
	    "a level above the ceiling");
	world_free(&w);
}

/* fr-rs-cyber may be nearer than the charter, which is looked at first. */
static void
nearest(void)
{
	struct world w;

	world_new(&w);
	use_kind(&w, "ping/1");
	w.cyber.clauses[0].kinds = w.charter.clauses[0].kinds;
	RULED(&w, "allowed fr-rs-cyber/1 3.1",
	    "the second agreement grants what the first does not");
	w.h.handling.onward = true;
	RULED(&w, "E-POLICY-HANDLING charter/1 1",
	    "as near as another, the first is named");
	w.agreements[0] = &w.cyber;
	w.agreements[1] = &w.charter;
	RULED(&w, "E-POLICY-HANDLING fr-rs-cyber/1 3.1", "in the order given");
	w.p.agreements.nagreements = 0;
	RULED(&w, "E-POLICY-AGREEMENT charter", "without agreements nothing goes");
	world_free(&w);
}

static void
periods(void)
{
	struct world w;

	world_new(&w);
	w.h.sent = w.cyber.from;
	RULED(&w, "allowed fr-rs-cyber/1 3.1", "on its first instant");
	w.h.sent = w.cyber.from - 1;
	RULED(&w, "E-POLICY-AGREEMENT charter", "not before it begins");
	w.h.sent = w.cyber.until - 1;
	RULED(&w, "allowed fr-rs-cyber/1 3.1", "on its last");
	w.h.sent = w.cyber.until;
	RULED(&w, "E-POLICY-ENDED fr-rs-cyber/1", "not when it has ended");
	w.cyber.until = 0;
	RULED(&w, "allowed fr-rs-cyber/1 3.1", "an open one has no end");
	(void)snprintf(w.cyber.parties[1].s, 48, "de");
	RULED(&w, "E-POLICY-AGREEMENT charter", "it binds its parties alone");
	world_free(&w);
}

static void
desks_and_powers(void)
{
	struct world w;

	world_new(&w);
	(void)address_parse(&w.h.to[0].desk, slice_str("fr/drugs"));
	RULED(&w, "E-POLICY-DESK card", "a desk the recipient has not");
	(void)address_parse(&w.h.to[0].desk, slice_str("fr/cyber"));
	(void)address_parse(&w.h.from, slice_str("rs/drugs"));
	RULED(&w, "E-POLICY-DESK card", "one the sender has not");
	(void)address_parse(&w.h.from, slice_str("rs"));
	RULED(&w, "E-POLICY-POWER request.preservation/1",
	    "a sending desk without the power");
	(void)address_parse(&w.h.from, slice_str("rs/cyber"));
	(void)address_parse(&w.h.to[0].desk, slice_str("fr"));
	RULED(&w, "E-POLICY-POWER request.preservation/1",
	    "a receiving desk without it");
	w.fr.desks[0].powers = w.fr.desks[1].powers;
	RULED(&w, "allowed fr-rs-cyber/1 3.1", "with it");
	w.fr.ndesks = 0;
	RULED(&w, "E-POLICY-POWER request.preservation/1",
	    "a default desk not listed holds none");
	world_free(&w);
}

/* -- acts -------------------------------------------------------------------------- */

/* h is an act from a desk to a desk, in the thread of root. */
static const char *
act_ruled(const struct world *w, const struct header *root, const char *from,
    const char *to)
{
	static char said[160];
	struct header h = *root;
	struct recipient r = root->to[0];
	struct member_id m;
	struct decision d;

	h.kind_hash = w->h.kind_hash;
	memcpy(h.kind, w->h.kind, sizeof(h.kind));
	h.sent = w->h.sent;
	h.act = w->h.act;
	h.handling = w->h.handling;
	memcpy(h.purpose, w->h.purpose, sizeof(h.purpose));
	h.exercise = w->h.exercise;
	h.thread = seed_of("root");
	h.to = &r;
	h.nto = 1;
	(void)address_parse(&h.from, slice_str(from));
	(void)address_parse(&r.desk, slice_str(to));
	address_member(&m, &r.desk);
	policy_admit_act(&d, &w->p, &h, root, &m);
	(void)snprintf(said, sizeof(said), "%s %s", d.allowed ? "allowed" :
	    d.why.rule, d.clause);
	return said;
}

#define ACT(from, to, want, ...) \
	EQ_STR(act_ruled(&w, &root, from, to), want, __VA_ARGS__)

static void
acts(void)
{
	struct header root;
	struct world w;

	size_t agreements;

	world_new(&w);
	agreements = w.p.agreements.nagreements;
	root = w.h;
	w.h.act = ACT_ANSWER;
	ACT("fr/cyber", "rs/cyber", "allowed thread", "who was asked answers");
	ACT("fr/night", "rs/cyber", "allowed thread", "from whichever desk");
	(void)snprintf(w.h.purpose, sizeof(w.h.purpose), "prevention");
	ACT("fr/cyber", "rs/cyber", "E-POLICY-THREAD thread",
	    "an act keeps the purpose of its request");
	memcpy(w.h.purpose, root.purpose, sizeof(w.h.purpose));
	w.h.exercise = !w.h.exercise;
	ACT("fr/cyber", "rs/cyber", "E-POLICY-THREAD thread",
	    "and is as earnest as it");
	w.h.exercise = root.exercise;
	w.h.handling.tlp = TLP_RED;
	ACT("fr/cyber", "rs/cyber", "E-POLICY-HANDLING fr-rs-cyber/1 3.1",
	    "an answer is no more sensitive than a clause allows");
	w.p.agreements.nagreements = 0;
	ACT("fr/cyber", "rs/cyber", "E-POLICY-HANDLING thread",
	    "nor, with no clause in force, than its request");
	w.h.handling = root.handling;
	w.p.agreements.nagreements = agreements;
	w.h.sent = w.cyber.until + DAY;
	ACT("fr/cyber", "rs/cyber", "allowed thread",
	    "after the agreement ended: what was begun may be finished");
	w.p.agreements.nagreements = 0;
	w.h.act = ACT_WITHDRAW;
	ACT("rs/cyber", "fr/cyber", "allowed thread", "and be withdrawn");
	w.h.act = ACT_ANSWER;
	ACT("cert-ee", "rs/cyber", "E-POLICY-PARTY thread", "no third party acts");
	ACT("rs/cyber", "cert-ee", "E-POLICY-PARTY thread", "nor is acted upon");
	ACT("xx", "rs/cyber", "E-POLICY-MEMBER directory", "no stranger");
	w.h.act = ACT_REPLY;
	ACT("fr/cyber", "rs/cyber", "E-POLICY-ACT request.preservation/1",
	    "an act the kind has not");
	use_kind(&w, "ping/1");
	w.h.handling = (struct handling){ .tlp = TLP_GREEN };
	ACT("fr/cyber", "rs/cyber", "E-POLICY-KIND thread",
	    "no other kind in the thread");
	w.h.handling.tlp = TLP_RED;
	ACT("fr/cyber", "rs/cyber", "E-POLICY-HANDLING ping/1",
	    "a kind's ceiling holds for acts");
	w.h.handling.tlp = TLP_AMBER;
	use_kind(&w, "request.preservation/1");
	w.h.act = ACT_ANSWER;
	w.newest.members[1].status = MEMBER_SUSPENDED;
	ACT("fr/cyber", "rs/cyber", "E-POLICY-MEMBER directory",
	    "who is suspended finishes nothing");
	world_free(&w);
}

static void
acts_among_three(void)
{
	struct header root;
	struct decision d;
	struct member_id m = member("fr");
	struct world w;

	world_new(&w);
	root = w.h;
	root.to[1] = root.to[0];
	fixture_to(&root.to[0], "cert-ee/cyber", seed_of("card"));
	root.nto = 2;
	w.h.act = ACT_ANSWER;
	ACT("cert-ee", "rs/cyber", "allowed thread", "each of the asked answers");
	ACT("cert-ee", "fr/cyber", "E-POLICY-PARTY thread",
	    "what the asked say to each other is in no leg");
	ACT("rs", "rs/cyber", "E-POLICY-PARTY thread", "nobody acts on itself");
	w.h = root;
	w.h.act = ACT_WITHDRAW;
	w.h.nto = 1;
	policy_admit_act(&d, &w.p, &w.h, &root, &m);
	EQ_STR(d.why.rule, "E-POLICY-ADDRESS",
	    "an act goes to those it is addressed to");
	world_free(&w);
}

/* -- one decision ------------------------------------------------------------------- */

/*
 * The sender reads the newest directory it has, which the header then names;
 * the receiver that one and its own newest.  As long as nothing was said of
 * these two in between, both decide alike, whatever the header says.
 */
static bool
decided_alike(const struct world *w)
{
	struct policy here = w->p, there = w->p;
	struct member_id fr = member("fr");
	struct decision a, b;

	here.newest = &w->then;
	there.newest = &w->newest;
	policy_admit(&a, &here, &w->h, &fr);
	policy_admit(&b, &there, &w->h, &fr);
	return a.allowed == b.allowed && strcmp(a.clause, b.clause) == 0 &&
	    (a.allowed || (strcmp(a.why.rule, b.why.rule) == 0 &&
	    strcmp(a.why.text, b.why.text) == 0));
}

/* The i-th of many headers, some of them good. */
static void
vary(struct world *w, unsigned i)
{
	static const char *const kind[] = { "request.preservation/1", "ping/1",
	    "message.text/1", "request.unheard/1" };
	static const char *const purpose[] = { "investigation", "curiosity" };
	static const char *const area[] = { "cyber", "", "drugs", "financial" };
	static const char *const desk[] = { "fr/cyber", "fr", "fr/x", "xx" };
	static const char *const from[] = { "rs/cyber", "rs", "cert-ee", "yy" };

	use_kind(w, kind[i & 3]);
	(void)snprintf(w->h.purpose, sizeof(w->h.purpose), "%s",
	    purpose[i >> 2 & 1]);
	(void)snprintf(w->h.area, sizeof(w->h.area), "%s", area[i >> 3 & 3]);
	(void)address_parse(&w->h.to[0].desk, slice_str(desk[i >> 5 & 3]));
	(void)address_parse(&w->h.from, slice_str(from[i >> 7 & 3]));
	w->p.from = (i >> 7 & 3) == 2 ? &w->cert : &w->rs;
	w->h.handling.tlp = (enum tlp)((i >> 9 & 3) + 1);
	w->h.handling.onward = (i >> 11 & 1) != 0;
	w->h.sent = (i >> 12 & 1) != 0 ? w->cyber.until : at(MESSAGE_SENT);
	w->h.act = (i >> 13 & 1) != 0 ? ACT_ANSWER : ACT_SUBMIT;
	w->then.members[2].status = (enum member_status)((i >> 14 & 3) % 3);
}

static void
both_sides(void)
{
	unsigned alike = 0, allowed = 0, n = 1u << 16;
	struct world w;

	world_new(&w);
	for (unsigned i = 0; i < n; i++) {
		vary(&w, i);
		alike += decided_alike(&w);
		allowed += strncmp(ruled(&w, "fr"), "allowed", 7) == 0;
	}
	OK(alike == n, "sender and receiver decide alike of %u headers", n);
	OK(allowed >= 16 && allowed < n / 8, "%u of them are allowed", allowed);
	world_free(&w);
}

int
main(void)
{
	secret_process_init();
	granted();
	members();
	kinds();
	agreements();
	nearest();
	periods();
	desks_and_powers();
	acts();
	acts_among_three();
	both_sides();
	return tap_done();
}
