#include "base/utf8.h"

/* Length of the sequence at p and its code point; 0 when malformed. */
static size_t
decode(const uint8_t *p, size_t n, uint32_t *code)
{
	static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len;

	if (p[0] < 0x80) {
		*code = p[0];
		return 1;
	}
	if ((p[0] & 0xe0) == 0xc0)
		len = 2, *code = p[0] & 0x1fu;
	else if ((p[0] & 0xf0) == 0xe0)
		len = 3, *code = p[0] & 0x0fu;
	else if ((p[0] & 0xf8) == 0xf0)
		len = 4, *code = p[0] & 0x07u;
	else
		return 0;
	if (len > n)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (p[i] & 0x3fu);
	}
	if (*code < least[len] || *code > 0x10ffff ||
	    (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return len;
}

bool
utf8_valid(struct slice s)
{
	uint32_t code;
	size_t step;

	for (size_t i = 0; i < s.n; i += step) {
		step = decode(s.p + i, s.n - i, &code);
		if (step == 0)
			return false;
	}
	return true;
}

bool
utf8_printable(struct slice s, enum utf8_lines lines)
{
	uint32_t code;
	size_t step;

	for (size_t i = 0; i < s.n; i += step) {
		step = decode(s.p + i, s.n - i, &code);
		if (step == 0)
			return false;
		if (code < 0x20 && (lines == UTF8_ONE_LINE ||
		    (code != '\n' && code != '\t')))
			return false;
		if (code >= 0x7f && code <= 0x9f)
			return false;
	}
	return true;
}

bool
utf8_straight(struct slice s)
{
	uint32_t code;
	size_t step;

	for (size_t i = 0; i < s.n; i += step) {
		step = decode(s.p + i, s.n - i, &code);
		if (step == 0 || (code >= 0x202a && code <= 0x202e) ||
		    (code >= 0x2066 && code <= 0x2069))
			return false;
	}
	return true;
}

size_t
utf8_length(struct slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] & 0xc0) != 0x80)
			n++;
	return n;
}
