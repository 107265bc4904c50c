#ifndef TEST_BUNDLE_FIXTURE_H
#define TEST_BUNDLE_FIXTURE_H

#include <sodium.h>

#include "model/bundle.h"
#include "model/bundle_write.h"
#include "model/message.h"
#include "model/receipt.h"

#include "trust_fixture.h"

/*
 * One request of rs to fr/cyber, acknowledged and answered, in the network of
 * trust_fixture.h, with everything in its place.  A plan says what is to be
 * otherwise; an offer is accepted by fr and delivered by rs instead.
 */
struct plan {
	struct hash	 kind_hash;
	const char	*kind;
	const char	*signer;	/* of the request: a label */
	const char	*stranger;	/* signs it too */
	bool		 no_approval;
	bool		 no_receipts;
	bool		 no_content;	/* of the answer */
	bool		 wrong_file;	/* the content lies about the file */
	bool		 foreign;	/* the answer belongs to another thread */
	struct hash	 card_net;	/* in rs's card */
	const char	*revoked;	/* rs's card key, in directory 3 */
	const char	*officer_until;	/* rs's officers' keys */
	const char	*key_from;	/* rs's message key */
	bool		 offer;
	enum tlp	 content_tlp;	/* of what an offer delivers */
};

#define FIXTURE_SENT	"2026-11-29T18:20:00.123Z"
#define FIXTURE_TAKEN	"2026-11-29T18:20:02.500Z"
#define FIXTURE_FILE	\
	"time,address,port\n2026-11-20T03:14:15Z,192.0.2.15,51515\n"

static inline struct plan
fixture_plan(void)
{
	return (struct plan){ .kind_hash = seed_of("request.preservation/1"),
	    .kind = "request.preservation/1", .signer = RS,
	    .card_net = fixture_net() };
}

/* Sealing draws random bytes; here they come from a counter, so that the
 * bundle is the same each time. */
static uint64_t fixture_draws;

static inline void
fixture_random(void *out, size_t n)
{
	uint8_t *p = out;

	while (n != 0) {
		uint64_t count = fixture_draws++;
		struct hash h = hash_of(slice_of(&count, sizeof(count)));
		size_t piece = n < HASH_LEN ? n : HASH_LEN;

		memcpy(p, h.b, piece);
		p += piece;
		n -= piece;
	}
}

static inline uint32_t
fixture_random32(void)
{
	uint32_t v;

	fixture_random(&v, sizeof(v));
	return v;
}

static inline const char *
fixture_random_name(void)
{
	return "counter";
}

static inline void
fixture_randomness(void)
{
	static struct randombytes_implementation counter = {
		.implementation_name = fixture_random_name,
		.random = fixture_random32, .buf = fixture_random,
	};

	(void)randombytes_set_implementation(&counter);
}

struct story {
	struct plan		 plan;
	struct arena		 arena;
	struct bundle_writer	*w;
	struct buf		 note;		/* the last one signed */
	struct hash		 names[4];	/* of the messages, from 1 */
	struct buf		 blob;
	struct file_ref		 file;
	struct hash		 fr_card;
	struct hash		 rs_card;
};

static inline void
must(bool ok, const struct err *err)
{
	if (ok)
		return;
	(void)fprintf(stderr, "fixture: %s %s\n", err->rule, err->text);
	abort();
}

static inline void
story_trust(struct story *s)
{
	struct buf b = BUF_INIT;
	struct directory d;
	struct network n;
	struct hash prev;
	struct err err;

	fixture_network(&n);
	network_print(&b, &n);
	must(bundle_write_network(s->w, signed_by(&s->note, buf_all(&b),
	    BY(ROOT1, ROOT2, ROOT3)), &err), &err);
	for (int64_t i = 1; i <= 2 + (s->plan.revoked != NULL); i++) {
		prev = hash_of(buf_all(&b));
		if (i == 1)
			fixture_directory(&d, &s->arena);
		else
			fixture_directory2(&d, &s->arena);
		if (i == 3) {
			d.number = 3;
			d.prev = prev;
			d.issued = at("2026-12-10T10:00:00.000Z");
			d.valid_until = d.issued + 14 * DAY;
			d.members[2].keys[0].revoked = at(s->plan.revoked);
		}
		buf_clear(&b);
		directory_print(&b, &d);
		must(bundle_write_directory(s->w, i, signed_by(&s->note,
		    buf_all(&b), BY(ROOT1, ROOT2)), &err), &err);
	}
	buf_free(&b);
}

static inline struct hash
story_card(struct story *s, struct card *c, const char *label)
{
	struct buf b = BUF_INIT;
	struct hash name;
	struct err err;

	card_print(&b, c);
	name = hash_of(buf_all(&b));
	must(bundle_write_card(s->w, &c->member, c->seq,
	    signed_by(&s->note, buf_all(&b), BY(label)), &err), &err);
	card_release(c);
	buf_free(&b);
	return name;
}

static inline void
story_rs_card(struct story *s)
{
	const struct plan *p = &s->plan;
	struct card c;

	fixture_card(&c, &s->arena);
	(void)member_id_parse(&c.member, slice_str("rs"));
	c.net = p->card_net;
	c.country = "RS";
	c.time_zone = "Europe/Belgrade";
	c.nurls = c.ndesks = 1;
	c.keys[0].vkey = vkey_of(RS);
	if (p->key_from != NULL)
		c.keys[0].from = at(p->key_from);
	recipient_of(c.seals[0].recipient, RS " seal");
	(void)address_parse(&c.desks[0].desk, slice_str("rs/cyber"));
	c.nofficers = 2;
	c.officers[0].vkey = vkey_of(RS "/4711");
	c.officers[1] = c.officers[0];
	(void)badge_parse(&c.officers[1].badge, slice_str("4712"));
	c.officers[1].vkey = vkey_of(RS "/4712");
	if (p->officer_until != NULL)
		c.officers[0].until = c.officers[1].until = at(p->officer_until);
	s->rs_card = story_card(s, &c, RS_CARD);
}

static inline void
story_agreement(struct story *s, struct agreement *g, const char *const *by)
{
	struct buf b = BUF_INIT;
	struct err err;

	agreement_print(&b, g);
	must(bundle_write_agreement(s->w, g->id, g->version,
	    signed_by(&s->note, buf_all(&b), by), &err), &err);
	agreement_release(g);
	buf_free(&b);
}

static inline void
story_members(struct story *s)
{
	struct agreement g;
	struct card c;

	fixture_card(&c, &s->arena);
	(void)story_card(s, &c, FR_CARD);
	fixture_card2(&c, &s->arena);
	s->fr_card = story_card(s, &c, FR_CARD);
	story_rs_card(s);
	fixture_charter(&g, &s->arena);
	story_agreement(s, &g, BY(ROOT1, ROOT2));
	fixture_agreement(&g, &s->arena);
	story_agreement(s, &g, BY(FR_CARD, RS_CARD));
}

/* The one file, to an identity whose key stands in the content. */
static inline void
story_seal(struct story *s)
{
	struct slice plain = slice_str(FIXTURE_FILE);
	struct hash seed = seed_of("file 1");
	struct secret *key = secret_copy(slice_of(seed.b, 32)), *text;
	struct age_identity id;
	struct age_recipient to;
	struct err err;

	age_identity_x25519(&id, key);
	age_identity_recipient(&to, &id);
	fixture_draws = 1;
	must(age_seal_all(&s->blob, &to, 1, plain, &err), &err);
	text = age_identity_print(key);
	(void)snprintf(s->file.key, sizeof(s->file.key), "%s",
	    (const char *)text->p);
	(void)snprintf(s->file.name, sizeof(s->file.name), "connections.csv");
	(void)snprintf(s->file.type, sizeof(s->file.type), "text/csv");
	s->file.size = (int64_t)plain.n;
	s->file.sha256 = s->plan.wrong_file ? seed : hash_of(plain);
	s->file.blob = hash_of(buf_all(&s->blob));
	secret_free(text);
	secret_free(key);
}

/* What all three messages share. */
static inline struct header
story_header(struct story *s, int i)
{
	struct header h = { .net = fixture_net(), .dir = 2,
	    .kind_hash = s->plan.kind_hash, .urgency = URGENCY_NORMAL,
	    .sent = at(FIXTURE_SENT) + (i - 1) * HOUR, .nto = 1,
	    .keep_until = at("2031-11-29T00:00:00.000Z"),
	    .handling = { .tlp = TLP_AMBER } };
	bool rs = i == 1 || (i == 3 && s->plan.offer);

	if (i == 3 && s->plan.offer)
		h.handling.tlp = s->plan.content_tlp;
	(void)snprintf(h.ref, sizeof(h.ref), "%s-2026-%06d",
	    rs ? "rs" : "fr", 183 + i);
	(void)snprintf(h.kind, sizeof(h.kind), "%s", s->plan.kind);
	(void)snprintf(h.purpose, sizeof(h.purpose), "investigation");
	(void)snprintf(h.area, sizeof(h.area), "cyber");
	h.deliver_by = h.sent + 3 * DAY;
	(void)badge_parse(&h.by, slice_str("4711"));
	h.to = arena_alloc(&s->arena, sizeof(*h.to));
	(void)address_parse(rs ? &h.from : &h.to[0].desk,
	    slice_str("rs/cyber"));
	(void)address_parse(rs ? &h.to[0].desk : &h.from,
	    slice_str("fr/cyber"));
	memcpy(h.to[0].card, rs ? s->fr_card.b : s->rs_card.b, CARD_MARK);
	if (i > 1) {
		h.thread = s->names[1];
		h.after = &s->names[i - 1];
		h.nafter = 1;
	}
	return h;
}

static inline void
story_content(struct buf *line, struct story *s, int i)
{
	json_t *body = json_pack("{s:s}", "note", i == 1 ? "192.0.2.15" : "done");
	struct content c = { .subject = i == 1 ? "Two connections" : "",
	    .lang = "en", .body = body };
	struct hash salt = seed_of("salt");

	salt.b[0] = (uint8_t)i;
	memcpy(c.salt, salt.b, sizeof(c.salt));
	if (i == 1) {
		c.files = &s->file;
		c.nfiles = 1;
	}
	content_print(line, &c);
	json_decref(body);
}

static inline void
story_receipt(struct story *s, const char *from, const char *to,
    const char *label, msec when, int first, int last)
{
	struct receipt r = { .net = fixture_net(), .dir = 2, .at = when };
	struct buf b = BUF_INIT;
	struct err err;

	(void)member_id_parse(&r.from, slice_str(from));
	(void)member_id_parse(&r.to, slice_str(to));
	r.entries = arena_alloc(&s->arena, RECEIPT_ENTRIES * sizeof(*r.entries));
	for (int i = first; i <= last; i++)
		r.entries[r.n++] = (struct receipt_entry){
		    .name = s->names[i], .result = RECEIPT_TAKEN };
	receipt_print(&b, &r);
	must(bundle_write_receipt(s->w, &r.from, signed_by(&s->note,
	    buf_all(&b), BY(label)), &err), &err);
	buf_free(&b);
}

static inline void
story_message(struct story *s, int i, enum act act, const char *const *by)
{
	struct blob_ref ref = { s->file.blob, (int64_t)s->blob.n };
	struct buf line = BUF_INIT, b = BUF_INIT;
	struct header h = story_header(s, i);
	struct err err;

	story_content(&line, s, i);
	h.act = act;
	h.content = hash_of(buf_all(&line));
	if (i == 1) {
		h.blobs = &ref;
		h.nblobs = 1;
	} else if (act == ACT_ACKNOWLEDGE)
		h.until = h.sent + 4 * HOUR;
	else if (s->plan.foreign)
		h.thread = seed_of("another thread");
	header_print(&b, &h);
	s->names[i] = hash_of(buf_all(&b));
	must(bundle_write_message(s->w, signed_by(&s->note, buf_all(&b), by),
	    &err), &err);
	if (i != 3 || !s->plan.no_content)
		must(bundle_write_content(s->w, buf_all(&line), &err), &err);
	buf_free(&line);
	buf_free(&b);
}

static inline void
story_messages(struct story *s)
{
	const struct plan *p = &s->plan;
	const char *by[4] = { p->signer };
	int n = 1;

	if (!p->no_approval)
		by[n++] = RS "/4712";
	by[n] = p->stranger;
	story_message(s, 1, ACT_SUBMIT, by);
	if (!p->no_receipts)
		story_receipt(s, "fr", "rs", FR, at(FIXTURE_TAKEN), 1, 1);
	story_message(s, 2, p->offer ? ACT_ACCEPT : ACT_ACKNOWLEDGE, BY(FR));
	if (!p->no_receipts)
		story_receipt(s, "rs", "fr", RS, at(FIXTURE_TAKEN) + HOUR, 2, 2);
	if (p->offer) {
		story_message(s, 3, ACT_DELIVER, BY(RS));
		story_receipt(s, "fr", "rs", FR, at(FIXTURE_TAKEN) + 3 * HOUR,
		    3, 3);
		return;
	}
	story_message(s, 3, ACT_ANSWER, BY(FR));
	/* Repeated in one that names both, as nodes do that ask again. */
	if (!p->no_receipts)
		story_receipt(s, "rs", "fr", RS, at(FIXTURE_TAKEN) + 3 * HOUR,
		    2, 3);
}

static inline void
fixture_bundle(struct buf *out, const struct plan *plan)
{
	struct story s = { .plan = *plan };
	struct member_id rs;
	struct err err;
	struct hash net = fixture_net();

	(void)member_id_parse(&rs, slice_str("rs"));
	buf_clear(out);
	s.w = bundle_writer_new(tar_to_buf, out, at("2026-12-24T12:00:00.000Z"),
	    &err);
	must(s.w != NULL, &err);
	story_trust(&s);
	story_members(&s);
	story_seal(&s);
	story_messages(&s);
	must(!bundle_has_blob(s.w, &s.file.blob) &&
	    bundle_begin_blob(s.w, &s.file.blob, s.blob.n, &err), &err);
	for (size_t i = 0; i < s.blob.n; i += 100)
		must(bundle_add_blob(s.w, slice_of(s.blob.p + i, s.blob.n - i <
		    100 ? s.blob.n - i : 100), &err), &err);
	must(bundle_has_blob(s.w, &s.file.blob) && bundle_write_end(s.w, &net,
	    &s.names[1], "rs-2026-000184", &rs, &err), &err);
	bundle_writer_free(s.w);
	buf_free(&s.note);
	buf_free(&s.blob);
	arena_free(&s.arena);
}

#endif
