#include <string.h>

#include "entente/changes.h"
#include "entente/commands_trust.h"
#include "entente/demo.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/signing.h"
#include "entente/trust_open.h"
#include "entente/words.h"

/* -- keygen ---------------------------------------------------------------- */

/* --root N or --card MEMBER, one of the two. */
static bool
which_key(struct cli *cli, enum keyring_use *use, const char **label,
    struct err *err)
{
	const char *root = cli_text(cli, "root");
	const char *card = cli_text(cli, "card");

	if ((root == NULL) == (card == NULL))
		return err_set(err, ERR_INVALID, "E-USAGE-OPTION",
		    "one of --root N and --card MEMBER is needed");
	*use = root != NULL ? KEYRING_ROOT : KEYRING_CARD;
	*label = root != NULL ? root : card;
	return true;
}

static void
show_key(struct cli *cli, const struct note_signer *signer)
{
	char vkey[NOTE_VKEY];

	note_vkey_print(vkey, &signer->vkey);
	if (out_is_json(cli))
		out_json(cli, "trust-key/1", json_pack("{s:s,s:s}",
		    "name", signer->vkey.name, "vkey", vkey));
	else
		out_line(cli, vkey);
}

static enum exit_code
trust_keygen(struct cli *cli)
{
	const char *network = cli_text(cli, "network"), *label = "";
	struct note_signer signer;
	struct trust_keyring t;
	enum keyring_use use;
	struct err err;
	bool ok;

	if (!which_key(cli, &use, &label, &err) ||
	    !trust_open(cli, &t, TRUST_OR_NEW, "passphrase", &err))
		return out_error(cli, &err);
	if (cli_flag(cli, "next") && use == KEYRING_CARD)
		ok = trust_keyring_generate_next(&t, label, cli->now, &signer,
		    &err) && trust_keyring_save(&t, &err);
	else
		ok = trust_keyring_generate(&t, use, label, network, cli->now,
		    &err) && trust_keyring_save(&t, &err) &&
		    trust_keyring_signer(&t, use, label, &signer, &err);
	if (ok) {
		out_note(cli, "trust.key-made", "name", signer.vkey.name,
		    "file", t.path, NULL);
		show_key(cli, &signer);
	}
	trust_keyring_close(&t);
	return ok ? EXIT_DONE : out_error(cli, &err);
}

/* -- show ------------------------------------------------------------------ */

static void
show_json(struct cli *cli, const struct trust_keyring *t,
    const struct note_signer *all, size_t n)
{
	json_t *items = json_array();
	char vkey[NOTE_VKEY];

	for (size_t i = 0; i < n; i++) {
		note_vkey_print(vkey, &all[i].vkey);
		json_array_append_new(items, json_pack("{s:s,s:s}", "name",
		    all[i].vkey.name, "vkey", vkey));
	}
	out_json(cli, "trust/1", json_pack("{s:s,s:s,s:o}", "file", t->path,
	    "network", t->network, "items", items));
}

static void
show_table(struct cli *cli, const struct note_signer *all, size_t n)
{
	struct table table = TABLE_INIT;
	char vkey[NOTE_VKEY];

	table_head(&table, cli, "column.key", "column.vkey", NULL);
	for (size_t i = 0; i < n; i++) {
		note_vkey_print(vkey, &all[i].vkey);
		table_cell(&table, cli, OUT_BOLD, all[i].vkey.name);
		table_cell(&table, cli, OUT_COLOR_NONE, vkey);
	}
	table_end(&table, cli);
}

static enum exit_code
trust_show(struct cli *cli)
{
	struct note_signer all[TRUST_SIGNERS];
	struct trust_keyring t;
	struct err err;
	size_t n;

	if (!trust_open(cli, &t, TRUST_EXISTING, "passphrase", &err))
		return out_error(cli, &err);
	n = trust_keyring_signers(&t, KEYRING_ROOT, all, TRUST_SIGNERS);
	n += trust_keyring_signers(&t, KEYRING_CARD, all + n,
	    TRUST_SIGNERS - n);
	if (out_is_json(cli))
		show_json(cli, &t, all, n);
	else
		show_table(cli, all, n);
	trust_keyring_close(&t);
	return EXIT_DONE;
}

/* -- sign ------------------------------------------------------------------ */

/* The founding note says of which class its network is; other texts do not
 * need to: their network was joined knowingly. */
static bool
demo_allowed(struct cli *cli, const struct signed_file *f, struct err *err)
{
	struct network net;
	bool ok;

	if (!signed_file_is(f, "network"))
		return true;
	if (!network_parse(&net, f->note.text, err))
		return false;
	ok = demo_network_allowed(&net,
	    cli_flag(cli, "demo") ? DEMO_YES : DEMO_NO, err);
	network_release(&net);
	return ok;
}

static void
tell_keys(struct cli *cli, const struct signing *s,
    const struct signed_file *f)
{
	for (size_t i = 0; i < s->n; i++)
		out_note(cli, signed_file_has(f, &s->signers[i].vkey) ?
		    "trust.signed-before" : "trust.will-sign", "name",
		    s->signers[i].vkey.name, NULL);
}

/* Show, ask, sign, write: in that order. */
static enum exit_code
sign_with(struct cli *cli, struct trust_keyring *t, struct signed_file *f,
    const char *path)
{
	const char *to = cli_text(cli, "output");
	enum exit_code code;
	struct signing s;
	unsigned added;
	struct err err;

	if (!signing_keys(&s, t, f, cli_text(cli, "key"), &cli->arena, &err) ||
	    !trust_keyring_bind(t, &s.net, cli->now, &err) ||
	    !words_tell(cli, f, &err) || !changes_tell(cli, f, path, &err))
		return out_error(cli, &err);
	tell_keys(cli, &s, f);
	if (!prompt_confirm(cli, &code, say(cli, "trust.ask.sign", NULL)))
		return code;
	if (!signing_do(&s, f, &added, &err) ||
	    !trust_keyring_save(t, &err) ||
	    !signed_file_write(f, to == NULL ? path : to,
	    to == NULL ? SIGNED_FILE_REPLACE : SIGNED_FILE_CREATE, &err))
		return out_error(cli, &err);
	out_note(cli, added == 0 ? "trust.nothing-added" : "trust.signed",
	    "file", to == NULL ? path : to, NULL);
	return EXIT_DONE;
}

enum exit_code
trust_sign_file(struct cli *cli, const char *type)
{
	const char *path = cli_arg(cli, 0);
	enum exit_code code;
	struct signed_file f;
	struct trust_keyring t;
	struct err err;

	if (!signed_file_read(&f, path, &err))
		return out_error(cli, &err);
	if (type != NULL && !signed_file_is(&f, type))
		code = (err_set(&err, ERR_INVALID, "E-SIGN-TYPE",
		    "this is no text of type %s", type), out_error(cli, &err));
	else if (!demo_allowed(cli, &f, &err) ||
	    !trust_open(cli, &t, TRUST_EXISTING, "passphrase", &err))
		code = out_error(cli, &err);
	else {
		code = sign_with(cli, &t, &f, path);
		trust_keyring_close(&t);
	}
	signed_file_free(&f);
	return code;
}

static enum exit_code
trust_sign(struct cli *cli)
{
	return trust_sign_file(cli, NULL);
}

/* -- rows ------------------------------------------------------------------ */

static const struct option keygen_options[] = {
	{ "root", OPTION_TEXT, "N", false, 0 },
	{ "card", OPTION_TEXT, "MEMBER", false, 0 },
	{ "network", OPTION_TEXT, "NAME", true, 0 },
	{ "next", OPTION_FLAG, NULL, false, 0 },
	TRUST_NEW_OPTIONS,
	{ .name = NULL },
};
static const struct option show_options[] = {
	TRUST_OPTIONS,
	{ .name = NULL },
};
static const struct option sign_options[] = {
	TRUST_SIGN_OPTIONS,
	{ .name = NULL },
};

static const struct option custodians_options[] = {
	{ "custodian", OPTION_REPEAT_PATH, "FILE", true, 0 },
	TRUST_OPTIONS,
	{ .name = NULL },
};
static const struct option recover_options[] = {
	{ "identity", OPTION_PATH, "FILE", false, 'i' },
	TRUST_NEW_OPTIONS,
	{ .name = NULL },
};

const struct command cmd_trust[] = {
	{ "trust", "keygen", "", keygen_options, COMMAND_OFFLINE,
	    "entente trust keygen --root 1 --network police.example\n"
	    "entente trust keygen --card rs --network police.example\n"
	    "entente trust keygen --card rs --next --network police.example",
	    trust_keygen },
	{ "trust", "show", "", show_options, COMMAND_OFFLINE,
	    "entente trust show", trust_show },
	{ "trust", "sign", "FILE", sign_options,
	    COMMAND_OFFLINE | COMMAND_OUTWARD,
	    "entente trust sign directory-0002.note\n"
	    "entente trust sign directory-0002.note --key root/1",
	    trust_sign },
	{ "trust", "custodians", "", custodians_options,
	    COMMAND_OFFLINE | COMMAND_OUTWARD,
	    "entente trust custodians --custodian anna.pub "
	    "--custodian bela.pub --custodian chen.pub", trust_custodians },
	{ "trust", "recover", "FILE", recover_options, COMMAND_OFFLINE,
	    "entente trust recover 1.age --identity anna.key",
	    trust_recover },
	{ .noun = NULL },
};
