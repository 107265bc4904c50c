#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/io.h"
#include "base/log.h"
#include "base/tar.h"
#include "ententd/blobs.h"
#include "ententd/outbox.h"
#include "ententd/spool.h"
#include "ententd/trust.h"
#include "model/spool.h"
#include "store/message_store.h"
#include "store/trust_store.h"

/*
 * A little in each turn, so that the loop goes on: trust, messages, files;
 * then keys signs the list of them.  All of it is sealed or signed, so it may
 * lie in a file, without a name, while it is made.
 */
enum { PIECE = 1024 * 1024, SEAL_SOME = 32 };

struct spooling {
	struct call		*call;
	int			 out;		/* the archive */
	struct tar_writer	 tar;
	struct spool		 spool;
	struct outbox_row	*rows;
	size_t			 nrows, next_row;
	unsigned		 notes;		/* of trust, so far */
	size_t			 next_file;
	int			 file;		/* open, or -1 */
	int64_t			 offset;
	struct buf		 text;
};

static void
spooling_free(struct spooling *s)
{
	if (s->out != -1)
		(void)close(s->out);
	if (s->file != -1)
		(void)close(s->file);
	buf_free(&s->text);
	free(s);
}

static void
fail(struct spooling *s, const struct err *err)
{
	struct call *c = s->call;

	spooling_free(s);
	call_refuse(c, err);
}

static bool
into_file(void *arg, struct slice bytes, struct err *err)
{
	const struct spooling *s = arg;

	return io_write_all(s->out, bytes, err);
}

static bool
put(struct spooling *s, const char *folder, const struct hash *name,
    const char *end, struct slice bytes, struct err *err)
{
	char path[96], hex[65];

	hex_encode(hex, slice_of(name->b, HASH_LEN));
	(void)snprintf(path, sizeof(path), "%s/%s%s", folder, hex, end);
	return tar_put(&s->tar, path, bytes, s->spool.at, err);
}

/* -- what lets it be verified -------------------------------------------------------- */

static bool
put_trust(struct spooling *s, struct slice note, struct err *err)
{
	char path[32];

	(void)snprintf(path, sizeof(path), "trust/%05u.note", ++s->notes);
	return tar_put(&s->tar, path, note, s->spool.at, err);
}

static bool
put_all(struct spooling *s, const struct slice *notes, size_t n,
    struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (!put_trust(s, notes[i], err))
			return false;
	return true;
}

/* In the order in which they can be taken: a member that was away for long
 * gets every directory, then the cards of all. */
static bool
write_trust(struct spooling *s, struct err *err)
{
	struct vault *v = s->call->vault;
	struct arena *a = &s->call->arena;
	struct slice note, *notes;
	const struct card *card;
	struct hash name;
	size_t n;

	for (int64_t d = 1; d <= trust_newest(v->trust)->number; d++)
		if (!trust_store_directory(&v->store, a, d, &note, &name, err) ||
		    !put_trust(s, note, err))
			return false;
	for (size_t i = 0; (card = trust_card_at(v->trust, i)) != NULL; i++)
		if (!trust_store_cards(&v->store, a, card->member.s, &notes, &n,
		    err) || !put_all(s, notes, n, err))
			return false;
	return trust_store_agreements(&v->store, a, &notes, &n, err) &&
	    put_all(s, notes, n, err);
}

/* -- messages -------------------------------------------------------------------------- */

/* Files go once, however many messages name them.  False: no room for them. */
static bool
add_files(struct spooling *s, const struct outbox_row *row)
{
	struct store *st = &s->call->vault->store;
	struct spool *sp = &s->spool;
	struct message_row m;
	struct header h;
	struct note note;
	struct err none;
	bool room, known;

	if (row->slip == 0 || !message_get(st, &s->call->arena, &row->message,
	    &m, &none) || !note_parse(&note, m.note, &none) ||
	    !header_parse(&h, &s->call->arena, note.text, &none))
		return true;
	room = sp->nfiles + h.nblobs <= SPOOL_FILES;
	for (size_t i = 0; room && i < h.nblobs; i++) {
		known = false;
		for (size_t k = 0; k < sp->nfiles; k++)
			known = known || hash_eq(&sp->files[k].blob,
			    &h.blobs[i].blob);
		if (!known)
			sp->files[sp->nfiles++] = h.blobs[i];
	}
	header_release(&h);
	return room;
}

static bool
add_message(struct spooling *s, const struct outbox_row *row, struct err *err)
{
	struct spool_item *it = &s->spool.items[s->spool.n];
	struct buf sealed = BUF_INIT;
	bool ok;

	if (!add_files(s, row))
		return true;
	ok = outbox_seal(s->call->vault, row, &sealed, err);
	if (!ok && err->class != ERR_IO) {
		/* One whose content is gone keeps no other from going. */
		log_warn("spool for %s: a message stays behind: %s",
		    row->to.s, err->rule);
		return true;
	}
	if (ok) {
		*it = (struct spool_item){ .sealed = hash_of(buf_all(&sealed)),
		    .size = (int64_t)sealed.n, .lane = row->lane,
		    .deliver_by = row->deliver_by };
		ok = put(s, "messages", &it->sealed, ".age", buf_all(&sealed),
		    err);
		s->spool.n += ok;
	}
	buf_free(&sealed);
	return ok;
}

/* -- files ------------------------------------------------------------------------------- */

static bool
begin_file(struct spooling *s, struct err *err)
{
	const struct blob_ref *b = &s->spool.files[s->next_file];
	char path[96], hex[65];

	s->file = blobs_open(s->call->vault, &b->blob);
	if (s->file == -1)
		return err_set(err, ERR_NOT_FOUND, "E-BLOB-MISSING",
		    "a file of a message that waits is not here");
	s->offset = 0;
	hex_encode(hex, slice_of(b->blob.b, HASH_LEN));
	(void)snprintf(path, sizeof(path), "files/%s", hex);
	return tar_file(&s->tar, path, (uint64_t)b->size, s->spool.at, err);
}

static bool
write_file(struct spooling *s, struct err *err)
{
	const struct blob_ref *b = &s->spool.files[s->next_file];
	struct buf piece = BUF_INIT;
	bool ok;

	if (s->file == -1 && !begin_file(s, err))
		return false;
	ok = io_read_at(s->file, &piece, s->offset, PIECE, err) &&
	    (piece.n != 0 || err_set(err, ERR_IO, "E-IO",
	    "a file is shorter than it was")) &&
	    tar_data(&s->tar, buf_all(&piece), err);
	s->offset += (int64_t)piece.n;
	buf_free(&piece);
	if (ok && s->offset >= b->size) {
		(void)close(s->file);
		s->file = -1;
		s->next_file++;
	}
	return ok;
}

/* -- signed, and handed out ----------------------------------------------------------------- */

static bool
finish(struct spooling *s, struct slice note, struct err *err)
{
	struct vault *v = s->call->vault;
	char number[24];

	(void)snprintf(number, sizeof(number), "%lld",
	    (long long)s->spool.number);
	return tar_put(&s->tar, "spool.note", note, s->spool.at, err) &&
	    tar_end(&s->tar, err) && vault_unit_begin(v, err) &&
	    vault_unit_end(v, vault_audit(v, s->call->account.badge.s,
	    "spool.out", NULL, s->spool.to.s, number, err), err);
}

static void
signed_by_keys(void *arg, struct ipc_message *m)
{
	struct spooling *s = arg;
	struct call *call = s->call;
	struct buf note = BUF_INIT;
	struct cursor c;
	struct err err;
	off_t size;
	int fd;

	if (!keys_said(m, &c, &err)) {
		fail(s, &err);
		return;
	}
	buf_slice(&note, buf_all(&s->text));
	buf_u8(&note, '\n');
	buf_slice(&note, cursor_var(&c, NOTE_MAX));
	if (!finish(s, buf_all(&note), &err)) {
		buf_free(&note);
		fail(s, &err);
		return;
	}
	buf_free(&note);
	fd = s->out;
	s->out = -1;
	size = lseek(fd, 0, SEEK_END);
	(void)lseek(fd, 0, SEEK_SET);
	spooling_free(s);
	call_answer_fd(call, 200, "application/x-tar", "", fd, size);
}

static void
ask_signature(struct spooling *s)
{
	struct buf b = BUF_INIT;

	spool_print(&s->text, &s->spool);
	buf_var(&b, buf_all(&s->text));
	buf_var_str(&b, "");
	vault_ask(s->call->vault, CHILD_KEYS, VAULT_SIGN, buf_all(&b), -1,
	    signed_by_keys, s);
	buf_free(&b);
}

static bool
step(struct spooling *s, struct err *err)
{
	if (s->notes == 0)
		return write_trust(s, err);
	for (unsigned i = 0; s->next_row < s->nrows && i < SEAL_SOME; i++)
		if (!add_message(s, &s->rows[s->next_row++], err))
			return false;
	if (s->next_row == s->nrows && s->next_file < s->spool.nfiles)
		return write_file(s, err);
	return true;
}

static void
go_on(void *arg)
{
	struct spooling *s = arg;
	struct err err;

	if (!step(s, &err))
		fail(s, &err);
	else if (s->next_row < s->nrows || s->next_file < s->spool.nfiles)
		(void)loop_after(s->call->vault->child.loop, 0, go_on, s);
	else
		ask_signature(s);
}

/* -- asked for --------------------------------------------------------------------------------- */

static bool
number_it(struct spooling *s, struct err *err)
{
	struct vault *v = s->call->vault;
	char sequence[48];

	(void)snprintf(sequence, sizeof(sequence), "spool/%s", s->spool.to.s);
	return vault_unit_begin(v, err) && vault_unit_end(v,
	    store_next(&v->store, sequence, &s->spool.number, err), err);
}

static bool
begin(struct spooling *s, struct err *err)
{
	struct call *c = s->call;
	struct vault *v = c->vault;
	struct spool *sp = &s->spool;

	if (!member_id_parse(&sp->to, slice_str(c->rest)) ||
	    member_id_eq(&sp->to, &v->member) ||
	    !trust_is_active(v->trust, &sp->to))
		return err_field(err, ERR_NOT_FOUND, "E-NOT-FOUND", "member",
		    "there is no other active member of that name");
	if (!outbox_unsettled(&v->store, &c->arena, &sp->to, SPOOL_ITEMS,
	    &s->rows, &s->nrows, err) ||
	    !number_it(s, err))
		return false;
	s->out = openat(v->dir, "blobs", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
	if (s->out == -1)
		return err_errno(err, "begin the file");
	sp->net = v->net;
	sp->from = v->member;
	sp->at = clock_now();
	sp->items = arena_alloc(&c->arena, SPOOL_ITEMS * sizeof(*sp->items));
	sp->files = arena_alloc(&c->arena, SPOOL_FILES * sizeof(*sp->files));
	tar_begin(&s->tar, into_file, s);
	return true;
}

void
api_spool_out(struct call *c)
{
	struct spooling *s = xcalloc(1, sizeof(*s));
	struct err err;

	s->call = c;
	s->out = s->file = -1;
	if (begin(s, &err))
		go_on(s);
	else
		fail(s, &err);
}
