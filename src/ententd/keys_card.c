#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/log.h"
#include "ententd/keys.h"
#include "model/field.h"
#include "proc/ring_key.h"

/*
 * The member's own card says which keys of the ring are used: the vault brings
 * it, and can thereby choose among keys that are here, no more.  What no card
 * lists any longer is destroyed, by this process's own clock.
 */
#define SWEEP_EVERY	HOUR
/* The longest deliver_by: what was sealed under the old card has come by then. */
#define RETIRED_KEPT	(30 * DAY)

static bool
listed_seal(const struct card *c, const char *recipient)
{
	for (size_t i = 0; i < c->nseals; i++)
		if (strcmp(c->seals[i].recipient, recipient) == 0)
			return true;
	return false;
}

static const struct card_key *
listed_key(const struct card *c, const struct note_vkey *v)
{
	for (size_t i = 0; i < c->nkeys; i++)
		if (note_vkey_eq(&c->keys[i].vkey, v))
			return &c->keys[i];
	return NULL;
}

static bool
listed_pin(const struct card *c, const char *pin)
{
	char hex[65];

	for (size_t i = 0; i < c->ntls; i++) {
		hex_encode(hex, slice_of(c->tls[i], 32));
		if (strcmp(hex, pin) == 0)
			return true;
	}
	return false;
}

static bool
is_listed(const struct card *c, const struct keyring_entry *e)
{
	char public[RING_PUBLIC];
	struct note_vkey v;
	struct err err;

	if (!ring_key_public(public, e, &err))
		return true;		/* what does not read is not ours to judge */
	if (e->use == KEYRING_SEAL)
		return listed_seal(c, public);
	if (e->use == KEYRING_TLS_LINK)
		return listed_pin(c, public);
	return note_vkey_parse(&v, slice_str(public), &err) &&
	    listed_key(c, &v) != NULL;
}

/* -- message keys ------------------------------------------------------------- */

static void
forget_signers(struct keys *k)
{
	for (size_t i = 0; i < k->nsigners; i++)
		secret_free(k->signers[i].seed);
	k->nsigners = 0;
}

/* A ring with one message key uses it, listed yet or not. */
static void
take_signers(struct keys *k)
{
	const struct keyring_entry *e;
	const struct card_key *listed;
	bool alone = keyring_each(k->ring, KEYRING_SIGN, 1) == NULL;

	forget_signers(k);
	for (size_t i = 0; k->nsigners < CARD_KEYS &&
	    (e = keyring_each(k->ring, KEYRING_SIGN, i)) != NULL; i++) {
		struct keys_signer *s = &k->signers[k->nsigners];

		s->seed = secret_copy(slice_of(e->value->p, 32));
		note_signer_ed25519(&s->signer, k->key_name, s->seed);
		listed = k->has_card ? listed_key(&k->card, &s->signer.vkey) :
		    NULL;
		if ((listed == NULL && !alone) ||
		    (listed != NULL && listed->revoked != 0)) {
			secret_free(s->seed);
			continue;
		}
		s->from = listed == NULL || alone ? 0 : listed->from;
		s->until = listed == NULL || alone ? 0 : listed->until;
		k->nsigners++;
	}
}

static const struct note_signer *
newest_at(const struct keys *k, msec t)
{
	const struct keys_signer *best = NULL;

	for (size_t i = 0; i < k->nsigners; i++) {
		const struct keys_signer *s = &k->signers[i];

		if (period_has(s->from, s->until, t) &&
		    (best == NULL || s->from > best->from))
			best = s;
	}
	return best == NULL ? NULL : &best->signer;
}

const struct note_signer *
keys_signer_at(const struct keys *k, msec t, struct err *err)
{
	const struct note_signer *s = newest_at(k, t);

	if (s == NULL)
		err_set(err, ERR_UNAVAILABLE, k->has_card ? "E-KEYS-REFUSED" :
		    "E-NODE-BUSY", k->has_card ?
		    "no message key of this node was valid then" :
		    "this node is starting");
	return s;
}

/* -- the TLS key ---------------------------------------------------------------- */

/* Which pin is used while the card lists several is the vault's to say, for it
 * hears who knows the card. */
const struct keyring_entry *
keys_tls_entry(const struct keys *k)
{
	const struct keyring_entry *e, *found = NULL;
	char public[RING_PUBLIC], use[65];
	struct err err;

	if (keyring_each(k->ring, KEYRING_TLS_LINK, 1) == NULL)
		return keyring_each(k->ring, KEYRING_TLS_LINK, 0);
	if (!k->has_card)
		return NULL;		/* until it is known which */
	hex_encode(use, slice_of(k->tls_use, 32));
	for (size_t i = 0; (e = keyring_each(k->ring, KEYRING_TLS_LINK, i)) !=
	    NULL; i++) {
		if (!ring_key_public(public, e, &err))
			continue;
		if (strcmp(public, use) == 0)
			return e;
		if (found == NULL && listed_pin(&k->card, public))
			found = e;
	}
	return found != NULL ? found : keyring_each(k->ring, KEYRING_TLS_LINK, 0);
}

static void
tell_tls_changed(struct keys *k)
{
	const struct keyring_entry *e = keys_tls_entry(k);

	if (e == NULL || strcmp(e->label, k->tls_told) == 0)
		return;
	keys_tell_tls(k, CHILD_LINK);
	keys_tell_tls(k, CHILD_COURIER);
}

/* -- what is over ------------------------------------------------------------------ */

/* There is a younger key of this use on the card: then an older one that is
 * not there was replaced, and is not one that waits for its card. */
static bool
is_replaced(const struct keys *k, const struct keyring_entry *e)
{
	const struct keyring_entry *other;

	if (is_listed(&k->card, e))
		return false;
	for (size_t i = 0; (other = keyring_each(k->ring, e->use, i)) != NULL;
	    i++)
		if (other->made > e->made && is_listed(&k->card, other))
			return true;
	return false;
}

static bool
is_over(const struct keys *k, const struct keyring_entry *e, msec now)
{
	const struct card_key *listed;
	char public[RING_PUBLIC];
	struct note_vkey v;
	struct err err;

	switch (e->use) {
	case KEYRING_RETIRED:
		return e->made + RETIRED_KEPT < now;
	case KEYRING_TLS_LINK:
		return is_replaced(k, e);
	case KEYRING_SIGN:
		if (!ring_key_public(public, e, &err) ||
		    !note_vkey_parse(&v, slice_str(public), &err))
			return false;
		listed = listed_key(&k->card, &v);
		return listed != NULL && listed->until != 0 &&
		    listed->until < now && newest_at(k, now) != NULL;
	default:
		return false;
	}
}

/* Its years of mail still open with it; its end is counted from now. */
static bool
retire(struct keys *k, const struct keyring_entry *e, msec now)
{
	struct secret *value = secret_copy(secret_slice(e->value));
	char label[KEYRING_LABEL];
	struct err err;

	memcpy(label, e->label, sizeof(label));
	if (!keyring_put(k->ring, KEYRING_RETIRED, label, now, &value, &err)) {
		log_error("keyring: %s", err.text);
		return false;
	}
	return keyring_remove(k->ring, KEYRING_SEAL, label);
}

static bool
retire_all(struct keys *k, msec now)
{
	const struct keyring_entry *e;
	bool changed = false;

	for (size_t i = 0; (e = keyring_each(k->ring, KEYRING_SEAL, i)) != NULL;)
		if (is_replaced(k, e) && retire(k, e, now))
			changed = true;
		else
			i++;
	return changed;
}

/* The end of one key, written down where the vault cannot reach it too. */
static void
destroy(struct keys *k, const struct keyring_entry *e, struct buf *told)
{
	char public[RING_PUBLIC], label[KEYRING_LABEL];
	enum keyring_use use = e->use;
	struct err err;

	memcpy(label, e->label, sizeof(label));
	if (!ring_key_public(public, e, &err))
		return;
	buf_u8(told, (uint8_t)use);
	buf_var_str(told, public);
	keys_tell_parent(k, "destroyed", slice_str(public));
	(void)keyring_remove(k->ring, use, label);
}

static bool
destroy_all(struct keys *k, msec now, struct buf *told)
{
	static const enum keyring_use uses[] = { KEYRING_RETIRED,
	    KEYRING_TLS_LINK, KEYRING_SIGN };
	const struct keyring_entry *e;
	size_t before = told->n;

	for (size_t u = 0; u < sizeof(uses) / sizeof(uses[0]); u++)
		for (size_t i = 0; (e = keyring_each(k->ring, uses[u], i)) !=
		    NULL;) {
			size_t n = told->n;

			if (is_over(k, e, now))
				destroy(k, e, told);
			i += told->n == n;
		}
	return told->n != before;
}

static void
swept(struct keys *k, void *arg, bool ok)
{
	struct buf *told = arg;

	/* Not written: the next sweep after a restart does it again. */
	if (ok && told->n != 0 && k->child.to[CHILD_VAULT] != NULL)
		ipc_send(k->child.to[CHILD_VAULT], KEYS_DESTROYED, 0,
		    buf_all(told), -1);
	buf_free(told);
	free(told);
}

void
keys_sweep_ring(struct keys *k, msec now)
{
	struct buf *told;
	bool changed;

	if (k->ring == NULL || !k->has_card)
		return;
	told = xcalloc(1, sizeof(*told));
	changed = retire_all(k, now);
	changed = destroy_all(k, now, told) || changed;
	if (changed) {
		take_signers(k);
		keys_save_ring(k, swept, told);
	} else {
		free(told);
	}
}

static void
sweep_again(void *arg)
{
	struct keys *k = arg;

	keys_sweep_ring(k, clock_now());
	(void)loop_after(k->child.loop, SWEEP_EVERY, sweep_again, k);
}

/* -- the card --------------------------------------------------------------------------- */

void
keys_card_none(struct keys *k)
{
	take_signers(k);
}

static bool
is_ours(const struct keys *k, const struct card *c)
{
	return hash_eq(&c->net, &k->net) &&
	    member_id_eq(&c->member, &k->member);
}

void
keys_card_came(struct keys *k, struct slice body)
{
	struct cursor r = cursor_of(body);
	struct slice text = cursor_var(&r, NOTE_MAX);
	struct arena arena = ARENA_INIT;
	struct card card;
	uint8_t use[32];
	bool first = !k->has_card;
	struct err err = { 0 };

	cursor_copy(&r, use, sizeof(use));
	if (k->ring == NULL || !cursor_done(&r) ||
	    !card_parse(&card, &arena, text, &err) || !is_ours(k, &card)) {
		log_warn("the vault brought no card of ours: %s", err.text);
		arena_free(&arena);
		return;
	}
	if (k->has_card)
		card_release(&k->card);
	arena_free(&k->card_arena);
	k->card = card;
	k->card_arena = arena;
	k->has_card = true;
	memcpy(k->tls_use, use, sizeof(use));
	take_signers(k);
	tell_tls_changed(k);
	if (first)
		sweep_again(k);
	else
		keys_sweep_ring(k, clock_now());
}

/* -- new ones ------------------------------------------------------------------------------ */

static const enum keyring_use rotating[] = { KEYRING_SEAL, KEYRING_SIGN,
    KEYRING_TLS_LINK };
enum { ROTATING = sizeof(rotating) / sizeof(rotating[0]) };

static void
answer_list(struct keys *k, const struct question *q, const struct err *err)
{
	static const enum keyring_use told[] = { KEYRING_SEAL, KEYRING_SIGN,
	    KEYRING_TLS_LINK, KEYRING_RETIRED };
	const struct keyring_entry *e;
	struct buf b = BUF_INIT, items = BUF_INIT;
	char public[RING_PUBLIC];
	struct err ignored;
	uint16_t n = 0;

	result_encode(&b, err);
	for (size_t u = 0; err == NULL && u < sizeof(told) / sizeof(told[0]); u++)
		for (size_t i = 0; (e = keyring_each(k->ring, told[u], i)) !=
		    NULL; i++) {
			if (!ring_key_public(public, e, &ignored))
				continue;
			buf_u8(&items, (uint8_t)e->use);
			buf_u64(&items, (uint64_t)e->made);
			buf_var_str(&items, public);
			n++;
		}
	buf_u16(&b, n);
	buf_slice(&b, buf_all(&items));
	keys_answer(k, q, KEYS_KEYS, buf_all(&b));
	buf_free(&items);
	buf_free(&b);
}

/* One that waits for its card is used before another is made. */
static bool
is_pending(const struct keys *k, enum keyring_use use)
{
	const struct keyring_entry *e;

	for (size_t i = 0; (e = keyring_each(k->ring, use, i)) != NULL; i++)
		if (!is_listed(&k->card, e) && !is_replaced(k, e))
			return true;
	return false;
}

static bool
make_keys(struct keys *k, uint8_t wanted, bool *made, struct err *err)
{
	*made = false;
	for (size_t i = 0; i < ROTATING; i++) {
		if ((wanted & 1U << i) == 0 || is_pending(k, rotating[i]))
			continue;
		if (!ring_key_make(k->ring, rotating[i], clock_now(), err))
			return false;
		*made = true;
	}
	return true;
}

static void
made_saved(struct keys *k, void *arg, bool ok)
{
	struct question *q = arg;
	struct err err;

	(void)err_set(&err, ERR_IO, "E-KEYRING-SAVE",
	    "the keyring could not be written");
	answer_list(k, q, ok ? NULL : &err);
	free(q);
}

void
keys_list(struct keys *k, struct ipc_message *m)
{
	struct question q = keys_question(k, m), *kept;
	struct cursor c = cursor_of(m->body);
	uint8_t wanted = cursor_u8(&c);
	bool made = false;
	struct err err;

	if (!cursor_done(&c) || wanted >= 1U << ROTATING) {
		(void)err_set(&err, ERR_INVALID, "E-KEYS-REFUSED",
		    "malformed request");
	} else if (k->ring == NULL || !k->has_card) {
		(void)err_set(&err, ERR_UNAVAILABLE, "E-NODE-LOCKED",
		    "this node is locked, or has no card yet");
	} else if (make_keys(k, wanted, &made, &err)) {
		if (!made) {
			answer_list(k, &q, NULL);
			return;
		}
		kept = xmalloc(sizeof(*kept));
		*kept = q;
		keys_save_ring(k, made_saved, kept);
		return;
	}
	answer_list(k, &q, &err);
}
