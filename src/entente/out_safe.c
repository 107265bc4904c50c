#include <wchar.h>

#include "entente/out.h"

/* One code point off s; 0 bytes taken means broken UTF-8 at s.p[0]. */
static size_t
decode(struct slice s, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint8_t c = s.p[0];
	size_t n = c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;

	*cp = n == 1 ? c : c & (0xffu >> (n + 1));
	if ((c >= 0x80 && c < 0xc2) || c > 0xf4 || s.n < n)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((s.p[i] & 0xc0) != 0x80)
			return 0;
		*cp = *cp << 6 | (s.p[i] & 0x3fu);
	}
	if (*cp < least[n] || *cp > 0x10ffff ||
	    (*cp >= 0xd800 && *cp <= 0xdfff))
		return 0;
	return n;
}

/* What moves the cursor, turns the direction, or is not seen at all. */
static bool
misleads(uint32_t c)
{
	static const struct {
		uint32_t	from;
		uint32_t	to;
	} ranges[] = {
		{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad },
		{ 0x34f, 0x34f }, { 0x61c, 0x61c }, { 0x115f, 0x1160 },
		{ 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x200b, 0x200b },
		{ 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f },
		{ 0x3164, 0x3164 }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 },
		{ 0xfff0, 0xfffb }, { 0xe0000, 0xe0fff },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].from && c <= ranges[i].to)
			return true;
	return false;
}

void
out_safe(struct buf *out, struct slice s)
{
	uint32_t cp;
	size_t n;

	for (; s.n != 0; s = slice_skip(s, n)) {
		n = decode(s, &cp);
		if (n == 0) {
			buf_printf(out, "\\x{%02X}", s.p[0]);
			n = 1;
		} else if (misleads(cp))
			buf_printf(out, "\\u{%X}", (unsigned)cp);
		else
			buf_put(out, s.p, n);
	}
}

size_t
out_columns(const char *text)
{
	struct slice s = slice_str(text);
	size_t n, columns = 0;
	uint32_t cp;

	for (; s.n != 0; s = slice_skip(s, n)) {
		int w = 1;

		n = decode(s, &cp);
		if (n == 0)
			n = 1;
		else
			w = wcwidth((wchar_t)cp);
		columns += w > 0 ? (size_t)w : 0;
	}
	return columns;
}

size_t
out_cut(const char *text, size_t columns)
{
	struct slice s = slice_str(text);
	size_t n, used = 0;
	uint32_t cp;

	for (; s.n != 0; s = slice_skip(s, n)) {
		int w;

		n = decode(s, &cp);
		if (n == 0)
			n = 1;
		w = wcwidth((wchar_t)cp);
		used += w > 0 ? (size_t)w : 0;
		if (used > columns)
			break;
	}
	return (size_t)((const char *)s.p - text);
}
