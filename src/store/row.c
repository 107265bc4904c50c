#include "store/row.h"

#include <string.h>

#include "base/buf.h"

bool
row_next(struct row *r)
{
	if (r->bad || !db_row(r->s))
		return false;
	r->n++;
	return true;
}

void
row_str(struct row *r, int col, char *out, size_t size)
{
	const char *text = db_text(r->s, col);
	size_t n = strlen(text);

	if (n >= size) {
		r->bad = true;
		n = 0;
	}
	memcpy(out, text, n);
	out[n] = '\0';
}

unsigned
row_enum(struct row *r, int col, unsigned count)
{
	int64_t v = db_int(r->s, col);

	if (v >= 0 && v < (int64_t)count)
		return (unsigned)v;
	r->bad = true;
	return 0;
}

void
row_copy(struct row *r, int col, void *out, size_t n)
{
	struct slice v = db_blob(r->s, col);

	if (v.n == n)
		memcpy(out, v.p, n);
	else
		r->bad = true;
}

struct slice
row_bytes(struct row *r, int col, struct arena *arena)
{
	struct slice v = db_blob(r->s, col);

	/* One byte more, so that no bytes have a place, too. */
	uint8_t *p = arena_alloc(arena, v.n + 1);

	if (v.n > 0)
		memcpy(p, v.p, v.n);
	return slice_of(p, v.n);
}

bool
row_end(struct row *r, struct err *err)
{
	if (!db_done(r->s, err))
		return false;
	return !r->bad || err_set(err, ERR_IO, "E-STORE-CORRUPT",
	    "store: a row holds what was never written");
}

bool
row_one(struct row *r, const char *what, struct err *err)
{
	return row_end(r, err) && (r->n > 0 || err_set(err, ERR_NOT_FOUND,
	    "E-NOT-FOUND", "no such %s", what));
}

void *
row_list_add(struct row_list *l)
{
	if (l->n == l->cap) {
		size_t cap = l->cap == 0 ? 8 : 2 * l->cap;
		uint8_t *p = arena_alloc(l->arena, cap * l->size);

		if (l->n > 0)
			memcpy(p, l->p, l->n * l->size);
		l->p = p;
		l->cap = cap;
	}
	return l->p + l->n++ * l->size;
}

bool
row_digest(struct db_stmt *s, struct hash *digest, int64_t *n, struct err *err)
{
	struct hash_stream *h = hash_stream_new();
	struct buf item = BUF_INIT;

	*n = 0;
	while (db_row(s)) {
		struct hash name = db_hash(s, 1);

		buf_clear(&item);
		buf_u64(&item, (uint64_t)db_int(s, 0));
		buf_put(&item, name.b, HASH_LEN);
		hash_stream_add(h, buf_all(&item));
		++*n;
	}
	*digest = hash_stream_end(h);
	hash_stream_free(h);
	buf_free(&item);
	return db_done(s, err);
}
