#include <stdlib.h>

#include "base/arena.h"
#include "base/encode.h"
#include "crypto/age.h"
#include "crypto/age_key.h"
#include "crypto/age_stanza.h"
#include "crypto/hash.h"

#define MAGIC	"age-encryption.org/"

enum {
	COLUMNS = 64,
	END = 4 + 43,		/* "--- " and the MAC's digits */
};

/*
 * Each step takes its lines off `rest`, or says AGE_MORE when the newline of
 * one is not there yet.
 */
struct parser {
	struct slice	 rest;
	unsigned	 line;		/* number of the one last taken */
	struct buf	 bytes;		/* what base64 yields, for one stanza */
	struct arena	*arena;
	struct err	*err;
};

static enum age_parse
bad(struct parser *p, const char *what)
{
	err_set(p->err, ERR_INVALID, "E-AGE-HEADER", "line %u: %s", p->line,
	    what);
	return AGE_BAD;
}

static bool
take_line(struct parser *p, struct slice *line)
{
	p->line++;
	return slice_cut(line, &p->rest, '\n');
}

static bool
is_vchar(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x21 || s.p[i] > 0x7e)
			return false;
	return s.n != 0;
}

static enum age_parse
take_version(struct parser *p)
{
	size_t magic = strlen(MAGIC);
	size_t n = p->rest.n < magic ? p->rest.n : magic;
	struct slice line;

	/* What is no age file is refused at its first byte. */
	if (n != 0 && memcmp(p->rest.p, MAGIC, n) != 0)
		return bad(p, "not an age file");
	if (!take_line(p, &line))
		return AGE_MORE;
	line = slice_skip(line, magic);
	if (slice_eq(line, slice_str("v1")))
		return AGE_PARSED;
	if (!is_vchar(line))
		return bad(p, "not a version line");
	err_set(p->err, ERR_INVALID, "E-AGE-VERSION",
	    "an age file of another version than v1");
	return AGE_BAD;
}

/* Arguments behind "-> ", each behind one space. */
static enum age_parse
split_arguments(struct parser *p, struct age_stanza *s, struct slice line)
{
	size_t n = 1;

	for (size_t i = 0; i < line.n; i++)
		n += line.p[i] == ' ';
	s->args = arena_alloc(p->arena, n * sizeof(*s->args));
	while (s->nargs < n) {
		struct slice *arg = &s->args[s->nargs++];

		if (!slice_cut(arg, &line, ' '))
			*arg = line;
		if (!is_vchar(*arg))
			return bad(p, "an argument is empty or not ASCII");
	}
	return AGE_PARSED;
}

/* Full lines of 64 digits, and one that is shorter. */
static enum age_parse
take_body(struct parser *p, struct age_stanza *s)
{
	struct slice line;

	buf_clear(&p->bytes);
	do {
		if (!take_line(p, &line))
			return AGE_MORE;
		if (line.n > COLUMNS)
			return bad(p, "a stanza's line is too long");
		if (!base64_decode(&p->bytes, line, BASE64_RAW))
			return bad(p, "a stanza's body is not base64");
	} while (line.n == COLUMNS);
	s->body = arena_slice(p->arena, buf_all(&p->bytes));
	return AGE_PARSED;
}

static enum age_parse
take_stanza(struct parser *p, struct age_stanza *s)
{
	enum age_parse got;
	struct slice line;

	if (!take_line(p, &line))
		return AGE_MORE;
	if (!slice_starts(line, "-> "))
		return bad(p, "neither a stanza nor the header's end");
	got = split_arguments(p, s, slice_skip(line, 3));
	return got == AGE_PARSED ? take_body(p, s) : got;
}

/* No more stanzas than lines that begin as one. */
static size_t
count_stanzas(struct slice s)
{
	struct slice line;
	size_t n = 0;

	while (slice_cut(&line, &s, '\n'))
		n += slice_starts(line, "->");
	return n;
}

static enum age_parse
take_stanzas(struct parser *p, struct age_header *h)
{
	size_t n = count_stanzas(p->rest);
	enum age_parse got;
	struct slice line;

	h->stanzas = arena_alloc(p->arena, n * sizeof(*h->stanzas));
	/* Any line tells by its first three bytes what it is. */
	while (!slice_starts(p->rest, "---")) {
		if (h->nstanzas == n)
			return take_line(p, &line) ?
			    bad(p, "neither a stanza nor the end") : AGE_MORE;
		got = take_stanza(p, &h->stanzas[h->nstanzas]);
		if (got != AGE_PARSED)
			return got;
		h->nstanzas++;
	}
	return h->nstanzas == 0 ? bad(p, "no stanza") : AGE_PARSED;
}

static enum age_parse
take_end(struct parser *p, struct age_header *h, const uint8_t *start)
{
	struct slice line;

	h->mac_input = slice_of(start, (size_t)(p->rest.p - start) + 3);
	/* Without its newline the line may be short, but not too long. */
	if (!take_line(p, &line))
		return p->rest.n <= END ? AGE_MORE : bad(p, "the end is long");
	h->length = (size_t)(p->rest.p - start);
	buf_clear(&p->bytes);
	if (line.n != END || !slice_starts(line, "--- ") ||
	    !base64_decode(&p->bytes, slice_skip(line, 4), BASE64_RAW) ||
	    p->bytes.n != sizeof(h->mac))
		return bad(p, "the header's end carries no MAC");
	memcpy(h->mac, p->bytes.p, sizeof(h->mac));
	return AGE_PARSED;
}

enum age_parse
age_header_parse(struct age_header *h, struct slice bytes, size_t max,
    struct err *err)
{
	struct parser p = { .err = err };
	enum age_parse got;

	*h = (struct age_header){ .memory = xcalloc(1, sizeof(*p.arena)) };
	p.arena = h->memory;
	p.rest = slice_of(bytes.p, bytes.n < max ? bytes.n : max);

	got = take_version(&p);
	if (got == AGE_PARSED)
		got = take_stanzas(&p, h);
	if (got == AGE_PARSED)
		got = take_end(&p, h, bytes.p);
	if (got == AGE_MORE && bytes.n >= max) {
		err_set(err, ERR_INVALID, "E-AGE-SIZE",
		    "a header of more than %zu bytes", max);
		got = AGE_BAD;
	}
	buf_free(&p.bytes);
	if (got != AGE_PARSED)
		age_header_free(h);
	return got;
}

void
age_header_free(struct age_header *h)
{
	if (h->memory != NULL)
		arena_free(h->memory);
	free(h->memory);
	*h = (struct age_header){ .memory = NULL };
}

/* A passphrase vouches for the sender too, unless others may read along:
 * its stanza must be the only one, whoever opens the file. */
static bool
scrypt_alone(const struct age_header *h)
{
	for (size_t i = 0; i < h->nstanzas; i++)
		if (age_stanza_is(&h->stanzas[i], "scrypt"))
			return h->nstanzas == 1;
	return true;
}

static bool
mac_holds(const struct age_header *h, uint8_t file_key[static AGE_FILE_KEY],
    struct err *err)
{
	struct hash want, got;

	memcpy(want.b, h->mac, sizeof(want.b));
	age_key_mac(got.b, file_key, h->mac_input);
	if (hash_eq(&got, &want))
		return true;
	secret_wipe(file_key, AGE_FILE_KEY);
	return err_set(err, ERR_VERIFY, "E-AGE-MAC",
	    "the header was changed after it was sealed");
}

bool
age_header_open(const struct age_header *h, const struct age_identity *ids,
    size_t n, uint8_t file_key[static AGE_FILE_KEY], struct err *err)
{
	if (!scrypt_alone(h))
		return err_set(err, ERR_INVALID, "E-AGE-HEADER",
		    "a scrypt stanza stands beside others");
	for (size_t i = 0; i < n; i++) {
		switch (ids[i].type->unwrap(&ids[i], h->stanzas, h->nstanzas,
		    file_key, err)) {
		case AGE_UNWRAPPED:
			return mac_holds(h, file_key, err);
		case AGE_BROKEN:
			return false;
		case AGE_NOT_MINE:
			break;
		}
	}
	return err_set(err, ERR_NOT_FOUND, "E-AGE-NO-MATCH",
	    "sealed to none of %zu identities", n);
}
