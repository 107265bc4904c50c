#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/io.h"
#include "base/log.h"
#include "base/tar.h"
#include "ententd/blobs.h"
#include "ententd/intake.h"
#include "ententd/outbox.h"
#include "ententd/spool.h"
#include "ententd/trust.h"
#include "model/spool.h"
#include "store/blob_store.h"

/*
 * The file streams into one without a name and is mapped; nothing of it is
 * believed before the sender's signature over its list verified, but the notes
 * of trust, which are signed each by itself.  The front that wrote the file has
 * it open still, so notes are read from a copy: what was verified is what counts.
 */
enum { SPOOL_NOTES = 4096 };
#define SPOOL_MOST	((uint64_t)16 * 1024 * 1024 * 1024)

struct counts {
	unsigned	taken, known, refused, later, receipts, files, trust,
			missing;
};

struct unspooling {
	struct call		*call;
	int			 fd;
	void			*map;
	size_t			 size;
	struct tar_archive	 tar;
	struct spool		 spool;
	size_t			 next_file, next_item;
	struct blob_row		 row;		/* of the file being named */
	struct counts		 n;
};

static void
unspooling_free(struct unspooling *u)
{
	if (u->map != NULL)
		(void)munmap(u->map, u->size);
	if (u->fd != -1)
		(void)close(u->fd);
	spool_release(&u->spool);
	free(u);
}

static void
fail(struct unspooling *u, const struct err *err)
{
	struct call *c = u->call;

	unspooling_free(u);
	call_refuse(c, err);
}

static const struct tar_member *
find(const struct unspooling *u, const char *folder, const struct hash *name,
    const char *end)
{
	char path[96], hex[65];

	hex_encode(hex, slice_of(name->b, HASH_LEN));
	(void)snprintf(path, sizeof(path), "%s/%s%s", folder, hex, end);
	return tar_find(&u->tar, path);
}

/* -- the end --------------------------------------------------------------------------- */

static void
say(struct unspooling *u)
{
	struct vault *v = u->call->vault;
	struct call *c = u->call;
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);

	jout_object(&j, NULL);
	jout_str(&j, "from", u->spool.from.s);
	jout_int(&j, "number", u->spool.number);
	jout_time(&j, "at", u->spool.at);
	jout_int(&j, "messages", (int64_t)u->spool.n);
	jout_int(&j, "taken", u->n.taken);
	jout_int(&j, "known", u->n.known);
	jout_int(&j, "refused", u->n.refused);
	jout_int(&j, "later", u->n.later);
	jout_int(&j, "receipts", u->n.receipts);
	jout_int(&j, "files", u->n.files);
	jout_int(&j, "trust", u->n.trust);
	jout_int(&j, "missing", u->n.missing);
	jout_end_object(&j);
	unspooling_free(u);
	call_json(c, 200, &b);
	outbox_kick(v);
}

static void
finish(struct unspooling *u)
{
	struct vault *v = u->call->vault;
	char number[24];
	struct err err;

	(void)snprintf(number, sizeof(number), "%lld",
	    (long long)u->spool.number);
	if (vault_unit_begin(v, &err) && vault_unit_end(v, vault_audit(v,
	    u->call->account.badge.s, "spool.in", NULL, u->spool.from.s, number,
	    &err), &err))
		say(u);
	else
		fail(u, &err);
}

/* -- messages ------------------------------------------------------------------------------ */

static void	take_some(void *arg);

static void
count(struct unspooling *u, const struct intake *in)
{
	for (uint8_t i = 0; i < in->batch.n; i++) {
		const struct intake_item *it = &in->items[i];

		if (it->is_receipt)
			u->n.receipts++;
		else if (it->admitted.admission == ADMIT_TAKEN)
			u->n.taken++;
		else if (it->admitted.admission == ADMIT_KNOWN)
			u->n.known++;
		else if (it->admitted.admission == ADMIT_REFUSED)
			u->n.refused++;
		else
			u->n.later++;
	}
}

static void
next_turn(void *arg)
{
	struct unspooling *u = arg;

	(void)loop_after(u->call->vault->child.loop, 0, take_some, u);
}

static void
not_on_disk(void *arg, const struct err *err)
{
	fail(arg, err);
}

static void
taken(struct intake *in, void *arg, const struct err *err)
{
	struct unspooling *u = arg;

	if (err != NULL) {
		fail(u, err);
		return;
	}
	count(u, in);
	/* What is said to be taken is on disk, whatever fails later. */
	vault_after_commit(u->call->vault, next_turn, not_on_disk, u);
}

static uint8_t
next_batch(struct unspooling *u, struct wire_message *list)
{
	const struct tar_member *m;
	struct spool_item *it;
	size_t bytes = 0;
	struct hash is;
	uint8_t n = 0;

	for (; u->next_item < u->spool.n && n < WIRE_BATCH; u->next_item++) {
		it = &u->spool.items[u->next_item];
		m = find(u, "messages", &it->sealed, ".age");
		if (m != NULL)
			is = hash_of(m->bytes);
		if (m == NULL || m->bytes.n > WIRE_SEALED ||
		    !hash_eq(&is, &it->sealed)) {
			u->n.missing++;
			continue;
		}
		if (n != 0 && bytes + m->bytes.n > WIRE_BYTES)
			break;
		bytes += m->bytes.n;
		list[n++] = (struct wire_message){ .to = u->spool.to,
		    .lane = it->lane, .deliver_by = it->deliver_by,
		    .sha256 = it->sealed, .sealed = m->bytes };
	}
	return n;
}

static void
take_some(void *arg)
{
	struct unspooling *u = arg;
	struct vault *v = u->call->vault;
	struct intake *in = intake_new(v);
	struct wire_message *list = arena_alloc(&in->arena,
	    WIRE_BATCH * sizeof(*list));
	uint8_t n = next_batch(u, list);

	if (n == 0) {
		intake_free(in);
		finish(u);
		return;
	}
	in->batch = (struct wire_batch){ .net = v->net, .messages = list,
	    .n = n };
	in->bearer = u->spool.from;
	in->returns = true;
	in->done = taken;
	in->arg = u;
	intake_go(in);
}

/* -- files, before the messages that name them ---------------------------------------------- */

static void	keep_file(void *arg);

static void
named(void *arg, const struct err *err)
{
	struct unspooling *u = arg;

	if (err == NULL)
		u->n.files++;
	else if (strcmp(err->rule, "E-BLOB-HASH") == 0)
		u->n.missing++;
	else {
		fail(u, err);
		return;
	}
	(void)loop_after(u->call->vault->child.loop, 0, keep_file, u);
}

static bool
write_part(struct unspooling *u, struct slice bytes, struct err *err)
{
	int fd = blobs_open_part(u->call->vault, &u->row, err);
	bool ok;

	if (fd == -1)
		return false;
	ok = io_write_all(fd, bytes, err) &&
	    (fsync(fd) == 0 || err_errno(err, "keep the file"));
	(void)close(fd);
	return ok;
}

/* The next file that is not here yet and stands in the archive; its row is
 * begun.  NULL: there is none. */
static const struct tar_member *
next_file(struct unspooling *u)
{
	struct store *st = &u->call->vault->store;
	const struct tar_member *m;
	const struct blob_ref *f;
	struct err none;

	while (u->next_file < u->spool.nfiles) {
		f = &u->spool.files[u->next_file++];
		if (blob_get(st, &f->blob, u->spool.from.s, &u->row, &none) &&
		    u->row.complete)
			continue;
		m = find(u, "files", &f->blob, "");
		if (m == NULL || m->bytes.n != (size_t)f->size) {
			u->n.missing++;
			continue;
		}
		u->row = (struct blob_row){ .blob = f->blob, .size = f->size };
		(void)snprintf(u->row.sender, sizeof(u->row.sender), "%s",
		    u->spool.from.s);
		return m;
	}
	return NULL;
}

static void
keep_file(void *arg)
{
	struct unspooling *u = arg;
	struct vault *v = u->call->vault;
	const struct tar_member *m = next_file(u);
	struct err err;

	if (m == NULL) {
		take_some(u);
		return;
	}
	if (!write_part(u, m->bytes, &err)) {
		fail(u, &err);
		return;
	}
	u->row.have = u->row.size;
	blobs_finish(v, &u->row, named, u);
}

/* -- the list, and what lets it be verified --------------------------------------------------- */

static void
take_trust(struct unspooling *u)
{
	struct vault *v = u->call->vault;
	struct arena arena = ARENA_INIT;
	struct hash name;
	struct err err;
	char type[16];

	for (size_t i = 0; i < u->tar.n; i++) {
		const struct tar_member *m = &u->tar.files[i];

		if (strncmp(m->path, "trust/", 6) == 0 &&
		    m->bytes.n <= NOTE_MAX &&
		    trust_take(v, "node", arena_slice(&arena, m->bytes), type,
		    &name, &err) == TRUST_NEW)
			u->n.trust++;
		arena_free(&arena);
	}
}

static bool
read_list(struct unspooling *u, struct err *err)
{
	struct vault *v = u->call->vault;
	const struct tar_member *m = tar_find(&u->tar, "spool.note");
	struct note_vkey signer;
	struct member_id from;
	struct note note;

	if (m == NULL || m->bytes.n > NOTE_MAX)
		return err_set(err, ERR_INVALID, "E-SPOOL-FORM",
		    "there is no spool.note in it");
	if (!note_parse(&note, arena_slice(&u->call->arena, m->bytes), err) ||
	    !admit_signer_now(v, &note, &from, &signer, err) ||
	    !spool_parse(&u->spool, &u->call->arena, note.text, err))
		return false;
	if (!hash_eq(&u->spool.net, &v->net))
		return err_field(err, ERR_INVALID, "E-TEXT-NET", "net",
		    "it is of another network");
	if (!member_id_eq(&u->spool.from, &from))
		return err_set(err, ERR_VERIFY, "E-SPOOL-SIGNED",
		    "it was not signed by the member it is from");
	return member_id_eq(&u->spool.to, &v->member) || err_field(err,
	    ERR_INVALID, "E-SPOOL-TO", "to", "it is for %s", u->spool.to.s);
}

static bool
map(struct unspooling *u, struct err *err)
{
	enum { FILES = SPOOL_NOTES + SPOOL_ITEMS + SPOOL_FILES + 1 };
	struct stat st;

	if (fstat(u->fd, &st) == -1)
		return err_errno(err, "read the file");
	u->size = (size_t)st.st_size;
	if (u->size == 0)
		return err_set(err, ERR_INVALID, "E-SPOOL-FORM",
		    "the file is empty");
	u->map = mmap(NULL, u->size, PROT_READ, MAP_PRIVATE, u->fd, 0);
	if (u->map == MAP_FAILED) {
		u->map = NULL;
		return err_errno(err, "read the file");
	}
	return tar_read(&u->tar, &u->call->arena, slice_of(u->map, u->size),
	    FILES, err);
}

static void
streamed(struct call *c, bool ok, uint64_t bytes)
{
	struct unspooling *u = c->state;
	struct err err;

	(void)bytes;
	c->streamed = NULL;
	if (!ok) {
		(void)err_set(&err, ERR_INVALID, "E-UPLOAD-CUT",
		    "the file did not arrive whole; nothing was kept");
		fail(u, &err);
		return;
	}
	if (!map(u, &err)) {
		fail(u, &err);
		return;
	}
	take_trust(u);
	if (read_list(u, &err))
		keep_file(u);
	else
		fail(u, &err);
}

void
api_spool_in(struct call *c)
{
	struct unspooling *u = xcalloc(1, sizeof(*u));
	struct err err;

	u->call = c;
	u->fd = openat(c->vault->dir, "blobs", O_RDWR | O_TMPFILE | O_CLOEXEC,
	    0600);
	if (u->fd == -1) {
		(void)err_errno(&err, "keep the file");
		fail(u, &err);
		return;
	}
	c->state = u;
	c->streamed = streamed;
	call_stream(c, dup(u->fd), SPOOL_MOST);
}
