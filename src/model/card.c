#include "model/card.h"

#include "model/card_form.h"
#include "model/field.h"
#include "model/keyname.h"
#include "model/text.h"

bool
card_parse(struct card *c, struct arena *a, struct slice text, struct err *err)
{
	struct buf b = BUF_INIT;
	bool ok;

	*c = (struct card){ .json = text_read(text, "card", err) };
	if (c->json == NULL)
		return false;
	ok = card_read(c, a, err);
	if (ok) {
		card_print(&b, c);
		ok = text_canonical(&b, text, err);
	}
	if (!ok)
		card_release(c);
	buf_free(&b);
	return ok;
}

void
card_release(struct card *c)
{
	json_decref(c->json);
	*c = (struct card){ .json = NULL };
}

/* -- printing -------------------------------------------------------------- */

static void
vkey_print(struct jout *j, const struct note_vkey *v, msec from, msec until)
{
	jout_vkey(j, "vkey", v);
	jout_time(j, "from", from);
	jout_time_opt(j, "until", until);
}

static void
keys_print(struct jout *j, const struct card *c)
{
	jout_array(j, "keys");
	for (size_t i = 0; i < c->nkeys; i++) {
		const struct card_key *k = &c->keys[i];

		jout_object(j, NULL);
		vkey_print(j, &k->vkey, k->from, k->until);
		jout_time_opt(j, "revoked", k->revoked);
		jout_end_object(j);
	}
	jout_end_array(j);
	jout_array(j, "seals");
	for (size_t i = 0; i < c->nseals; i++) {
		jout_object(j, NULL);
		jout_str(j, "recipient", card_seal_text(&c->seals[i]));
		jout_time(j, "from", c->seals[i].from);
		jout_time(j, "until", c->seals[i].until);
		jout_end_object(j);
	}
	jout_end_array(j);
}

static void
links_print(struct jout *j, const struct card *c)
{
	if (c->ntls != 0) {
		jout_array(j, "tls");
		for (size_t i = 0; i < c->ntls; i++)
			jout_hex(j, NULL, slice_of(c->tls[i], 32));
		jout_end_array(j);
	}
	if (c->nurls != 0) {
		jout_array(j, "urls");
		for (size_t i = 0; i < c->nurls; i++)
			jout_str(j, NULL, c->urls[i]);
		jout_end_array(j);
	}
}

static void
desks_print(struct jout *j, const struct card *c)
{
	jout_array(j, "desks");
	for (size_t i = 0; i < c->ndesks; i++) {
		const struct card_desk *d = &c->desks[i];

		jout_object(j, NULL);
		jout_str(j, "desk", d->desk.s);
		jout_labels(j, "name", d->name);
		jout_str_opt(j, "phone", d->phone);
		jout_str_opt(j, "hours", d->hours);
		jout_value_opt(j, "languages", d->languages);
		jout_value_opt(j, "powers", d->powers);
		jout_value_opt(j, "channels", d->channels);
		jout_end_object(j);
	}
	jout_end_array(j);
}

static void
officers_print(struct jout *j, const struct card *c)
{
	if (c->nofficers == 0)
		return;
	jout_array(j, "officers");
	for (size_t i = 0; i < c->nofficers; i++) {
		const struct card_officer *o = &c->officers[i];

		jout_object(j, NULL);
		jout_str(j, "badge", o->badge.s);
		vkey_print(j, &o->vkey, o->from, o->until);
		jout_end_object(j);
	}
	jout_end_array(j);
}

static void
kinds_print(struct jout *j, const struct card *c)
{
	if (c->nkinds == 0)
		return;
	jout_array(j, "kinds");
	for (size_t i = 0; i < c->nkinds; i++) {
		jout_object(j, NULL);
		jout_str(j, "kind", c->kinds[i].kind);
		jout_hash(j, "hash", &c->kinds[i].hash);
		if (c->kinds[i].requires != NULL)
			jout_value(j, "requires", c->kinds[i].requires);
		jout_end_object(j);
	}
	jout_end_array(j);
}

void
card_print(struct buf *b, const struct card *c)
{
	struct jout j = text_begin(b, "card");

	jout_hash(&j, "net", &c->net);
	jout_str(&j, "member", c->member.s);
	jout_int(&j, "seq", c->seq);
	jout_hash_opt(&j, "prev", &c->prev);
	jout_time(&j, "issued", c->issued);
	jout_labels(&j, "name", c->name);
	jout_str_opt(&j, "country", c->country);
	jout_str(&j, "time_zone", c->time_zone);
	jout_value(&j, "languages", c->languages);
	keys_print(&j, c);
	links_print(&j, c);
	jout_str_opt(&j, "relay", c->relay.s);
	desks_print(&j, c);
	officers_print(&j, c);
	kinds_print(&j, c);
	jout_value(&j, "speaks", c->speaks);
	jout_ext(&j, c->ext);
	text_end(&j);
}

/* -- asking ---------------------------------------------------------------- */

const struct card_desk *
card_desk(const struct card *c, const struct address *desk)
{
	for (size_t i = 0; i < c->ndesks; i++)
		if (address_eq(&c->desks[i].desk, desk))
			return &c->desks[i];
	return NULL;
}

bool
card_desk_has_power(const struct card_desk *d, const char *power)
{
	for (size_t i = 0; i < json_array_size(d->powers); i++)
		if (strcmp(json_string_value(json_array_get(d->powers, i)),
		    power) == 0)
			return true;
	return false;
}

size_t
card_keys_at(const struct card *c, msec t,
    struct note_vkey out[static CARD_KEYS])
{
	size_t n = 0;

	for (size_t i = 0; i < c->nkeys; i++)
		if (c->keys[i].revoked == 0 &&
		    period_has(c->keys[i].from, c->keys[i].until, t))
			out[n++] = c->keys[i].vkey;
	return n;
}

const struct card_key *
card_key_of(const struct card *c, const struct note_vkey *v)
{
	for (size_t i = 0; i < c->nkeys; i++)
		if (note_vkey_eq(&c->keys[i].vkey, v))
			return &c->keys[i];
	return NULL;
}

const struct card_officer *
card_officer(const struct card *c, const struct badge *badge)
{
	for (size_t i = 0; i < c->nofficers; i++)
		if (strcmp(c->officers[i].badge.s, badge->s) == 0)
			return &c->officers[i];
	return NULL;
}

const struct card_seal *
card_seal_at(const struct card *c, msec t)
{
	for (size_t i = 0; i < c->nseals; i++)
		if (c->seals[i].foreign == NULL &&
		    period_has(c->seals[i].from, c->seals[i].until, t))
			return &c->seals[i];
	return NULL;
}
