#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "entente/init_made.h"
#include "entente/node_dir.h"
#include "entente/out.h"

/* So many desks of 132 bytes fit into an account. */
enum { ACCOUNT_DESKS_FEW = 3 };

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
    const struct init_made *m, struct err *err)
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
	jout_str(&j, "lang", lang_names[lang_near(cli->lang)]);
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
    const struct init_made *m, struct err *err)
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
write_credential(const struct init_plan *p, const struct init_made *m,
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
    const struct init_made *m, struct err *err)
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
    const struct init_made *m, struct err *err)
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

/* The card key is saved first: it is what the network will know. */
bool
init_files_write(struct cli *cli, const struct init_plan *p,
    struct trust_keyring *t, const struct init_made *m, struct err *err)
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
