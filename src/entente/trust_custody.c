#include "entente/commands_trust.h"
#include "entente/custody_files.h"
#include "entente/out.h"
#include "entente/prompt.h"

/* The trust keyring's custodians, and the keyring that they give back. */

enum exit_code
trust_custodians(struct cli *cli)
{
	struct custodians c;
	struct trust_keyring t;
	enum exit_code code;
	struct err err;
	bool ok;

	if (!custodians_told(cli, &c, &err))
		return out_error(cli, &err);
	if (!custody_confirm(cli, &c, &code))
		return code;
	if (!trust_open(cli, &t, TRUST_EXISTING, "passphrase", &err))
		return out_error(cli, &err);
	ok = custodians_put(t.ring, &c, cli->now, &err) &&
	    trust_keyring_save(&t, &err);
	if (ok)
		out_note(cli, "custody.trust-set", "dir", arena_printf(
		    &cli->arena, "%s." CUSTODY_FOLDER, t.path), NULL);
	trust_keyring_close(&t);
	return ok ? EXIT_DONE : out_error(cli, &err);
}

static bool
recover_with(struct cli *cli, const struct custody *c,
    const struct secret *passphrase, struct err *err)
{
	struct keyring *ring = keyring_open(c->ring, c->unlock, err);
	struct trust_keyring t;
	unsigned work;
	bool ok;

	if (ring == NULL)
		return false;
	if (!trust_work(cli, &work, err) || !trust_keyring_create(&t,
	    trust_path(cli), passphrase, work, err)) {
		keyring_free(ring);
		return false;
	}
	keyring_free(t.ring);
	t.ring = ring;
	ok = trust_keyring_save(&t, err);
	if (ok)
		out_note(cli, "custody.trust-recovered", "file", t.path, NULL);
	trust_keyring_close(&t);
	return ok;
}

enum exit_code
trust_recover(struct cli *cli)
{
	struct secret *plain, *passphrase;
	struct custody c;
	struct err err;
	bool ok = false;

	if (!custody_file_read(cli, cli_arg(cli, 0), CUSTODY_TRUST, &c, &plain,
	    &err))
		return out_error(cli, &err);
	passphrase = prompt_secret(cli, say(cli, "trust.ask.passphrase-new",
	    "file", trust_path(cli), NULL), "passphrase", PROMPT_NEW, &err);
	if (passphrase != NULL)
		ok = recover_with(cli, &c, passphrase, &err);
	secret_free(passphrase);
	custody_release(&c);
	secret_free(plain);
	return ok ? EXIT_DONE : out_error(cli, &err);
}
