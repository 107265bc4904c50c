#ifndef TEST_MESSAGE_FIXTURE_H
#define TEST_MESSAGE_FIXTURE_H

#include "model/message.h"

#include "trust_fixture.h"

/*
 * A request of rs to cert-ee and fr/cyber with one file, and what fr says in
 * its thread, in the network of trust_fixture.h.
 */
#define MESSAGE_SENT	"2026-11-29T18:20:00.123Z"

static inline void
fixture_to(struct recipient *r, const char *desk, struct hash card)
{
	(void)address_parse(&r->desk, slice_str(desk));
	memcpy(r->card, card.b, CARD_MARK);
}

/* The name of card 2 of fr, test/vectors/card-2.note. */
static inline struct hash
fixture_fr_card(struct arena *a)
{
	struct buf b = BUF_INIT;
	struct hash name;
	struct card c;

	fixture_card2(&c, a);
	card_print(&b, &c);
	name = hash_of(buf_all(&b));
	card_release(&c);
	buf_free(&b);
	return name;
}

/* Arrays have room for one more than may be. */
static inline void
fixture_request(struct header *h, struct arena *a)
{
	*h = (struct header){ .net = fixture_net(), .dir = 2,
	    .ref = "rs-2026-000184", .nto = 2, .kind = "request.preservation/1",
	    .kind_hash = seed_of("request.preservation/1"), .act = ACT_SUBMIT,
	    .urgency = URGENCY_URGENT, .sent = at(MESSAGE_SENT),
	    .deliver_by = at("2026-12-02T18:20:00.123Z"),
	    .keep_until = at("2031-11-29T00:00:00.000Z"),
	    .purpose = "investigation", .area = "cyber",
	    .handling = { .tlp = TLP_AMBER, .level = LEVEL_RESTRICTED,
	    .codes = HCODE_H1 }, .content = seed_of("content"), .nblobs = 1 };

	(void)address_parse(&h->from, slice_str("rs/cyber"));
	(void)badge_parse(&h->by, slice_str("4711"));
	h->to = arena_alloc(a, (MESSAGE_TO + 1) * sizeof(*h->to));
	fixture_to(&h->to[0], "cert-ee", seed_of("card of cert-ee"));
	fixture_to(&h->to[1], "fr/cyber", fixture_fr_card(a));
	h->after = arena_alloc(a, (MESSAGE_AFTER + 1) * sizeof(*h->after));
	h->blobs = arena_alloc(a, (MESSAGE_BLOBS + 1) * sizeof(*h->blobs));
	h->blobs[0] = (struct blob_ref){ seed_of("file 1"), 300 };
}

/* Every field there is: what fr says to rs, handing it to another desk. */
static inline void
fixture_transfer(struct header *h, struct arena *a, struct hash root)
{
	struct hash x = seed_of("message 1"), y = seed_of("message 2");
	bool rising = memcmp(x.b, y.b, HASH_LEN) < 0;

	fixture_request(h, a);
	(void)snprintf(h->ref, sizeof(h->ref), "fr-2026-000009");
	h->thread = root;
	h->after[0] = rising ? x : y;
	h->after[1] = rising ? y : x;
	h->nafter = 2;
	(void)address_parse(&h->from, slice_str("fr/cyber"));
	fixture_to(&h->to[0], "rs/cyber", seed_of("card of rs"));
	h->nto = 1;
	h->act = ACT_TRANSFER;
	(void)address_parse(&h->desk, slice_str("fr/night/cyber"));
	h->until = h->sent + DAY;
	h->exercise = true;
	h->blobs[1] = (struct blob_ref){ seed_of("file 2"), 1 };
	h->nblobs = 2;
	h->ext = json_pack("{s:s}", "org.example.note", "a \"word\"");
}

static inline struct file_ref
fixture_file(void)
{
	struct file_ref f = { .name = "connections.csv", .type = "text/csv",
	    .size = 57, .sha256 = seed_of("plain 1"), .blob = seed_of("file 1") };
	struct hash seed = seed_of("file key 1");
	struct secret *key = secret_copy(slice_of(seed.b, 32)), *text;

	text = age_identity_print(key);
	(void)snprintf(f.key, sizeof(f.key), "%s", (const char *)text->p);
	secret_free(text);
	secret_free(key);
	return f;
}

/* content_release() frees it. */
static inline void
fixture_content(struct content *c, struct arena *a)
{
	struct hash salt = seed_of("salt");
	struct file_ref f = fixture_file();

	*c = (struct content){ .subject = "Two connections", .lang = "en",
	    .nfiles = 1, .files = arena_alloc(a,
	    (MESSAGE_BLOBS + 1) * sizeof(*c->files)) };
	memcpy(c->salt, salt.b, sizeof(c->salt));
	c->files[0] = f;
	c->body = c->json = json_pack("{s:s, s:[i], s:{s:b}}",
	    "case_number", "KT-\xd0\xb1 12/26", "files", 0,
	    "more", "yes", 1);
}

#endif
