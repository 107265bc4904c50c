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

static int
base64_value(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
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
	int v[4];

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
	for (size_t i = 0; i + 4 <= n; i += 4) {
		for (int k = 0; k < 4; k++)
			if ((v[k] = base64_value(text.p[i + (size_t)k])) < 0)
				goto bad;
		buf_u8(out, (uint8_t)(v[0] << 2 | v[1] >> 4));
		buf_u8(out, (uint8_t)(v[1] << 4 | v[2] >> 2));
		buf_u8(out, (uint8_t)(v[2] << 6 | v[3]));
	}
	if (n % 4 == 0 || base64_tail(out, text.p + n - n % 4, n % 4))
		return true;
bad:
	out->n = start;
	return false;
}
