#include "model/invite.h"
#include "model/join.h"

#include "mutate.h"
#include "trust_fixture.h"

#define NOW	"2026-11-22T09:00:00.000Z"
#define V	"E-FIELD-VALUE"

static struct err err;

static bool
invite_parses(struct slice text, struct err *e)
{
	struct buf b = BUF_INIT;
	struct invite v;
	bool ok = invite_parse(&v, text, e);

	if (ok) {
		invite_print(&b, &v);
		OK(slice_eq(buf_all(&b), text), "what parses prints the same");
		invite_release(&v);
	}
	buf_free(&b);
	return ok;
}

static bool
join_parses(struct slice text, struct err *e)
{
	struct buf b = BUF_INIT;
	struct join v;
	bool ok = join_parse(&v, text, e);

	if (ok) {
		join_print(&b, &v);
		OK(slice_eq(buf_all(&b), text), "what parses prints the same");
		join_release(&v);
	}
	buf_free(&b);
	return ok;
}

/* -- the network and what it sends ------------------------------------------- */

static struct arena arena;
static struct buf network_note, directory_note, card_note;

static void
notes(void)
{
	struct buf text = BUF_INIT;
	struct network net;
	struct directory d;
	struct card c;

	fixture_network(&net);
	network_print(&text, &net);
	(void)signed_by(&network_note, buf_all(&text), BY(ROOT1, ROOT2, ROOT3));
	buf_clear(&text);
	fixture_directory(&d, &arena);
	directory_print(&text, &d);
	(void)signed_by(&directory_note, buf_all(&text), BY(ROOT1, ROOT3));
	buf_clear(&text);
	fixture_card(&c, &arena);
	card_print(&text, &c);
	(void)signed_by(&card_note, buf_all(&text), BY(FR_CARD));
	card_release(&c);
	buf_free(&text);
}

/* rs invites xx. */
static struct invite
fixture_invite(void)
{
	struct invite v = { .net = fixture_net(),
	    .network = buf_cstr(&network_note),
	    .directory = buf_cstr(&directory_note), .class = CLASS_BUREAU,
	    .url = "https://127.0.0.1:7401", .expires = at(NOW) + DAY };

	(void)member_id_parse(&v.member, slice_str("xx"));
	memcpy(v.tls, seed_of("tls").b, sizeof(v.tls));
	return v;
}

static struct join
fixture_join(void)
{
	struct join v = { .net = fixture_net(), .class = CLASS_BUREAU,
	    .vkey = vkey_of(FR_CARD), .card = buf_cstr(&card_note) };

	(void)member_id_parse(&v.member, slice_str("fr"));
	return v;
}

static const char *
invite_rule(const struct invite *v, const char *const *by, msec now)
{
	struct buf text = BUF_INIT, note = BUF_INIT;
	struct network net;
	struct invite got;

	err = (struct err){ .class = ERR_NONE };
	invite_print(&text, v);
	if (invite_verify(&got, &net, &arena, signed_by(&note,
	    buf_all(&text), by), NULL, now, &err)) {
		invite_release(&got);
		network_release(&net);
	}
	buf_free(&text);
	buf_free(&note);
	return err.rule;
}

static const char *
join_rule(const struct join *v, const char *const *by)
{
	struct buf text = BUF_INIT, note = BUF_INIT;
	struct hash id = fixture_net();
	struct network net;
	struct join got;
	struct card card;

	err = (struct err){ .class = ERR_NONE };
	fixture_network(&net);
	join_print(&text, v);
	if (join_verify(&got, &card, &arena, signed_by(&note, buf_all(&text),
	    by), &net, &id, &err)) {
		card_release(&card);
		join_release(&got);
	}
	buf_free(&text);
	buf_free(&note);
	return err.rule;
}

/* -- form -------------------------------------------------------------------- */

static void
invite_form(void)
{
	static const char *const optional[] = { "directory", "ext", NULL };
	static const struct mutate_case cases[] = {
		{ "url", "\"http://127.0.0.1\"", V, "url" },
		{ "url", "\"https://127.0.0.1:7401/\"", V, "url" },
		{ "class", "\"police\"", V, "class" },
		{ "member", "\"root\"", V, "member" },
		{ "tls", "\"00\"", V, "tls" },
		{ "directory", "\"\"", "E-TEXT-CANONICAL", "" },
		{ "ext", "{}", V, "ext" },
		{ "ext", "{\"org.example\":1}", "", "" },
	};
	struct buf b = BUF_INIT;
	struct invite v = fixture_invite();

	invite_print(&b, &v);
	mutate_all(buf_all(&b), "invite", invite_parses, optional);
	mutate_cases(buf_all(&b), "invite", invite_parses, cases,
	    sizeof(cases) / sizeof(cases[0]));
	buf_free(&b);
}

static void
join_form(void)
{
	static const char *const optional[] = { "ext", NULL };
	static const struct mutate_case cases[] = {
		{ "class", "\"police\"", V, "class" },
		{ "vkey", "\"x\"", V, "vkey" },
		{ "net", "\"00\"", V, "net" },
		{ "card", "\"no card\"", "", "" },
	};
	struct buf b = BUF_INIT;
	struct join v = fixture_join();

	join_print(&b, &v);
	mutate_all(buf_all(&b), "join", join_parses, optional);
	mutate_cases(buf_all(&b), "join", join_parses, cases,
	    sizeof(cases) / sizeof(cases[0]));
	buf_free(&b);
}

/* -- belief ------------------------------------------------------------------ */

static void
invite_believed(void)
{
	struct invite v = fixture_invite();
	struct buf forged = BUF_INIT;

	EQ_STR(invite_rule(&v, BY(RS_CARD), at(NOW)), "",
	    "an invitation that a member signed is believed");
	EQ_STR(invite_rule(&v, BY("demo.example/xx/card"), at(NOW)),
	    "E-INVITE-SIGNATURE", "nobody invites oneself");
	EQ_STR(invite_rule(&v, BY(RS), at(NOW)), "E-INVITE-SIGNATURE",
	    "a message key does not invite");
	EQ_STR(invite_rule(&v, BY(ROOT1), at(NOW)), "E-INVITE-SIGNATURE",
	    "nor does a root where there are members");
	EQ_STR(invite_rule(&v, BY(RS_CARD), v.expires), "E-INVITE-EXPIRED",
	    "an invitation ends when it says");
	EQ_STR(invite_rule(&v, BY(RS_CARD), at("2026-11-21T09:00:00.000Z")),
	    "E-INVITE-SIGNATURE", "a key that has not begun does not invite");

	v.directory = "";
	EQ_STR(invite_rule(&v, BY(ROOT2), at(NOW)), "",
	    "before there are members a root invites");
	EQ_STR(invite_rule(&v, BY(RS_CARD), at(NOW)), "E-INVITE-SIGNATURE",
	    "a member without its directory does not");

	v = fixture_invite();
	v.net = seed_of("another network");
	EQ_STR(invite_rule(&v, BY(RS_CARD), at(NOW)), "E-TEXT-NET",
	    "the founding note within must be that of the network");

	v = fixture_invite();
	buf_slice(&forged, buf_all(&directory_note));
	*strstr((char *)(uintptr_t)buf_cstr(&forged), "bureau") = 'B';
	v.directory = buf_cstr(&forged);
	EQ_STR(invite_rule(&v, BY(RS_CARD), at(NOW)), "E-NOTE-SIGNATURE",
	    "a directory that was altered is not read");
	buf_free(&forged);
}

static void
join_believed(void)
{
	struct join v = fixture_join();
	struct buf text = BUF_INIT, note = BUF_INIT;
	struct card c;

	EQ_STR(join_rule(&v, BY(FR_CARD)), "",
	    "a request that its key signed is believed");
	EQ_STR(join_rule(&v, BY(RS_CARD)), "E-JOIN-KEY",
	    "one that another signed is not");
	v.vkey = vkey_of(FR_CARD "#2");
	EQ_STR(join_rule(&v, BY(FR_CARD "#2")), "E-NOTE-UNSIGNED",
	    "the key to be admitted signed the card as well");
	v = fixture_join();
	v.vkey = vkey_of(RS_CARD);
	EQ_STR(join_rule(&v, BY(RS_CARD)), "E-JOIN-KEY",
	    "the key is named after the member");
	v = fixture_join();
	(void)member_id_parse(&v.member, slice_str("rs"));
	v.vkey = vkey_of(RS_CARD);
	EQ_STR(join_rule(&v, BY(RS_CARD)), "E-NOTE-UNSIGNED",
	    "nobody joins with another's card");
	v = fixture_join();
	v.net = seed_of("another network");
	EQ_STR(join_rule(&v, BY(FR_CARD)), "E-TEXT-NET",
	    "a request to another network is refused");
	v = fixture_join();
	v.card = "no card";
	EQ_STR(join_rule(&v, BY(FR_CARD)), "E-NOTE-FORM", "a card is a note");

	v = fixture_join();
	fixture_card2(&c, &arena);
	card_print(&text, &c);
	card_release(&c);
	(void)signed_by(&note, buf_all(&text), BY(FR_CARD));
	v.card = buf_cstr(&note);
	EQ_STR(join_rule(&v, BY(FR_CARD)), "E-JOIN-CARD",
	    "who joins begins with card 1");
	buf_free(&text);
	buf_free(&note);
}

/* Every byte of a join note that changes makes it worthless. */
static void
join_bytes(void)
{
	struct buf text = BUF_INIT, note = BUF_INIT;
	struct hash id = fixture_net();
	struct join v = fixture_join(), got;
	struct network net;
	struct card card;
	bool refused = true;

	fixture_network(&net);
	join_print(&text, &v);
	(void)signed_by(&note, buf_all(&text), BY(FR_CARD));
	for (size_t i = 0; i < text.n; i += 3) {
		note.p[i] ^= 1;
		if (join_verify(&got, &card, &arena, buf_all(&note), &net, &id,
		    &err)) {
			refused = false;
			card_release(&card);
			join_release(&got);
		}
		note.p[i] ^= 1;
	}
	OK(refused, "no byte of a request can change");
	buf_free(&text);
	buf_free(&note);
}

int
main(void)
{
	secret_process_init();
	notes();
	invite_form();
	join_form();
	invite_believed();
	join_believed();
	join_bytes();
	buf_free(&network_note);
	buf_free(&directory_note);
	buf_free(&card_note);
	arena_free(&arena);
	return tap_done();
}
