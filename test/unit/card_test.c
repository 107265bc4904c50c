#include "crypto/bech32.h"
#include "model/url.h"

#include "p256_signer.h"
#include "text_frame.h"

TEXT_FRAME(card);

#define V "E-FIELD-VALUE"

static void
form(void)
{
	static const char *const optional[] = {
		"country", "tls", "urls", "officers", "kinds", "ext",
		"name.fr", "keys[].until", "officers[].until",
		"desks[].phone", "desks[].hours", "desks[].languages",
		"desks[].powers", "desks[].channels",
		"desks[].name.ar", "desks[].name.fr", NULL
	};
	static const struct mutate_case cases[] = {
		{ "member", "\"rs\"", V, "keys[0].vkey" },
		{ "member", "\"Fr\"", V, "member" },
		{ "seq", "1", V, "prev" },
		{ "seq", "0", V, "seq" },
		{ "seq", "3", "", "" },
		{ "name", "{\"fr\":\"x\"}", "E-FIELD-MISSING", "name.en" },
		{ "name", "{\"en\":\"\"}", "E-FIELD-MISSING", "name.en" },
		{ "name", "{\"en\":\"x\",\"ar\":\"y\",\"es\":\"z\",\"fr\":\"w\"}",
		    "", "" },
		{ "name", "{\"fr\":\"x\",\"en\":\"y\"}", "E-TEXT-CANONICAL", "" },
		{ "name", "{\"en\":\"x\",\"de\":\"y\"}", "E-FIELD-UNKNOWN", "name.de" },
		{ "name", "{\"en\":\"x\\ny\"}", V, "name.en" },
		{ "country", "\"F\"", V, "country" },
		{ "country", "\"fr\"", V, "country" },
		{ "country", "\"FRA\"", "E-FIELD-SIZE", "country" },
		{ "time_zone", "\"Europe Paris\"", V, "time_zone" },
		{ "languages", "[]", V, "languages" },
		{ "languages", "[\"FR\"]", V, "languages[0]" },
		{ "languages", "[\"fr\",\"en\",\"fr\"]", V, "languages[2]" },
		{ "languages", "[\"zh-Hant\"]", "", "" },
		{ "keys", "[]", V, "keys" },
		{ "keys[0].until", "\"2026-11-21T11:00:00.000Z\"", V,
		    "keys[0].until" },
		{ "seals", "[]", V, "seals" },
		{ "seals[0].recipient", "\"age1qqqq\"", V, "seals[0].recipient" },
		{ "seals[0].until", "\"2026-11-21T11:00:00.000Z\"", V,
		    "seals[0].until" },
		{ "tls", "[]", V, "tls" },
		{ "tls[0]", "\"00\"", V, "tls[0]" },
		{ "urls", "[]", V, "urls" },
		{ "urls[0]", "\"http://fr.example\"", V, "urls[0]" },
		{ "urls[1]", "\"https://entente.fr.example\"", V, "urls[1]" },
		{ "urls[1]", "\"https://u:p@fr.example\"", V, "urls[1]" },
		{ "desks", "[]", V, "desks" },
		{ "desks[1].desk", "\"rs/cyber\"", V, "desks[1].desk" },
		{ "desks[1].desk", "\"fr\"", V, "desks[1].desk" },
		{ "desks[1].desk", "\"fr/Cyber\"", V, "desks[1].desk" },
		{ "desks[1].phone", "\"\"", V, "desks[1].phone" },
		{ "desks[1].phone", "\"0155\"", V, "desks[1].phone" },
		{ "desks[1].phone", "\"+0331555\"", V, "desks[1].phone" },
		{ "desks[1].phone", "\"+33 155550100\"", V, "desks[1].phone" },
		{ "desks[1].hours", "\"\"", "E-TEXT-CANONICAL", "" },
		{ "desks[1].powers", "[]", V, "desks[1].powers" },
		{ "desks[1].powers", "[\"Art29\"]", V, "desks[1].powers[0]" },
		{ "desks[1].powers", "[\"a\",\"a\"]", V, "desks[1].powers[1]" },
		{ "officers", "[]", V, "officers" },
		{ "officers[0].badge", "\"card\"", V, "officers[0].badge" },
		{ "officers[0].badge", "\"4712\"", V, "officers[0].vkey" },
		{ "kinds[0].kind", "\"request.*\"", V, "kinds[0].kind" },
		{ "kinds[0].kind", "\"fr:ballistics/2\"", "", "" },
		{ "kinds[0].hash", "\"00\"", V, "kinds[0].hash" },
		{ "speaks", "[]", V, "speaks" },
		{ "ext", "{}", V, "ext" },
	};
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct card c;

	fixture_card2(&c, &a);
	c.keys[0].until = c.issued + 365 * DAY;
	card_print(&b, &c);
	mutate_all(buf_all(&b), "card", parses, optional);
	mutate_cases(buf_all(&b), "card", parses, cases,
	    sizeof(cases) / sizeof(cases[0]));
	card_release(&c);
	buf_free(&b);
	arena_free(&a);
}

static void
urls(void)
{
	static const char *const good[] = {
		"https://a", "https://127.0.0.1:8443", "https://a.b-c.d/link/v1",
		"https://a:1", "https://a:65535/x~_.-", "https://[::1]",
		"https://[2001:db8::1]:8443/a",
	};
	static const char *const bad[] = {
		"", "https://", "http://a", "HTTPS://a", "https:///a",
		"https://a/", "https://a//b", "https://a/../b", "https://a/.b",
		"https://a?b", "https://a/b?c", "https://a#b", "https://A",
		"https://a:", "https://a:0", "https://a:443", "https://a:08443",
		"https://a:65536", "https://a:8x", "https://a:123456",
		"https://u@a", "https://u:p@a", "https://a b", "https://a/b c",
		"https://a/%2e%2e", "https://[::1", "https://[]",
		"https://[2001:DB8::1]", "https://[0:0::1]", "https://[::1]x",
		"https://[::1]:", "https://[127.0.0.1]", "https://-a",
		"https://a..b", "https://a\xc3\xa9", "https://a\n",
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		OK(url_valid(slice_str(good[i])), "%s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		OK(!url_valid(slice_str(bad[i])), "bad url %zu is none", i);
}

static void
parts(void)
{
	struct arena a = ARENA_INIT;
	struct note_vkey out[CARD_KEYS];
	struct address desk;
	struct badge badge;
	struct card c;
	msec t;

	fixture_card(&c, &a);
	t = c.issued;
	c.officers[1] = c.officers[0];
	c.nofficers = 2;
	EQ_STR(refusal(&c), V, "a badge stands there once");
	EQ_STR(err.field, "officers[1].badge", "by its place");
	c.nofficers = 1;
	c.keys[1] = c.keys[0];
	c.nkeys = 2;
	EQ_STR(refusal(&c), V, "a key stands there once");
	c.keys[1].vkey = vkey_of(FR "#2");
	c.keys[1].from = t + HOUR;
	c.keys[0].until = t + 2 * HOUR;
	EQ_STR(refusal(&c), "", "two keys may overlap");
	OK(card_keys_at(&c, t, out) == 1 &&
	    note_vkey_eq(&out[0], &c.keys[0].vkey), "the first at first");
	OK(card_keys_at(&c, t + HOUR, out) == 2, "both for an hour");
	OK(card_keys_at(&c, t + 2 * HOUR, out) == 1 &&
	    note_vkey_eq(&out[0], &c.keys[1].vkey), "then the second");
	OK(card_keys_at(&c, t - 1, out) == 0, "none before");
	c.seals[1] = c.seals[0];
	c.nseals = 2;
	EQ_STR(refusal(&c), V, "a recipient stands there once");
	recipient_of(c.seals[1].recipient, FR " seal#2");
	c.seals[0].from = t + HOUR;
	OK(card_seal_at(&c, t) == &c.seals[1], "sealed to whom is valid");
	OK(card_seal_at(&c, t + HOUR) == &c.seals[0], "the best first");
	OK(card_seal_at(&c, t + 91 * DAY) == NULL, "and to nobody after");
	(void)address_parse(&desk, slice_str("fr/cyber"));
	OK(card_desk(&c, &desk) == &c.desks[1], "a desk is found");
	OK(card_desk_has_power(&c.desks[1], "art35") &&
	    !card_desk_has_power(&c.desks[1], "art3") &&
	    !card_desk_has_power(&c.desks[0], "art35"), "with its powers");
	(void)address_parse(&desk, slice_str("fr/cyber/x"));
	OK(card_desk(&c, &desk) == NULL, "one that is not listed is none");
	(void)badge_parse(&badge, slice_str("4711"));
	OK(card_officer(&c, &badge) == &c.officers[0], "an officer is found");
	(void)badge_parse(&badge, slice_str("471"));
	OK(card_officer(&c, &badge) == NULL, "another is not");
	card_release(&c);
	arena_free(&a);
}

/* -- types of keys ----------------------------------------------------------- */

#define P256_SEAL "age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e"

/* A recipient of a type that a later program knows. */
static const char *
foreign(struct arena *a, const char *hrp, size_t n)
{
	uint8_t *bytes = arena_alloc(a, n);
	char *text = arena_alloc(a, bech32_size(hrp, n));

	memset(bytes, 7, n);
	bech32_encode(text, hrp, slice_of(bytes, n));
	return text;
}

static void
seal_types(void)
{
	struct arena a = ARENA_INIT;
	struct card c, again;
	struct buf b = BUF_INIT;
	msec t;

	fixture_card(&c, &a);
	t = c.issued;
	c.nseals = 3;
	c.seals[1] = c.seals[2] = c.seals[0];
	c.seals[0].foreign = foreign(&a, "age1pq", 1216);
	c.seals[0].recipient[0] = '\0';
	(void)snprintf(c.seals[1].recipient, AGE_KEY_TEXT, "%s", P256_SEAL);
	EQ_STR(refusal(&c), "", "P-256 and foreign recipients are kept");
	card_print(&b, &c);
	OK(card_parse(&again, &a, buf_all(&b), &err) &&
	    strcmp(again.seals[0].foreign, c.seals[0].foreign) == 0 &&
	    again.seals[0].recipient[0] == '\0' &&
	    again.seals[1].foreign == NULL && again.seals[2].foreign == NULL,
	    "and told apart");
	OK(card_seal_at(&again, t) == &again.seals[1],
	    "sealed to is the first of a type known here");
	card_release(&again);
	c.seals[1].from = t + HOUR;
	OK(card_seal_at(&c, t) == &c.seals[2] &&
	    card_seal_at(&c, t + HOUR) == &c.seals[1], "that is valid");
	OK(card_takes(&c, NOTE_ED25519, t, &err) &&
	    card_takes(&c, NOTE_ED25519, t + 91 * DAY, &err),
	    "that it ended is for a newer card to mend");
	c.seals[1].until = c.seals[2].until = t + 2 * HOUR;
	OK(!card_takes(&c, NOTE_ED25519, t + 2 * HOUR, &err) &&
	    strcmp(err.rule, "E-CARD-SEAL") == 0,
	    "what is left being foreign is a refusal");
	c.nseals = 1;
	OK(card_seal_at(&c, t) == NULL && !card_takes(&c, NOTE_ED25519, t, &err)
	    && !card_takes(&c, NOTE_ED25519, t + 91 * DAY, &err),
	    "so is a card with nothing else, at any time");
	EQ_STR(err.rule, "E-CARD-SEAL", "by its rule");
	EQ_STR(err.field, "to", "in what the officer wrote");
	c.nseals = 2;
	c.seals[1] = c.seals[0];
	EQ_STR(refusal(&c), V, "a foreign recipient stands there once");
	buf_free(&b);
	card_release(&c);
	arena_free(&a);
}

static void
spoken(void)
{
	static const struct { const char *speaks; bool ed, p256; } t[] = {
		{ "[\"message/1\"]", true, false },
		{ "[\"message/1\",\"sign/ed25519\"]", true, false },
		{ "[\"sign/p256\",\"sign/ed25519\"]", true, true },
		{ "[\"sign/p256\"]", false, true },
		{ "[\"sign/ml-dsa-44\"]", false, false },
		{ "[\"seal/p256tag\"]", true, false },
	};
	struct arena a = ARENA_INIT;
	json_t *list;
	struct card c;

	fixture_card(&c, &a);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		c.speaks = list = json_loads(t[i].speaks, 0, NULL);
		OK(card_takes(&c, NOTE_ED25519, c.issued, &err) == t[i].ed &&
		    card_takes(&c, NOTE_ECDSA_P256, c.issued, &err) ==
		    t[i].p256, "who speaks %s verifies %s%s", t[i].speaks,
		    t[i].ed ? "Ed25519 " : "", t[i].p256 ? "P-256" : "");
		json_decref(list);
	}
	EQ_STR(err.rule, "E-CARD-SIGN", "and what it cannot verify is not sent");
	c.speaks = list = card_speaks_ours();
	OK(card_speaks(&c, "seal/x25519") && card_speaks(&c, "seal/p256tag") &&
	    card_speaks(&c, "sign/ed25519") && card_speaks(&c, "sign/p256") &&
	    card_speaks(&c, "message/1") && card_speaks(&c, "receipt/1") &&
	    !card_speaks(&c, "message/2"), "our own cards say all we do");
	EQ_STR(refusal(&c), "", "in codes that a card takes");
	json_decref(list);
	card_release(&c);
	arena_free(&a);
}

/* -- signatures and the chain ----------------------------------------------- */

struct world {
	struct arena		a;
	struct directory	dir;
	struct card		first, next;
	struct card		prev;		/* the first, verified */
	struct hash		prev_name;
};

static const char *
verdict(struct world *w, const struct card *c, const struct card *prev,
    const char *const *by, struct card *out)
{
	struct buf text = BUF_INIT, note = BUF_INIT;
	struct card own;
	bool ok;

	if (out == NULL)
		out = &own;
	err = (struct err){ .class = ERR_NONE };
	card_print(&text, c);
	ok = card_verify(out, &w->a, signed_by(&note, buf_all(&text), by),
	    &w->dir, prev, &w->prev_name, &err);
	if (ok)
		err.rule[0] = '\0';
	if (out == &own)
		card_release(&own);
	buf_free(&text);
	buf_free(&note);
	return err.rule;
}

static struct hash
name_of(const struct card *c)
{
	struct buf b = BUF_INIT;
	struct hash h;

	card_print(&b, c);
	h = hash_of(buf_all(&b));
	buf_free(&b);
	return h;
}

static void
world_begin(struct world *w)
{
	*w = (struct world){ .a = ARENA_INIT };
	fixture_directory2(&w->dir, &w->a);
	fixture_card(&w->first, &w->a);
	fixture_card2(&w->next, &w->a);
	EQ_STR(verdict(w, &w->first, NULL, BY(FR_CARD), &w->prev), "",
	    "the first card is signed by its member");
	w->prev_name = name_of(&w->first);
	OK(hash_eq(&w->prev_name, &w->next.prev), "the next one names it");
}

static void
world_end(struct world *w)
{
	card_release(&w->first);
	card_release(&w->next);
	card_release(&w->prev);
	arena_free(&w->a);
}

static void
who_signs(struct world *w)
{
	struct directory_member *fr = &w->dir.members[1];
	struct card c = w->first;

	EQ_STR(verdict(w, &c, NULL, BY(RS_CARD), NULL), "E-CARD-KEY",
	    "another member's signature is not enough");
	EQ_STR(verdict(w, &c, NULL, BY(RS_CARD, FR_CARD), NULL), "",
	    "nor is it too much");
	EQ_STR(verdict(w, &c, NULL, BY(ROOT1, ROOT2, FR), NULL),
	    "E-NOTE-UNSIGNED", "roots and message keys sign no cards");
	EQ_STR(verdict(w, &c, NULL, BY(FR_CARD "#3"), NULL),
	    "E-NOTE-UNSIGNED", "nor does a key that is not listed");
	EQ_STR(verdict(w, &c, NULL, BY(FR_CARD "#2"), NULL), "E-CARD-KEY",
	    "a key does not sign before it begins");
	c.issued = fr->keys[0].until;
	EQ_STR(verdict(w, &c, NULL, BY(FR_CARD), NULL), "E-CARD-KEY",
	    "nor after its end");
	c.issued--;
	EQ_STR(verdict(w, &c, NULL, BY(FR_CARD), NULL), "",
	    "but to its last moment");
	fr->keys[0].revoked = w->dir.issued;
	EQ_STR(verdict(w, &w->first, NULL, BY(FR_CARD), NULL), "E-CARD-KEY",
	    "a revoked key never signed, whatever the date says");
	fr->keys[0].revoked = 0;
	fr->status = MEMBER_SUSPENDED;
	EQ_STR(verdict(w, &w->first, NULL, BY(FR_CARD), NULL), "",
	    "who is suspended may still change its keys");
	fr->status = MEMBER_REMOVED;
	EQ_STR(verdict(w, &w->first, NULL, BY(FR_CARD), NULL),
	    "E-CARD-MEMBER", "who is removed has no card");
	fr->status = MEMBER_ACTIVE;
	c = w->first;
	c.net = seed_of("another network");
	EQ_STR(verdict(w, &c, NULL, BY(FR_CARD), NULL), "E-TEXT-NET",
	    "another network's card is refused");
	c = w->first;
	c.keys = arena_dup(&w->a, c.keys, sizeof(*c.keys));
	c.officers = arena_dup(&w->a, c.officers, sizeof(*c.officers));
	c.keys[0].vkey = vkey_of("other.example/fr");
	c.officers[0].vkey = vkey_of("other.example/fr/4711");
	EQ_STR(verdict(w, &c, NULL, BY(FR_CARD), NULL), "E-CARD-KEY",
	    "another network's keys are no keys of this");
}

static void
chain(struct world *w)
{
	struct card c = w->next;

	EQ_STR(verdict(w, &c, &w->prev, BY(FR_CARD), NULL), "", "2 follows 1");
	EQ_STR(verdict(w, &c, NULL, BY(FR_CARD), NULL), "",
	    "who knows none takes any");
	EQ_STR(verdict(w, &w->first, &w->prev, BY(FR_CARD), NULL),
	    "E-CARD-CHAIN", "1 does not follow 1: no rollback");
	EQ_STR(err.field, "seq", "by its number");
	c.seq = 3;
	EQ_STR(verdict(w, &c, &w->prev, BY(FR_CARD), NULL), "E-CARD-CHAIN",
	    "3 leaves a gap");
	c = w->next;
	c.prev = seed_of("another card");
	EQ_STR(verdict(w, &c, &w->prev, BY(FR_CARD), NULL), "E-CARD-CHAIN",
	    "a fork names another");
	EQ_STR(err.field, "prev", "by its hash");
	c = w->next;
	c.issued = w->first.issued - 1;
	EQ_STR(verdict(w, &c, &w->prev, BY(FR_CARD), NULL), "E-CARD-CHAIN",
	    "it is not older");
	c = w->prev;
	(void)member_id_parse(&c.member, slice_str("rs"));
	EQ_STR(verdict(w, &w->next, &c, BY(FR_CARD), NULL), "E-CARD-CHAIN",
	    "it follows no other member's");
}

/* A new directory key: begin again, or be handed the chain by both. */
static void
rotation(struct world *w)
{
	struct card restart = w->first, c = w->next, both;

	restart.issued = w->next.issued + 7 * DAY;
	EQ_STR(verdict(w, &restart, &w->prev, BY(FR_CARD "#2"), NULL), "",
	    "a newer key starts again at 1");
	EQ_STR(verdict(w, &restart, &w->prev, BY(FR_CARD), NULL),
	    "E-CARD-CHAIN", "the same key does not");
	c.issued = restart.issued;
	EQ_STR(verdict(w, &c, &w->prev, BY(FR_CARD "#2"), NULL),
	    "E-CARD-CHAIN", "a newer key does not go on by itself");
	EQ_STR(verdict(w, &c, &w->prev, BY(FR_CARD, FR_CARD "#2"), &both), "",
	    "with the old one it does");
	w->prev_name = name_of(&c);
	c.seq = 3;
	c.prev = w->prev_name;
	EQ_STR(verdict(w, &c, &both, BY(FR_CARD "#2"), NULL), "",
	    "and then goes on alone");
	EQ_STR(verdict(w, &c, &both, BY(FR_CARD), NULL), "E-CARD-CHAIN",
	    "while the old one no longer does");
	EQ_STR(verdict(w, &restart, &both, BY(FR_CARD), NULL), "E-CARD-CHAIN",
	    "nor starts again");
	w->prev_name = name_of(&w->first);
	card_release(&both);
}

/* A member with a hardware module alone: as far as the roots allow it. */
static void
p256_keys(struct world *w)
{
	struct p256_signer token;
	struct card c;

	p256_signer_begin(&token, FR, EVP_EC_gen("P-256"));
	fixture_card2(&c, &w->a);
	c.keys[0].vkey = token.signer.vkey;
	EQ_STR(refusal(&c), "", "a message key may be P-256");
	EQ_STR(verdict(w, &c, &w->prev, BY(FR_CARD), NULL), "E-CARD-ALGORITHM",
	    "but not where the directory names Ed25519 alone");
	EQ_STR(err.field, "keys[0].vkey", "by its place");
	w->dir.p256 = true;
	EQ_STR(verdict(w, &c, &w->prev, BY(FR_CARD), NULL), "",
	    "where it names both, either is enough");
	c.keys[1] = w->first.keys[0];
	c.nkeys = 2;
	EQ_STR(verdict(w, &c, &w->prev, BY(FR_CARD), NULL), "",
	    "and both may stand on a card");
	w->dir.p256 = false;
	EQ_STR(verdict(w, &c, &w->prev, BY(FR_CARD), NULL), "E-CARD-ALGORITHM",
	    "one of Ed25519 beside it does not make up for it");
	card_release(&c);
	p256_signer_end(&token);
}

static void
capacity(void)
{
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	char name[NOTE_NAME];
	struct card c;

	fixture_card(&c, &a);
	for (c.nofficers = 0; c.nofficers < 300; c.nofficers++) {
		struct card_officer *o = &c.officers[c.nofficers];

		*o = c.officers[0];
		(void)snprintf(o->badge.s, sizeof(o->badge.s), "%04zu", c.nofficers);
		(void)snprintf(name, sizeof(name), FR "/%s", o->badge.s);
		o->vkey = vkey_of(name);
	}
	EQ_STR(refusal(&c), "", "300 officers fit on a card");
	card_print(&b, &c);
	printf("# %zu officers: %zu bytes\n", c.nofficers, b.n);
	card_release(&c);
	buf_free(&b);
	arena_free(&a);
}

/* Absent it leaves the text as it was: the published cards say so. */
static void
revoked_keys(void)
{
	struct arena a = ARENA_INIT;
	struct note_vkey valid[CARD_KEYS];
	struct card c, again;
	struct buf b = BUF_INIT;
	msec t;

	fixture_card(&c, &a);
	t = c.issued;
	OK(card_keys_at(&c, t, valid) == 1, "a key is valid");
	c.keys[0].revoked = t - HOUR;
	OK(card_keys_at(&c, t, valid) == 0 &&
	    card_keys_at(&c, c.keys[0].from, valid) == 0,
	    "once revoked it is so at no time, before neither");
	card_print(&b, &c);
	OK(card_parse(&again, &a, buf_all(&b), &err) &&
	    again.keys[0].revoked == t - HOUR &&
	    card_key_of(&again, &c.keys[0].vkey) == &again.keys[0],
	    "and the card says since when");
	card_release(&again);
	buf_clear(&b);
	c.keys[0].revoked = t + 1;
	card_print(&b, &c);
	OK(!card_parse(&again, &a, buf_all(&b), &err), "but not from later on");
	EQ_STR(err.field, "keys[0].revoked", "the field is named");
	buf_free(&b);
	card_release(&c);
	arena_free(&a);
}

int
main(void)
{
	struct world w;

	secret_process_init();
	form();
	urls();
	parts();
	seal_types();
	revoked_keys();
	spoken();
	world_begin(&w);
	who_signs(&w);
	chain(&w);
	rotation(&w);
	p256_keys(&w);
	world_end(&w);
	capacity();
	return tap_done();
}
