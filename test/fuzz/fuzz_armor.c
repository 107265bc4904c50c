#include <assert.h>

#include "crypto/armor.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static bool
read_pieces(struct buf *out, struct slice text, size_t piece)
{
	struct armor_reader *r = armor_reader_new();
	struct err err;
	bool ok = true;

	for (size_t i = 0, n; ok && i < text.n; i += n) {
		n = piece < text.n - i ? piece : text.n - i;
		ok = armor_read(r, slice_of(text.p + i, n), out, &err);
	}
	return armor_read_end(r, out, &err) && ok;
}

static bool
is_white(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Without white space around it, and with LF alone. */
static void
normal(struct buf *out, struct slice text)
{
	while (text.n != 0 && is_white(text.p[0]))
		text = slice_skip(text, 1);
	for (; text.n != 0; text = slice_skip(text, 1))
		if (text.p[0] != '\r')
			buf_u8(out, text.p[0]);
	while (out->n != 0 && is_white(out->p[out->n - 1]))
		out->n--;
	buf_u8(out, '\n');
}

/* What is read is written again as the same text, but for what normal()
 * takes off. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf one = BUF_INIT, many = BUF_INIT, again = BUF_INIT;
	struct buf text = BUF_INIT;
	struct armor_writer w = { .n = 0 };
	bool ok = read_pieces(&one, slice_of(p, n), n);

	assert(ok == read_pieces(&many, slice_of(p, n), 3));
	if (ok) {
		assert(slice_eq(buf_all(&one), buf_all(&many)));
		assert(armor_detect(slice_of(p, n)));
		armor_add(&w, buf_all(&one), &again);
		armor_end(&w, &again);
		normal(&text, slice_of(p, n));
		assert(slice_eq(buf_all(&again), buf_all(&text)));
	}
	buf_free(&one);
	buf_free(&many);
	buf_free(&again);
	buf_free(&text);
	return 0;
}
