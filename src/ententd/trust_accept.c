#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "ententd/trust_state.h"
#include "model/quorum.h"
#include "model/signers.h"
#include "model/text.h"
#include "store/trust_store.h"

/* -- the founding note --------------------------------------------------------- */

static enum trust_result
accept_network(struct vault *v, struct slice bytes, struct hash *name,
    struct err *err)
{
	struct trust *t = v->trust;
	struct network n;

	if (!network_verify(&n, name, bytes, err))
		return TRUST_REFUSED;
	if (t->has_network && hash_eq(name, &t->net)) {
		network_release(&n);
		return TRUST_KNOWN;
	}
	/* The keyring was made for one network; there is no other for it. */
	if (t->has_network || !hash_eq(name, &v->net)) {
		network_release(&n);
		err_set(err, ERR_CONFLICT, "E-TRUST-NETWORK",
		    "this node's keys belong to another network");
		return TRUST_REFUSED;
	}
	if (!trust_store_put_network(&v->store, bytes, name, err)) {
		network_release(&n);
		return TRUST_REFUSED;
	}
	t->network = n;
	t->net = *name;
	t->has_network = true;
	return TRUST_NEW;
}

/* -- directories ------------------------------------------------------------------ */

/*
 * Two directories of one number, both signed by the roots: somebody shows
 * different members different lists.  Both are kept, and nothing of trust
 * changes here until people have looked.
 */
static enum trust_result
keep_fork(struct vault *v, struct slice bytes, const struct directory *d,
    const struct hash *name, struct err *err)
{
	char number[24];

	(void)snprintf(number, sizeof(number), "%lld", (long long)d->number);
	log_error("two directories claim the number %s: trust is frozen", number);
	if (!trust_store_put_directory(&v->store, bytes, d->number, name, err) ||
	    !store_set_fact(&v->store, "trust.fork", number, err) ||
	    !vault_audit(v, "node", "trust.fork", name, "", number, err))
		return TRUST_REFUSED;
	v->trust->forked = true;
	err_set(err, ERR_CONFLICT, "E-DIRECTORY-FORK",
	    "another directory of number %s is known here", number);
	return TRUST_FORKED;
}

static void	forget_cards(struct trust *);

/* A signature of the roots before a byte of the text is parsed. */
static bool
roots_signed(const struct trust *t, const struct note *note, struct err *err)
{
	const char *rule = "E-DIRECTORY-SIGNATURES";

	if (t->dir.number != 0)
		return quorum_signed(note, t->dir.roots, t->dir.nroots,
		    t->dir.k, rule, err);
	return quorum_signed(note, t->network.roots, t->network.n, t->network.k,
	    rule, err);
}

static enum trust_result
take_directory(struct vault *v, struct slice bytes, struct directory *d,
    struct arena *arena, const struct hash *name, struct err *err)
{
	struct trust *t = v->trust;

	if (d->number <= t->dir.number)
		return keep_fork(v, bytes, d, name, err);
	directory_release(d);
	if (!directory_verify(d, arena, bytes, &t->network, &t->net,
	    t->dir.number == 0 ? NULL : &t->dir,
	    t->dir.number == 0 ? NULL : &t->dir_name, err) ||
	    !trust_store_put_directory(&v->store, bytes, d->number, name, err))
		return TRUST_REFUSED;
	directory_release(&t->dir);
	arena_free(&t->dir_arena);
	t->dir_arena = *arena;
	t->dir = *d;
	t->dir_name = *name;
	*arena = (struct arena)ARENA_INIT;
	*d = (struct directory){ .number = 0 };
	/* It may revoke keys or remove members: their cards no longer speak. */
	forget_cards(t);
	trust_load_cards(v);
	trust_see_self(v);
	return TRUST_NEW;
}

static enum trust_result
accept_directory(struct vault *v, struct slice bytes, struct hash *name,
    struct err *err)
{
	struct trust *t = v->trust;
	enum trust_result r = TRUST_REFUSED;
	struct directory d = { .number = 0 };
	struct arena arena = ARENA_INIT;
	struct note note;

	if (!t->has_network) {
		err_set(err, ERR_UNAVAILABLE, "E-TRUST-NETWORK",
		    "the founding note is needed first");
		return TRUST_REFUSED;
	}
	if (!note_parse(&note, bytes, err))
		return TRUST_REFUSED;
	*name = note_text_name(&note);
	if (trust_store_has_directory(&v->store, name))
		return TRUST_KNOWN;
	if (roots_signed(t, &note, err) &&
	    directory_parse(&d, &arena, note.text, err))
		r = take_directory(v, bytes, &d, &arena, name, err);
	directory_release(&d);
	arena_free(&arena);
	return r;
}

/* -- cards ---------------------------------------------------------------------------- */

static void
held_card_free(struct held_card *h)
{
	if (h == NULL)
		return;
	card_release(&h->card);
	arena_free(&h->arena);
	free(h);
}

static void
forget_cards(struct trust *t)
{
	while (t->ncards > 0)
		held_card_free(t->cards[--t->ncards]);
}

static struct held_card **
card_place(struct trust *t, const struct member_id *m)
{
	for (size_t i = 0; i < t->ncards; i++)
		if (member_id_eq(&t->cards[i]->card.member, m))
			return &t->cards[i];
	t->cards = xrealloc(t->cards, (t->ncards + 1) * sizeof(*t->cards));
	t->cards[t->ncards] = NULL;
	return &t->cards[t->ncards++];
}

static void
hold_card(struct trust *t, struct held_card *h)
{
	struct held_card **place = card_place(t, &h->card.member);

	held_card_free(*place);
	*place = h;
}

static const struct held_card *
held_card_of(const struct trust *t, const struct member_id *m)
{
	for (size_t i = 0; i < t->ncards; i++)
		if (member_id_eq(&t->cards[i]->card.member, m))
			return t->cards[i];
	return NULL;
}

/*
 * A TLS key says whose quota a caller uses: one that stands on another
 * member's card cannot be claimed.
 */
static bool
pins_are_free(const struct trust *t, const struct card *c, struct err *err)
{
	struct member_id other;

	for (size_t i = 0; i < c->ntls; i++)
		if (trust_peer_by_key(t, c->tls[i], &other) &&
		    !member_id_eq(&other, &c->member))
			return err_field(err, ERR_CONFLICT, "E-CARD-TLS", "tls",
			    "a TLS key of it stands on the card of %s", other.s);
	return true;
}

/* Verified by the key of the member that signed, before it is parsed. */
static struct held_card *
verify_card(struct vault *v, struct slice bytes, const struct note *note,
    const struct hash *name, struct err *err)
{
	struct trust *t = v->trust;
	const struct held_card *before;
	struct signers signers;
	struct held_card *h;

	if (!signers_verify(&signers, note, &t->dir, err))
		return NULL;
	before = held_card_of(t, &signers.member[0]->id);
	h = xcalloc(1, sizeof(*h));
	h->name = *name;
	if (!card_verify(&h->card, &h->arena, bytes, &t->dir,
	    before == NULL ? NULL : &before->card,
	    before == NULL ? NULL : &before->name, err)) {
		arena_free(&h->arena);
		free(h);
		return NULL;
	}
	if (pins_are_free(t, &h->card, err))
		return h;
	held_card_free(h);
	return NULL;
}

static enum trust_result
accept_card(struct vault *v, struct slice bytes, struct hash *name,
    struct err *err)
{
	struct trust *t = v->trust;
	struct held_card *h;
	struct note note;

	if (t->dir.number == 0) {
		err_set(err, ERR_UNAVAILABLE, "E-TRUST-DIRECTORY",
		    "a directory is needed first");
		return TRUST_REFUSED;
	}
	if (!note_parse(&note, bytes, err))
		return TRUST_REFUSED;
	*name = note_text_name(&note);
	if (trust_store_has_card(&v->store, name))
		return TRUST_KNOWN;
	h = verify_card(v, bytes, &note, name, err);
	if (h == NULL)
		return TRUST_REFUSED;
	if (!trust_store_put_card(&v->store, bytes, h->card.member.s,
	    h->card.seq, name, clock_now(), err)) {
		held_card_free(h);
		return TRUST_REFUSED;
	}
	hold_card(t, h);
	trust_see_self(v);
	return TRUST_NEW;
}

void
trust_load_cards(struct vault *v)
{
	struct trust *t = v->trust;
	struct arena arena = ARENA_INIT;
	struct held_card *h;
	struct slice bytes;
	struct hash name;
	struct err err;

	for (size_t i = 0; i < t->dir.nmembers; i++) {
		const struct directory_member *m = &t->dir.members[i];

		if (!trust_store_card(&v->store, &arena, m->id.s, &bytes, &name,
		    &err))
			continue;
		h = xcalloc(1, sizeof(*h));
		h->name = name;
		/* Verified anew: a key revoked since then no longer speaks. */
		if (card_verify(&h->card, &h->arena, bytes, &t->dir, NULL, NULL,
		    &err)) {
			hold_card(t, h);
			continue;
		}
		log_warn("kept card of %s: %s %s", m->id.s, err.rule, err.text);
		arena_free(&h->arena);
		free(h);
	}
	arena_free(&arena);
}

/* -- agreements ---------------------------------------------------------------------------- */

/* The charter first, then as they came. */
static void
list_agreements(struct trust *t)
{
	size_t n = 0;

	t->agreements = xrealloc(t->agreements,
	    t->nagreements * sizeof(*t->agreements));
	for (int charter = 1; charter >= 0; charter--)
		for (size_t i = 0; i < t->nagreements; i++)
			if ((strcmp(t->held[i]->agreement.id, "charter") == 0) ==
			    (charter == 1))
				t->agreements[n++] = &t->held[i]->agreement;
}

static struct held_agreement *
held_agreement_of(const struct trust *t, const char *id)
{
	for (size_t i = 0; i < t->nagreements; i++)
		if (strcmp(t->held[i]->agreement.id, id) == 0)
			return t->held[i];
	return NULL;
}

static void
held_agreement_free(struct held_agreement *h)
{
	agreement_release(&h->agreement);
	arena_free(&h->arena);
	free(h);
}

static void
hold_agreement(struct trust *t, struct held_agreement *h)
{
	struct held_agreement *old = held_agreement_of(t, h->agreement.id);

	if (old == NULL) {
		t->held = xrealloc(t->held,
		    (t->nagreements + 1) * sizeof(*t->held));
		t->held[t->nagreements++] = h;
	} else {
		for (size_t i = 0; i < t->nagreements; i++)
			if (t->held[i] == old)
				t->held[i] = h;
		held_agreement_free(old);
	}
	list_agreements(t);
}

static bool
follows(const struct agreement *a, const struct held_agreement *before,
    struct err *err)
{
	if (before == NULL ? a->version == 1 :
	    a->version == before->agreement.version + 1 &&
	    hash_eq(&a->prev, &before->name))
		return true;
	return err_set(err, ERR_CONFLICT, "E-AGREEMENT-CHAIN",
	    "%s/%lld does not follow the version known here", a->id,
	    (long long)a->version);
}

static enum trust_result
accept_agreement(struct vault *v, struct slice bytes, struct hash *name,
    struct err *err)
{
	struct trust *t = v->trust;
	const struct held_agreement *before;
	struct held_agreement *h;
	struct note note;

	if (t->dir.number == 0) {
		err_set(err, ERR_UNAVAILABLE, "E-TRUST-DIRECTORY",
		    "a directory is needed first");
		return TRUST_REFUSED;
	}
	if (!note_parse(&note, bytes, err))
		return TRUST_REFUSED;
	*name = note_text_name(&note);
	h = xcalloc(1, sizeof(*h));
	h->name = *name;
	if (!agreement_verify(&h->agreement, &h->arena, bytes, &t->dir, err)) {
		arena_free(&h->arena);
		free(h);
		return TRUST_REFUSED;
	}
	before = held_agreement_of(t, h->agreement.id);
	if (before != NULL && hash_eq(&before->name, name)) {
		held_agreement_free(h);
		return TRUST_KNOWN;
	}
	if (!follows(&h->agreement, before, err) ||
	    !trust_store_put_agreement(&v->store, bytes, h->agreement.id,
	    h->agreement.version, name, err)) {
		held_agreement_free(h);
		return TRUST_REFUSED;
	}
	hold_agreement(t, h);
	return TRUST_NEW;
}

void
trust_load_agreements(struct vault *v)
{
	struct trust *t = v->trust;
	struct arena arena = ARENA_INIT;
	struct held_agreement *h;
	struct slice *notes;
	struct note note;
	struct err err;
	size_t n;

	if (!trust_store_agreements(&v->store, &arena, &notes, &n, &err))
		n = 0;
	for (size_t i = 0; i < n; i++) {
		h = xcalloc(1, sizeof(*h));
		if (note_parse(&note, notes[i], &err) &&
		    agreement_parse(&h->agreement, &h->arena, note.text, &err)) {
			h->name = note_text_name(&note);
			hold_agreement(t, h);
		} else {
			log_error("kept agreement: %s", err.text);
			arena_free(&h->arena);
			free(h);
		}
	}
	arena_free(&arena);
}

void
trust_forget(struct trust *t)
{
	forget_cards(t);
	for (size_t i = 0; i < t->nagreements; i++)
		held_agreement_free(t->held[i]);
	t->nagreements = 0;
	directory_release(&t->dir);
	arena_free(&t->dir_arena);
	t->dir = (struct directory){ .number = 0 };
	network_release(&t->network);
	t->has_network = false;
	t->forked = t->self = false;
}

enum trust_result
trust_accept(struct vault *v, struct slice bytes, char type[static 16],
    struct hash *name, struct err *err)
{
	static const struct {
		const char *type;
		enum trust_result (*accept)(struct vault *, struct slice,
		    struct hash *, struct err *);
	} kinds[] = {
		{ "network", accept_network },
		{ "directory", accept_directory },
		{ "card", accept_card },
		{ "agreement", accept_agreement },
	};
	struct slice got = text_type(bytes);

	if (v->trust->forked) {
		err_set(err, ERR_CONFLICT, "E-DIRECTORY-FORK",
		    "two directories claim one number: trust is frozen here");
		type[0] = '\0';
		memset(name, 0, sizeof(*name));
		return TRUST_REFUSED;
	}
	memset(name, 0, sizeof(*name));
	(void)snprintf(type, 16, "%.*s", (int)(got.n < 15 ? got.n : 15),
	    got.n == 0 ? "" : (const char *)got.p);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (slice_eq(got, slice_str(kinds[i].type)))
			return kinds[i].accept(v, bytes, name, err);
	err_set(err, ERR_INVALID, "E-TEXT-TYPE", "no note of trust: \"%s\"", type);
	return TRUST_REFUSED;
}
