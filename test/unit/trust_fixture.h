#ifndef TEST_TRUST_FIXTURE_H
#define TEST_TRUST_FIXTURE_H

#include "base/encode.h"
#include "base/secret.h"
#include "crypto/age.h"
#include "crypto/note.h"
#include "model/agreement.h"
#include "model/card.h"
#include "model/directory.h"
#include "model/network.h"
#include "model/receipt.h"

/*
 * A small network whose every key is known: the seed of a key is the SHA-256
 * of "entente test seed " and its label; the label is its name, with "#2" and
 * so on after it for a second key of that name.  The same texts stand in
 * test/vectors, and doc/protocol shows them.
 */
#define ROOT1	"demo.example/root/1"
#define ROOT2	"demo.example/root/2"
#define ROOT3	"demo.example/root/3"
#define ROOT4	"demo.example/root/4"
#define FR_CARD	"demo.example/fr/card"
#define RS_CARD	"demo.example/rs/card"
#define EE_CARD	"demo.example/cert-ee/card"
#define FR	"demo.example/fr"
#define RS	"demo.example/rs"

static inline msec
at(const char *time)
{
	msec t = 0;

	if (!time_parse(&t, slice_str(time)))
		abort();
	return t;
}

static inline struct hash
seed_of(const char *label)
{
	struct buf b = BUF_INIT;
	struct hash h;

	buf_str(&b, "entente test seed ");
	buf_str(&b, label);
	h = hash_of(buf_all(&b));
	buf_free(&b);
	return h;
}

static inline struct note_signer
signer_of(const char *label, struct secret **seed)
{
	struct hash h = seed_of(label);
	char name[NOTE_NAME];
	struct note_signer s;

	(void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(label, "#"), label);
	*seed = secret_copy(slice_of(h.b, sizeof(h.b)));
	note_signer_ed25519(&s, name, *seed);
	return s;
}

static inline struct note_vkey
vkey_of(const char *label)
{
	struct secret *seed;
	struct note_signer s = signer_of(label, &seed);

	secret_free(seed);
	return s.vkey;
}

static inline void
recipient_of(char out[static AGE_KEY_TEXT], const char *label)
{
	struct hash h = seed_of(label);
	struct secret *key = secret_copy(slice_of(h.b, sizeof(h.b)));
	struct age_identity id;
	struct age_recipient r;

	age_identity_x25519(&id, key);
	age_identity_recipient(&r, &id);
	age_recipient_print(out, &r);
	secret_free(key);
}

/* The note of a text, signed by the keys of these labels (NULL ends). */
static inline struct slice
signed_by(struct buf *out, struct slice text, const char *const *labels)
{
	struct secret *seed;
	struct note_signer s;
	struct err err;
	bool ok = true;

	buf_clear(out);
	buf_slice(out, text);
	buf_u8(out, '\n');
	for (size_t i = 0; labels[i] != NULL; i++) {
		s = signer_of(labels[i], &seed);
		ok = ok && note_signature_line(out, text, &s, &err);
		secret_free(seed);
	}
	if (!ok)
		abort();
	return buf_all(out);
}
#define BY(...) ((const char *const []){ __VA_ARGS__, NULL })

static inline void
fixture_network(struct network *n)
{
	*n = (struct network){
		.name = "demo.example", .class = NETWORK_DEMO,
		.created = at("2026-11-21T09:00:00.000Z"), .k = 2, .n = 3,
	};
	n->roots[0] = vkey_of(ROOT1);
	n->roots[1] = vkey_of(ROOT2);
	n->roots[2] = vkey_of(ROOT3);
}

static inline struct hash
fixture_net(void)
{
	struct buf b = BUF_INIT;
	struct network n;
	struct hash h;

	fixture_network(&n);
	network_print(&b, &n);
	h = hash_of(buf_all(&b));
	buf_free(&b);
	return h;
}

static inline void
fixture_member(struct directory_member *m, struct arena *a, const char *id,
    enum member_class class)
{
	char label[NOTE_NAME];

	*m = (struct directory_member){ .class = class, .nkeys = 1 };
	(void)member_id_parse(&m->id, slice_str(id));
	m->keys = arena_alloc(a, DIRECTORY_KEYS * sizeof(*m->keys));
	(void)snprintf(label, sizeof(label), "demo.example/%s/card", id);
	m->keys[0].vkey = vkey_of(label);
	m->keys[0].from = at("2026-11-21T09:30:00.000Z");
}

/* Directory 1: cert-ee, fr, rs.  Room for more roots, members and keys. */
static inline void
fixture_directory(struct directory *d, struct arena *a)
{
	*d = (struct directory){
		.net = fixture_net(), .number = 1,
		.issued = at("2026-11-21T10:00:00.000Z"),
		.valid_until = at("2026-12-05T10:00:00.000Z"),
		.k = 2, .nroots = 3, .nmembers = 3,
	};
	d->roots = arena_alloc(a, NETWORK_ROOTS * sizeof(*d->roots));
	d->roots[0] = vkey_of(ROOT1);
	d->roots[1] = vkey_of(ROOT2);
	d->roots[2] = vkey_of(ROOT3);
	d->members = arena_alloc(a, 16 * sizeof(*d->members));
	fixture_member(&d->members[0], a, "cert-ee", CLASS_CERT);
	fixture_member(&d->members[1], a, "fr", CLASS_BUREAU);
	fixture_member(&d->members[2], a, "rs", CLASS_BUREAU);
}

/* Directory 2, a week later: fr's first key ends, a second has begun. */
static inline void
fixture_directory2(struct directory *d, struct arena *a)
{
	struct buf b = BUF_INIT;
	struct directory_member *fr;

	fixture_directory(d, a);
	directory_print(&b, d);
	d->number = 2;
	d->prev = hash_of(buf_all(&b));
	d->issued = at("2026-11-28T10:00:00.000Z");
	d->valid_until = at("2026-12-12T10:00:00.000Z");
	fr = &d->members[1];
	fr->keys[0].until = at("2026-12-01T00:00:00.000Z");
	fr->keys[1].vkey = vkey_of(FR_CARD "#2");
	fr->keys[1].from = at("2026-11-28T00:00:00.000Z");
	fr->nkeys = 2;
	buf_free(&b);
}

#define FIXTURE_CARD_PARTS "{" \
	"\"name\":{\"en\":\"France, central bureau\",\"fr\":\"France, bureau central\"}," \
	"\"languages\":[\"fr\",\"en\"]," \
	"\"cyber\":{\"en\":\"Cyber desk, 24/7\",\"ar\":\"\xd9\x85\xd9\x83\xd8\xaa\xd8\xa8\"," \
	"\"fr\":\"Bureau cyber\"}," \
	"\"powers\":[\"art29\",\"art35\"],\"channels\":[\"coe\",\"g7\"]," \
	"\"speaks\":[\"message/1\",\"receipt/1\"]," \
	"\"ext\":{\"org.example.note\":\"a \\\"word\\\"\"}}"

/* Card 1 of fr.  Released by the caller; arrays have room for more. */
static inline void
fixture_card(struct card *c, struct arena *a)
{
	json_t *parts = json_loads(FIXTURE_CARD_PARTS, 0, NULL);

	*c = (struct card){
		.net = fixture_net(), .seq = 1, .json = parts,
		.issued = at("2026-11-21T11:00:00.000Z"),
		.name = json_object_get(parts, "name"), .country = "FR",
		.time_zone = "Europe/Paris",
		.languages = json_object_get(parts, "languages"),
		.nkeys = 1, .nseals = 1, .ntls = 1, .nurls = 2, .ndesks = 2,
		.nofficers = 1, .nkinds = 1,
		.speaks = json_object_get(parts, "speaks"),
		.ext = json_object_get(parts, "ext"),
		.urls = { "https://entente.fr.example",
		    "https://[2001:db8::1]:8443/link" },
	};
	(void)member_id_parse(&c->member, slice_str("fr"));
	c->keys = arena_alloc(a, CARD_KEYS * sizeof(*c->keys));
	c->keys[0].vkey = vkey_of(FR);
	c->keys[0].from = c->issued;
	c->seals = arena_alloc(a, CARD_KEYS * sizeof(*c->seals));
	recipient_of(c->seals[0].recipient, FR " seal");
	c->seals[0].from = c->issued;
	c->seals[0].until = c->issued + 90 * DAY;
	c->tls = arena_alloc(a, CARD_TLS * sizeof(*c->tls));
	memcpy(c->tls[0], seed_of(FR " tls").b, 32);
	c->desks = arena_alloc(a, CARD_DESKS * sizeof(*c->desks));
	c->desks[0] = (struct card_desk){ .name = c->name, .phone = "", .hours = "" };
	(void)address_parse(&c->desks[0].desk, slice_str("fr"));
	c->desks[1] = (struct card_desk){
		.name = json_object_get(parts, "cyber"), .phone = "+33155550100",
		.hours = "24/7", .languages = c->languages,
		.powers = json_object_get(parts, "powers"),
		.channels = json_object_get(parts, "channels"),
	};
	(void)address_parse(&c->desks[1].desk, slice_str("fr/cyber"));
	c->officers = arena_alloc(a, CARD_OFFICERS * sizeof(*c->officers));
	(void)badge_parse(&c->officers[0].badge, slice_str("4711"));
	c->officers[0].vkey = vkey_of(FR "/4711");
	c->officers[0].from = c->issued;
	c->officers[0].until = c->issued + 365 * DAY;
	c->kinds = arena_alloc(a, CARD_KINDS * sizeof(*c->kinds));
	c->kinds[0].kind = "request.preservation/1";
	c->kinds[0].hash = seed_of("request.preservation/1");
}

/* Card 2 of fr, a day later. */
static inline void
fixture_card2(struct card *c, struct arena *a)
{
	struct buf b = BUF_INIT;

	fixture_card(c, a);
	card_print(&b, c);
	c->seq = 2;
	c->prev = hash_of(buf_all(&b));
	c->issued += DAY;
	c->desks[1].phone = "+33155550199";
	buf_free(&b);
}

#define FIXTURE_AGREEMENT_PARTS "{" \
	"\"charter\":{\"en\":\"Charter\",\"ar\":\"\xd9\x85\xd9\x8a\xd8\xab\xd8\xa7\xd9\x82\"," \
	"\"es\":\"Carta\",\"fr\":\"Charte\"}," \
	"\"title\":{\"en\":\"France and Serbia, cybercrime\"}," \
	"\"ping\":{\"en\":\"Anyone may ask whether a sender is real.\"}," \
	"\"cyber\":{\"en\":\"Requests on cybercrime.\\nAnswers go the same way.\"}," \
	"\"pings\":[\"ping/1\",\"confirm/1\"],\"requests\":[\"request.*\"]," \
	"\"any\":[\"*\"],\"investigation\":[\"investigation\",\"prevention\"]," \
	"\"areas\":[\"cyber\",\"financial\"]}"

static inline struct agreement_party *
fixture_parties(struct arena *a, const char *one, const char *two)
{
	struct agreement_party *p = arena_alloc(a, 4 * sizeof(*p));

	(void)snprintf(p[0].s, sizeof(p[0].s), "%s", one);
	(void)snprintf(p[1].s, sizeof(p[1].s), "%s", two);
	return p;
}

static inline void
fixture_charter(struct agreement *g, struct arena *a)
{
	json_t *parts = json_loads(FIXTURE_AGREEMENT_PARTS, 0, NULL);

	*g = (struct agreement){
		.net = fixture_net(), .id = "charter", .version = 1, .json = parts,
		.title = json_object_get(parts, "charter"),
		.parties = fixture_parties(a, "*", ""), .nparties = 1,
		.from = at("2026-11-21T12:00:00.000Z"), .nclauses = 1,
	};
	g->clauses = arena_alloc(a, 4 * sizeof(*g->clauses));
	g->clauses[0] = (struct clause){
		.id = "1", .text = json_object_get(parts, "ping"),
		.kinds = json_object_get(parts, "pings"),
		.from = fixture_parties(a, "class:bureau", "class:cert"),
		.nfrom = 2, .to = fixture_parties(a, "*", ""), .nto = 1,
		.purposes = json_object_get(parts, "any"),
		.areas = json_object_get(parts, "any"),
		.ceiling = { .tlp = TLP_GREEN, .onward = true },
	};
}

static inline void
fixture_agreement(struct agreement *g, struct arena *a)
{
	fixture_charter(g, a);
	(void)snprintf(g->id, sizeof(g->id), "fr-rs-cyber");
	g->title = json_object_get(g->json, "title");
	g->parties = fixture_parties(a, "fr", "rs");
	g->nparties = 2;
	g->until = at("2031-11-21T12:00:00.000Z");
	g->clauses[0] = (struct clause){
		.id = "3.1", .text = json_object_get(g->json, "cyber"),
		.kinds = json_object_get(g->json, "requests"),
		.from = fixture_parties(a, "fr", "rs"), .nfrom = 2,
		.to = fixture_parties(a, "rs", "fr"), .nto = 2,
		.purposes = json_object_get(g->json, "investigation"),
		.areas = json_object_get(g->json, "areas"),
		.ceiling = { .tlp = TLP_AMBER, .level = LEVEL_RESTRICTED,
		    .codes = HCODE_H1 | HCODE_H2 },
	};
}

/* One entry of each result. */
static inline void
fixture_receipt(struct receipt *r, struct arena *a)
{
	*r = (struct receipt){
		.net = fixture_net(), .dir = 2,
		.at = at("2026-11-29T18:20:00.123Z"), .n = 4,
	};
	(void)member_id_parse(&r->from, slice_str("fr"));
	(void)member_id_parse(&r->to, slice_str("rs"));
	r->entries = arena_alloc(a, RECEIPT_ENTRIES * sizeof(*r->entries));
	r->entries[0] = (struct receipt_entry){
		.name = seed_of("message 1"), .result = RECEIPT_TAKEN };
	r->entries[1] = (struct receipt_entry){
		.name = seed_of("message 2"), .result = RECEIPT_REFUSED,
		.rule = "E-POLICY-CEILING", .field = "handling.tlp",
		.clause = "fr-rs-cyber/1 3.1" };
	r->entries[2] = (struct receipt_entry){
		.sealed = seed_of("message 3"), .result = RECEIPT_LATER,
		.rule = "E-NODE-LOCKED" };
	r->entries[3] = (struct receipt_entry){
		.sealed = seed_of("message 4"), .result = RECEIPT_CUSTODY };
}

#endif
