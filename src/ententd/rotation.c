#include "ententd/rotation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/log.h"
#include "crypto/keyring.h"
#include "ententd/trust.h"

static const char tls_fact[] = "tls.in-use";
#define ANNOUNCE_FIRST	(300)
#define ANNOUNCE_MOST	MINUTE
#define ANNOUNCE_ENDS	(30 * DAY)
/* Messages that an old key signed are verified by its time on the card; a card
 * may be signed some days after it was drafted. */
#define SIGN_OVERLAP	(7 * DAY)
/* Members' clocks differ by as much and still agree. */
#define CLOCKS_DIFFER	(10 * MINUTE)

struct rotation {
	struct hash		 card;		/* the newest of ours that was seen */
	bool			 told;		/* to keys */
	uint8_t			 in_use[32];
	struct member_id	 knows[DIRECTORY_MEMBERS];
	size_t			 nknows;
	struct loop_timer	*timer;
	msec			 delay;
	enum trust_ask		 how;
};

struct rotation *
rotation_new(void)
{
	return xcalloc(1, sizeof(struct rotation));
}

/* -- the TLS key in use -------------------------------------------------------- */

static bool
lists_pin(const struct card *c, const uint8_t pin[static 32])
{
	for (size_t i = 0; i < c->ntls; i++)
		if (memcmp(c->tls[i], pin, 32) == 0)
			return true;
	return false;
}

/* As the store has it; a card that does not list it ends it. */
const uint8_t *
rotation_tls_in_use(struct vault *v, const struct card *c)
{
	struct rotation *r = v->rotation;
	struct arena arena = ARENA_INIT;
	const char *hex = "";
	struct err err;

	if (c->ntls == 0)
		return NULL;
	if (!store_fact(&v->store, &arena, tls_fact, &hex, &err) ||
	    !hex_decode(r->in_use, 32, slice_str(hex)) ||
	    !lists_pin(c, r->in_use))
		memcpy(r->in_use, c->tls[0], 32);
	arena_free(&arena);
	return r->in_use;
}

void
rotation_tell_keys(struct vault *v)
{
	const struct card *c = trust_card_of(v->trust, &v->member, NULL);
	static const uint8_t none[32];
	const uint8_t *use;
	struct buf b = BUF_INIT, text = BUF_INIT;

	if (c == NULL || v->child.to[CHILD_KEYS] == NULL)
		return;
	use = rotation_tls_in_use(v, c);
	card_print(&text, c);
	buf_var(&b, buf_all(&text));
	buf_put(&b, use == NULL ? none : use, 32);
	ipc_send(v->child.to[CHILD_KEYS], VAULT_CARD, 0, buf_all(&b), -1);
	buf_free(&text);
	buf_free(&b);
}

/* -- who knows the card ------------------------------------------------------------ */

/* The newest of the pins; the same as in use: nothing is being changed. */
static const uint8_t *
next_pin(struct vault *v, const struct card *c)
{
	const uint8_t *use = rotation_tls_in_use(v, c), *last;

	if (use == NULL)
		return NULL;
	last = c->tls[c->ntls - 1];
	return memcmp(use, last, 32) == 0 ? NULL : last;
}

static bool
knows(const struct rotation *r, const struct member_id *m)
{
	for (size_t i = 0; i < r->nknows; i++)
		if (member_id_eq(&r->knows[i], m))
			return true;
	return false;
}

/* A member that has no card here cannot call and cannot be called. */
static const struct card *
waits_for(struct vault *v, size_t *i)
{
	const struct card *c;

	while ((c = trust_card_at(v->trust, (*i)++)) != NULL)
		if (!member_id_eq(&c->member, &v->member) &&
		    trust_is_active(v->trust, &c->member) &&
		    !knows(v->rotation, &c->member))
			return c;
	return NULL;
}

const struct member_id *
rotation_waits_for(struct vault *v, size_t n)
{
	const struct card *own = trust_card_of(v->trust, &v->member, NULL), *c;
	size_t i = 0;

	if (own == NULL || next_pin(v, own) == NULL)
		return NULL;
	do
		c = waits_for(v, &i);
	while (c != NULL && n-- != 0);
	return c == NULL ? NULL : &c->member;
}

static void
told_keys(void *arg)
{
	rotation_tell_keys(arg);
}

static void
not_told(void *arg, const struct err *err)
{
	(void)arg;
	log_error("TLS key: %s: %s", err->rule, err->text);
}

/* On disk first: after a fall the node comes back under the same key. */
static void
change_over(struct vault *v, const uint8_t pin[static 32])
{
	struct err err;
	char hex[65];
	bool ok;

	hex_encode(hex, slice_of(pin, 32));
	if (!vault_unit_begin(v, &err))
		return;
	ok = store_set_fact(&v->store, tls_fact, hex, &err) &&
	    vault_audit(v, "node", "key.use", NULL, "", hex, &err);
	if (!vault_unit_end(v, ok, &err)) {
		log_error("TLS key: %s: %s", err.rule, err.text);
		return;
	}
	log_info("the next TLS key is in use");
	vault_after_commit(v, told_keys, not_told, v);
}

static void
announce(void *arg)
{
	struct vault *v = arg;
	struct rotation *r = v->rotation;
	const struct card *own = trust_card_of(v->trust, &v->member, NULL), *c;
	const uint8_t *next = own == NULL ? NULL : next_pin(v, own);
	size_t i = 0;

	r->timer = NULL;
	if (next == NULL) {
		/* Asked, they hear that there is a newer card, and fetch it. */
		while ((c = waits_for(v, &i)) != NULL)
			trust_ask(v, c, TRUST_ASK);
		return;
	}
	if (rotation_waits_for(v, 0) == NULL ||
	    own->issued + ANNOUNCE_ENDS < clock_now()) {
		change_over(v, next);
		return;
	}
	while ((c = waits_for(v, &i)) != NULL)
		trust_ask(v, c, r->how);
	/* When it has fetched the card it can be probed. */
	r->how = r->how == TRUST_ASK ? TRUST_PROBE : TRUST_ASK;
	r->delay = r->delay * 3 / 2 < ANNOUNCE_MOST ? r->delay * 3 / 2 :
	    ANNOUNCE_MOST;
	r->timer = loop_after(v->child.loop, r->delay, announce, v);
}

void
rotation_heard(struct vault *v, const struct member_id *m,
    const struct hash *card)
{
	struct rotation *r = v->rotation;

	if (r->nknows == DIRECTORY_MEMBERS || !hash_eq(card, &r->card) ||
	    knows(r, m))
		return;
	r->knows[r->nknows++] = *m;
	if (r->timer != NULL && rotation_waits_for(v, 0) == NULL) {
		loop_cancel(r->timer);
		r->timer = loop_after(v->child.loop, 0, announce, v);
	}
}

void
rotation_see_card(struct vault *v)
{
	struct rotation *r = v->rotation;
	const struct hash *name;
	const struct card *c = trust_card_of(v->trust, &v->member, &name);

	if (c == NULL || (r->told && hash_eq(name, &r->card)))
		return;
	r->told = true;
	r->card = *name;
	r->nknows = 0;
	r->how = TRUST_ASK;
	r->delay = ANNOUNCE_FIRST;
	rotation_tell_keys(v);
	loop_cancel(r->timer);
	r->timer = loop_after(v->child.loop, ANNOUNCE_FIRST, announce, v);
	if (rotation_seal_due(c, clock_now()))
		log_warn("the sealing key ends soon: entente card rotate --seal");
}

/* -- what is over ------------------------------------------------------------------- */

void
rotation_destroyed(struct vault *v, struct slice body)
{
	struct cursor c = cursor_of(body);
	char public[NOTE_VKEY];
	struct err err;
	bool ok = true;

	if (!vault_unit_begin(v, &err))
		return;
	while (ok && c.rest.n != 0) {
		(void)cursor_u8(&c);
		cursor_str(&c, public, sizeof(public));
		ok = !c.bad && vault_audit(v, "node", "key.destroy", NULL, "",
		    public, &err);
	}
	if (!vault_unit_end(v, ok, &err))
		log_error("a key was destroyed, and the log is not written");
}

/* -- what is due ---------------------------------------------------------------------- */

bool
rotation_seal_due(const struct card *c, msec now)
{
	for (size_t i = 0; i < c->nseals; i++)
		if (c->seals[i].until > now + ROTATION_SEAL_NOTICE)
			return false;
	return true;
}

bool
rotation_sign_due(const struct card *c, msec now)
{
	for (size_t i = 0; i < c->nkeys; i++)
		if (c->keys[i].until == 0 &&
		    c->keys[i].from + ROTATION_SIGN_LASTS > now)
			return false;
	return true;
}

/* -- the next card ----------------------------------------------------------------------- */

static bool
lists_seal(const struct card *c, const char *recipient)
{
	for (size_t i = 0; i < c->nseals; i++)
		if (strcmp(c->seals[i].recipient, recipient) == 0)
			return true;
	return false;
}

/* Of the node's own ring; a hardware module's recipients are of other types. */
static bool
is_of_ring(const struct card_seal *s)
{
	struct age_recipient r;
	struct err err;

	return age_recipient_parse(&r, slice_str(s->recipient), &err) &&
	    strncmp(s->recipient, "age1tag1", 8) != 0;
}

/* The new one instead of the ring's old: who has an older card seals to that,
 * and it opens for 30 days more. */
static void
compose_seals(struct arena *a, struct card *next, const struct rotation_key *k,
    size_t n)
{
	struct card_seal *seals = arena_alloc(a,
	    (next->nseals + 1) * sizeof(*seals));
	const char *newest = NULL;
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (k[i].use == KEYRING_SEAL && !lists_seal(next, k[i].public))
			newest = k[i].public;
	if (newest == NULL)
		return;
	seals[count] = (struct card_seal){
	    .from = next->issued - CLOCKS_DIFFER,
	    .until = next->issued + ROTATION_SEAL_LASTS };
	(void)snprintf(seals[count++].recipient, AGE_KEY_TEXT, "%s", newest);
	for (size_t i = 0; i < next->nseals && count < CARD_KEYS; i++)
		if (!is_of_ring(&next->seals[i]))
			seals[count++] = next->seals[i];
	next->seals = seals;
	next->nseals = count;
}

static bool
lists_key(const struct card_key *keys, size_t n, const struct note_vkey *v)
{
	for (size_t i = 0; i < n; i++)
		if (note_vkey_eq(&keys[i].vkey, v))
			return true;
	return false;
}

/* The one that ended first leaves when there is no room: older cards have it. */
static void
make_room(struct card_key *keys, size_t *n)
{
	size_t first = 0;

	if (*n < CARD_KEYS)
		return;
	for (size_t i = 1; i < *n; i++)
		if (keys[i].until != 0 && (keys[first].until == 0 ||
		    keys[i].until < keys[first].until))
			first = i;
	memmove(keys + first, keys + first + 1,
	    (*n - first - 1) * sizeof(*keys));
	(*n)--;
}

static void
compose_keys(struct arena *a, struct card *next, const struct rotation_key *k,
    size_t n)
{
	struct card_key *keys = arena_alloc(a,
	    (CARD_KEYS + 1) * sizeof(*keys));
	size_t count = next->nkeys;
	struct note_vkey vkey;
	struct err err;

	memcpy(keys, next->keys, count * sizeof(*keys));
	for (size_t i = 0; i < n; i++) {
		if (k[i].use != KEYRING_SIGN || !note_vkey_parse(&vkey,
		    slice_str(k[i].public), &err) ||
		    lists_key(keys, count, &vkey))
			continue;
		make_room(keys, &count);
		for (size_t o = 0; o < count; o++)
			if (keys[o].until == 0 &&
			    keys[o].vkey.alg == NOTE_ED25519)
				keys[o].until = next->issued + SIGN_OVERLAP;
		keys[count++] = (struct card_key){ .vkey = vkey,
		    .from = next->issued };
	}
	next->keys = keys;
	next->nkeys = count;
}

/* The one in use, then those that follow it: what came before it leaves. */
static void
compose_tls(struct vault *v, struct arena *a, struct card *next,
    const struct rotation_key *k, size_t n)
{
	const uint8_t *use = rotation_tls_in_use(v, next);
	uint8_t (*tls)[32] = arena_alloc(a, CARD_TLS * sizeof(*tls)), pin[32];
	size_t count = 0, at = 0;

	if (use == NULL)
		return;
	while (memcmp(next->tls[at], use, 32) != 0)
		at++;
	while (at < next->ntls)
		memcpy(tls[count++], next->tls[at++], 32);
	for (size_t i = 0; i < n && count < CARD_TLS; i++)
		if (k[i].use == KEYRING_TLS_LINK &&
		    hex_decode(pin, 32, slice_str(k[i].public)) &&
		    !lists_pin(next, pin))
			memcpy(tls[count++], pin, 32);
	next->tls = tls;
	next->ntls = count;
}

/* All of this node's but the one that came with this card. */
static void
revoke_keys(struct card *next, msec since)
{
	for (size_t i = 0; i < next->nkeys; i++) {
		struct card_key *k = &next->keys[i];

		if (k->from >= next->issued || k->revoked != 0 ||
		    k->vkey.alg != NOTE_ED25519)
			continue;
		k->revoked = since < next->issued ? since : next->issued;
	}
}

void
rotation_compose(struct vault *v, struct arena *a, struct card *next,
    const struct rotation_key *keys, size_t n, const struct rotation_loss *lost)
{
	compose_seals(a, next, keys, n);
	compose_keys(a, next, keys, n);
	if (lost->sign)
		revoke_keys(next, lost->since);
	compose_tls(v, a, next, keys, n);
}
