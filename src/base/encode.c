#include "base/encode.h"

#include <string.h>

static const char hex_digits[] = "0123456789abcdef";
static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
hex_encode(char *out, struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		out[2 * i] = hex_digits[s.p[i] >> 4];
		out[2 * i + 1] = hex_digits[s.p[i] & 15];
	}
	out[2 * s.n] = '\0';
}

void
buf_hex(struct buf *b, struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		buf_u8(b, (uint8_t)hex_digits[s.p[i] >> 4]);
		buf_u8(b, (uint8_t)hex_digits[s.p[i] & 15]);
	}
}

static int
hex_value(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

bool
hex_decode(uint8_t *out, size_t n, struct slice text)
{
	int high, low;

	if (text.n != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		high = hex_value(text.p[2 * i]);
		low = hex_value(text.p[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

void
buf_base64(struct buf *b, struct slice s, enum base64_padding padding)
{
	size_t whole = s.n / 3, rest = s.n % 3;
	uint8_t *out = buf_room(b, (s.n + 2) / 3 * 4);
	const uint8_t *p = s.p;
	size_t n = 0;
	uint32_t v;

	if (out == NULL)
		return;
	for (size_t i = 0; i < whole; i++, p += 3) {
		v = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
		out[n++] = (uint8_t)base64_digits[v >> 18];
		out[n++] = (uint8_t)base64_digits[v >> 12 & 63];
		out[n++] = (uint8_t)base64_digits[v >> 6 & 63];
		out[n++] = (uint8_t)base64_digits[v & 63];
	}
	if (rest != 0) {
		v = (uint32_t)p[0] << 16 | (rest == 2 ? (uint32_t)p[1] << 8 : 0);
		out[n++] = (uint8_t)base64_digits[v >> 18];
		out[n++] = (uint8_t)base64_digits[v >> 12 & 63];
		if (rest == 2)
			out[n++] = (uint8_t)base64_digits[v >> 6 & 63];
		if (padding == BASE64_PADDED) {
			out[n++] = '=';
			if (rest == 1)
				out[n++] = '=';
		}
	}
	b->n += n;
}

/* -1 for what is no digit. */
static const int8_t base64_values[256] = {
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 62, -1, -1, -1, 63,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, -1, -1, -1, -1, -1, -1,
	-1,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, -1, -1, -1, -1, -1,
	-1, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
};

static int
base64_value(uint8_t c)
{
	return base64_values[c];
}

/* The last two or three digits; the bits they do not need must be zero. */
static bool
base64_tail(struct buf *out, const uint8_t *p, size_t n)
{
	int a = base64_value(p[0]), b = base64_value(p[1]);
	int c = n == 3 ? base64_value(p[2]) : 0;

	if (a < 0 || b < 0 || c < 0)
		return false;
	buf_u8(out, (uint8_t)(a << 2 | b >> 4));
	if (n == 2)
		return (b & 15) == 0;
	buf_u8(out, (uint8_t)(b << 4 | c >> 2));
	return (c & 3) == 0;
}

bool
base64_decode(struct buf *out, struct slice text, enum base64_padding padding)
{
	size_t n = text.n, start = out->n;
	const uint8_t *p = text.p;
	uint8_t *room;
	int a, b, c, d;

	if (padding == BASE64_PADDED) {
		if (n % 4 != 0)
			return false;
		if (n != 0 && text.p[n - 1] == '=')
			n--;
		if (n % 4 == 3 && text.p[n - 1] == '=')
			n--;
	}
	if (n % 4 == 1)
		return false;
	room = buf_room(out, n / 4 * 3);
	for (size_t i = 0; room != NULL && i < n / 4; i++, p += 4, room += 3) {
		a = base64_value(p[0]);
		b = base64_value(p[1]);
		c = base64_value(p[2]);
		d = base64_value(p[3]);
		if ((a | b | c | d) < 0)
			goto bad;
		room[0] = (uint8_t)(a << 2 | b >> 4);
		room[1] = (uint8_t)(b << 4 | c >> 2);
		room[2] = (uint8_t)(c << 6 | d);
		out->n += 3;
	}
	if (n % 4 == 0 || base64_tail(out, text.p + n - n % 4, n % 4))
		return true;
bad:
	out->n = start;
	return false;
}
