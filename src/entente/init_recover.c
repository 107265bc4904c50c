#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "entente/commands_trust.h"
#include "entente/custody_files.h"
#include "entente/init_made.h"
#include "entente/out.h"
#include "entente/prompt.h"

static const char before[] = "keyring.age.before";

/*
 * A node's keyring given back by two custodians, into its data directory or a
 * backup of it.  Its unlock identity is made anew: the old one was seen.
 */
struct recovery {
	struct custody	 custody;
	struct secret	*plain;
	struct keyring	*ring;
	struct secret	*unlock;	/* the new one */
	int		 dir;
	uid_t		 uid;
	gid_t		 gid;
	bool		 own;		/* the ring that lay there */
};

static bool
dir_open(struct recovery *r, const char *path, struct err *err)
{
	struct stat st;

	r->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->dir == -1 || fstatat(r->dir, "entente.conf", &st,
	    AT_SYMLINK_NOFOLLOW) == -1)
		return err_set(err, ERR_NOT_FOUND, "E-CUSTODY-DIR",
		    "%s is no data directory of a node", path);
	if (flock(r->dir, LOCK_EX | LOCK_NB) == -1)
		return err_set(err, ERR_CONFLICT, "E-CONFIG-BUSY",
		    "the node of %s is running", path);
	r->uid = st.st_uid;
	r->gid = st.st_gid;
	return true;
}

/* The ring in the directory, when the same identity opens it, is the newer:
 * shelf keys that were made since stand in it alone.  Under the second name it
 * lies when this was begun before. */
static bool
ring_take(struct recovery *r, struct err *err)
{
	static const char *const names[] = { "keyring.age", before };

	for (size_t i = 0; r->ring == NULL && i < 2; i++) {
		struct buf b = BUF_INIT;
		struct err none;

		if (io_read_file(r->dir, names[i], &b, KEYRING_FILE_MAX,
		    &none))
			r->ring = keyring_open(buf_all(&b), r->custody.unlock,
			    &none);
		buf_free(&b);
	}
	r->own = r->ring != NULL;
	if (r->ring == NULL)
		r->ring = keyring_open(r->custody.ring, r->custody.unlock, err);
	return r->ring != NULL;
}

static bool
put(const struct recovery *r, const char *name, struct slice bytes,
    struct err *err)
{
	return io_replace_file(r->dir, name, bytes, 0600, err) &&
	    (fchownat(r->dir, name, r->uid, r->gid, AT_SYMLINK_NOFOLLOW) == 0 ||
	    err_errno(err, "the owner of %s", name));
}

/* Kept until all is written; for good, when it is one that nobody opened. */
static bool
keep_before(const struct recovery *r, struct err *err)
{
	struct buf b = BUF_INIT;
	struct stat st;
	bool ok;

	if (fstatat(r->dir, before, &st, AT_SYMLINK_NOFOLLOW) == 0 ||
	    fstatat(r->dir, "keyring.age", &st, AT_SYMLINK_NOFOLLOW) == -1)
		return true;
	ok = io_read_file(r->dir, "keyring.age", &b, KEYRING_FILE_MAX, err) &&
	    put(r, before, buf_all(&b), err);
	buf_free(&b);
	return ok;
}

static bool
credential_put(struct cli *cli, const struct recovery *r, struct err *err)
{
	const char *path = cli_text(cli, "credential");
	struct secret *text;
	bool ok;

	if (path == NULL)
		return true;
	text = age_identity_print(r->unlock);
	text->p[text->n - 1] = '\n';		/* its NUL */
	ok = io_replace_file(AT_FDCWD, path, secret_slice(text), 0600, err) &&
	    (chown(path, r->uid, r->gid) == 0 ||
	    err_errno(err, "give %s to its owner", path));
	secret_free(text);
	return ok;
}

static bool
write_ring(struct cli *cli, const struct recovery *r,
    const struct secret *passphrase, struct err *err)
{
	struct buf ring = BUF_INIT, locked = BUF_INIT;
	unsigned work;
	bool ok;

	ok = trust_work(cli, &work, err) &&
	    keyring_seal(&ring, r->ring, r->unlock, err) &&
	    keyring_lock(&locked, r->unlock, passphrase, work, err) &&
	    keep_before(r, err) && put(r, "keyring.age", buf_all(&ring), err) &&
	    put(r, "unlock.age", buf_all(&locked), err) &&
	    custody_files_write(r->dir, CUSTODY_FOLDER, CUSTODY_NODE,
	    r->custody.whose, r->ring, r->unlock, buf_all(&ring), r->uid,
	    r->gid, err) && credential_put(cli, r, err);
	if (ok && r->own)
		(void)unlinkat(r->dir, before, 0);
	buf_free(&ring);
	buf_free(&locked);
	return ok;
}

static void
recovery_end(struct recovery *r)
{
	custody_release(&r->custody);
	secret_free(r->plain);
	keyring_free(r->ring);
	secret_free(r->unlock);
	if (r->dir != -1)
		(void)close(r->dir);
}

static enum exit_code
recover_into(struct cli *cli, struct recovery *r)
{
	struct secret *passphrase;
	enum exit_code code;
	struct err err;
	bool ok;

	if (!prompt_confirm(cli, &code, say(cli, "custody.ask.recover", "name",
	    r->custody.whose, "dir", cli_arg(cli, 0), NULL)))
		return code;
	passphrase = prompt_secret(cli, say(cli, "init.ask.passphrase", NULL),
	    "passphrase", PROMPT_NEW, &err);
	if (passphrase == NULL)
		return out_error(cli, &err);
	r->unlock = age_identity_generate();
	ok = trust_passphrase_strong(passphrase, &err) &&
	    write_ring(cli, r, passphrase, &err);
	secret_free(passphrase);
	if (!ok)
		return out_error(cli, &err);
	out_note(cli, r->own ? "custody.recovered-own" : "custody.recovered",
	    "name", r->custody.whose, NULL);
	out_next(cli, "ententd %s", cli_arg(cli, 0));
	out_next(cli, "entente card rotate --seal --sign --tls");
	return EXIT_DONE;
}

enum exit_code
init_recover(struct cli *cli)
{
	struct recovery r = { .dir = -1 };
	enum exit_code code;
	struct err err;

	code = dir_open(&r, cli_arg(cli, 0), &err) &&
	    custody_file_read(cli, cli_text(cli, "recover"), CUSTODY_NODE,
	    &r.custody, &r.plain, &err) && ring_take(&r, &err) ?
	    recover_into(cli, &r) : out_error(cli, &err);
	recovery_end(&r);
	return code;
}
