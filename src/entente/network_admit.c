#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "entente/demo.h"
#include "entente/network_acts.h"
#include "entente/out.h"
#include "entente/prompt.h"
#include "entente/signing.h"
#include "entente/trust_open.h"
#include "entente/when.h"
#include "entente/words.h"
#include "model/invite.h"
#include "model/join.h"
#include "model/text.h"
#include "model/url.h"

/* -- shared ---------------------------------------------------------------- */

bool
network_demo(struct cli *cli, const struct network *net, struct err *err)
{
	return demo_network_allowed(net,
	    cli_flag(cli, "demo") ? DEMO_YES : DEMO_NO, err);
}

bool
network_sign(struct signed_file *f, struct buf *text,
    const struct trust_keyring *t, unsigned *count, struct err *err)
{
	struct note_signer roots[TRUST_SIGNERS];
	size_t n = trust_keyring_signers(t, KEYRING_ROOT, roots, TRUST_SIGNERS);

	*count = 0;
	if (!signed_file_take(f, text, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!signed_file_sign(f, &roots[i], err))
			return false;
		(*count)++;
	}
	return true;
}

void
network_member(struct directory_member *m, struct arena *a,
    const struct member_id *id, enum member_class class,
    const struct note_vkey *v, msec from)
{
	const struct directory_key key = { .vkey = *v, .from = from };

	*m = (struct directory_member){ .id = *id, .class = class,
	    .status = MEMBER_ACTIVE, .nkeys = 1,
	    .keys = arena_dup(a, &key, sizeof(key)) };
}

bool
network_class_parse(enum member_class *class, const char *s, struct err *err)
{
	for (unsigned i = 0; i < CLASSES; i++)
		if (strcmp(class_names[i], s) == 0) {
			*class = (enum member_class)i;
			return true;
		}
	return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "class",
	    "is one of secretariat, bureau, contact-point, judicial, partner, "
	    "cert, industry, regulator, academia, observer");
}

/* -- admit ----------------------------------------------------------------- */

static bool
places_allowed(const struct network *net, const struct card *card,
    struct err *err)
{
	for (size_t i = 0; i < card->nurls; i++)
		if (!demo_place_allowed(net, card->urls[i], err))
			return false;
	return true;
}

/* The card goes beside the directory, so that both are published. */
static bool
card_write(const struct trust_chain *c, const struct join *join,
    struct err *err)
{
	struct buf b = BUF_INIT;
	struct signed_file f;
	char path[CHAIN_PATH];
	bool ok;

	buf_str(&b, join->card);
	trust_chain_card_path(path, c->dir, &join->member, 1);
	if (!signed_file_take(&f, &b, err))
		return false;
	ok = signed_file_write(&f, path, SIGNED_FILE_REPLACE, err);
	signed_file_free(&f);
	return ok;
}

static enum exit_code
admit(struct cli *cli, struct trust_chain *c, const struct trust_keyring *t,
    const struct join *join, const struct card *card)
{
	struct directory_member m;
	const struct chain_change change = { .add = &m };
	enum exit_code code;
	struct err err;

	if (!prompt_confirm(cli, &code, say(cli, "network.ask.admit",
	    "member", join->member.s, "class", say_code(cli, "member-class",
	    class_names[join->class]), NULL)))
		return code;
	network_member(&m, &cli->arena, &join->member, join->class,
	    &join->vkey, card->issued);
	if (!card_write(c, join, &err) ||
	    !network_next(cli, c, t, &change, &err))
		return out_error(cli, &err);
	out_note(cli, "network.welcome", "member", join->member.s, "dir",
	    c->dir, NULL);
	return EXIT_DONE;
}

static bool
is_new(const struct trust_chain *c, const struct member_id *m,
    struct err *err)
{
	if (directory_find(&c->directory, m) == NULL)
		return true;
	return err_set(err, ERR_CONFLICT, "E-CHAIN-MEMBER",
	    "%s is in directory %lld already", m->s,
	    (long long)c->directory.number);
}

enum exit_code
network_admit(struct cli *cli)
{
	struct trust_keyring t = { .lock = -1 };
	struct trust_chain c = { .arena = ARENA_INIT };
	enum exit_code code;
	struct signed_file f;
	struct join join;
	struct card card;
	struct err err;

	if (!signed_file_read(&f, cli_arg(cli, 0), &err))
		return out_error(cli, &err);
	if (!network_begin(cli, &c, &t, &err)) {
		signed_file_free(&f);
		return out_error(cli, &err);
	}
	if (!join_verify(&join, &card, &cli->arena, buf_all(&f.bytes),
	    &c.network, &c.net, &err)) {
		code = out_error(cli, &err);
	} else {
		code = is_new(&c, &join.member, &err) &&
		    places_allowed(&c.network, &card, &err) &&
		    card_algorithms(&card, &c.directory, &err) &&
		    words_tell(cli, &f, &err) ?
		    admit(cli, &c, &t, &join, &card) : out_error(cli, &err);
		card_release(&card);
		join_release(&join);
	}
	network_end(&c, &t);
	signed_file_free(&f);
	return code;
}

enum exit_code
network_renew(struct cli *cli)
{
	struct trust_keyring t;
	struct trust_chain c;
	enum exit_code code;
	const struct chain_change change = {
	    .valid_until = cli_time(cli, "valid-until") };
	struct err err;

	if (!network_begin(cli, &c, &t, &err))
		return out_error(cli, &err);
	if (cli_flag(cli, "p256")) {
		c.directory.p256 = true;
		out_note(cli, "changes.p256", NULL);
	}
	if (prompt_confirm(cli, &code, say(cli, "network.ask.renew", "name",
	    c.network.name, NULL)))
		code = network_next(cli, &c, &t, &change, &err) ? EXIT_DONE :
		    out_error(cli, &err);
	network_end(&c, &t);
	return code;
}

/* -- invite ---------------------------------------------------------------- */

/* "7d" or what an option of times takes ("+7d", "2026-12-01 12:00"). */
static bool
expires_parse(struct cli *cli, msec *out, struct err *err)
{
	const char *s = cli_text(cli, "expires");

	if (s == NULL)
		s = "7d";
	if ((when_parse(out, s, cli->now) || when_parse(out,
	    arena_printf(&cli->arena, "+%s", s), cli->now)) && *out > cli->now)
		return true;
	return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "expires",
	    "is a time ahead: 7d, or 2026-12-01 12:00");
}

static bool
invite_fill(struct cli *cli, struct invite *v, struct trust_chain *c,
    struct err *err)
{
	const char *member = cli_arg(cli, 0), *pin = cli_text(cli, "pin");

	*v = (struct invite){ .net = c->net, .url = cli_text(cli, "url"),
	    .network = buf_cstr(&c->network_note),
	    .directory = c->directory.number == 0 ? "" :
	    buf_cstr(&c->directory_note) };
	if (!member_id_parse(&v->member, slice_str(member)))
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "MEMBER",
		    "a member's id is of small letters, digits and dashes");
	if (!url_valid(slice_str(v->url)))
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "url",
		    "is not https://host[:port][/path]");
	if (!hex_decode(v->tls, sizeof(v->tls), slice_str(pin)))
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "pin",
		    "is 64 hex digits, as `entente init` printed them");
	return network_class_parse(&v->class, cli_text(cli, "class"), err) &&
	    is_new(c, &v->member, err) &&
	    demo_place_allowed(&c->network, v->url, err) &&
	    expires_parse(cli, &v->expires, err);
}

/* A directory too large for one text is fetched instead. */
static void
invite_text(struct buf *text, struct invite *v)
{
	invite_print(text, v);
	if (text->n <= TEXT_MAX - 1024)
		return;
	buf_clear(text);
	v->directory = "";
	invite_print(text, v);
}

static bool
invite_write(struct cli *cli, struct trust_chain *c,
    const struct trust_keyring *t, const char *path, struct err *err)
{
	struct signed_file f = { .note.nsigs = 0 };
	struct buf text = BUF_INIT;
	struct signing s;
	struct invite v;
	unsigned added;
	bool ok;

	if (!invite_fill(cli, &v, c, err))
		return false;
	invite_text(&text, &v);
	ok = signed_file_take(&f, &text, err) &&
	    signing_keys(&s, t, &f, cli_text(cli, "key"), &cli->arena, err) &&
	    signing_do(&s, &f, &added, err) &&
	    signed_file_write(&f, path, SIGNED_FILE_CREATE, err);
	signed_file_free(&f);
	return ok;
}

enum exit_code
network_invite(struct cli *cli)
{
	const char *path = cli_text(cli, "output");
	struct trust_keyring t;
	struct trust_chain c;
	struct err err;
	bool ok;

	if (path == NULL)
		path = arena_printf(&cli->arena, "%s-invite.note",
		    cli_arg(cli, 0));
	if (!network_begin(cli, &c, &t, &err))
		return out_error(cli, &err);
	ok = invite_write(cli, &c, &t, path, &err);
	if (ok) {
		out_note(cli, "network.invited", "member", cli_arg(cli, 0),
		    "file", path, "id", words_id(cli, &c.net), NULL);
		if (out_is_json(cli))
			out_json(cli, "invite/1", json_pack("{s:s}", "file",
			    path));
		else
			out_line(cli, path);
		out_next(cli, "entente init DIR --invite %s", path);
	}
	network_end(&c, &t);
	return ok ? EXIT_DONE : out_error(cli, &err);
}
