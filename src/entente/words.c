#include "entente/words.h"

#include <string.h>

#include "base/encode.h"
#include "entente/out.h"
#include "entente/words_agreement.h"
#include "model/card.h"
#include "model/invite.h"
#include "model/join.h"
#include "model/settlement.h"
#include "model/network.h"

static const char *
number(struct cli *cli, int64_t n)
{
	return arena_printf(&cli->arena, "%lld", (long long)n);
}

static const char *
safe(struct cli *cli, const char *text)
{
	struct buf b = BUF_INIT;
	const char *s;

	out_safe(&b, slice_str(text));
	s = arena_str(&cli->arena, buf_all(&b));
	buf_free(&b);
	return s;
}

const char *
words_label(struct cli *cli, const json_t *labels)
{
	const json_t *v = json_object_get(labels, cli->lang);

	if (v == NULL)
		v = json_object_get(labels, "en");
	return v == NULL ? "" : safe(cli, json_string_value(v));
}

const char *
words_id(struct cli *cli, const struct hash *h)
{
	struct buf b = BUF_INIT;
	const char *s;

	for (size_t i = 0; i < sizeof(h->b); i += 2) {
		if (i != 0)
			buf_u8(&b, ' ');
		buf_hex(&b, slice_of(h->b + i, 2));
	}
	s = arena_str(&cli->arena, buf_all(&b));
	buf_free(&b);
	return s;
}

static void
tell_roots(struct cli *cli, const struct note_vkey *roots, size_t n)
{
	char text[NOTE_VKEY];

	for (size_t i = 0; i < n; i++) {
		note_vkey_print(text, &roots[i]);
		out_note(cli, "words.root", "vkey", text, NULL);
	}
}

static bool
tell_network(struct cli *cli, struct slice text, struct err *err)
{
	struct hash id = hash_of(text);
	struct network net;

	if (!network_parse(&net, text, err))
		return false;
	out_note(cli, "words.network", "name", net.name,
	    "class", say_code(cli, "network-class",
	    network_class_names[net.class]), "k", number(cli, net.k),
	    "n", number(cli, net.n), NULL);
	out_note(cli, "words.id", "id", words_id(cli, &id), NULL);
	tell_roots(cli, net.roots, net.n);
	network_release(&net);
	return true;
}

static bool
tell_directory(struct cli *cli, struct slice text, struct err *err)
{
	struct directory d;

	if (!directory_parse(&d, &cli->arena, text, err))
		return false;
	out_note(cli, "words.directory", "number", number(cli, d.number),
	    "members", number(cli, (int64_t)d.nmembers),
	    "until", out_msec(cli, d.valid_until), "k", number(cli, d.k),
	    "n", number(cli, d.nroots), NULL);
	for (size_t i = 0; i < d.nmembers; i++)
		out_note(cli, "words.member", "member", d.members[i].id.s,
		    "class", say_code(cli, "member-class",
		    class_names[d.members[i].class]), "status",
		    say_code(cli, "member-status",
		    member_status_names[d.members[i].status]), NULL);
	tell_roots(cli, d.roots, d.nroots);
	if (d.p256)
		out_note(cli, "words.p256", NULL);
	directory_release(&d);
	return true;
}

static bool
tell_settlement(struct cli *cli, struct slice text, struct err *err)
{
	struct settlement s;

	if (!settlement_parse(&s, &cli->arena, text, err))
		return false;
	out_note(cli, "words.settlement", "number", number(cli, s.number),
	    "keep", words_id(cli, &s.keep), "drop", words_id(cli, &s.drop),
	    NULL);
	settlement_release(&s);
	return true;
}

static void
tell_card_of(struct cli *cli, const struct card *c)
{
	char vkey[NOTE_VKEY];

	out_note(cli, "words.card", "seq", number(cli, c->seq),
	    "member", c->member.s, "name", words_label(cli, c->name),
	    "issued", out_msec(cli, c->issued), NULL);
	for (size_t i = 0; i < c->nurls; i++)
		out_note(cli, "words.url", "url", c->urls[i], NULL);
	if (c->relay.s[0] != '\0')
		out_note(cli, "words.relay", "relay", c->relay.s, NULL);
	for (size_t i = 0; i < c->ndesks; i++)
		out_note(cli, "words.desk", "desk", c->desks[i].desk.s,
		    "name", words_label(cli, c->desks[i].name),
		    "phone", c->desks[i].phone, NULL);
	for (size_t i = 0; i < c->nofficers; i++) {
		note_vkey_print(vkey, &c->officers[i].vkey);
		out_note(cli, "words.officer", "badge", c->officers[i].badge.s,
		    "vkey", vkey, NULL);
	}
}

static bool
tell_card(struct cli *cli, struct slice text, struct err *err)
{
	struct card c;

	if (!card_parse(&c, &cli->arena, text, err))
		return false;
	tell_card_of(cli, &c);
	card_release(&c);
	return true;
}

static bool
tell_invite(struct cli *cli, struct slice text, struct err *err)
{
	struct invite v;

	if (!invite_parse(&v, text, err))
		return false;
	out_note(cli, "words.invite", "member", v.member.s, "class",
	    say_code(cli, "member-class", class_names[v.class]),
	    "expires", out_msec(cli, v.expires), NULL);
	out_note(cli, "words.id", "id", words_id(cli, &v.net), NULL);
	out_note(cli, "words.url", "url", v.url, NULL);
	invite_release(&v);
	return true;
}

static bool
tell_join(struct cli *cli, struct slice text, struct err *err)
{
	char vkey[NOTE_VKEY];
	struct join v;
	struct note note;
	struct card c;
	bool ok;

	if (!join_parse(&v, text, err))
		return false;
	note_vkey_print(vkey, &v.vkey);
	out_note(cli, "words.join", "member", v.member.s, "class",
	    say_code(cli, "member-class", class_names[v.class]),
	    "vkey", vkey, NULL);
	ok = note_parse(&note, slice_str(v.card), err) &&
	    card_parse(&c, &cli->arena, note.text, err);
	if (ok) {
		tell_card_of(cli, &c);
		card_release(&c);
	}
	join_release(&v);
	return ok;
}

bool
words_tell(struct cli *cli, const struct signed_file *f, struct err *err)
{
	static const struct {
		const char	*type;
		bool		(*tell)(struct cli *, struct slice, struct err *);
	} types[] = {
		{ "network", tell_network },
		{ "directory", tell_directory },
		{ "settlement", tell_settlement },
		{ "card", tell_card },
		{ "agreement", words_agreement },
		{ "ending", words_ending },
		{ "invite", tell_invite },
		{ "join", tell_join },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (signed_file_is(f, types[i].type))
			return types[i].tell(cli, f->note.text, err);
	return err_set(err, ERR_INVALID, "E-SIGN-TYPE",
	    "only network, directory, settlement, card, agreement, ending, "
	    "invite and join are signed here");
}
