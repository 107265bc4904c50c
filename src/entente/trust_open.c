#include "entente/trust_open.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "entente/out.h"

/* Below, a stolen keyring is guessed too fast; the demo alone is that low. */
enum { WORK_MIN = 10 };

const char *
trust_path(struct cli *cli)
{
	const char *given = cli_text(cli, "trust");
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	if (given != NULL)
		return given;
	if (config != NULL && config[0] == '/')
		return arena_printf(&cli->arena, "%s/entente/trust.age", config);
	return arena_printf(&cli->arena, "%s/.config/entente/trust.age",
	    home == NULL ? "" : home);
}

/* The directories above the usual place, each closed to others. */
static void
make_parents(struct cli *cli, const char *path)
{
	char *p = arena_strdup(&cli->arena, path);

	for (char *s = p + 1; (s = strchr(s, '/')) != NULL; s++) {
		*s = '\0';
		if (mkdir(p, 0700) == -1 && errno != EEXIST)
			return;		/* writing the keyring says why */
		*s = '/';
	}
}

bool
trust_work(struct cli *cli, unsigned *work, struct err *err)
{
	long n = cli_number(cli, "work", 0);

	*work = (unsigned)n;
	if (n == 0 || (n >= WORK_MIN && n <= AGE_SCRYPT_MAX))
		return true;
	return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "work",
	    "is a number from %d to %d", WORK_MIN, AGE_SCRYPT_MAX);
}

static bool
trust_new(struct cli *cli, struct trust_keyring *t, const char *path,
    const struct secret *passphrase, struct err *err)
{
	unsigned work;

	if (!trust_work(cli, &work, err))
		return false;
	if (cli_text(cli, "trust") == NULL)
		make_parents(cli, path);
	return trust_keyring_create(t, path, passphrase, work, err);
}

bool
trust_open(struct cli *cli, struct trust_keyring *t, enum trust_want want,
    const char *secret, struct err *err)
{
	const char *path = trust_path(cli);
	bool there = trust_keyring_exists(path), ok;
	struct secret *passphrase;

	*t = (struct trust_keyring){ .lock = -1 };
	if (!there && want == TRUST_EXISTING)
		return err_set(err, ERR_NOT_FOUND, "E-TRUST-MISSING",
		    "there is no trust keyring %s", path);
	passphrase = prompt_secret(cli, say(cli, there ?
	    "trust.ask.passphrase" : "trust.ask.passphrase-new", "file", path,
	    NULL), secret, there ? PROMPT_OLD : PROMPT_NEW, err);
	if (passphrase == NULL)
		return false;
	ok = there ? trust_keyring_open(t, path, passphrase, err) :
	    trust_new(cli, t, path, passphrase, err);
	secret_free(passphrase);
	return ok;
}
