#include "entente/trust_keyring.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/io.h"
#include "base/utf8.h"
#include "entente/custody_files.h"
#include "model/ident.h"
#include "model/keyname.h"

/* The network's name and id stand in the ring under a use kept for such. */
static const char network_label[] = "network";
static const char net_label[] = "net";

enum { LOCKED_MAX = 8192, UNLOCK_PATH = TRUST_PATH + 8 };

bool
trust_passphrase_strong(const struct secret *p, struct err *err)
{
	bool same = true;

	for (size_t i = 1; i < p->n; i++)
		same = same && p->p[i] == p->p[0];
	if (p->n > 1024 || !utf8_valid(secret_slice(p)) || same ||
	    utf8_length(secret_slice(p)) < PASSPHRASE_MIN)
		return err_set(err, ERR_INVALID, "E-PASSPHRASE-WEAK",
		    "a passphrase has %d characters or more", PASSPHRASE_MIN);
	return true;
}

static void
unlock_path(char out[static UNLOCK_PATH], const char *path)
{
	(void)snprintf(out, UNLOCK_PATH, "%s.unlock", path);
}

static bool
path_set(struct trust_keyring *t, const char *path, struct err *err)
{
	*t = (struct trust_keyring){ .lock = -1 };
	if (strlen(path) >= sizeof(t->path))
		return err_set(err, ERR_INVALID, "E-TRUST-MISSING",
		    "the path of the trust keyring is too long");
	(void)snprintf(t->path, sizeof(t->path), "%s", path);
	return true;
}

bool
trust_keyring_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

/* Readable by its owner alone, as ssh asks of keys: a mode that is too wide
 * is a backup or a copy that went wrong. */
static bool
mode_close(int fd, const char *path, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return err_errno(err, "%s", path);
	if ((st.st_mode & 077) != 0)
		return err_set(err, ERR_DENIED, "E-TRUST-MODE",
		    "others may read %s: its mode is %04o, not 0600", path,
		    (unsigned)(st.st_mode & 07777));
	return true;
}

/* The lock lasts as long as the descriptor: two signers at once would each
 * write the ring without the other's new key. */
static bool
lock_take(struct trust_keyring *t, struct err *err)
{
	char path[UNLOCK_PATH];

	unlock_path(path, t->path);
	t->lock = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (t->lock == -1 && errno == ENOENT)
		return err_set(err, ERR_NOT_FOUND, "E-TRUST-MISSING",
		    "there is no trust keyring %s", t->path);
	if (t->lock == -1)
		return err_errno(err, "open %s", path);
	if (flock(t->lock, LOCK_EX | LOCK_NB) == -1)
		return err_set(err, ERR_CONFLICT, "E-TRUST-BUSY",
		    "another command has %s open", t->path);
	return mode_close(t->lock, path, err);
}

static bool
unlock(struct trust_keyring *t, const struct secret *passphrase,
    struct err *err)
{
	struct buf b = BUF_INIT;

	if (io_read_all(t->lock, &b, LOCKED_MAX, err))
		t->unlock = keyring_unlock(buf_all(&b), passphrase, err);
	buf_free(&b);
	return t->unlock != NULL;
}

static bool
ring_read(struct trust_keyring *t, struct err *err)
{
	struct buf b = BUF_INIT;

	if (io_read_file(AT_FDCWD, t->path, &b, KEYRING_FILE_MAX, err))
		t->ring = keyring_open(buf_all(&b), t->unlock, err);
	buf_free(&b);
	return t->ring != NULL;
}

static bool
network_read(struct trust_keyring *t, struct err *err)
{
	const struct secret *s = keyring_get(t->ring, KEYRING_DIRECTORY,
	    network_label);

	if (s == NULL)
		return true;
	if (!network_name_valid(secret_slice(s)))
		return err_set(err, ERR_INVALID, "E-KEYRING-FORM",
		    "the trust keyring names no network");
	memcpy(t->network, s->p, s->n);
	t->network[s->n] = '\0';
	return true;
}

bool
trust_keyring_open(struct trust_keyring *t, const char *path,
    const struct secret *passphrase, struct err *err)
{
	if (path_set(t, path, err) && lock_take(t, err) &&
	    unlock(t, passphrase, err) && ring_read(t, err) &&
	    network_read(t, err))
		return true;
	trust_keyring_close(t);
	return false;
}

/* FILE.unlock goes first: sealed keys that nothing opens are lost, an unlock
 * identity without keys is only in the way. */
bool
trust_keyring_create(struct trust_keyring *t, const char *path,
    const struct secret *passphrase, unsigned work, struct err *err)
{
	struct buf locked = BUF_INIT;
	char name[UNLOCK_PATH];
	bool ok;

	if (!path_set(t, path, err) ||
	    !trust_passphrase_strong(passphrase, err))
		return false;
	if (trust_keyring_exists(path))
		return err_set(err, ERR_CONFLICT, "E-FILE-EXISTS",
		    "%s is there already", path);
	t->unlock = age_identity_generate();
	t->ring = keyring_new();
	unlock_path(name, path);
	ok = keyring_lock(&locked, t->unlock, passphrase, work, err) &&
	    io_create_file(AT_FDCWD, name, buf_all(&locked), 0600, err) &&
	    lock_take(t, err);
	buf_free(&locked);
	if (!ok)
		trust_keyring_close(t);
	return ok;
}

bool
trust_keyring_save(const struct trust_keyring *t, struct err *err)
{
	char folder[TRUST_PATH + 16];
	struct buf b = BUF_INIT;
	bool ok;

	(void)snprintf(folder, sizeof(folder), "%s." CUSTODY_FOLDER, t->path);
	ok = keyring_seal(&b, t->ring, t->unlock, err) &&
	    io_replace_file(AT_FDCWD, t->path, buf_all(&b), 0600, err) &&
	    custody_files_write(AT_FDCWD, folder, CUSTODY_TRUST,
	    t->network[0] == '\0' ? "-" : t->network, t->ring, t->unlock,
	    buf_all(&b), (uid_t)-1, (gid_t)-1, err);
	buf_free(&b);
	return ok;
}

void
trust_keyring_close(struct trust_keyring *t)
{
	keyring_free(t->ring);
	secret_free(t->unlock);
	if (t->lock != -1)
		(void)close(t->lock);
	*t = (struct trust_keyring){ .lock = -1 };
}

/* -- keys ------------------------------------------------------------------ */

static bool
network_set(struct trust_keyring *t, const char *network, msec now,
    struct err *err)
{
	struct secret *s;

	if (t->network[0] != '\0') {
		if (strcmp(t->network, network) == 0)
			return true;
		return err_set(err, ERR_CONFLICT, "E-KEYRING-NETWORK",
		    "this trust keyring belongs to %s, not to %s",
		    t->network, network);
	}
	if (!network_name_valid(slice_str(network)))
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "network",
		    "names no network");
	s = secret_copy(slice_str(network));
	if (!keyring_put(t->ring, KEYRING_DIRECTORY, network_label, now, &s, err))
		return false;
	(void)snprintf(t->network, sizeof(t->network), "%s", network);
	return true;
}

bool
trust_keyring_bind(struct trust_keyring *t, const struct hash *net, msec now,
    struct err *err)
{
	const struct secret *known = keyring_get(t->ring, KEYRING_DIRECTORY,
	    net_label);
	struct slice id = slice_of(net->b, sizeof(net->b));
	struct secret *s;

	if (known == NULL) {
		s = secret_copy(id);
		return keyring_put(t->ring, KEYRING_DIRECTORY, net_label, now,
		    &s, err);
	}
	if (slice_eq(secret_slice(known), id))
		return true;
	return err_field(err, ERR_INVALID, "E-TEXT-NET", "net",
	    "these keys sign for another network of that name");
}

static bool
label_valid(enum keyring_use use, const char *label)
{
	struct member_id m;
	size_t n = strlen(label);

	if (use == KEYRING_CARD)
		return member_id_parse(&m, slice_str(label));
	return n >= 1 && n <= 4 && label[0] != '0' &&
	    strspn(label, "0123456789") == n;
}

static void
key_name(char out[static NOTE_NAME], const char *network, enum keyring_use use,
    const char *label)
{
	/* A member's second key has a mark after its id. */
	(void)snprintf(out, NOTE_NAME, use == KEYRING_ROOT ? "%s/root/%.*s" :
	    "%s/%.*s/card", network, (int)strcspn(label, " "), label);
}

bool
trust_keyring_generate(struct trust_keyring *t, enum keyring_use use,
    const char *label, const char *network, msec now, struct err *err)
{
	struct secret *seed;

	assert(use == KEYRING_ROOT || use == KEYRING_CARD);
	if (!label_valid(use, label))
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE",
		    use == KEYRING_ROOT ? "root" : "card",
		    use == KEYRING_ROOT ? "a root is a number from 1 to 9999" :
		    "is no member's id");
	if (!network_set(t, network, now, err))
		return false;
	if (keyring_get(t->ring, use, label) != NULL)
		return err_set(err, ERR_CONFLICT, "E-TRUST-KEY",
		    "the trust keyring has this key already");
	seed = secret_random(32);
	return keyring_put(t->ring, use, label, now, &seed, err);
}

static void
signer_of(const struct trust_keyring *t, enum keyring_use use,
    const char *label, const struct secret *seed, struct note_signer *signer)
{
	char name[NOTE_NAME];

	key_name(name, t->network, use, label);
	note_signer_ed25519(signer, name, seed);
}

bool
trust_keyring_generate_next(struct trust_keyring *t, const char *member,
    msec now, struct note_signer *signer, struct err *err)
{
	struct secret *seed, *mark;
	char label[KEYRING_LABEL], hex[9];
	const struct secret *kept;

	if (keyring_get(t->ring, KEYRING_CARD, member) == NULL)
		return err_set(err, ERR_NOT_FOUND, "E-TRUST-KEY",
		    "the trust keyring has no key card %s", member);
	mark = secret_random(4);
	hex_encode(hex, secret_slice(mark));
	secret_free(mark);
	(void)snprintf(label, sizeof(label), "%s %s", member, hex);
	seed = secret_random(32);
	if (!keyring_put(t->ring, KEYRING_CARD, label, now, &seed, err))
		return false;
	kept = keyring_get(t->ring, KEYRING_CARD, label);
	signer_of(t, KEYRING_CARD, label, kept, signer);
	return true;
}

size_t
trust_keyring_cards(const struct trust_keyring *t, const char *member,
    struct note_signer *out, size_t max)
{
	const struct keyring_entry *e;
	size_t n = 0, len = strlen(member);

	for (size_t i = 0; n < max &&
	    (e = keyring_each(t->ring, KEYRING_CARD, i)) != NULL; i++)
		if (strncmp(e->label, member, len) == 0 &&
		    (e->label[len] == '\0' || e->label[len] == ' '))
			signer_of(t, KEYRING_CARD, e->label, e->value, &out[n++]);
	return n;
}

bool
trust_keyring_signer(const struct trust_keyring *t, enum keyring_use use,
    const char *label, struct note_signer *signer, struct err *err)
{
	const struct secret *seed = keyring_get(t->ring, use, label);

	if (seed == NULL)
		return err_set(err, ERR_NOT_FOUND, "E-TRUST-KEY",
		    "the trust keyring has no key %s %s",
		    use == KEYRING_ROOT ? "root" : "card", label);
	signer_of(t, use, label, seed, signer);
	return true;
}

size_t
trust_keyring_signers(const struct trust_keyring *t, enum keyring_use use,
    struct note_signer *out, size_t max)
{
	const struct keyring_entry *e;
	size_t n = 0;

	while (n < max && (e = keyring_each(t->ring, use, n)) != NULL)
		signer_of(t, use, e->label, e->value, &out[n++]);
	return n;
}

size_t
trust_keyring_among(const struct trust_keyring *t,
    const struct note_vkey *keys, size_t nkeys,
    struct note_signer *out, size_t max)
{
	static const enum keyring_use uses[] = { KEYRING_ROOT, KEYRING_CARD };
	struct note_signer all[TRUST_SIGNERS];
	size_t n = 0, held;

	for (size_t u = 0; u < 2; u++) {
		held = trust_keyring_signers(t, uses[u], all, TRUST_SIGNERS);
		for (size_t i = 0; i < held; i++)
			for (size_t k = 0; k < nkeys && n < max; k++)
				if (note_vkey_eq(&all[i].vkey, &keys[k])) {
					out[n++] = all[i];
					break;
				}
	}
	return n;
}
