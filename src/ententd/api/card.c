#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "crypto/keyring.h"
#include "ententd/rotation.h"
#include "ententd/routes.h"
#include "ententd/trust.h"
#include "model/url.h"

/*
 * The node's own keys and its next card, to be signed with the directory key
 * that this node never holds.
 */
enum { LIST = 64 };		/* keys of a ring that are looked at */

struct keys_call {
	struct rotation_key	keys[LIST];
	size_t			n;
};

/* False: the call is answered. */
static bool
read_keys(struct call *c, struct ipc_message *m, struct keys_call *list)
{
	struct cursor r;
	struct err err = { 0 };
	char public[NOTE_VKEY];
	uint16_t n;

	if (!keys_said(m, &r, &err)) {
		call_refuse(c, &err);
		return false;
	}
	n = cursor_u16(&r);
	for (uint16_t i = 0; i < n && !r.bad; i++) {
		struct rotation_key k = { .use = cursor_u8(&r) };

		k.made = (msec)cursor_u64(&r);
		cursor_str(&r, public, sizeof(public));
		k.public = arena_strdup(&c->arena, public);
		if (list->n < LIST)
			list->keys[list->n++] = k;
	}
	if (cursor_done(&r))
		return true;
	call_refuse_with(c, ERR_IO, "E-NODE-BUSY", "", "keys spoke nonsense");
	return false;
}

static void
ask_keys(struct call *c, uint8_t make, void (*got)(void *, struct ipc_message *))
{
	vault_ask(c->vault, CHILD_KEYS, VAULT_KEYS, slice_of(&make, 1), -1, got,
	    c);
}

/* -- the next card ---------------------------------------------------------------- */

static struct card_officer *
officer_of(struct card_officer *all, size_t n, const struct badge *badge)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(all[i].badge.s, badge->s) == 0)
			return &all[i];
	return NULL;
}

/* Badges are unique: a new password made a new key, a disabled account has
 * none that holds any longer. */
static void
add_officers(struct call *c, struct card *next, const struct account *list,
    size_t n)
{
	struct card_officer *all = arena_alloc(&c->arena,
	    (next->nofficers + n) * sizeof(*all)), *o;
	size_t count = next->nofficers;
	struct note_vkey vkey;
	struct err err;

	if (count != 0)
		memcpy(all, next->officers, count * sizeof(*all));
	for (size_t i = 0; i < n; i++) {
		o = officer_of(all, count, &list[i].badge);
		if (list[i].disabled) {
			if (o != NULL && o->until == 0)
				o->until = next->issued;
			continue;
		}
		if (list[i].vkey[0] == '\0' || !note_vkey_parse(&vkey,
		    slice_str(list[i].vkey), &err) || (o != NULL &&
		    o->until == 0 && note_vkey_eq(&o->vkey, &vkey)))
			continue;
		if (o == NULL && count == CARD_OFFICERS)
			continue;
		if (o == NULL)
			o = &all[count++];
		*o = (struct card_officer){ .badge = list[i].badge,
		    .vkey = vkey, .from = next->issued };
	}
	next->officers = all;
	next->nofficers = count;
}

/* False: the call is answered. */
static bool
own_card(struct call *c, const struct card **card, const struct hash **name)
{
	struct vault *v = c->vault;

	*card = trust_card_of(v->trust, &v->member, name);
	if (*card != NULL)
		return true;
	call_refuse_with(c, ERR_NOT_FOUND, "E-TRUST-CARD", "",
	    "this node has no card yet");
	return false;
}

/* Made since the newest card was drafted: those before are on it, or over. */
static size_t
fresh_only(struct rotation_key *keys, size_t n, msec since)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (keys[i].made > since)
			keys[kept++] = keys[i];
	return kept;
}

/* The kinds this node knows now, and what it requires beside them. */
static void
renew_kinds(struct call *c, struct card *next)
{
	const struct vault *v = c->vault;
	const struct kind *k;
	struct card_kind *all;
	size_t n = 0;

	all = arena_alloc(&c->arena, CARD_KINDS * sizeof(*all));
	while (n < CARD_KINDS && (k = kind_at(v->kinds, n)) != NULL) {
		all[n] = (struct card_kind){ .kind = k->name, .hash = k->hash,
		    .requires = json_object_get(v->requires, k->name) };
		n++;
	}
	next->kinds = all;
	next->nkinds = n;
}

/* ?relay=MEMBER, ?url=URL: as asked, "-" for none. */
static bool
change_places(struct call *c, struct card *card, struct err *err)
{
	const char *relay = call_query(c, "relay"), *url = call_query(c, "url");

	if (url != NULL && strcmp(url, "-") == 0) {
		card->nurls = 0;
	} else if (url != NULL) {
		if (!url_valid(slice_str(url)))
			return err_field(err, ERR_INVALID, "E-FIELD-VALUE",
			    "url", "is no https address");
		card->urls[0] = url;
		card->nurls = 1;
	}
	if (relay != NULL && strcmp(relay, "-") == 0)
		card->relay = (struct member_id){ "" };
	else if (relay != NULL && (!member_id_parse(&card->relay,
	    slice_str(relay)) || !trust_is_active(c->vault->trust,
	    &card->relay) || member_id_eq(&card->relay, &card->member)))
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "relay",
		    "is no other active member");
	return true;
}

/* ?compromised=sign&since=TIME: the message keys before are revoked. */
static bool
take_loss(struct call *c, const struct rotation_key *keys, size_t n,
    struct rotation_loss *lost, struct err *err)
{
	const char *what = call_query(c, "compromised"),
	    *since = call_query(c, "since");
	bool fresh = false;

	*lost = (struct rotation_loss){ .sign = false };
	if (what == NULL)
		return true;
	if (strcmp(what, "sign") != 0)
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE",
		    "compromised", "is sign");
	if (since == NULL || !time_parse(&lost->since, slice_str(since)) ||
	    lost->since > clock_now())
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "since",
		    "is a time that is past");
	for (size_t i = 0; i < n; i++)
		fresh = fresh || keys[i].use == KEYRING_SIGN;
	lost->sign = true;
	return fresh || err_set(err, ERR_CONFLICT, "E-CARD-REPLACE",
	    "no new message key stands ready to take the place");
}

static void
draft(void *arg, struct ipc_message *m)
{
	struct call *c = arg;
	struct vault *v = c->vault;
	struct keys_call list = { .n = 0 };
	const struct card *now;
	const struct hash *name;
	struct account *accounts;
	struct buf b = BUF_INIT;
	json_t *speaks;
	struct card next;
	struct rotation_loss lost;
	struct err err;
	size_t n, n_fresh;

	if (!read_keys(c, m, &list) || !own_card(c, &now, &name))
		return;
	if (!account_list(&v->store, &c->arena, &accounts, &n, &err)) {
		call_refuse(c, &err);
		return;
	}
	next = *now;
	next.seq = now->seq + 1;
	next.prev = *name;
	next.issued = clock_now();
	n_fresh = fresh_only(list.keys, list.n, now->issued);
	if (!take_loss(c, list.keys, n_fresh, &lost, &err)) {
		call_refuse(c, &err);
		return;
	}
	rotation_compose(v, &c->arena, &next, list.keys, n_fresh, &lost);
	renew_kinds(c, &next);
	add_officers(c, &next, accounts, n);
	if (!change_places(c, &next, &err)) {
		call_refuse(c, &err);
		return;
	}
	/* A newer program may speak more than the card in force says. */
	next.speaks = speaks = card_speaks_ours();
	card_print(&b, &next);
	json_decref(speaks);
	call_answer(c, 200, "text/plain; charset=utf-8", buf_all(&b));
	buf_free(&b);
}

void
api_card_draft(struct call *c)
{
	const struct card *card;
	const struct hash *name;

	if (own_card(c, &card, &name))
		ask_keys(c, 0, draft);
}

/* -- the keys --------------------------------------------------------------------- */

static const char *
use_name(uint8_t use)
{
	return use == KEYRING_SIGN ? "sign" : use == KEYRING_TLS_LINK ? "tls" :
	    "seal";
}

static const char *
state_of(struct vault *v, const struct card *card,
    const struct rotation_key *k)
{
	const uint8_t *use = rotation_tls_in_use(v, card);
	struct note_vkey vkey;
	char hex[65] = "";
	struct err err;
	bool listed = false;

	if (k->use == KEYRING_RETIRED)
		return "retired";
	for (size_t i = 0; k->use == KEYRING_SEAL && i < card->nseals; i++)
		listed = listed || strcmp(card->seals[i].recipient,
		    k->public) == 0;
	for (size_t i = 0; k->use == KEYRING_SIGN && i < card->nkeys; i++)
		if (note_vkey_parse(&vkey, slice_str(k->public), &err) &&
		    note_vkey_eq(&vkey, &card->keys[i].vkey)) {
			listed = true;
			if (card->keys[i].until != 0)
				return "ending";
		}
	for (size_t i = 0; k->use == KEYRING_TLS_LINK && i < card->ntls; i++) {
		hex_encode(hex, slice_of(card->tls[i], 32));
		listed = listed || strcmp(hex, k->public) == 0;
	}
	if (use != NULL)
		hex_encode(hex, slice_of(use, 32));
	if (listed && k->use == KEYRING_TLS_LINK && strcmp(hex, k->public) != 0)
		return "announced";
	return listed ? "used" : k->made > card->issued ? "new" : "ended";
}

static void
listed(void *arg, struct ipc_message *m)
{
	struct call *c = arg;
	struct keys_call list = { .n = 0 };
	const struct card *card;
	const struct hash *name;
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);

	if (!read_keys(c, m, &list) || !own_card(c, &card, &name))
		return;
	jout_object(&j, NULL);
	jout_array(&j, "items");
	for (size_t i = 0; i < list.n; i++) {
		const struct rotation_key *k = &list.keys[i];

		jout_object(&j, NULL);
		jout_str(&j, "use", use_name(k->use));
		jout_str(&j, "public", k->public);
		jout_str(&j, "state", state_of(c->vault, card, k));
		jout_time(&j, k->use == KEYRING_RETIRED ? "retired" : "made",
		    k->made);
		jout_end_object(&j);
	}
	jout_end_array(&j);
	jout_end_object(&j);
	call_json(c, 200, &b);
}

void
api_keys(struct call *c)
{
	const struct card *card;
	const struct hash *name;

	if (own_card(c, &card, &name))
		ask_keys(c, 0, listed);
}

/* What was asked for; with `due` what the card says is due. */
static bool
wanted(struct call *c, const struct card *card, uint8_t *bits)
{
	static const char *const names[] = { "seal", "sign", "tls" };
	json_t *json = call_body(c);
	const json_t *make;
	struct jobj j;
	struct err err;
	bool due;

	if (json == NULL)
		return false;
	jobj_begin(&j, json, "", &err);
	make = jobj_array_opt(&j, "make", 3);
	for (size_t i = 0; !j.bad && i < json_array_size(make); i++) {
		const char *s = jobj_item_str(&j, "make", make, i, 8);
		unsigned which = 0;

		while (which < 3 && (j.bad || strcmp(names[which], s) != 0))
			which++;
		if (which == 3)
			jobj_fail(&j, "E-FIELD-VALUE", "make",
			    "is one of seal, sign, tls");
		else
			*bits |= (uint8_t)(1U << which);
	}
	due = jobj_bool_opt(&j, "due");
	if (due && rotation_seal_due(card, clock_now()))
		*bits |= 1;
	if (due && rotation_sign_due(card, clock_now()))
		*bits |= 2;
	if (!j.bad && make == NULL && !due)
		jobj_fail(&j, "E-FIELD-MISSING", "make", "is required");
	if (jobj_end(&j)) {
		json_decref(json);
		return true;
	}
	json_decref(json);
	call_refuse(c, &err);
	return false;
}

/* Keys are made at the machine itself, by an admin: not from afar. */
void
api_keys_new(struct call *c)
{
	struct vault *v = c->vault;
	const struct card *card;
	const struct hash *name;
	uint8_t bits = 0;
	char detail[24];
	struct err err;

	if (!c->q.has_uid) {
		call_refuse_with(c, ERR_DENIED, "E-KEYS-LOCAL", "",
		    "keys are made over the Unix socket of the node alone");
		return;
	}
	if (!own_card(c, &card, &name) || !wanted(c, card, &bits))
		return;
	(void)snprintf(detail, sizeof(detail), "%s%s%s", bits & 1 ? " seal" : "",
	    bits & 2 ? " sign" : "", bits & 4 ? " tls" : "");
	if (!vault_unit_begin(v, &err) || !vault_unit_end(v, vault_audit(v,
	    c->account.badge.s, "key.make", NULL, "",
	    bits == 0 ? "" : detail + 1, &err), &err)) {
		call_refuse(c, &err);
		return;
	}
	ask_keys(c, bits, listed);
}
