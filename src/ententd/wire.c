#include "ententd/wire.h"

#include "base/cursor.h"

void
wire_batch_begin(struct buf *b, const struct hash *net, int64_t dir,
    const struct hash *dir_name, uint8_t n)
{
	buf_u8(b, WIRE_V1);
	buf_put(b, net->b, HASH_LEN);
	buf_u64(b, (uint64_t)dir);
	buf_put(b, dir_name->b, HASH_LEN);
	buf_u8(b, n);
}

void
wire_batch_add(struct buf *b, const struct wire_message *m)
{
	buf_var_str(b, m->to.s);
	buf_u8(b, (uint8_t)m->lane);
	buf_u64(b, (uint64_t)m->deliver_by);
	buf_put(b, m->sha256.b, HASH_LEN);
	buf_var(b, m->sealed);
}

static bool
decode_message(struct wire_message *m, struct cursor *c, struct err *err)
{
	char to[sizeof(m->to.s)];
	struct hash is;
	uint8_t lane;

	cursor_str(c, to, sizeof(to));
	lane = cursor_u8(c);
	m->deliver_by = (msec)cursor_u64(c);
	cursor_copy(c, m->sha256.b, HASH_LEN);
	m->sealed = cursor_var(c, WIRE_SEALED);
	if (c->bad || !member_id_parse(&m->to, slice_str(to)) ||
	    lane >= URGENCIES || m->deliver_by < 0 || m->deliver_by > TIME_MAX)
		return err_set(err, ERR_INVALID, "E-WIRE-FORM",
		    "an outer field does not read");
	m->lane = (enum urgency)lane;
	is = hash_of(m->sealed);
	if (!hash_eq(&is, &m->sha256))
		return err_set(err, ERR_VERIFY, "E-WIRE-HASH",
		    "sealed bytes arrived changed");
	return true;
}

/* Sealing draws at random, so nobody seals the same bytes twice by chance, and
 * a receipt can name each copy once. */
static bool
stands_before(const struct wire_batch *b, uint8_t i)
{
	for (uint8_t k = 0; k < i; k++)
		if (hash_eq(&b->messages[k].sha256, &b->messages[i].sha256))
			return true;
	return false;
}

bool
wire_batch_decode(struct wire_batch *b, struct arena *arena,
    struct slice bytes, struct err *err)
{
	struct cursor c = cursor_of(bytes);
	uint8_t version = cursor_u8(&c);

	cursor_copy(&c, b->net.b, HASH_LEN);
	b->dir = (int64_t)cursor_u64(&c);
	cursor_copy(&c, b->dir_name.b, HASH_LEN);
	b->n = cursor_u8(&c);
	if (c.bad || version != WIRE_V1 || b->dir < 0)
		return err_set(err, ERR_INVALID, "E-WIRE-FORM",
		    "not a batch of version %d", WIRE_V1);
	if (b->n == 0 || b->n > WIRE_BATCH)
		return err_set(err, ERR_INVALID, "E-WIRE-SIZE",
		    "%u messages; 1 to %d are taken", b->n, WIRE_BATCH);
	b->messages = arena_alloc(arena, b->n * sizeof(*b->messages));
	for (uint8_t i = 0; i < b->n; i++) {
		if (!decode_message(&b->messages[i], &c, err))
			return false;
		if (stands_before(b, i))
			return err_set(err, ERR_INVALID, "E-WIRE-TWICE",
			    "the same sealed bytes stand there twice");
	}
	return cursor_done(&c) || err_set(err, ERR_INVALID, "E-WIRE-FORM",
	    "bytes follow the last message");
}

void
wire_reply_encode(struct buf *b, const struct wire_reply *r)
{
	buf_u8(b, WIRE_V1);
	buf_u64(b, (uint64_t)r->dir);
	buf_put(b, r->dir_name.b, HASH_LEN);
	buf_u8(b, r->n);
	for (uint8_t i = 0; i < r->n; i++)
		buf_var(b, r->notes[i]);
}

bool
wire_reply_decode(struct wire_reply *r, struct arena *arena,
    struct slice bytes, struct err *err)
{
	struct cursor c = cursor_of(bytes);
	uint8_t version = cursor_u8(&c);

	r->dir = (int64_t)cursor_u64(&c);
	cursor_copy(&c, r->dir_name.b, HASH_LEN);
	r->n = cursor_u8(&c);
	if (c.bad || version != WIRE_V1 || r->dir < 0 || r->n > WIRE_BATCH + 1)
		return err_set(err, ERR_INVALID, "E-WIRE-FORM",
		    "not a reply of version %d", WIRE_V1);
	r->notes = arena_alloc(arena, r->n * sizeof(*r->notes));
	for (uint8_t i = 0; i < r->n; i++)
		r->notes[i] = cursor_var(&c, ENVELOPE_NOTE);
	return cursor_done(&c) || err_set(err, ERR_INVALID, "E-WIRE-FORM",
	    "the reply does not read to its end");
}

/* -- parcels ---------------------------------------------------------------- */

void
wire_parcels_encode(struct buf *b, const struct wire_parcels *w)
{
	buf_u8(b, WIRE_V1);
	buf_u64(b, (uint64_t)w->dir);
	buf_put(b, w->dir_name.b, HASH_LEN);
	buf_put(b, w->nonce.b, HASH_LEN);
	buf_u8(b, w->n);
	for (uint8_t i = 0; i < w->n; i++) {
		buf_var_str(b, w->parcels[i].from.s);
		wire_batch_add(b, &w->parcels[i].message);
	}
}

static bool
decode_parcel(struct wire_parcel *p, struct cursor *c, struct err *err)
{
	char from[sizeof(p->from.s)];

	cursor_str(c, from, sizeof(from));
	if (!c->bad && member_id_parse(&p->from, slice_str(from)))
		return decode_message(&p->message, c, err);
	return err_set(err, ERR_INVALID, "E-WIRE-FORM",
	    "who left it does not read");
}

bool
wire_parcels_decode(struct wire_parcels *w, struct arena *arena,
    struct slice bytes, struct err *err)
{
	struct cursor c = cursor_of(bytes);
	uint8_t version = cursor_u8(&c);

	w->dir = (int64_t)cursor_u64(&c);
	cursor_copy(&c, w->dir_name.b, HASH_LEN);
	cursor_copy(&c, w->nonce.b, HASH_LEN);
	w->n = cursor_u8(&c);
	if (c.bad || version != WIRE_V1 || w->dir < 0 || w->n > WIRE_BATCH)
		return err_set(err, ERR_INVALID, "E-WIRE-FORM",
		    "no parcels of version %d", WIRE_V1);
	w->parcels = arena_alloc(arena, (w->n + 1u) * sizeof(*w->parcels));
	for (uint8_t i = 0; i < w->n; i++)
		if (!decode_parcel(&w->parcels[i], &c, err))
			return false;
	return cursor_done(&c) || err_set(err, ERR_INVALID, "E-WIRE-FORM",
	    "bytes follow the last parcel");
}
