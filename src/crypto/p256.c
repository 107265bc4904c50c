#include "crypto/p256.h"

#include <assert.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>

/* Made once: a group's tables cost more than a product. */
static EC_GROUP		*group;
static pthread_once_t	 once = PTHREAD_ONCE_INIT;

static void
group_make(void)
{
	group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	assert(group != NULL);
}

static EC_POINT *
point_new(void)
{
	EC_POINT *p;

	(void)pthread_once(&once, group_make);
	p = EC_POINT_new(group);
	assert(p != NULL);
	return p;
}

/* libcrypto checks that it is on the curve; the length keeps the point at
 * infinity out, which is one byte. */
static bool
point_read(EC_POINT *p, const uint8_t *bytes, size_t n)
{
	return EC_POINT_oct2point(group, p, bytes, n, NULL) == 1;
}

static bool
point_write(uint8_t *bytes, size_t n, const EC_POINT *p)
{
	return EC_POINT_point2oct(group, p, n == P256_POINT ?
	    POINT_CONVERSION_UNCOMPRESSED : POINT_CONVERSION_COMPRESSED,
	    bytes, n, NULL) == n;
}

bool
p256_expand(uint8_t point[static P256_POINT],
    const uint8_t compressed[static P256_SHORT])
{
	EC_POINT *p = point_new();
	bool ok = (compressed[0] == 2 || compressed[0] == 3) &&
	    point_read(p, compressed, P256_SHORT) &&
	    point_write(point, P256_POINT, p);

	EC_POINT_free(p);
	return ok;
}

void
p256_compress(uint8_t compressed[static P256_SHORT],
    const uint8_t point[static P256_POINT])
{
	compressed[0] = 2 | (point[P256_POINT - 1] & 1);
	memcpy(compressed + 1, point + 1, P256_SHORT - 1);
}

/* The scalar as a number to be cleared; NULL when it is out of range. */
static BIGNUM *
scalar_read(const uint8_t scalar[static P256_SCALAR])
{
	BIGNUM *k = BN_secure_new();

	assert(k != NULL);
	(void)pthread_once(&once, group_make);
	BN_set_flags(k, BN_FLG_CONSTTIME);
	if (BN_bin2bn(scalar, P256_SCALAR, k) != NULL && !BN_is_zero(k) &&
	    BN_cmp(k, EC_GROUP_get0_order(group)) < 0)
		return k;
	BN_clear_free(k);
	return NULL;
}

bool
p256_public(uint8_t point[static P256_POINT],
    const uint8_t scalar[static P256_SCALAR])
{
	BIGNUM *k = scalar_read(scalar);
	EC_POINT *p = point_new();
	bool ok = k != NULL && EC_POINT_mul(group, p, k, NULL, NULL, NULL) == 1 &&
	    point_write(point, P256_POINT, p);

	EC_POINT_clear_free(p);
	BN_clear_free(k);
	return ok;
}

/* One number of 2^32 is out of range. */
void
p256_generate(uint8_t scalar[static P256_SCALAR],
    uint8_t point[static P256_POINT])
{
	do
		randombytes_buf(scalar, P256_SCALAR);
	while (!p256_public(point, scalar));
}

static EVP_PKEY *
key_of(OSSL_PARAM *params, int selection)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *key = NULL;

	assert(ctx != NULL);
	if (EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, selection, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static EVP_PKEY *
public_key(const uint8_t point[static P256_POINT])
{
	uint8_t bytes[P256_POINT];
	char curve[] = "P-256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
		    curve, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
		    bytes, sizeof(bytes)),
		OSSL_PARAM_construct_end(),
	};

	memcpy(bytes, point, sizeof(bytes));
	return key_of(params, EVP_PKEY_PUBLIC_KEY);
}

/* Parameters carry numbers in the machine's order of bytes. */
static EVP_PKEY *
private_key(const BIGNUM *k)
{
	uint8_t number[P256_SCALAR];
	char curve[] = "P-256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
		    curve, 0),
		OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, number,
		    sizeof(number)),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY *key;
	int n = BN_bn2nativepad(k, number, sizeof(number));

	assert(n == P256_SCALAR);
	(void)n;
	key = key_of(params, EVP_PKEY_KEYPAIR);
	secret_wipe(number, sizeof(number));
	return key;
}

/* The peer's point was checked when it was read, and the curve's cofactor is
 * 1: to check its order once more would double the cost. */
static bool
derive(uint8_t shared[static 32], EVP_PKEY *mine, EVP_PKEY *theirs)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, mine, NULL);
	size_t n = 32;
	bool ok;

	assert(ctx != NULL);
	ok = EVP_PKEY_derive_init(ctx) == 1 &&
	    EVP_PKEY_derive_set_peer_ex(ctx, theirs, 0) == 1 &&
	    EVP_PKEY_derive(ctx, shared, &n) == 1 && n == 32;
	EVP_PKEY_CTX_free(ctx);
	return ok;
}

bool
p256_agree(uint8_t shared[static 32],
    const uint8_t scalar[static P256_SCALAR],
    const uint8_t point[static P256_POINT])
{
	BIGNUM *k = scalar_read(scalar);
	EVP_PKEY *mine = NULL, *theirs = NULL;
	bool ok = k != NULL && point[0] == POINT_CONVERSION_UNCOMPRESSED &&
	    (theirs = public_key(point)) != NULL &&
	    (mine = private_key(k)) != NULL && derive(shared, mine, theirs);

	EVP_PKEY_free(mine);
	EVP_PKEY_free(theirs);
	BN_clear_free(k);
	return ok;
}
