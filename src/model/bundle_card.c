#include <stdlib.h>

#include "model/bundle_check.h"
#include "model/bundle_path.h"
#include "model/field.h"

/* -- cards under directories ------------------------------------------------ */

/* The newest directory issued by t; the first when none was. */
static size_t
in_force(const struct check *c, msec t)
{
	size_t i = c->ndirs;

	while (i > 1 && c->dirs[i - 1].issued > t)
		i--;
	return i - 1;
}

/*
 * A card counts under the directory in force when it was issued, or under a
 * later one: a member writes its first card before the directory lists it.
 * Never under an earlier one, that knows less of what was revoked.
 */
static bool
card_holds(struct check *c, struct bundle_card *b, struct err *err)
{
	struct err later;
	struct card first;
	size_t i;

	for (i = 0; i < c->ndirs; i++)
		if (card_verify(&first, c->arena, b->bytes, &c->dirs[i], NULL,
		    NULL, err))
			break;
	if (i == c->ndirs)
		return false;
	i = in_force(c, first.issued);
	card_release(&first);
	for (size_t k = i; k < c->ndirs; k++)
		if (card_verify(&b->card, c->arena, b->bytes, &c->dirs[k],
		    NULL, NULL, k == i ? err : &later)) {
			b->dir = &c->dirs[k];
			return true;
		}
	return false;
}

/* When the newest directory revoked the key that signed the card. */
static msec
signer_revoked(const struct check *c, const struct card *card)
{
	const struct directory *newest = &c->dirs[c->ndirs - 1];
	const struct directory_member *m = directory_find(newest,
	    &card->member);

	for (size_t i = 0; m != NULL && i < m->nkeys; i++)
		if (note_vkey_eq(&m->keys[i].vkey, &card->signer))
			return m->keys[i].revoked;
	return 0;
}

static bool
card_take(struct check *c, struct bundle_card *b, const struct bundle_part *p)
{
	char path[TAR_NAME];
	struct note note;
	struct err err;

	*b = (struct bundle_card){ .bytes = p->bytes, .path = p->path };
	if (c->ndirs == 0) {
		check_bad(c, GROUP_CARDS, p->path, "E-BUNDLE-CHAIN",
		    "no directory to judge it by");
		return false;
	}
	if (!card_holds(c, b, &err)) {
		check_failed(c, GROUP_CARDS, p->path, &err);
		return false;
	}
	(void)note_parse(&note, p->bytes, &err);
	b->name = note_text_name(&note);
	bundle_path_card(path, &b->card.member, b->card.seq, &b->name);
	b->revoked = signer_revoked(c, &b->card);
	if (b->revoked != 0 && b->revoked <= b->card.issued)
		check_bad(c, GROUP_CARDS, p->path, "E-BUNDLE-REVOKED",
		    "the key that signed it had been revoked");
	else if (check_path(c, GROUP_CARDS, p->path, path))
		return true;
	card_release(&b->card);
	return false;
}

static int
by_member_and_time(const void *x, const void *y)
{
	const struct bundle_card *a = x, *b = y;
	int order = strcmp(a->card.member.s, b->card.member.s);

	if (order != 0)
		return order;
	if (a->card.issued != b->card.issued)
		return a->card.issued < b->card.issued ? -1 : 1;
	return a->card.seq < b->card.seq ? -1 : a->card.seq > b->card.seq;
}

/* Two cards that stand next to each other, as far as the numbers say that
 * they must be linked.  Cards between may have been left out. */
static bool
card_follows(struct check *c, const struct bundle_card *prev,
    const struct bundle_card *b)
{
	bool same = note_vkey_eq(&prev->card.signer, &b->card.signer);
	struct card again;
	struct err err;

	if (!member_id_eq(&prev->card.member, &b->card.member))
		return true;
	if (same && b->card.seq <= prev->card.seq) {
		check_bad(c, GROUP_CARDS, b->path, "E-BUNDLE-FORK",
		    "%s was issued before it, with number %lld", prev->path,
		    (long long)prev->card.seq);
		return false;
	}
	if (b->card.seq != prev->card.seq + 1)
		return true;
	if (!card_verify(&again, c->arena, b->bytes, b->dir, &prev->card,
	    &prev->name, &err)) {
		check_failed(c, GROUP_CARDS, b->path, &err);
		return false;
	}
	card_release(&again);
	return true;
}

/* -- the keys they give ----------------------------------------------------- */

struct listing {
	struct badge		 badge;
	const struct note_vkey	*vkey;
	msec			 from, until;
	msec			 revoked;	/* by this card; 0: no */
};

static size_t
listings(const struct card *card)
{
	return card->nkeys + card->nofficers;
}

static struct listing
listing_at(const struct card *card, size_t i)
{
	const struct card_officer *o;

	if (i < card->nkeys)
		return (struct listing){ .vkey = &card->keys[i].vkey,
		    .from = card->keys[i].from, .until = card->keys[i].until,
		    .revoked = card->keys[i].revoked };
	o = &card->officers[i - card->nkeys];
	return (struct listing){ o->badge, &o->vkey, o->from, o->until, 0 };
}

/*
 * A later card says more: what it leaves out ended when it was issued, and
 * where it shortens a period, that is the period.  One good card above a key
 * is enough for it.
 */
static void
key_add(struct check *c, const struct bundle_card *b, const struct listing *l,
    msec next)
{
	const struct member_id *m = &b->card.member;
	struct bundle_key *k;
	size_t i;

	for (i = 0; i < c->nkeys; i++)
		if (member_id_eq(c->keys[i].member, m) &&
		    note_vkey_eq(&c->vkeys[i], l->vkey))
			break;
	k = &c->keys[i];
	if (i == c->nkeys) {
		c->vkeys[c->nkeys++] = *l->vkey;
		k->revoked = b->revoked;
	} else if (k->revoked != 0)
		k->revoked = b->revoked;
	k->member = m;
	k->badge = l->badge;
	k->from = l->from;
	k->until = l->until;
	if (next != 0 && (k->until == 0 || next < k->until))
		k->until = next;
	if (l->revoked != 0 && (k->stolen == 0 || l->revoked < k->stolen))
		k->stolen = l->revoked;
}

/* What its own member revoked stays so, however good the card above it. */
static void
mark_stolen(struct check *c)
{
	for (size_t i = 0; i < c->nkeys; i++)
		if (c->keys[i].stolen != 0 && (c->keys[i].revoked == 0 ||
		    c->keys[i].stolen < c->keys[i].revoked))
			c->keys[i].revoked = c->keys[i].stolen;
}

static void
take_keys(struct check *c)
{
	size_t most = 0;

	for (size_t i = 0; i < c->ncards; i++)
		most += listings(&c->cards[i].card);
	c->keys = arena_alloc(c->arena, most * sizeof(*c->keys));
	c->vkeys = arena_alloc(c->arena, most * sizeof(*c->vkeys));
	for (size_t i = 0; i < c->ncards; i++) {
		const struct bundle_card *b = &c->cards[i];
		msec next = 0;

		if (i + 1 < c->ncards && member_id_eq(&b->card.member,
		    &c->cards[i + 1].card.member))
			next = c->cards[i + 1].card.issued;
		for (size_t k = 0; k < listings(&b->card); k++) {
			struct listing l = listing_at(&b->card, k);

			key_add(c, b, &l, next);
		}
	}
	mark_stolen(c);
}

void
check_cards(struct check *c)
{
	struct bundle_part *p;

	c->cards = arena_alloc(c->arena, c->nparts * sizeof(*c->cards));
	for (size_t i = 0; (p = check_next(c, &i, "cards/", ".note")) != NULL; )
		if (card_take(c, &c->cards[c->ncards], p))
			c->ncards++;
	if (c->ncards != 0)
		qsort(c->cards, c->ncards, sizeof(*c->cards),
		    by_member_and_time);
	for (size_t i = 0; i < c->ncards; i++)
		if (i == 0 || card_follows(c, &c->cards[i - 1], &c->cards[i]))
			check_ok(c, GROUP_CARDS, c->cards[i].path,
			    "signed under directory %lld%s",
			    (long long)c->cards[i].dir->number,
			    c->cards[i].revoked == 0 ? "" :
			    ", by a key that was revoked later");
	take_keys(c);
}

void
check_cards_release(struct check *c)
{
	for (size_t i = 0; i < c->ncards; i++)
		card_release(&c->cards[i].card);
}

const struct bundle_key *
check_signer(const struct check *c, const bool *by,
    const struct member_id *member, msec t)
{
	for (size_t i = 0; i < c->nkeys; i++) {
		const struct bundle_key *k = &c->keys[i];

		if (by[i] && k->badge.s[0] == '\0' &&
		    member_id_eq(k->member, member) &&
		    period_has(k->from, k->until, t))
			return k;
	}
	return NULL;
}
