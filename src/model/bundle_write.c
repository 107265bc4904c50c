#include "model/bundle_write.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "crypto/note.h"
#include "model/bundle.h"
#include "model/bundle_path.h"
#include "model/bundle_readme.h"

struct bundle_writer {
	struct arena		 arena;
	struct tar_writer	 tar;
	msec			 made;
	struct buf		 files;		/* of struct manifest_file */
	unsigned		 number;	/* of the last message */
	struct hash		 message;	/* its name */
	struct member_id	*receipts;	/* who gave one, for k */
	size_t			 nreceipts;
};
enum { RECEIPTS_MAX = 512 };			/* for one message */

static size_t
count(const struct bundle_writer *w)
{
	return w->files.n / sizeof(struct manifest_file);
}

/* One more entry of the manifest, and the header in the archive. */
static bool
begin(struct bundle_writer *w, const char *path, uint64_t size,
    const struct hash *sha256, struct err *err)
{
	struct manifest_file f = { arena_strdup(&w->arena, path),
	    (int64_t)size, *sha256 };
	char full[TAR_NAME + sizeof(BUNDLE_FOLDER)];

	/* The manifest itself comes on top. */
	if (count(w) + 1 >= BUNDLE_FILES)
		return err_set(err, ERR_INVALID, "E-BUNDLE-FULL",
		    "a bundle holds at most %d files", BUNDLE_FILES);
	(void)snprintf(full, sizeof(full), BUNDLE_FOLDER "%s", path);
	if (!tar_file(&w->tar, full, size, w->made, err))
		return false;
	buf_put(&w->files, &f, sizeof(f));
	return true;
}

static bool
put(struct bundle_writer *w, const char *path, struct slice bytes,
    struct err *err)
{
	struct hash sha256 = hash_of(bytes);

	return begin(w, path, bytes.n, &sha256, err) &&
	    tar_data(&w->tar, bytes, err);
}

struct bundle_writer *
bundle_writer_new(tar_sink *sink, void *arg, msec made, struct err *err)
{
	struct bundle_writer *w = xcalloc(1, sizeof(*w));

	w->made = made;
	w->receipts = arena_alloc(&w->arena,
	    RECEIPTS_MAX * sizeof(*w->receipts));
	tar_begin(&w->tar, sink, arg);
	if (put(w, "README.txt", slice_str(bundle_readme), err))
		return w;
	bundle_writer_free(w);
	return NULL;
}

void
bundle_writer_free(struct bundle_writer *w)
{
	if (w == NULL)
		return;
	arena_free(&w->arena);
	buf_free(&w->files);
	free(w);
}

bool
bundle_write_network(struct bundle_writer *w, struct slice note,
    struct err *err)
{
	return put(w, "network.note", note, err);
}

bool
bundle_write_directory(struct bundle_writer *w, int64_t number,
    struct slice note, struct err *err)
{
	char path[TAR_NAME];

	bundle_path_directory(path, number);
	return put(w, path, note, err);
}

bool
bundle_write_card(struct bundle_writer *w, const struct member_id *member,
    int64_t seq, struct slice bytes, struct err *err)
{
	char path[TAR_NAME];
	struct note note;
	struct hash name;

	if (!note_parse(&note, bytes, err))
		return false;
	name = note_text_name(&note);
	bundle_path_card(path, member, seq, &name);
	return put(w, path, bytes, err);
}

bool
bundle_write_agreement(struct bundle_writer *w, const char *id,
    int64_t version, struct slice note, struct err *err)
{
	char path[TAR_NAME];

	bundle_path_agreement(path, id, version);
	return put(w, path, note, err);
}

bool
bundle_write_message(struct bundle_writer *w, struct slice bytes,
    struct err *err)
{
	char path[TAR_NAME];
	struct note note;

	if (w->number == BUNDLE_NUMBER)
		return err_set(err, ERR_INVALID, "E-BUNDLE-FULL",
		    "a bundle holds at most %d messages", BUNDLE_NUMBER);
	if (!note_parse(&note, bytes, err))
		return false;
	w->number++;
	w->message = note_text_name(&note);
	w->nreceipts = 0;
	bundle_path_message(path, w->number, &w->message, ".note");
	return put(w, path, bytes, err);
}

bool
bundle_write_content(struct bundle_writer *w, struct slice line,
    struct err *err)
{
	char path[TAR_NAME];

	assert(w->number != 0);
	bundle_path_message(path, w->number, &w->message, ".content");
	return put(w, path, line, err);
}

bool
bundle_write_receipt(struct bundle_writer *w, const struct member_id *from,
    struct slice note, struct err *err)
{
	char path[TAR_NAME];
	unsigned k = 1;

	assert(w->number != 0);
	if (w->nreceipts == RECEIPTS_MAX)
		return err_set(err, ERR_INVALID, "E-BUNDLE-FULL",
		    "a bundle holds at most %d receipts of one message",
		    RECEIPTS_MAX);
	for (size_t i = 0; i < w->nreceipts; i++)
		k += member_id_eq(&w->receipts[i], from);
	w->receipts[w->nreceipts++] = *from;
	bundle_path_receipt(path, w->number, from, k);
	return put(w, path, note, err);
}

bool
bundle_has_blob(const struct bundle_writer *w, const struct hash *blob)
{
	const struct manifest_file *f = (const void *)w->files.p;

	for (size_t i = 0; i < count(w); i++)
		if (hash_eq(&f[i].sha256, blob) &&
		    bundle_path_is(f[i].path, "files/", ".age"))
			return true;
	return false;
}

bool
bundle_begin_blob(struct bundle_writer *w, const struct hash *blob,
    uint64_t size, struct err *err)
{
	char path[TAR_NAME];

	assert(!bundle_has_blob(w, blob));
	bundle_path_blob(path, blob);
	return begin(w, path, size, blob, err);
}

bool
bundle_add_blob(struct bundle_writer *w, struct slice piece, struct err *err)
{
	return tar_data(&w->tar, piece, err);
}

bool
bundle_write_end(struct bundle_writer *w, const struct hash *net,
    const struct hash *thread, const char *ref, const struct member_id *by,
    struct err *err)
{
	struct buf text = BUF_INIT;
	struct manifest m = { .net = *net, .thread = *thread, .made = w->made,
	    .by = *by, .files = arena_dup(&w->arena, w->files.p, w->files.n),
	    .nfiles = count(w) };
	bool ok;

	(void)snprintf(m.ref, sizeof(m.ref), "%s", ref);
	manifest_print(&text, &m);
	ok = tar_put(&w->tar, BUNDLE_FOLDER "manifest.json", buf_all(&text),
	    w->made, err) && tar_end(&w->tar, err);
	buf_free(&text);
	return ok;
}
