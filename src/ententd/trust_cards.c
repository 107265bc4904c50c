#include "ententd/trust_state.h"

#include <stdlib.h>

#include "base/log.h"
#include "model/signers.h"
#include "store/trust_store.h"

static void
held_card_free(struct held_card *h)
{
	if (h == NULL)
		return;
	card_release(&h->card);
	arena_free(&h->arena);
	free(h);
}

void
trust_forget_cards(struct trust *t)
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

const struct held_card *
trust_held_card(const struct trust *t, const struct member_id *m)
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
	before = trust_held_card(t, &signers.member[0]->id);
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

enum trust_result
trust_accept_card(struct vault *v, struct slice bytes,
    const struct note *note, const struct hash *name, struct err *err)
{
	struct trust *t = v->trust;
	struct held_card *h;

	if (trust_store_has_card(&v->store, name))
		return TRUST_KNOWN;
	h = verify_card(v, bytes, note, name, err);
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

/* Verified anew: a key revoked since then no longer speaks.  Who was removed
 * has no say any more, but is known when it knocks. */
static bool
hold_again(struct held_card *h, struct slice bytes,
    const struct directory *dir, const struct directory_member *m,
    struct err *err)
{
	struct note note;

	if (m->status != MEMBER_REMOVED)
		return card_verify(&h->card, &h->arena, bytes, dir, NULL, NULL,
		    err);
	return note_parse(&note, bytes, err) &&
	    card_parse(&h->card, &h->arena, note.text, err);
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
		if (hold_again(h, bytes, &t->dir, m, &err)) {
			hold_card(t, h);
			continue;
		}
		log_warn("kept card of %s: %s %s", m->id.s, err.rule, err.text);
		arena_free(&h->arena);
		free(h);
	}
	arena_free(&arena);
}
