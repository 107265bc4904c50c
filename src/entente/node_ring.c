#include "entente/node_ring.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "entente/custody_files.h"
#include "proc/ring_key.h"

enum { LOCKED_MAX = 16 * 1024 };

static bool
lock_dir(struct node_ring *n, const char *dir, struct err *err)
{
	struct stat st;

	n->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (n->dir == -1)
		return err_errno(err, "open %s", dir);
	if (flock(n->dir, LOCK_EX | LOCK_NB) == -1)
		return err_set(err, ERR_CONFLICT, "E-CONFIG-BUSY",
		    "the node of %s is running", dir);
	if (fstatat(n->dir, "keyring.age", &st, AT_SYMLINK_NOFOLLOW) == -1)
		return err_errno(err, "%s/keyring.age", dir);
	n->uid = st.st_uid;
	n->gid = st.st_gid;
	return true;
}

bool
node_ring_open(struct node_ring *n, const char *dir,
    const struct secret *passphrase, struct err *err)
{
	struct buf b = BUF_INIT;

	*n = (struct node_ring){ .dir = -1 };
	if (lock_dir(n, dir, err) &&
	    io_read_file(n->dir, "unlock.age", &b, LOCKED_MAX, err))
		n->unlock = keyring_unlock(buf_all(&b), passphrase, err);
	buf_clear(&b);
	if (n->unlock != NULL &&
	    io_read_file(n->dir, "keyring.age", &b, KEYRING_FILE_MAX, err))
		n->ring = keyring_open(buf_all(&b), n->unlock, err);
	buf_free(&b);
	if (n->ring != NULL)
		return true;
	node_ring_close(n);
	return false;
}

bool
node_ring_save(const struct node_ring *n, struct err *err)
{
	const struct keyring_entry *e;
	char whose[KEYRING_LABEL];
	struct buf b = BUF_INIT;
	bool ok;

	ok = keyring_seal(&b, n->ring, n->unlock, err) &&
	    io_replace_file(n->dir, "keyring.age", buf_all(&b), 0600, err);
	if (ok && fchownat(n->dir, "keyring.age", n->uid, n->gid,
	    AT_SYMLINK_NOFOLLOW) == -1)
		ok = err_errno(err, "the owner of keyring.age");
	if (ok && (e = keyring_each(n->ring, KEYRING_SIGN, 0)) != NULL) {
		ring_key_name(whose, e);
		ok = custody_files_write(n->dir, CUSTODY_FOLDER, CUSTODY_NODE,
		    whose, n->ring, n->unlock, buf_all(&b), n->uid, n->gid,
		    err);
	}
	buf_free(&b);
	return ok;
}

void
node_ring_close(struct node_ring *n)
{
	keyring_free(n->ring);
	secret_free(n->unlock);
	if (n->dir != -1)
		(void)close(n->dir);
	*n = (struct node_ring){ .dir = -1 };
}
