#include <stdio.h>

#include "base/encode.h"
#include "model/card_form.h"
#include "model/field.h"
#include "model/keyname.h"
#include "model/url.h"

/*
 * A list of objects: checks its size before memory is taken for it.  NULL and
 * *n = 0 when absent or bad.
 */
static const json_t *
items(struct jobj *j, const char *key, size_t max, size_t *n)
{
	const json_t *list = jobj_array_opt(j, key, max);

	*n = json_array_size(list);
	if (list != NULL && *n == 0)
		jobj_fail(j, "E-FIELD-VALUE", key, "is empty");
	if (j->bad)
		*n = 0;
	return list;
}

static const json_t *
items_required(struct jobj *j, const char *key, size_t max, size_t *n)
{
	const json_t *list = items(j, key, max, n);

	if (!j->bad && list == NULL)
		jobj_fail(j, "E-FIELD-MISSING", key, "is required");
	return list;
}

static void
vkey_read(struct note_vkey *v, struct jobj *j, const char *name,
    enum keyname_algorithms which)
{
	jobj_vkey(v, j, "vkey", which);
	if (!j->bad && strcmp(v->name, name) != 0)
		jobj_fail(j, "E-FIELD-VALUE", "vkey",
		    "is not named after the network and who uses it");
}

/* Message keys give the network's name that all other keys must bear. */
static void
keys_read(struct card *c, struct arena *a, struct jobj *j, char network[65])
{
	const json_t *list = items_required(j, "keys", CARD_KEYS, &c->nkeys);
	char name[NOTE_NAME];
	struct jobj item;

	c->keys = arena_alloc(a, c->nkeys * sizeof(*c->keys));
	for (size_t i = 0; !j->bad && i < c->nkeys; i++) {
		struct card_key *k = &c->keys[i];

		jobj_item(&item, j, "keys", list, i);
		jobj_vkey(&k->vkey, &item, "vkey", KEYS_ANY);
		if (i == 0)
			keyname_network(network, k->vkey.name);
		keyname_member(name, network, &c->member, NULL);
		if (!item.bad && strcmp(k->vkey.name, name) != 0)
			jobj_fail(&item, "E-FIELD-VALUE", "vkey",
			    "is not named <network>/<member>");
		for (size_t o = 0; !item.bad && o < i; o++)
			if (note_vkey_eq(&c->keys[o].vkey, &k->vkey))
				jobj_fail(&item, "E-FIELD-VALUE", "vkey",
				    "stands there twice");
		k->from = jobj_time(&item, "from");
		k->until = jobj_until(&item, k->from);
		k->revoked = jobj_time_opt(&item, "revoked");
		if (!item.bad && k->revoked > c->issued)
			jobj_fail(&item, "E-FIELD-VALUE", "revoked",
			    "is later than the card");
		jobj_close(&item, j);
	}
}

static void
seal_read(struct card_seal *s, struct jobj *j)
{
	const char *text = jobj_str(j, "recipient", AGE_FOREIGN_TEXT - 1);
	enum age_known known = j->bad ? AGE_NO_RECIPIENT :
	    age_recipient_known(slice_str(text));

	if (!j->bad && known == AGE_NO_RECIPIENT)
		jobj_fail(j, "E-FIELD-VALUE", "recipient",
		    "is no age recipient");
	*s = (struct card_seal){ .foreign = known == AGE_FOREIGN ? text : NULL };
	if (known == AGE_KNOWN)
		(void)snprintf(s->recipient, sizeof(s->recipient), "%s", text);
	s->from = jobj_time(j, "from");
	s->until = jobj_until(j, s->from);
	if (!j->bad && s->until == 0)
		jobj_fail(j, "E-FIELD-MISSING", "until", "is required");
}

static void
seals_read(struct card *c, struct arena *a, struct jobj *j)
{
	const json_t *list = items_required(j, "seals", CARD_KEYS, &c->nseals);
	struct jobj item;

	c->seals = arena_alloc(a, c->nseals * sizeof(*c->seals));
	for (size_t i = 0; !j->bad && i < c->nseals; i++) {
		jobj_item(&item, j, "seals", list, i);
		seal_read(&c->seals[i], &item);
		for (size_t o = 0; !item.bad && o < i; o++)
			if (strcmp(card_seal_text(&c->seals[o]),
			    card_seal_text(&c->seals[i])) == 0)
				jobj_fail(&item, "E-FIELD-VALUE", "recipient",
				    "stands there twice");
		jobj_close(&item, j);
	}
}

static void
tls_read(struct card *c, struct arena *a, struct jobj *j)
{
	const json_t *list = items(j, "tls", CARD_TLS, &c->ntls);
	char name[16];

	c->tls = arena_alloc(a, c->ntls * sizeof(*c->tls));
	for (size_t i = 0; !j->bad && i < c->ntls; i++) {
		const char *s = jobj_item_str(j, "tls", list, i, 64);

		(void)snprintf(name, sizeof(name), "tls[%u]", (unsigned)i & 0xff);
		if (!j->bad && !hex_decode(c->tls[i], 32, slice_str(s)))
			jobj_fail(j, "E-FIELD-VALUE", name,
			    "must be 64 lower-case hex digits");
		for (size_t o = 0; o < i; o++)
			if (memcmp(c->tls[o], c->tls[i], 32) == 0)
				jobj_fail(j, "E-FIELD-VALUE", name,
				    "stands there twice");
	}
}

static void
urls_read(struct card *c, struct jobj *j)
{
	const json_t *list = items(j, "urls", CARD_URLS, &c->nurls);
	char name[16];

	for (size_t i = 0; !j->bad && i < c->nurls; i++) {
		c->urls[i] = jobj_item_str(j, "urls", list, i, URL_MAX);
		(void)snprintf(name, sizeof(name), "urls[%u]", (unsigned)i & 0xff);
		if (!j->bad && !url_valid(slice_str(c->urls[i])))
			jobj_fail(j, "E-FIELD-VALUE", name,
			    "is not https://host[:port][/path]");
		for (size_t o = 0; o < i; o++)
			if (strcmp(c->urls[o], c->urls[i]) == 0)
				jobj_fail(j, "E-FIELD-VALUE", name,
				    "stands there twice");
	}
}

/* E.164: a plus and 6 to 15 digits, not beginning with zero. */
static bool
phone_valid(const char *s)
{
	size_t n = strlen(s);

	return n >= 7 && n <= 16 && s[0] == '+' && s[1] != '0' &&
	    strspn(s + 1, "0123456789") == n - 1;
}

static void
desk_read(struct card_desk *d, struct jobj *j, const struct member_id *owner)
{
	struct member_id m;

	d->desk = jobj_address(j, "desk");
	address_member(&m, &d->desk);
	if (!j->bad && !member_id_eq(&m, owner))
		jobj_fail(j, "E-FIELD-VALUE", "desk", "is another member's");
	d->name = jobj_labels(j, "name", 200, UTF8_ONE_LINE);
	d->phone = jobj_str_opt(j, "phone", 16);
	if (!j->bad && jobj_has(j, "phone") && !phone_valid(d->phone))
		jobj_fail(j, "E-FIELD-VALUE", "phone", "is not like +381111234567");
	d->hours = jobj_str_opt(j, "hours", 100);
	d->languages = jobj_codes_opt(j, "languages", 32, code_language_valid);
	d->powers = jobj_codes_opt(j, "powers", 32, code_valid);
	d->channels = jobj_codes_opt(j, "channels", 32, code_valid);
}

static void
desks_read(struct card *c, struct arena *a, struct jobj *j)
{
	const json_t *list = items_required(j, "desks", CARD_DESKS, &c->ndesks);
	struct jobj item;

	c->desks = arena_alloc(a, c->ndesks * sizeof(*c->desks));
	for (size_t i = 0; !j->bad && i < c->ndesks; i++) {
		jobj_item(&item, j, "desks", list, i);
		desk_read(&c->desks[i], &item, &c->member);
		for (size_t o = 0; !item.bad && o < i; o++)
			if (address_eq(&c->desks[o].desk, &c->desks[i].desk))
				jobj_fail(&item, "E-FIELD-VALUE", "desk",
				    "stands there twice");
		jobj_close(&item, j);
	}
}

static void
officer_read(struct card_officer *o, struct jobj *j, const char *network,
    const struct member_id *m)
{
	const char *badge = jobj_str(j, "badge", sizeof(o->badge.s) - 1);
	char name[NOTE_NAME];

	if (!j->bad && !badge_parse(&o->badge, slice_str(badge)))
		jobj_fail(j, "E-FIELD-VALUE", "badge", "is no badge");
	keyname_member(name, network, m, o->badge.s);
	vkey_read(&o->vkey, j, name, KEYS_ANY);
	o->from = jobj_time(j, "from");
	o->until = jobj_until(j, o->from);
}

static void
officers_read(struct card *c, struct arena *a, struct jobj *j,
    const char *network)
{
	const json_t *list = items(j, "officers", CARD_OFFICERS, &c->nofficers);
	struct jobj item;

	c->officers = arena_alloc(a, c->nofficers * sizeof(*c->officers));
	for (size_t i = 0; !j->bad && i < c->nofficers; i++) {
		jobj_item(&item, j, "officers", list, i);
		officer_read(&c->officers[i], &item, network, &c->member);
		for (size_t o = 0; !item.bad && o < i; o++)
			if (strcmp(c->officers[o].badge.s,
			    c->officers[i].badge.s) == 0)
				jobj_fail(&item, "E-FIELD-VALUE", "badge",
				    "stands there twice");
		jobj_close(&item, j);
	}
}

static void
kinds_read(struct card *c, struct arena *a, struct jobj *j)
{
	const json_t *list = items(j, "kinds", CARD_KINDS, &c->nkinds);
	struct jobj item;

	c->kinds = arena_alloc(a, c->nkinds * sizeof(*c->kinds));
	for (size_t i = 0; !j->bad && i < c->nkinds; i++) {
		jobj_item(&item, j, "kinds", list, i);
		c->kinds[i].kind = jobj_str(&item, "kind", CODE_MAX);
		if (!item.bad && !code_valid(slice_str(c->kinds[i].kind)))
			jobj_fail(&item, "E-FIELD-VALUE", "kind", "names no kind");
		c->kinds[i].hash = jobj_hash(&item, "hash");
		c->kinds[i].requires = jobj_object_opt(&item, "requires");
		for (size_t o = 0; !item.bad && o < i; o++)
			if (strcmp(c->kinds[o].kind, c->kinds[i].kind) == 0)
				jobj_fail(&item, "E-FIELD-VALUE", "kind",
				    "stands there twice");
		jobj_close(&item, j);
	}
}

static void
place_read(struct card *c, struct jobj *j)
{
	static const char zone[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789_+-/";

	c->country = jobj_str_opt(j, "country", 2);
	if (!j->bad && jobj_has(j, "country") && (strlen(c->country) != 2 ||
	    strspn(c->country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2))
		jobj_fail(j, "E-FIELD-VALUE", "country",
		    "is no code of two letters (ISO 3166)");
	c->time_zone = jobj_str(j, "time_zone", 64);
	if (!j->bad && c->time_zone[strspn(c->time_zone, zone)] != '\0')
		jobj_fail(j, "E-FIELD-VALUE", "time_zone",
		    "is not like Europe/Belgrade");
}

bool
card_read(struct card *c, struct arena *a, struct err *err)
{
	char network[65] = "";
	struct jobj j;

	jobj_begin(&j, c->json, "", err);
	c->net = jobj_hash(&j, "net");
	c->member = jobj_member(&j, "member");
	c->seq = jobj_int(&j, "seq", 1, JSON_INT_MAX);
	c->prev = jobj_hash_opt(&j, "prev");
	if (!j.bad && (c->seq == 1) != hash_is_zero(&c->prev))
		jobj_fail(&j, "E-FIELD-VALUE", "prev",
		    "stands in every card but the first");
	c->issued = jobj_time(&j, "issued");
	c->name = jobj_labels(&j, "name", 200, UTF8_ONE_LINE);
	place_read(c, &j);
	c->languages = jobj_codes(&j, "languages", 32, code_language_valid);
	keys_read(c, a, &j, network);
	seals_read(c, a, &j);
	tls_read(c, a, &j);
	urls_read(c, &j);
	if (jobj_has(&j, "relay"))
		c->relay = jobj_member(&j, "relay");
	desks_read(c, a, &j);
	officers_read(c, a, &j, network);
	kinds_read(c, a, &j);
	c->speaks = jobj_codes(&j, "speaks", 32, code_valid);
	c->ext = jobj_ext(&j);
	return jobj_end(&j);
}
