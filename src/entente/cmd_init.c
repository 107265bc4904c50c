#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/io.h"
#include "entente/commands_trust.h"
#include "entente/init_plan.h"
#include "entente/node_dir.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/signed_file.h"
#include "entente/words.h"
#include "model/join.h"

/* So many desks of 132 bytes fit into an account. */
enum { ACCOUNT_DESKS_FEW = 3 };

/* What is made in memory before a byte is written. */
struct making {
	struct node_keys	 keys;
	struct note_signer	 signer;	/* the card key */
	struct signed_file	 card;
	struct signed_file	 join;		/* empty: a member already */
	struct buf		 ring;		/* sealed */
	struct buf		 unlock;	/* under the passphrase */
};

/* -- keys ------------------------------------------------------------------ */

static bool
card_key(struct cli *cli, const struct init_plan *p, struct trust_keyring *t,
    struct making *m, struct err *err)
{
	if (keyring_get(t->ring, KEYRING_CARD, p->member.s) == NULL &&
	    !trust_keyring_generate(t, KEYRING_CARD, p->member.s, p->net.name,
	    cli->now, err))
		return false;
	if (strcmp(t->network, p->net.name) != 0)
		return err_set(err, ERR_CONFLICT, "E-KEYRING-NETWORK",
		    "this trust keyring belongs to %s, not to %s", t->network,
		    p->net.name);
	if (!trust_keyring_bind(t, &p->id, cli->now, err) ||
	    !trust_keyring_signer(t, KEYRING_CARD, p->member.s, &m->signer,
	    err))
		return false;
	for (size_t i = 0; p->entry != NULL && i < p->entry->nkeys; i++)
		if (note_vkey_eq(&p->entry->keys[i].vkey, &m->signer.vkey))
			return true;
	return p->entry == NULL || err_set(err, ERR_DENIED, "E-INIT-KEY",
	    "%s is a member already, under a key that is not in this trust "
	    "keyring", p->member.s);
}

/* The officer's password only when a file or descriptor holds it: then the
 * approval key stands in the first card. */
static bool
officer_key(struct cli *cli, const struct init_plan *p, struct making *m,
    struct err *err)
{
	struct secret *password;
	bool ok;

	if (cli_text(cli, "password-file") == NULL &&
	    cli_number(cli, "password-fd", -1) == -1)
		return true;
	password = prompt_secret(cli, say(cli, "init.ask.password", NULL),
	    "password", PROMPT_NEW, err);
	if (password == NULL)
		return false;
	ok = node_keys_officer(&m->keys, p->net.name, &p->member, &p->admin,
	    password, cli->now, err);
	secret_free(password);
	return ok;
}

static bool
seal_ring(struct cli *cli, struct making *m, struct err *err)
{
	struct secret *passphrase;
	unsigned work;
	bool ok;

	if (!trust_work(cli, &work, err))
		return false;
	passphrase = prompt_secret(cli, say(cli, "init.ask.passphrase", NULL),
	    "passphrase", PROMPT_NEW, err);
	if (passphrase == NULL)
		return false;
	ok = trust_passphrase_strong(passphrase, err) &&
	    keyring_seal(&m->ring, m->keys.ring, m->keys.unlock, err) &&
	    keyring_lock(&m->unlock, m->keys.unlock, passphrase, work, err);
	secret_free(passphrase);
	return ok;
}

/* -- texts ----------------------------------------------------------------- */

static bool
sign_card(const struct init_plan *p, struct making *m, struct err *err)
{
	struct buf text = BUF_INIT;
	bool ok;

	ok = node_card_text(&text, &p->card, &m->keys, err) &&
	    signed_file_take(&m->card, &text, err) &&
	    signed_file_sign(&m->card, &m->signer, err);
	buf_free(&text);
	return ok;
}

static bool
sign_join(const struct init_plan *p, struct making *m, struct err *err)
{
	const struct join join = { .net = p->id, .member = p->member,
	    .class = p->class, .vkey = m->signer.vkey,
	    .card = buf_cstr(&m->card.bytes) };
	struct buf text = BUF_INIT;

	if (p->entry != NULL)
		return true;
	join_print(&text, &join);
	return signed_file_take(&m->join, &text, err) &&
	    signed_file_sign(&m->join, &m->signer, err);
}

/* As those will judge it who receive it. */
static bool
judge(struct cli *cli, const struct init_plan *p, const struct making *m,
    struct err *err)
{
	struct join join;
	struct card card;
	bool ok;

	if (p->entry != NULL) {
		ok = card_verify(&card, &cli->arena, buf_all(&m->card.bytes),
		    &p->chain.directory, NULL, NULL, err);
	} else {
		ok = join_verify(&join, &card, &cli->arena,
		    buf_all(&m->join.bytes), &p->net, &p->id, err);
		if (ok)
			join_release(&join);
	}
	if (ok)
		card_release(&card);
	return ok;
}

/* -- files ----------------------------------------------------------------- */

static bool
write_conf(struct node_dir *d, const struct init_plan *p, struct err *err)
{
	struct buf b = BUF_INIT;
	bool ok;

	buf_printf(&b, "; entente.conf(5)\n[node]\nmember = %s\n\n"
	    "[link]\nlisten = %s\n\n[desk]\n", p->member.s, p->link);
	if (p->desk[0] != '\0')
		buf_printf(&b, "listen = %s\n", p->desk);
	buf_str(&b, "socket = desk.sock\n");
	if (p->credential[0] != '\0')
		buf_printf(&b, "\n[keys]\ncredential = %s\n", p->credential);
	ok = node_dir_write(d, "entente.conf", buf_all(&b), err);
	buf_free(&b);
	return ok;
}

/* The officer's desks; none means all, and all are what many would be. */
static void
desks_print(struct jout *j, const json_t *desks)
{
	if (json_array_size(desks) > ACCOUNT_DESKS_FEW)
		return;
	jout_array(j, "desks");
	for (size_t i = 0; i < json_array_size(desks); i++)
		jout_str(j, NULL, json_string_value(json_object_get(
		    json_array_get(desks, i), "desk")));
	jout_end_array(j);
}

/* Read once, by the vault's first start: no password stands here. */
static bool
write_accounts(struct cli *cli, struct node_dir *d, const struct init_plan *p,
    const struct making *m, struct err *err)
{
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	char vkey[NOTE_VKEY];
	bool ok;

	jout_object(&j, NULL);
	jout_array(&j, "accounts");
	jout_object(&j, NULL);
	jout_str(&j, "badge", p->admin.s);
	jout_str(&j, "name", p->admin_name);
	jout_value(&j, "roles", p->roles);
	desks_print(&j, p->card.desks);
	jout_str(&j, "lang", lang_names[cli->lang]);
	jout_int(&j, "uid", p->account_uid);
	if (m->keys.has_officer) {
		note_vkey_print(vkey, &m->keys.officer);
		jout_str(&j, "vkey", vkey);
	}
	jout_end_object(&j);
	jout_end_array(&j);
	jout_end_object(&j);
	buf_u8(&b, '\n');
	ok = node_dir_write(d, "accounts.json", buf_all(&b), err);
	buf_free(&b);
	return ok;
}

static const char *
base_name(const char *path)
{
	return strrchr(path, '/') + 1;
}

static bool
copy_note(struct cli *cli, struct node_dir *d, const char *path,
    struct err *err)
{
	struct buf b = BUF_INIT;
	bool ok;

	ok = io_read_file(AT_FDCWD, path, &b, NOTE_MAX, err) &&
	    node_dir_write(d, arena_printf(&cli->arena, "trust/%s",
	    base_name(path)), buf_all(&b), err);
	buf_free(&b);
	return ok;
}

/* Every directory, so that the node can follow them from the first. */
static bool
copy_chain(struct cli *cli, struct node_dir *d, const struct trust_chain *c,
    struct err *err)
{
	char path[CHAIN_PATH];

	for (int64_t n = 1; n <= c->directory.number; n++) {
		trust_chain_directory_path(path, c->dir, n);
		if (!copy_note(cli, d, path, err))
			return false;
	}
	trust_chain_agreement_path(path, c->dir, "charter", 1);
	return !c->charter || copy_note(cli, d, path, err);
}

static bool
write_trust(struct cli *cli, struct node_dir *d, const struct init_plan *p,
    const struct making *m, struct err *err)
{
	char path[CHAIN_PATH];

	if (!node_dir_write(d, "trust/network.note",
	    buf_all(&p->network_note), err))
		return false;
	if (p->invite_note.n != 0 && !node_dir_write(d, "invite.note",
	    buf_all(&p->invite_note), err))
		return false;
	if (p->directory_note.n != 0 && !node_dir_write(d,
	    "trust/directory.note", buf_all(&p->directory_note), err))
		return false;
	if (p->from == INIT_CHAIN && !copy_chain(cli, d, &p->chain, err))
		return false;
	trust_chain_card_path(path, "trust", &p->member, 1);
	return node_dir_write(d, path, buf_all(&m->card.bytes), err);
}

static bool
write_credential(const struct init_plan *p, const struct making *m,
    struct err *err)
{
	struct secret *text;
	bool ok;

	if (p->credential[0] == '\0')
		return true;
	text = age_identity_print(m->keys.unlock);
	text->p[text->n - 1] = '\n';		/* its NUL */
	ok = io_create_file(AT_FDCWD, p->credential, secret_slice(text), 0600,
	    err);
	secret_free(text);
	if (ok && p->uid != (uid_t)-1 &&
	    chown(p->credential, p->uid, p->gid) == -1)
		ok = err_errno(err, "give %s to its owner", p->credential);
	return ok;
}

static bool
write_node(struct cli *cli, struct node_dir *d, const struct init_plan *p,
    const struct making *m, struct err *err)
{
	return node_dir_write(d, "keyring.age", buf_all(&m->ring), err) &&
	    node_dir_write(d, "unlock.age", buf_all(&m->unlock), err) &&
	    write_conf(d, p, err) && write_accounts(cli, d, p, m, err) &&
	    write_trust(cli, d, p, m, err) &&
	    (m->join.bytes.n == 0 || node_dir_write(d, "join.note",
	    buf_all(&m->join.bytes), err));
}

/* What others are given: the request, or of a member already, its card. */
static bool
write_outside(struct cli *cli, const struct init_plan *p,
    const struct making *m, struct err *err)
{
	const char *to = cli_text(cli, "output");
	char path[CHAIN_PATH];

	if (to != NULL && m->join.bytes.n != 0)
		return signed_file_write(&m->join, to, SIGNED_FILE_CREATE, err);
	if (p->entry == NULL)
		return true;
	trust_chain_card_path(path, p->chain.dir, &p->member, 1);
	return signed_file_write(&m->card, path, SIGNED_FILE_REPLACE, err);
}

/* -- the command ----------------------------------------------------------- */

static bool
make(struct cli *cli, const struct init_plan *p, struct trust_keyring *t,
    struct making *m, struct err *err)
{
	if (!card_key(cli, p, t, m, err))
		return false;
	node_keys_make(&m->keys, p->net.name, &p->id, &p->member, cli->now);
	return officer_key(cli, p, m, err) && sign_card(p, m, err) &&
	    sign_join(p, m, err) && judge(cli, p, m, err) &&
	    seal_ring(cli, m, err);
}

/* The card key is saved first: it is what the network will know. */
static bool
put_down(struct cli *cli, const struct init_plan *p, struct trust_keyring *t,
    const struct making *m, struct err *err)
{
	struct node_dir d;
	bool credential = false, ok;

	if (!node_dir_begin(&d, p->dir, p->uid, p->gid, err))
		return false;
	ok = write_node(cli, &d, p, m, err) && trust_keyring_save(t, err);
	if (ok)
		ok = credential = write_credential(p, m, err);
	ok = ok && node_dir_end(&d, err);
	node_dir_abandon(&d);
	if (!ok && credential && p->credential[0] != '\0')
		(void)unlink(p->credential);
	return ok && write_outside(cli, p, m, err);
}

static void
tell(struct cli *cli, const struct init_plan *p, const struct making *m)
{
	const char *join = cli_text(cli, "output");
	char link[65], desk[65], id[65];

	if (join == NULL)
		join = arena_printf(&cli->arena, "%s/join.note", p->dir);
	hex_encode(link, slice_of(m->keys.link_pin, 32));
	hex_encode(desk, slice_of(m->keys.desk_pin, 32));
	hex_encode(id, slice_of(p->id.b, sizeof(p->id.b)));
	if (out_is_json(cli)) {
		out_json(cli, "init/1", json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}",
		    "dir", p->dir, "member", p->member.s, "network", id,
		    "link_pin", link, "desk_pin", desk, "join",
		    p->entry == NULL ? join : ""));
	} else {
		out_pair(cli, "label.member", p->member.s);
		out_pair(cli, "label.network", id);
		out_pair(cli, "label.link-pin", link);
		out_pair(cli, "label.desk-pin", desk);
	}
	out_note(cli, "init.made", "dir", p->dir, "member", p->member.s, NULL);
	if (p->entry == NULL) {
		out_note(cli, "init.send-join", "file", join, NULL);
		out_next(cli, "entente network admit %s --network-dir DIR",
		    join);
	}
	out_next(cli, "ententd %s", p->dir);
}

static void
making_free(struct making *m)
{
	node_keys_free(&m->keys);
	signed_file_free(&m->card);
	signed_file_free(&m->join);
	buf_free(&m->ring);
	buf_free(&m->unlock);
}

static enum exit_code
init_with(struct cli *cli, const struct init_plan *p)
{
	struct making m = { .ring = BUF_INIT };
	struct trust_keyring t;
	enum exit_code code;
	struct err err;
	bool ok;

	out_note(cli, "init.network", "name", p->net.name, "class",
	    say_code(cli, "network-class", network_class_names[p->net.class]),
	    "id", words_id(cli, &p->id), NULL);
	if (!prompt_confirm(cli, &code, say(cli, "init.ask.confirm", "member",
	    p->member.s, "name", p->net.name, "dir", p->dir, NULL)))
		return code;
	if (!trust_open(cli, &t, TRUST_OR_NEW, "trust-passphrase", &err))
		return out_error(cli, &err);
	ok = make(cli, p, &t, &m, &err) && put_down(cli, p, &t, &m, &err);
	if (ok)
		tell(cli, p, &m);
	making_free(&m);
	trust_keyring_close(&t);
	return ok ? EXIT_DONE : out_error(cli, &err);
}

enum exit_code
init_run(struct cli *cli)
{
	struct init_plan p;
	enum exit_code code;
	struct err err;

	code = init_plan_network(cli, &p, &err) &&
	    init_plan_answers(cli, &p, &err) ? init_with(cli, &p) :
	    out_error(cli, &err);
	init_plan_free(&p);
	return code;
}

const struct option init_options[] = {
	{ "invite", OPTION_PATH, "FILE", false, 0 },
	{ "network", OPTION_PATH, "PATH", false, 0 },
	{ "member", OPTION_TEXT, "MEMBER", false, 0 },
	{ "class", OPTION_TEXT, "CLASS", false, 0 },
	{ "name", OPTION_REPEAT, "TEXT", false, 0 },
	{ "country", OPTION_TEXT, "FR", false, 0 },
	{ "time-zone", OPTION_TEXT, "Europe/Paris", false, 0 },
	{ "languages", OPTION_TEXT, "en,fr", false, 0 },
	{ "desk", OPTION_REPEAT, "DESK", false, 0 },
	{ "desks", OPTION_PATH, "FILE", false, 0 },
	{ "link", OPTION_TEXT, "ADDR:PORT", false, 0 },
	{ "url", OPTION_TEXT, "URL", false, 0 },
	{ "desk-listen", OPTION_TEXT, "ADDR:PORT", false, 0 },
	{ "admin", OPTION_TEXT, "BADGE", false, 0 },
	{ "admin-name", OPTION_TEXT, "TEXT", false, 0 },
	{ "role", OPTION_REPEAT, "ROLE", false, 0 },
	{ "uid", OPTION_NUMBER, "UID", false, 0 },
	{ "owner", OPTION_TEXT, "USER", false, 0 },
	{ "credential", OPTION_PATH, "FILE", false, 0 },
	{ "output", OPTION_PATH, "FILE", false, 'o' },
	{ "demo", OPTION_FLAG, NULL, false, 0 },
	PROMPT_SECRET_OPTIONS("password"),
	PROMPT_SECRET_OPTIONS("trust-passphrase"),
	TRUST_NEW_OPTIONS,
	{ .name = NULL },
};

const struct command cmd_init[] = {
	{ "init", NULL, "DIR", init_options, COMMAND_OFFLINE | COMMAND_OUTWARD,
	    "entente init /var/lib/entente --invite rs-invite.note\n"
	    "entente init hq --network police.example --member hq "
	    "--link 192.0.2.1:7401 --admin 1", init_run },
	{ .noun = NULL },
};
