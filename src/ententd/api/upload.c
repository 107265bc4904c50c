#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crash.h"
#include "base/encode.h"
#include "base/io.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "crypto/age.h"
#include "ententd/blobs.h"
#include "ententd/routes.h"
#include "store/blob_store.h"
#include "store/draft_store.h"

/*
 * An officer's file: sealed while it is read, to a one-time identity, so that
 * plaintext meets no file.  The front writes into a pipe; what comes out of it
 * is hashed and sealed into DIR/blobs.
 */
enum { PIECE = 64 * 1024 };
#define UPLOAD_MOST	((uint64_t)4 * 1024 * 1024 * 1024)

struct sealing {
	struct call		*call;
	struct loop_watch	*watch;
	int			 in, out;
	char			 tmp[64];
	struct secret		*key;
	struct age_seal		*seal;
	struct hash_stream	*plain_hash, *sealed_hash;
	struct buf		 sealed;
	int64_t			 plain, written;
	bool			 eof, announced;
	uint64_t		 promised;	/* bytes, by the front */
	struct upload		 upload;
};

static void
sealing_free(struct sealing *s)
{
	loop_unwatch(s->watch);
	if (s->in != -1)
		(void)close(s->in);
	if (s->out != -1)
		(void)close(s->out);
	if (s->tmp[0] != '\0')
		(void)unlinkat(s->call->vault->dir, s->tmp, 0);
	secret_free(s->key);
	age_seal_free(s->seal);
	hash_stream_free(s->plain_hash);
	hash_stream_free(s->sealed_hash);
	buf_free(&s->sealed);
	secret_wipe(&s->upload, sizeof(s->upload));
	free(s);
}

static void
fail(struct sealing *s, const struct err *err)
{
	struct call *c = s->call;

	c->streamed = NULL;
	sealing_free(s);
	call_refuse(c, err);
}

static void
cut(struct sealing *s)
{
	struct err err;

	(void)err_set(&err, ERR_INVALID, "E-UPLOAD-CUT",
	    "the file did not arrive whole; nothing was kept");
	fail(s, &err);
}

static bool
write_sealed(struct sealing *s, struct err *err)
{
	hash_stream_add(s->sealed_hash, buf_all(&s->sealed));
	s->written += (int64_t)s->sealed.n;
	if (!io_write_all(s->out, buf_all(&s->sealed), err))
		return false;
	buf_clear(&s->sealed);
	return true;
}

/* -- the end ------------------------------------------------------------------------ */

static bool
give_name(struct sealing *s, struct err *err)
{
	struct vault *v = s->call->vault;
	char name[6 + 65] = "blobs/";
	int dir = blobs_dir(v);
	bool ok;

	hex_encode(name + 6, slice_of(s->upload.file.blob.b, HASH_LEN));
	CRASH_POINT("upload:before-rename");
	ok = dir != -1 && fsync(s->out) == 0 &&
	    renameat(v->dir, s->tmp, v->dir, name) == 0 && fsync(dir) == 0;
	if (!ok)
		(void)err_errno(err, "keep the file");
	else
		s->tmp[0] = '\0';
	if (dir != -1)
		(void)close(dir);
	return ok;
}

static bool
keep_rows(struct sealing *s, struct err *err)
{
	struct vault *v = s->call->vault;
	struct blob_row row = { .blob = s->upload.file.blob,
	    .size = s->written, .have = s->written, .complete = true,
	    .made = clock_now() };

	(void)snprintf(row.sender, sizeof(row.sender), "%s", v->member.s);
	return blob_put(&v->store, &row, err) &&
	    upload_put(&v->store, &s->upload, err) &&
	    vault_audit(v, s->call->account.badge.s, "file.upload",
	    &s->upload.file.blob, "", "", err);
}

static void
say(struct sealing *s)
{
	const struct upload *u = &s->upload;
	struct call *c = s->call;
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);

	jout_object(&j, NULL);
	jout_str(&j, "id", u->id);
	jout_str(&j, "name", u->file.name);
	jout_str(&j, "type", u->file.type);
	jout_int(&j, "size", u->file.size);
	jout_hash(&j, "sha256", &u->file.sha256);
	jout_end_object(&j);
	sealing_free(s);
	call_json(c, 201, &b);
}

static void
finish(struct sealing *s)
{
	struct vault *v = s->call->vault;
	struct secret *text;
	struct err err;

	if ((uint64_t)s->plain != s->promised) {
		cut(s);
		return;
	}
	age_seal_end(s->seal, &s->sealed);
	s->seal = NULL;
	if (!write_sealed(s, &err)) {
		fail(s, &err);
		return;
	}
	s->upload.file.size = s->plain;
	s->upload.file.sha256 = hash_stream_end(s->plain_hash);
	s->upload.file.blob = hash_stream_end(s->sealed_hash);
	text = age_identity_print(s->key);
	(void)snprintf(s->upload.file.key, sizeof(s->upload.file.key), "%s",
	    (const char *)text->p);
	secret_free(text);
	if (!give_name(s, &err)) {
		fail(s, &err);
		return;
	}
	CRASH_POINT("upload:renamed");
	if (!vault_unit_begin(v, &err) ||
	    !vault_unit_end(v, keep_rows(s, &err), &err)) {
		fail(s, &err);
		return;
	}
	s->call->streamed = NULL;
	say(s);
}

/* -- the middle --------------------------------------------------------------------- */

static void
readable(void *arg, unsigned events)
{
	struct sealing *s = arg;
	uint8_t *piece = xmalloc(PIECE);
	ssize_t n = read(s->in, piece, PIECE);
	struct err err;
	bool ok = true;

	(void)events;
	if (n > 0) {
		hash_stream_add(s->plain_hash, slice_of(piece, (size_t)n));
		age_seal_add(s->seal, slice_of(piece, (size_t)n), &s->sealed);
		s->plain += n;
		ok = write_sealed(s, &err);
		secret_wipe(piece, (size_t)n);
	}
	free(piece);
	if (!ok) {
		fail(s, &err);
		return;
	}
	if (n > 0 || (n == -1 && errno == EAGAIN))
		return;
	s->eof = true;
	loop_unwatch(s->watch);
	s->watch = NULL;
	if (s->announced)
		finish(s);
}

/* The front says the body is complete: a pipe's end alone would not tell a
 * whole file from one whose sender was cut off. */
static void
streamed(struct call *c, bool ok, uint64_t bytes)
{
	struct sealing *s = c->state;

	if (!ok) {
		cut(s);
		return;
	}
	s->promised = bytes;
	s->announced = true;
	if (s->eof)
		finish(s);
}

/* -- the beginning ------------------------------------------------------------------- */

static bool
describe(struct call *c, struct upload *u, struct err *err)
{
	const char *name = call_query(c, "name"), *type = call_query(c, "type");
	uint8_t id[16];

	if (name == NULL || !file_name_valid(name))
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "name",
		    "give the file's name, up to 255 bytes, without a path "
		    "or marks that turn the text");
	if (type == NULL || type[0] == '\0')
		type = "application/octet-stream";
	if (strlen(type) >= sizeof(u->file.type) ||
	    !utf8_printable(slice_str(type), UTF8_ONE_LINE))
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "type",
		    "is no media type");
	randombytes_buf(id, sizeof(id));
	hex_encode(u->id, slice_of(id, sizeof(id)));
	u->badge = c->account.badge;
	u->made = clock_now();
	(void)snprintf(u->file.name, sizeof(u->file.name), "%s", name);
	(void)snprintf(u->file.type, sizeof(u->file.type), "%s", type);
	return true;
}

static bool
open_all(struct sealing *s, int ends[2], struct err *err)
{
	struct age_recipient to;
	struct age_identity id;

	(void)snprintf(s->tmp, sizeof(s->tmp), "blobs/up-%s.tmp", s->upload.id);
	s->out = openat(s->call->vault->dir, s->tmp,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (s->out == -1 || pipe2(ends, O_CLOEXEC | O_NONBLOCK) == -1)
		return err_errno(err, "begin the file");
	s->in = ends[0];
	s->key = age_identity_generate();
	age_identity_x25519(&id, s->key);
	age_identity_recipient(&to, &id);
	s->plain_hash = hash_stream_new();
	s->sealed_hash = hash_stream_new();
	s->seal = age_seal_begin(&to, 1, &s->sealed, err);
	return s->seal != NULL;
}

void
api_upload(struct call *c)
{
	struct sealing *s = xcalloc(1, sizeof(*s));
	int ends[2] = { -1, -1 };
	struct err err;

	s->call = c;
	s->in = s->out = -1;
	if (!describe(c, &s->upload, &err) || !open_all(s, ends, &err)) {
		if (ends[1] != -1)
			(void)close(ends[1]);
		fail(s, &err);
		return;
	}
	c->state = s;
	c->streamed = streamed;
	s->watch = loop_watch(c->vault->child.loop, s->in, LOOP_READ, readable, s);
	call_stream(c, ends[1], UPLOAD_MOST);
}
