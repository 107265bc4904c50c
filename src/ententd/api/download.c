#include "ententd/api/download.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/secret.h"
#include "crypto/age.h"
#include "ententd/blobs.h"

enum { PIECE = 64 * 1024 };

struct opening {
	struct loop		*loop;
	struct loop_watch	*watch;
	int			 in, out;
	struct secret		*key;
	struct age_identity	 id;
	struct age_open		*open;
	struct buf		 plain;
	size_t			 sent;
	bool			 ended;
};

static void
opening_free(struct opening *o)
{
	loop_unwatch(o->watch);
	if (o->in != -1)
		(void)close(o->in);
	if (o->out != -1)
		(void)close(o->out);
	age_open_free(o->open);
	secret_free(o->key);
	buf_wipe(&o->plain);
	free(o);
}

/* The next plaintext; false: tampered with, or the disk does not read.  Then
 * the pipe ends early, and the client misses bytes it was promised. */
static bool
refill(struct opening *o)
{
	uint8_t *piece = xmalloc(PIECE);
	struct err err = { 0 };
	ssize_t n = read(o->in, piece, PIECE);
	bool ok = n >= 0;

	buf_clear(&o->plain);
	o->sent = 0;
	if (n > 0)
		ok = age_open_add(o->open, slice_of(piece, (size_t)n), &o->plain,
		    &err);
	if (n == 0) {
		ok = age_open_end(o->open, &o->plain, &err);
		o->open = NULL;
		o->ended = true;
	}
	free(piece);
	if (!ok)
		log_error("a held file does not open: %s", err.rule);
	return ok;
}

static void
writable(void *arg, unsigned events)
{
	struct opening *o = arg;
	ssize_t n;

	(void)events;
	while (o->sent == o->plain.n) {
		if (o->ended || !refill(o)) {
			opening_free(o);
			return;
		}
	}
	n = write(o->out, o->plain.p + o->sent, o->plain.n - o->sent);
	if (n > 0)
		o->sent += (size_t)n;
	else if (errno != EAGAIN)
		opening_free(o);	/* the reader went away */
}

/* RFC 6266: the name as UTF-8, percent-encoded. */
static void
disposition(char *out, size_t size, const char *name)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t n = (size_t)snprintf(out, size,
	    "Content-Disposition: attachment; filename*=UTF-8''");

	for (const uint8_t *p = (const uint8_t *)name; *p != '\0' && n + 5 < size;
	    p++) {
		if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
		    (*p >= '0' && *p <= '9') || *p == '.' || *p == '-' ||
		    *p == '_') {
			out[n++] = (char)*p;
			continue;
		}
		out[n++] = '%';
		out[n++] = hex[*p >> 4];
		out[n++] = hex[*p & 15];
	}
	out[n++] = '\n';
	out[n] = '\0';
}

static bool
begin(struct opening *o, struct call *c, const struct file_ref *f, int ends[2],
    struct err *err)
{
	o->in = blobs_open(c->vault, &f->blob);
	if (o->in == -1)
		return err_set(err, ERR_NOT_FOUND, "E-BLOB-MISSING",
		    "the file is not held here");
	if (!age_identity_parse(&o->key, slice_str(f->key), err))
		return false;
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) == -1)
		return err_errno(err, "a pipe");
	o->out = ends[1];
	age_identity_x25519(&o->id, o->key);
	o->open = age_open_begin(&o->id, 1, AGE_HEADER_LINK);
	return true;
}

void
download_answer(struct call *c, const struct file_ref *f)
{
	struct opening *o = xcalloc(1, sizeof(*o));
	char headers[900];
	int ends[2] = { -1, -1 };
	struct err err;

	o->loop = c->vault->child.loop;
	o->in = o->out = -1;
	if (!begin(o, c, f, ends, &err)) {
		opening_free(o);
		call_refuse(c, &err);
		return;
	}
	disposition(headers, sizeof(headers), f->name);
	o->watch = loop_watch(o->loop, o->out, LOOP_WRITE, writable, o);
	call_answer_fd(c, 200, f->type, headers, ends[0], f->size);
}
