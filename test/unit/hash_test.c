#include "base/encode.h"
#include "base/secret.h"
#include "crypto/hash.h"

#include "tap.h"

/* RFC 5869, test case 1 with the info shortened to text is not given there,
 * so case 3 (empty salt and info) is what is compared: its first 32 bytes. */
int
main(void)
{
	uint8_t ikm[22], out[32], data[8] = "Hi There";
	uint8_t key[20];
	struct hash_stream *s;
	struct hash a, b;
	char hex[65];

	secret_process_init();
	a = hash_of(slice_str("abc"));
	hex_encode(hex, slice_of(a.b, 32));
	EQ_STR(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	    "SHA-256 of abc is FIPS 180's");
	s = hash_stream_new();
	hash_stream_add(s, slice_str("a"));
	hash_stream_add(s, slice_str("bc"));
	b = hash_stream_end(s);
	OK(hash_eq(&a, &b), "in pieces it is the same");
	hash_stream_add(s, slice_str("abc"));
	b = hash_stream_end(s);
	OK(hash_eq(&a, &b), "a stream starts again after its end");
	hash_stream_free(s);
	memset(key, 0x0b, sizeof(key));
	hmac_sha256(out, slice_of(key, sizeof(key)), slice_of(data, 8));
	hex_encode(hex, slice_of(out, 32));
	EQ_STR(hex, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
	    "HMAC is RFC 4231's case 1");
	memset(ikm, 0x0b, sizeof(ikm));
	hkdf_sha256(out, slice_of(ikm, 22), slice_of(NULL, 0), "");
	hex_encode(hex, slice_of(out, 32));
	EQ_STR(hex, "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d",
	    "HKDF is RFC 5869's case 3");
	return tap_done();
}
