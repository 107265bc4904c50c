#include "entente/custody_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "entente/out.h"
#include "entente/prompt.h"

enum { KEY_FILE_MAX = 64 * 1024, IDENTITIES = 16 };
static const char secret_prefix[] = "AGE-SECRET-KEY-";

/* -- lines of a key file ------------------------------------------------------ */

/* The next line that is no comment, without white space around it. */
static bool
next_line(struct slice *rest, struct slice *line)
{
	while (rest->n != 0) {
		const uint8_t *end = memchr(rest->p, '\n', rest->n);
		size_t n = end == NULL ? rest->n : (size_t)(end - rest->p);

		*line = slice_of(rest->p, n);
		n += end != NULL;
		*rest = slice_of(rest->p + n, rest->n - n);
		while (line->n != 0 && (line->p[line->n - 1] == '\r' ||
		    line->p[line->n - 1] == ' '))
			line->n--;
		if (line->n != 0 && line->p[0] != '#')
			return true;
	}
	return false;
}

static bool
is_secret(struct slice line)
{
	size_t n = sizeof(secret_prefix) - 1;

	return line.n > n && memcmp(line.p, secret_prefix, n) == 0;
}

/* -- who they are -------------------------------------------------------------- */

/* "keys/anna.pub" is anna. */
static struct slice
name_of(const char *path)
{
	const char *base = strrchr(path, '/');

	base = base == NULL ? path : base + 1;
	return slice_of(base, strcspn(base, "."));
}

static bool
add_file(struct custodians *c, const char *path, struct err *err)
{
	struct buf b = BUF_INIT;
	struct slice rest, line = slice_of(NULL, 0);
	bool ok;

	if (!io_read_file(AT_FDCWD, path, &b, KEY_FILE_MAX, err)) {
		buf_free(&b);
		return false;
	}
	rest = buf_all(&b);
	if (!next_line(&rest, &line))
		line = slice_of("", 0);
	ok = is_secret(line) ? err_set(err, ERR_DENIED, "E-CUSTODY-SECRET",
	    "%s holds a private key", path) :
	    custodians_add(c, name_of(path), line, err);
	buf_wipe(&b);
	return ok;
}

bool
custodians_told(struct cli *cli, struct custodians *c, struct err *err)
{
	*c = (struct custodians){ .n = 0 };
	for (size_t i = 0; i < cli_count(cli, "custodian"); i++)
		if (!add_file(c, cli_nth(cli, "custodian", i), err))
			return false;
	return c->n >= 2 || err_set(err, ERR_INVALID, "E-CUSTODY-SET",
	    "any two give the keyring back: two custodians at least");
}

bool
custody_confirm(struct cli *cli, const struct custodians *c,
    enum exit_code *code)
{
	for (size_t i = 0; i < c->n; i++)
		out_note(cli, "custody.person", "name", c->of[i].name, "key",
		    c->of[i].recipient, NULL);
	out_note(cli, "custody.what-two-can", NULL);
	return prompt_confirm(cli, code, say(cli, "custody.ask.set", NULL));
}

/* -- the files ------------------------------------------------------------------ */

struct folder {
	int	fd;
	uid_t	uid;
	gid_t	gid;
};

static bool
put_file(const struct folder *f, const char *name, struct slice bytes,
    struct err *err)
{
	if (!io_replace_file(f->fd, name, bytes, 0600, err))
		return false;
	return f->uid == (uid_t)-1 || fchownat(f->fd, name, f->uid, f->gid,
	    AT_SYMLINK_NOFOLLOW) == 0 || err_errno(err, "the owner of %s",
	    name);
}

static bool
folder_open(struct folder *f, int dirfd, const char *name, struct err *err)
{
	if (mkdirat(dirfd, name, 0700) == -1 && errno != EEXIST)
		return err_errno(err, "create %s", name);
	f->fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
	    O_CLOEXEC);
	if (f->fd == -1)
		return err_errno(err, "open %s", name);
	if (f->uid != (uid_t)-1 && fchown(f->fd, f->uid, f->gid) == -1)
		return err_errno(err, "the owner of %s", name);
	return true;
}

/* Those of persons who are custodians no more. */
static void
remove_old(const struct folder *f, const struct custodians *c)
{
	char name[48];

	for (size_t b = 1; b < CUSTODIANS; b++)
		for (size_t a = 0; b >= c->n && a < b; a++) {
			(void)snprintf(name, sizeof(name), "%zu-%zu.age", a + 1,
			    b + 1);
			(void)unlinkat(f->fd, name, 0);
		}
}

static bool
write_index(const struct folder *f, const char *whose,
    const struct custodians *c, struct err *err)
{
	struct buf b = BUF_INIT;
	size_t first, second;
	bool ok;

	buf_printf(&b, "# custodians of %s\n", whose);
	for (size_t i = 0; i < c->n; i++)
		buf_printf(&b, "%zu %s %s\n", i + 1, c->of[i].name,
		    c->of[i].recipient);
	buf_str(&b, "# file, opened first by, then by\n");
	for (size_t i = 0; custody_pair(c, i, &first, &second); i++)
		buf_printf(&b, "%zu-%zu.age %s %s\n", first + 1, second + 1,
		    c->of[second].name, c->of[first].name);
	ok = put_file(f, CUSTODY_INDEX, buf_all(&b), err);
	buf_free(&b);
	return ok;
}

bool
custody_files_write(int dirfd, const char *name, enum custody_of of,
    const char *whose, const struct keyring *ring, const struct secret *unlock,
    struct slice sealed, uid_t uid, gid_t gid, struct err *err)
{
	struct folder f = { .fd = -1, .uid = uid, .gid = gid };
	struct custodians c;
	size_t first, second;
	bool ok;

	custodians_of(&c, ring);
	if (c.n == 0)
		return true;
	ok = folder_open(&f, dirfd, name, err);
	for (size_t i = 0; ok && custody_pair(&c, i, &first, &second); i++) {
		struct buf b = BUF_INIT;
		char file[48];

		(void)snprintf(file, sizeof(file), "%zu-%zu.age", first + 1,
		    second + 1);
		ok = custody_seal(&b, of, whose, &c.of[first], &c.of[second],
		    unlock, sealed, err) && put_file(&f, file, buf_all(&b),
		    err);
		buf_free(&b);
	}
	ok = ok && write_index(&f, whose, &c, err);
	if (ok)
		remove_old(&f, &c);
	if (f.fd != -1)
		(void)close(f.fd);
	return ok;
}

/* -- opening ---------------------------------------------------------------------- */

static size_t
identities(struct slice text, struct secret *keys[static IDENTITIES],
    struct age_identity ids[static IDENTITIES])
{
	struct slice line;
	struct err err;
	size_t n = 0;

	while (n < IDENTITIES && next_line(&text, &line))
		if (is_secret(line) && age_identity_parse(&keys[n], line,
		    &err)) {
			age_identity_x25519(&ids[n], keys[n]);
			n++;
		}
	return n;
}

struct secret *
custody_file_peel(struct cli *cli, struct slice sealed, struct err *err)
{
	const char *path = cli_text(cli, "identity");
	struct secret *keys[IDENTITIES] = { NULL }, *plain = NULL;
	struct age_identity ids[IDENTITIES];
	struct buf b = BUF_INIT;
	size_t n = 0;

	if (path == NULL) {
		(void)err_set(err, ERR_INVALID, "E-CUSTODY-LAYER",
		    "the file is still sealed to a custodian");
		return NULL;
	}
	if (!io_read_file(AT_FDCWD, path, &b, KEY_FILE_MAX, err))
		goto out;
	n = identities(buf_all(&b), keys, ids);
	if (n != 0)
		plain = custody_peel(sealed, ids, n, err);
	else
		(void)err_set(err, ERR_INVALID, "E-AGE-KEY",
		    "%s holds no AGE-SECRET-KEY", path);
out:
	buf_wipe(&b);
	for (size_t i = 0; i < n; i++)
		secret_free(keys[i]);
	return plain;
}

static bool
read_input(struct buf *b, const char *path, struct err *err)
{
	return strcmp(path, "-") == 0 ?
	    io_read_all(STDIN_FILENO, b, CUSTODY_FILE_MAX, err) :
	    io_read_file(AT_FDCWD, path, b, CUSTODY_FILE_MAX, err);
}

bool
custody_file_read(struct cli *cli, const char *path, enum custody_of of,
    struct custody *c, struct secret **plain, struct err *err)
{
	struct buf b = BUF_INIT;
	bool ok = false;

	*plain = NULL;
	*c = (struct custody){ .unlock = NULL };
	if (!read_input(&b, path, err))
		goto out;
	*plain = custody_is_sealed(buf_all(&b)) ?
	    custody_file_peel(cli, buf_all(&b), err) :
	    secret_copy(buf_all(&b));
	if (*plain == NULL)
		goto out;
	if (custody_is_sealed(secret_slice(*plain)))
		ok = err_set(err, ERR_INVALID, "E-CUSTODY-LAYER",
		    "the file is still sealed to another custodian");
	else
		ok = custody_parse(c, secret_slice(*plain), err);
	if (ok && c->of != of)
		ok = err_set(err, ERR_INVALID, "E-CUSTODY-OF",
		    "this is the %s of %s", c->of == CUSTODY_NODE ?
		    "node keyring" : "trust keyring", c->whose);
out:
	buf_wipe(&b);
	if (!ok) {
		custody_release(c);
		secret_free(*plain);
		*plain = NULL;
	}
	return ok;
}
