#include <assert.h>
#include <stdlib.h>

#include "crypto/age.h"
#include "crypto/age_stream.h"

enum {
	SEALED_CHUNK = AGE_CHUNK + AGE_TAG,
	PIECE = 16 * 1024,	/* of a header, between two looks at it */
};

enum phase {
	HEADER,			/* held: its bytes so far */
	NONCE,			/* held: less than a nonce */
	CHUNKS,			/* held: less than a sealed chunk */
	FINISHED,		/* a full chunk was the last: none may follow */
	FAILED,
};

struct age_open {
	enum phase			 phase;
	const struct age_identity	*ids;
	size_t				 nids;
	size_t				 header_max;
	size_t				 header_tried;	/* when held had so many */
	size_t				 header_seen;	/* looked through for its end */
	uint8_t				 file_key[AGE_FILE_KEY];
	struct age_stream		 stream;
	struct buf			 held;
	struct err			 why;		/* FAILED: it stays so */
};

struct age_open *
age_open_begin(const struct age_identity *ids, size_t n, size_t header_max)
{
	struct age_open *o = xcalloc(1, sizeof(*o));

	assert(header_max > 0);
	o->phase = HEADER;
	o->ids = ids;
	o->nids = n;
	o->header_max = header_max;
	return o;
}

struct age_open *
age_open_payload(const uint8_t file_key[static AGE_FILE_KEY])
{
	struct age_open *o = xcalloc(1, sizeof(*o));

	o->phase = NONCE;
	memcpy(o->file_key, file_key, AGE_FILE_KEY);
	return o;
}

void
age_open_free(struct age_open *o)
{
	if (o == NULL)
		return;
	age_stream_end(&o->stream);
	secret_wipe(o->file_key, sizeof(o->file_key));
	buf_free(&o->held);
	free(o);
}

static bool
fail(struct age_open *o, enum err_class class, const char *rule,
    const char *text)
{
	o->phase = FAILED;
	return err_set(&o->why, class, rule, "%s", text);
}

/* Move bytes of *in into held until that has n; true when it has. */
static bool
hold(struct age_open *o, struct slice *in, size_t n)
{
	size_t take = n - o->held.n < in->n ? n - o->held.n : in->n;

	buf_put(&o->held, in->p, take);
	*in = slice_skip(*in, take);
	return o->held.n == n;
}

/* -- the header ---------------------------------------------------------- */

/*
 * Parsing at every piece would make the cost of a long header quadratic.  It
 * is tried when a line that looks like its end came, when twice as much is
 * there as the last time, and when it may not grow further.
 */
static bool
header_worth_trying(struct age_open *o)
{
	size_t n = o->held.n, from = o->header_seen;
	bool end = memmem(o->held.p + from, n - from, "\n---", 4) != NULL;

	if (!end)
		o->header_seen = n < 3 ? 0 : n - 3;
	if (!end && n < 2 * o->header_tried && n < o->header_max)
		return false;
	o->header_tried = n;
	return true;
}

static bool
take_file_key(struct age_open *o, struct age_header *h)
{
	bool ok = age_header_open(h, o->ids, o->nids, o->file_key, &o->why);

	age_header_free(h);
	buf_clear(&o->held);
	o->phase = ok ? NONCE : FAILED;
	return ok;
}

/* Take bytes of *in up to the header's end, or all. */
static bool
add_header(struct age_open *o, struct slice *in)
{
	size_t before = o->held.n;
	size_t n = o->header_max - before;
	struct slice all = *in;
	struct age_header h;

	(void)hold(o, in, before + (n < PIECE ? n : PIECE));
	if (!header_worth_trying(o))
		return true;
	switch (age_header_parse(&h, buf_all(&o->held), o->header_max, &o->why)) {
	case AGE_PARSED:
		*in = slice_skip(all, h.length - before);
		return take_file_key(o, &h);
	case AGE_MORE:
		return true;
	case AGE_BAD:
		break;
	}
	o->phase = FAILED;
	return false;
}

static bool
header_ends_early(struct age_open *o)
{
	struct age_header h;

	/* What is there may be wrong in a way that says more. */
	if (age_header_parse(&h, buf_all(&o->held), o->header_max, &o->why) ==
	    AGE_BAD) {
		o->phase = FAILED;
		return false;
	}
	return fail(o, ERR_INVALID, "E-AGE-HEADER", "the header has no end");
}

/* -- the payload --------------------------------------------------------- */

static bool
add_nonce(struct age_open *o, struct slice *in)
{
	if (!hold(o, in, AGE_NONCE))
		return true;
	age_stream_begin(&o->stream, o->file_key, o->held.p, AGE_OPENING);
	secret_wipe(o->file_key, sizeof(o->file_key));
	buf_clear(&o->held);
	o->phase = CHUNKS;
	return true;
}

/* A chunk that authenticates at none of the places is not released. */
static bool
open_chunk(struct age_open *o, struct slice sealed, struct buf *plain)
{
	size_t n = sealed.n - AGE_TAG;
	uint8_t *room = buf_room(plain, n);

	if (room == NULL)
		return fail(o, ERR_INVALID, "E-AGE-SIZE",
		    "more plaintext than there is room for");
	/* Only a full chunk can be an inner one, and most of them are. */
	if (n == AGE_CHUNK &&
	    age_stream_open(&o->stream, room, sealed, AGE_INNER)) {
		plain->n += n;
		return true;
	}
	if (!age_stream_open(&o->stream, room, sealed, AGE_FINAL))
		return fail(o, ERR_VERIFY, "E-AGE-PAYLOAD",
		    "the payload was changed or cut");
	plain->n += n;
	o->phase = FINISHED;
	return true;
}

/* Whole chunks straight from *in, cut ones by way of held. */
static bool
add_chunk(struct age_open *o, struct slice *in, struct buf *plain)
{
	struct slice sealed;

	if (o->held.n == 0 && in->n >= SEALED_CHUNK) {
		sealed = slice_of(in->p, SEALED_CHUNK);
		*in = slice_skip(*in, SEALED_CHUNK);
		return open_chunk(o, sealed, plain);
	}
	if (!hold(o, in, SEALED_CHUNK))
		return true;
	sealed = buf_all(&o->held);
	buf_clear(&o->held);	/* its bytes stay until the next is held */
	return open_chunk(o, sealed, plain);
}

static bool
last_chunk(struct age_open *o, struct buf *plain)
{
	if (o->held.n < AGE_TAG)
		return fail(o, ERR_VERIFY, "E-AGE-PAYLOAD",
		    "the payload ends without its last chunk");
	if (o->held.n == AGE_TAG && o->stream.chunk != 0)
		return fail(o, ERR_VERIFY, "E-AGE-PAYLOAD",
		    "the last chunk is empty");
	return open_chunk(o, buf_all(&o->held), plain);
}

static bool
add(struct age_open *o, struct slice *in, struct buf *plain)
{
	switch (o->phase) {
	case HEADER:
		return add_header(o, in);
	case NONCE:
		return add_nonce(o, in);
	case CHUNKS:
		return add_chunk(o, in, plain);
	case FINISHED:
		return fail(o, ERR_VERIFY, "E-AGE-PAYLOAD",
		    "bytes follow the last chunk");
	case FAILED:
		break;
	}
	return false;
}

static bool
end(struct age_open *o, struct buf *plain)
{
	switch (o->phase) {
	case HEADER:
		return header_ends_early(o);
	case NONCE:
		return fail(o, ERR_INVALID, "E-AGE-HEADER",
		    "the file ends before its payload");
	case CHUNKS:
		return last_chunk(o, plain);
	case FINISHED:
		return true;
	case FAILED:
		break;
	}
	return false;
}

static void
say_why(const struct age_open *o, struct err *err)
{
	if (err != NULL)
		*err = o->why;
}

bool
age_open_add(struct age_open *o, struct slice sealed, struct buf *plain,
    struct err *err)
{
	while (sealed.n != 0) {
		if (!add(o, &sealed, plain)) {
			say_why(o, err);
			return false;
		}
	}
	return true;
}

bool
age_open_end(struct age_open *o, struct buf *plain, struct err *err)
{
	bool ok = end(o, plain);

	if (!ok)
		say_why(o, err);
	age_open_free(o);
	return ok;
}

bool
age_open_all(struct buf *plain, const struct age_identity *ids, size_t n,
    struct slice sealed, size_t header_max, struct err *err)
{
	struct age_open *o = age_open_begin(ids, n, header_max);
	size_t start = plain->n;

	/* Growing would leave copies of plaintext behind. */
	if (plain->limit == 0)
		(void)buf_room(plain, sealed.n);
	if (!age_open_add(o, sealed, plain, err)) {
		age_open_free(o);
	} else if (age_open_end(o, plain, err)) {
		return true;
	}
	/* Nothing of a file that is not whole. */
	if (plain->n != start)
		secret_wipe(plain->p + start, plain->n - start);
	plain->n = start;
	return false;
}
