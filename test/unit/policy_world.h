#ifndef TEST_POLICY_WORLD_H
#define TEST_POLICY_WORLD_H

#include "model/policy.h"

#include "message_fixture.h"
#include "tap.h"

/*
 * rs and fr have an agreement on cybercrime (clause 3.1: request.*, for
 * investigation and prevention, in cyber and financial), everybody has the
 * charter (clause 1: ping/1, from bureaus and CERTs to all, up to GREEN).
 */
struct world {
	struct arena		 arena;
	struct network		 network;
	struct hash		 net;
	struct directory	 then, newest;
	struct card		 fr, rs, cert;
	struct agreement	 charter, cyber;
	const struct agreement	*agreements[8];
	const struct ending	*endings[4];
	struct kind_set		*kinds;
	struct policy		 p;
	struct header		 h;		/* of rs to fr/cyber */
};

static struct err err;

static inline struct member_id
member(const char *s)
{
	struct member_id m;

	(void)member_id_parse(&m, slice_str(s));
	return m;
}

/* As fr's card, under another name: desks <id> and <id>/cyber. */
static inline void
card_like(struct card *c, struct arena *a, const char *id)
{
	char desk[40];

	fixture_card(c, a);
	c->member = member(id);
	(void)address_parse(&c->desks[0].desk, slice_str(id));
	(void)snprintf(desk, sizeof(desk), "%s/cyber", id);
	(void)address_parse(&c->desks[1].desk, slice_str(desk));
}

static inline void
use_kind(struct world *w, const char *name)
{
	const struct kind *k = kind_find(w->kinds, name);

	(void)snprintf(w->h.kind, sizeof(w->h.kind), "%s", name);
	if (k != NULL)
		w->h.kind_hash = k->hash;
}

static inline void
world_new(struct world *w)
{
	*w = (struct world){ .arena = ARENA_INIT, .net = fixture_net() };
	fixture_network(&w->network);
	fixture_directory2(&w->then, &w->arena);
	fixture_directory2(&w->newest, &w->arena);
	w->newest.number = 3;
	card_like(&w->fr, &w->arena, "fr");
	card_like(&w->rs, &w->arena, "rs");
	card_like(&w->cert, &w->arena, "cert-ee");
	fixture_charter(&w->charter, &w->arena);
	fixture_agreement(&w->cyber, &w->arena);
	w->charter.name = seed_of("charter/1");
	w->cyber.name = seed_of("fr-rs-cyber/1");
	w->agreements[0] = &w->charter;
	w->agreements[1] = &w->cyber;
	w->kinds = kind_set_new(&err);
	w->p = (struct policy){ .network = &w->network, .net = &w->net,
	    .directory = &w->then, .newest = &w->newest, .from = &w->rs,
	    .to = &w->fr, .agreements = { .agreements = w->agreements,
	    .nagreements = 2, .endings = w->endings },
	    .kinds = w->kinds };
	fixture_request(&w->h, &w->arena);
	w->h.to[0] = w->h.to[1];
	w->h.nto = 1;
	w->h.urgency = URGENCY_NORMAL;
	use_kind(w, "request.preservation/1");
}

static inline void
world_free(struct world *w)
{
	card_release(&w->fr);
	card_release(&w->rs);
	card_release(&w->cert);
	agreement_release(&w->charter);
	agreement_release(&w->cyber);
	kind_set_free(w->kinds);
	arena_free(&w->arena);
}

/* "rule clause", or "allowed clause", for the member named. */
static inline const char *
ruled(const struct world *w, const char *to)
{
	static char said[160];
	struct member_id m = member(to);
	struct decision d;

	policy_admit(&d, &w->p, &w->h, &m);
	(void)snprintf(said, sizeof(said), "%s %s", d.allowed ? "allowed" :
	    d.why.rule, d.clause);
	if (!d.allowed && (d.why.class == ERR_NONE || d.why.text[0] == '\0'))
		return "refused without a word";
	return said;
}

#define RULED(w, want, ...) EQ_STR(ruled(w, "fr"), want, __VA_ARGS__)

#endif
