#include "crypto/bech32.h"

#include "base/secret.h"

enum { CHECKSUM = 6, NO_SYMBOL = 32 };

static const char symbols[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/* BIP 173's code over symbols of five bits, one at a time. */
static uint32_t
sum_step(uint32_t sum, uint32_t symbol)
{
	static const uint32_t generator[5] = {
		0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3,
	};
	uint32_t top = sum >> 25;

	sum = (sum & 0x1ffffff) << 5 ^ symbol;
	for (int i = 0; i < 5; i++)
		if ((top >> i & 1) != 0)
			sum ^= generator[i];
	return sum;
}

static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* The sum is always over the text in lower case. */
static uint32_t
lower(char c)
{
	return (uint8_t)(is_upper(c) ? c - 'A' + 'a' : c);
}

static bool
hrp_upper(const char *hrp)
{
	for (; *hrp != '\0'; hrp++)
		if (is_upper(*hrp))
			return true;
	return false;
}

static uint32_t
hrp_sum(const char *hrp)
{
	uint32_t sum = 1;

	for (const char *c = hrp; *c != '\0'; c++)
		sum = sum_step(sum, lower(*c) >> 5);
	sum = sum_step(sum, 0);
	for (const char *c = hrp; *c != '\0'; c++)
		sum = sum_step(sum, lower(*c) & 31);
	return sum;
}

static char
symbol_print(uint32_t symbol, bool upper)
{
	char c = symbols[symbol & 31];

	return upper && c >= 'a' ? (char)(c - 'a' + 'A') : c;
}

static uint32_t
symbol_parse(uint8_t c, bool upper)
{
	for (uint32_t i = 0; i < NO_SYMBOL; i++)
		if ((uint8_t)symbol_print(i, upper) == c)
			return i;
	return NO_SYMBOL;
}

/* Symbols that n bytes take. */
static size_t
symbols_of(size_t n)
{
	return (n * 8 + 4) / 5;
}

size_t
bech32_size(const char *hrp, size_t n)
{
	return strlen(hrp) + 1 + symbols_of(n) + CHECKSUM + 1;
}

void
bech32_encode(char *out, const char *hrp, struct slice bytes)
{
	bool upper = hrp_upper(hrp);
	uint32_t sum = hrp_sum(hrp), acc = 0;
	unsigned bits = 0;
	size_t at = 0;

	memcpy(out, hrp, strlen(hrp));
	out += strlen(hrp);
	*out++ = '1';
	for (size_t i = 0; i < symbols_of(bytes.n); i++) {
		if (bits < 5) {
			/* Beyond the last byte stand zero bits. */
			acc = acc << 8 | (at < bytes.n ? bytes.p[at] : 0);
			at++;
			bits += 8;
		}
		bits -= 5;
		*out++ = symbol_print(acc >> bits, upper);
		sum = sum_step(sum, acc >> bits & 31);
	}
	for (int i = 0; i < CHECKSUM; i++)
		sum = sum_step(sum, 0);
	sum ^= 1;
	for (int i = CHECKSUM - 1; i >= 0; i--)
		*out++ = symbol_print(sum >> (5 * i), upper);
	*out = '\0';
	secret_wipe(&acc, sizeof(acc));
}

/* Exactly the symbols of n bytes and the checksum stand in text. */
static bool
decode_data(uint8_t *out, size_t n, const char *hrp, struct slice text)
{
	bool upper = hrp_upper(hrp);
	uint32_t sum = hrp_sum(hrp), acc = 0, symbol;
	unsigned bits = 0;
	size_t at = 0;

	for (size_t i = 0; i < text.n; i++) {
		symbol = symbol_parse(text.p[i], upper);
		if (symbol == NO_SYMBOL)
			return false;
		sum = sum_step(sum, symbol);
		if (i >= symbols_of(n))
			continue;
		acc = (acc << 5 | symbol) & 0xfff;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			out[at++] = (uint8_t)(acc >> bits);
		}
	}
	/* The bits that fill the last symbol must be zero. */
	symbol = acc & ((1U << bits) - 1);
	secret_wipe(&acc, sizeof(acc));
	return at == n && symbol == 0 && sum == 1;
}

bool
bech32_decode(uint8_t *out, size_t n, const char *hrp, struct slice text)
{
	size_t head = strlen(hrp) + 1;

	if (text.n == bech32_size(hrp, n) - 1 && slice_starts(text, hrp) &&
	    text.p[head - 1] == '1' &&
	    decode_data(out, n, hrp, slice_skip(text, head)))
		return true;
	secret_wipe(out, n);
	return false;
}

/* -- texts of unknown meaning ---------------------------------------------- */

static uint32_t
text_sum(struct slice hrp)
{
	uint32_t sum = 1;

	for (size_t i = 0; i < hrp.n; i++)
		sum = sum_step(sum, hrp.p[i] >> 5);
	sum = sum_step(sum, 0);
	for (size_t i = 0; i < hrp.n; i++)
		sum = sum_step(sum, hrp.p[i] & 31);
	return sum;
}

static bool
hrp_valid(struct slice hrp)
{
	for (size_t i = 0; i < hrp.n; i++)
		if (hrp.p[i] < 33 || hrp.p[i] > 126 || is_upper((char)hrp.p[i]))
			return false;
	return hrp.n != 0;
}

bool
bech32_valid(struct slice *hrp, struct slice text)
{
	uint32_t sum, symbol, last = 0;
	size_t at = text.n, n;

	while (at > 0 && text.p[at - 1] != '1')
		at--;
	if (at == 0 || text.n - at < CHECKSUM)
		return false;
	*hrp = slice_of(text.p, at - 1);
	n = text.n - at - CHECKSUM;
	sum = text_sum(*hrp);
	for (size_t i = 0; i < text.n - at; i++) {
		symbol = symbol_parse(text.p[at + i], false);
		if (symbol == NO_SYMBOL)
			return false;
		sum = sum_step(sum, symbol);
		if (i + 1 == n)
			last = symbol;
	}
	/* As many symbols as whole bytes take, the bits left over zero. */
	return hrp_valid(*hrp) && sum == 1 && n == symbols_of(n * 5 / 8) &&
	    (last & ((1U << (n * 5 % 8)) - 1)) == 0;
}
