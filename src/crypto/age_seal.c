#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

#include "base/encode.h"
#include "crypto/age.h"
#include "crypto/age_key.h"
#include "crypto/age_stream.h"

struct age_seal {
	struct age_stream	stream;
	size_t			n;	/* bytes held */
	size_t			most;	/* ever held, to be wiped */
	uint8_t			held[AGE_CHUNK];
};

static bool
check_recipients(const struct age_recipient *rs, size_t n, struct err *err)
{
	if (n == 0)
		return err_set(err, ERR_INVALID, "E-AGE-KEY",
		    "no recipient to seal to");
	for (size_t i = 0; i < n && n > 1; i++)
		if (rs[i].type->alone)
			return err_set(err, ERR_INVALID, "E-AGE-KEY",
			    "a %s recipient must be the only one",
			    rs[i].type->name);
	return true;
}

static bool
write_header(struct buf *out, const struct age_recipient *rs, size_t n,
    const uint8_t file_key[static AGE_FILE_KEY], struct err *err)
{
	size_t start = out->n;
	uint8_t mac[32];

	buf_str(out, "age-encryption.org/v1\n");
	for (size_t i = 0; i < n; i++) {
		if (!rs[i].type->wrap(&rs[i], file_key, out, err)) {
			out->n = start;
			return false;
		}
	}
	buf_str(out, "---");
	/* When out is over its limit the MAC is of less, and of no use. */
	age_key_mac(mac, file_key, slice_skip(buf_all(out), start));
	buf_u8(out, ' ');
	buf_base64(out, slice_of(mac, sizeof(mac)), BASE64_RAW);
	buf_u8(out, '\n');
	return true;
}

struct age_seal *
age_seal_begin(const struct age_recipient *rs, size_t n, struct buf *out,
    struct err *err)
{
	uint8_t file_key[AGE_FILE_KEY], nonce[AGE_NONCE];
	struct age_seal *s = NULL;

	if (!check_recipients(rs, n, err))
		return NULL;
	randombytes_buf(file_key, sizeof(file_key));
	if (write_header(out, rs, n, file_key, err)) {
		randombytes_buf(nonce, sizeof(nonce));
		buf_put(out, nonce, sizeof(nonce));
		s = xmalloc(sizeof(*s));
		s->n = s->most = 0;
		age_stream_begin(&s->stream, file_key, nonce, AGE_SEALING);
	}
	secret_wipe(file_key, sizeof(file_key));
	return s;
}

static void
put_chunk(struct age_seal *s, struct slice plain, enum age_place place,
    struct buf *out)
{
	uint8_t *room = buf_room(out, plain.n + AGE_TAG);

	if (room == NULL)
		return;
	age_stream_seal(&s->stream, room, plain, place);
	out->n += plain.n + AGE_TAG;
}

/* Hold what can be held; the rest is returned. */
static struct slice
hold(struct age_seal *s, struct slice plain)
{
	size_t room = AGE_CHUNK - s->n;
	size_t n = plain.n < room ? plain.n : room;

	if (n == 0)
		return plain;
	memcpy(s->held + s->n, plain.p, n);
	s->n += n;
	if (s->most < s->n)
		s->most = s->n;
	return slice_skip(plain, n);
}

/* A full chunk is written only when a byte follows: it might be the last. */
void
age_seal_add(struct age_seal *s, struct slice plain, struct buf *out)
{
	if (s->n != 0) {
		plain = hold(s, plain);
		if (plain.n == 0)
			return;
		put_chunk(s, slice_of(s->held, s->n), AGE_INNER, out);
		s->n = 0;
	}
	while (plain.n > AGE_CHUNK) {
		put_chunk(s, slice_of(plain.p, AGE_CHUNK), AGE_INNER, out);
		plain = slice_skip(plain, AGE_CHUNK);
	}
	plain = hold(s, plain);
	assert(plain.n == 0);
}

void
age_seal_end(struct age_seal *s, struct buf *out)
{
	put_chunk(s, slice_of(s->held, s->n), AGE_FINAL, out);
	age_seal_free(s);
}

void
age_seal_free(struct age_seal *s)
{
	if (s == NULL)
		return;
	age_stream_end(&s->stream);
	secret_wipe(s->held, s->most);
	free(s);
}

bool
age_seal_all(struct buf *out, const struct age_recipient *rs, size_t n,
    struct slice plain, struct err *err)
{
	struct age_seal *s = age_seal_begin(rs, n, out, err);

	if (s == NULL)
		return false;
	(void)buf_room(out, (size_t)age_payload_size(plain.n) - AGE_NONCE);
	age_seal_add(s, plain, out);
	age_seal_end(s, out);
	return true;
}

uint64_t
age_payload_size(uint64_t plain)
{
	/* An empty file has a chunk too. */
	uint64_t chunks = plain == 0 ? 1 : (plain - 1) / AGE_CHUNK + 1;

	return AGE_NONCE + plain + chunks * AGE_TAG;
}
