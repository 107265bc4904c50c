#include "crypto/hpke.h"

#include "base/encode.h"
#include "base/secret.h"
#include "tap.h"

/* RFC 9180, A.5.1: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305,
 * base mode; the first encryption. */
#define INFO	"4f6465206f6e2061204772656369616e2055726e"
#define SK_E	"7550253e1147aae48839c1f8af80d2770fb7a4c763afe7d0afa7e0f42a5b3689"
#define PK_E	"04c07836a0206e04e31d8ae99bfd549380b072a1b1b82e563c935c0958278" \
		"24fc1559eac6fb9e3c70cd3193968994e7fe9781aa103f5b50e934b5b2f3" \
		"87e381291"
#define SK_R	"a4d1c55836aa30f9b3fbb6ac98d338c877c2867dd3a77396d13f68d3ab150d3b"
#define PK_R	"04a697bffde9405c992883c5c439d6cc358170b51af72812333b015621dc0" \
		"f40bad9bb726f68a5c013806a790ec716ab8669f84f6b694596c2987cf35" \
		"baba2a006"
#define KEY	"a8f45490a92a3b04d1dbf6cf2c3939ad8bfc9bfcb97c04bffe116730c9dfe3fc"
#define NONCE	"726b4390ed2209809f58c693"
#define PLAIN	"4265617574792069732074727574682c20747275746820626561757479"
#define AAD	"436f756e742d30"
#define SEALED	"6469c41c5c81d3aa85432531ecf6460ec945bde1eb428cb2fedf7a29f5a68" \
		"5b4ccb0d057f03ea2952a27bb458b"
/* The order of the group. */
#define ORDER	"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"

static struct slice
hex(uint8_t *out, const char *text)
{
	size_t n = strlen(text) / 2;

	if (!hex_decode(out, n, slice_str(text)))
		abort();
	return slice_of(out, n);
}

static bool
is_hex(struct slice bytes, const char *text)
{
	uint8_t want[128];

	return slice_eq(bytes, hex(want, text));
}

static void
test_vector(void)
{
	uint8_t ske[32], pke[65], skr[32], pkr[65], info[32], aad[32], plain[64];
	uint8_t sealed[64], want[64], point[65];
	struct slice i = hex(info, INFO), a = hex(aad, AAD), p, c;
	struct hpke_key ours, theirs;

	(void)hex(ske, SK_E);
	(void)hex(pke, PK_E);
	(void)hex(skr, SK_R);
	(void)hex(pkr, PK_R);
	OK(p256_public(point, ske) && memcmp(point, pke, 65) == 0 &&
	    p256_public(point, skr) && memcmp(point, pkr, 65) == 0,
	    "scalars have the points of RFC 9180, A.5.1");
	OK(hpke_send(&ours, ske, pke, pkr, i) &&
	    is_hex(slice_of(ours.key, 32), KEY) &&
	    is_hex(slice_of(ours.nonce, 12), NONCE),
	    "its key and nonce are derived by the sender");
	OK(hpke_receive(&theirs, skr, pkr, pke, i) &&
	    memcmp(&ours, &theirs, sizeof(ours)) == 0,
	    "and by the recipient");
	p = hex(plain, PLAIN);
	c = hex(want, SEALED);
	hpke_seal(sealed, &ours, p, a);
	OK(slice_eq(slice_of(sealed, p.n + HPKE_TAG), c),
	    "its plaintext becomes its ciphertext");
	memset(plain, 0, sizeof(plain));
	OK(hpke_open(plain, &theirs, c, a) && is_hex(p, PLAIN), "and back");
	OK(!hpke_open(plain, &theirs, c, slice_str("Count-1")) &&
	    !hpke_open(plain, &theirs, slice_of(c.p, c.n - 1), a) &&
	    !hpke_open(plain, &theirs, slice_of(c.p, HPKE_TAG - 1), a),
	    "with other data beside it, or cut, it does not open");
	OK(hpke_send(&ours, ske, pke, pkr, slice_str("another")) &&
	    memcmp(&ours, &theirs, sizeof(ours)) != 0,
	    "another purpose has another key");
}

/* -- the group --------------------------------------------------------------- */

static void
test_scalars(void)
{
	uint8_t k[32], one[32] = { [31] = 1 }, zero[32] = { 0 }, point[65];
	uint8_t generator[65], shared[32];

	(void)hex(k, ORDER);
	OK(!p256_public(point, k), "the order is no scalar");
	OK(!p256_public(point, zero), "nor is zero");
	memset(k, 0xff, sizeof(k));
	OK(!p256_public(point, k), "nor what is above the order");
	(void)hex(k, ORDER);
	k[31]--;
	OK(p256_public(point, k) && p256_public(generator, one) &&
	    memcmp(point, generator, 33) == 0 &&
	    memcmp(point, generator, 65) != 0,
	    "the highest is the negative of the lowest");
	OK(!p256_agree(shared, zero, generator) &&
	    p256_agree(shared, one, generator) &&
	    memcmp(shared, generator + 1, 32) == 0,
	    "one times the generator is the generator");
}

/* Points come in one form; every other is refused, on either way in. */
static void
test_points(void)
{
	uint8_t k[32], point[65], again[65], brief[33], other[65], shared[32];
	unsigned off = 0, agreed = 0;

	p256_generate(k, point);
	p256_compress(brief, point);
	OK(p256_expand(again, brief) && memcmp(again, point, 65) == 0,
	    "a point survives compression");
	brief[0] ^= 1;
	OK(p256_expand(again, brief) && memcmp(again, point, 33) == 0 &&
	    memcmp(again, point, 65) != 0, "the other sign is its negative");
	for (unsigned first = 0; first < 256; first++) {
		brief[0] = (uint8_t)first;
		off += p256_expand(again, brief);
	}
	OK(off == 2, "only 2 and 3 begin a compressed point");
	memset(brief, 0xff, sizeof(brief));
	brief[0] = 2;
	OK(!p256_expand(again, brief), "x is below the field's prime");

	for (size_t i = 0; i < sizeof(point); i++) {
		memcpy(other, point, sizeof(other));
		other[i] ^= 0x01;
		agreed += p256_agree(shared, k, other);
	}
	OK(agreed == 0, "a point with a byte changed is off the curve");
	memset(other, 0, sizeof(other));
	OK(!p256_agree(shared, k, other), "nor is all zero a point");
}

/* Property: whoever meets whom, the two sides derive the same, and no third. */
static void
test_meetings(void)
{
	uint8_t a[32], pa[65], b[32], pb[65], c[32], pc[65], x[32], y[32], z[32];
	unsigned same = 0, stranger = 0;

	for (int i = 0; i < 64; i++) {
		p256_generate(a, pa);
		p256_generate(b, pb);
		p256_generate(c, pc);
		same += p256_agree(x, a, pb) && p256_agree(y, b, pa) &&
		    memcmp(x, y, 32) == 0;
		stranger += p256_agree(z, c, pa) && memcmp(x, z, 32) == 0;
	}
	OK(same == 64 && stranger == 0, "64 pairs agree, and no third with them");
}

int
main(void)
{
	secret_process_init();
	test_vector();
	test_scalars();
	test_points();
	test_meetings();
	return tap_done();
}
