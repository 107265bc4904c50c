#include "crypto/hash.h"
#include "model/field_ops.h"

/*
 * Addresses of digital currencies.  Bitcoin's two forms carry checksums and a
 * mistyped one is refused; of the others only the form is known here.
 */
enum { WALLET_MAX = 200, BASE58_BYTES = 25, BECH32_MAX = 90 };

/* version, 20 bytes, the first four of SHA-256 twice. */
static bool
base58_valid(struct slice s)
{
	static const char digits[] =
	    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
	uint8_t b[BASE58_BYTES] = { 0 };
	struct hash h;

	if (s.n < 25 || s.n > 35)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		const char *d = s.p[i] == 0 ? NULL : strchr(digits, s.p[i]);
		unsigned carry;

		if (d == NULL)
			return false;
		carry = (unsigned)(d - digits);
		for (size_t k = BASE58_BYTES; k-- > 0; carry >>= 8) {
			carry += 58u * b[k];
			b[k] = (uint8_t)carry;
		}
		if (carry != 0)
			return false;
	}
	h = hash_of(slice_of(b, BASE58_BYTES - 4));
	h = hash_of(slice_of(h.b, sizeof(h.b)));
	return memcmp(h.b, b + BASE58_BYTES - 4, 4) == 0;
}

static uint32_t
bech32_step(uint32_t sum, uint32_t v)
{
	static const uint32_t generator[5] = {
		0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3,
	};
	uint32_t top = sum >> 25;

	sum = (sum & 0x1ffffff) << 5 ^ v;
	for (unsigned i = 0; i < 5; i++)
		if (top >> i & 1)
			sum ^= generator[i];
	return sum;
}

/* BIP 173, and BIP 350 from witness version 1 on; all lower or all upper. */
static bool
bech32_valid(struct slice s)
{
	static const char digits[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
	uint32_t sum = 1, version = 0;
	bool lower = false, upper = false;

	if (s.n < 14 || s.n > BECH32_MAX)
		return false;
	/* The prefix "bc": the high bits of each letter, a zero, the low bits. */
	sum = bech32_step(bech32_step(sum, 'b' >> 5), 'c' >> 5);
	sum = bech32_step(bech32_step(bech32_step(sum, 0), 'b' & 31), 'c' & 31);
	for (size_t i = 0; i < s.n; i++) {
		const char *d;

		lower = lower || (s.p[i] >= 'a' && s.p[i] <= 'z');
		upper = upper || field_is_upper(s.p[i]);
		if (i < 3)
			continue;
		d = s.p[i] == 0 ? NULL : strchr(digits, field_lower(s.p[i]));
		if (d == NULL)
			return false;
		if (i == 3)
			version = (uint32_t)(d - digits);
		sum = bech32_step(sum, (uint32_t)(d - digits));
	}
	return !(lower && upper) && version <= 16 &&
	    sum == (version == 0 ? 1 : 0x2bc830a3);
}

static bool
is_bech32(struct slice s)
{
	return slice_starts(s, "bc1") || slice_starts(s, "BC1");
}

static bool
ethereum_valid(struct slice s)
{
	if (s.n != 42 || !slice_starts(s, "0x"))
		return false;
	for (size_t i = 2; i < s.n; i++)
		if (!field_is_digit(s.p[i]) &&
		    (field_lower(s.p[i]) < 'a' || field_lower(s.p[i]) > 'f'))
			return false;
	return true;
}

static bool
address_valid(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!field_is_alnum(s.p[i]) && strchr(":._-", s.p[i]) == NULL)
			return false;
	return s.n >= 8;
}

static bool
bitcoin_valid(struct slice s)
{
	return is_bech32(s) ? bech32_valid(s) : base58_valid(s);
}

static bool
currency_valid(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!field_is_upper(s.p[i]) && !field_is_digit(s.p[i]))
			return false;
	return s.n >= 2;
}

static bool
wallet_check(const struct field_at *at, const json_t *v)
{
	struct slice currency;
	struct jobj o;

	jobj_begin(&o, v, at->path, at->err);
	field_part_must(&o, "currency", 10, currency_valid,
	    "must be capital letters and digits such as BTC");
	currency = field_key(v, "currency");
	if (slice_eq(currency, slice_str("BTC")))
		field_part_must(&o, "address", WALLET_MAX, bitcoin_valid,
		    "is no Bitcoin address: its checksum does not hold");
	else if (slice_eq(currency, slice_str("ETH")))
		field_part_must(&o, "address", WALLET_MAX, ethereum_valid,
		    "must be 0x and forty hex digits");
	else
		field_part_must(&o, "address", WALLET_MAX, address_valid,
		    "must be at least eight letters, digits and :._-");
	return jobj_end(&o);
}

/* Case tells base58 addresses apart, and only those. */
static bool
wallet_normal(struct buf *out, const json_t *v)
{
	struct slice address = field_key(v, "address");

	buf_slice(out, field_key(v, "currency"));
	buf_u8(out, ':');
	if (is_bech32(address) || ethereum_valid(address))
		field_put_lower(out, address);
	else
		buf_slice(out, address);
	return true;
}

static void
wallet_render(struct buf *out, const struct field *f, const json_t *v,
    const char *lang)
{
	(void)f;
	(void)lang;
	buf_slice(out, field_key(v, "address"));
	buf_str(out, " (");
	buf_slice(out, field_key(v, "currency"));
	buf_u8(out, ')');
}

const struct field_ops field_wallet = {
	"wallet", "wallet", wallet_check, wallet_normal, wallet_render
};
