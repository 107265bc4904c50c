#include <fcntl.h>

#include "base/io.h"
#include "entente/charter.h"
#include "entente/commands_trust.h"
#include "entente/out.h"
#include "entente/signing.h"
#include "entente/trust_chain.h"
#include "entente/words.h"
#include "model/text.h"

/* Agreements without a node: a file goes from hand to hand. */

static bool
draft(struct cli *cli, struct signed_file *f, struct err *err)
{
	struct buf json = BUF_INIT, text = BUF_INIT;
	struct trust_chain c;
	bool ok;

	*f = (struct signed_file){ .note.nsigs = 0 };
	if (!trust_chain_load(&c, cli_text(cli, "network-dir"), err))
		return false;
	ok = trust_chain_founded(&c, err) &&
	    io_read_file(AT_FDCWD, cli_arg(cli, 0), &json, TEXT_MAX, err) &&
	    charter_agreement(&text, buf_all(&json), &c.net, cli->now, err) &&
	    signed_file_take(f, &text, err);
	buf_free(&text);
	buf_free(&json);
	trust_chain_free(&c);
	return ok;
}

static enum exit_code
propose(struct cli *cli, struct trust_keyring *t, struct signed_file *f)
{
	const char *path = cli_text(cli, "output");
	enum exit_code code;
	struct signing s;
	unsigned added;
	struct err err;

	if (!signing_keys(&s, t, f, cli_text(cli, "key"), &cli->arena, &err) ||
	    !trust_keyring_bind(t, &s.net, cli->now, &err) ||
	    !words_tell(cli, f, &err))
		return out_error(cli, &err);
	if (!prompt_confirm(cli, &code, say(cli, "trust.ask.sign", NULL)))
		return code;
	if (!signing_do(&s, f, &added, &err) || !trust_keyring_save(t, &err) ||
	    !signed_file_write(f, path, SIGNED_FILE_CREATE, &err))
		return out_error(cli, &err);
	out_note(cli, "agreement.proposed", "file", path, NULL);
	out_next(cli, "entente agreement sign %s", path);
	return EXIT_DONE;
}

enum exit_code
agreement_propose_file(struct cli *cli)
{
	struct trust_keyring t;
	enum exit_code code;
	struct signed_file f;
	struct err err;

	if (cli_text(cli, "output") == NULL) {
		err_set(&err, ERR_INVALID, "E-USAGE-OPTION",
		    "with --network-dir, --output says where the file goes");
		return out_error(cli, &err);
	}
	if (!draft(cli, &f, &err))
		return out_error(cli, &err);
	if (trust_open(cli, &t, TRUST_EXISTING, "passphrase", &err)) {
		code = propose(cli, &t, &f);
		trust_keyring_close(&t);
	} else {
		code = out_error(cli, &err);
	}
	signed_file_free(&f);
	return code;
}

enum exit_code
agreement_sign(struct cli *cli)
{
	return trust_sign_file(cli, "agreement");
}

const struct option agreement_sign_options[] = {
	TRUST_SIGN_OPTIONS,
	{ .name = NULL },
};
