#include "crypto/password.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"

enum {
	OPS	= 3,
	MEMORY	= 64 * 1024 * 1024,
	NONCE	= crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG	= crypto_aead_xchacha20poly1305_ietf_ABYTES,
	SEED	= 32,
};
static_assert(PASSWORD_SALT == crypto_pwhash_argon2id_SALTBYTES, "salt");
static_assert(PASSWORD_SEALED == NONCE + SEED + TAG, "sealed seed");

/* The two halves of a derivation; both are worth what the password is. */
struct halves {
	struct secret	*check;
	struct secret	*key;
};

static struct halves
derive(const uint8_t salt[static PASSWORD_SALT], const struct secret *password)
{
	struct secret *root = secret_new(32);
	struct halves h = { secret_new(32), secret_new(32) };
	struct slice from = slice_of(salt, PASSWORD_SALT);

	/* It fails for want of memory only: as xmalloc, there is no way on. */
	if (crypto_pwhash_argon2id(root->p, root->n, (const char *)password->p,
	    password->n, salt, OPS, MEMORY,
	    crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0) {
		(void)fputs("out of memory\n", stderr);
		abort();
	}
	hkdf_sha256(h.check->p, secret_slice(root), from,
	    "entente/password/v1/check");
	hkdf_sha256(h.key->p, secret_slice(root), from,
	    "entente/password/v1/seal");
	secret_free(root);
	return h;
}

static void
halves_free(struct halves *h)
{
	secret_free(h->check);
	secret_free(h->key);
}

/* What stands beside the seal goes into it: parts of two records that are
 * put together do not open. */
static void
binding(uint8_t out[static PASSWORD_SALT + 32], const struct password_record *r)
{
	memcpy(out, r->salt, PASSWORD_SALT);
	memcpy(out + PASSWORD_SALT, r->check, 32);
}

/* One character over and over has the length of a password only. */
static bool
is_monotone(struct slice s)
{
	size_t step = 1;

	while (step < s.n && (s.p[step] & 0xc0) == 0x80)
		step++;
	return s.n % step == 0 && memcmp(s.p, s.p + step, s.n - step) == 0;
}

static bool
strong_enough(const struct secret *password, struct err *err)
{
	struct slice s = secret_slice(password);

	if (s.n > PASSWORD_MAX)
		return err_set(err, ERR_INVALID, "E-PASSWORD-WEAK",
		    "password: over %d bytes", PASSWORD_MAX);
	if (!utf8_valid(s))
		return err_set(err, ERR_INVALID, "E-PASSWORD-WEAK",
		    "password: not UTF-8");
	if (utf8_length(s) < PASSWORD_MIN)
		return err_set(err, ERR_INVALID, "E-PASSWORD-WEAK",
		    "password: under %d characters", PASSWORD_MIN);
	if (is_monotone(s))
		return err_set(err, ERR_INVALID, "E-PASSWORD-WEAK",
		    "password: one character repeated");
	return true;
}

bool
password_set(struct password_record *r, const struct secret *password,
    const struct secret *seed, struct err *err)
{
	uint8_t bound[PASSWORD_SALT + 32];
	struct halves h;

	assert(seed->n == SEED);
	if (!strong_enough(password, err))
		return false;
	randombytes_buf(r->salt, sizeof(r->salt));
	h = derive(r->salt, password);
	memcpy(r->check, h.check->p, sizeof(r->check));
	randombytes_buf(r->sealed, NONCE);
	binding(bound, r);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(r->sealed + NONCE,
	    NULL, seed->p, seed->n, bound, sizeof(bound), NULL, r->sealed,
	    h.key->p);
	halves_free(&h);
	return true;
}

struct secret *
password_open(const struct password_record *r, const struct secret *password,
    struct err *err)
{
	uint8_t bound[PASSWORD_SALT + 32];
	struct secret *seed = NULL;
	struct halves h = derive(r->salt, password);

	if (sodium_memcmp(h.check->p, r->check, sizeof(r->check)) != 0) {
		err_set(err, ERR_DENIED, "E-PASSWORD-WRONG",
		    "password: it is not this account's");
		goto out;
	}
	seed = secret_new(SEED);
	binding(bound, r);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(seed->p, NULL, NULL,
	    r->sealed + NONCE, SEED + TAG, bound, sizeof(bound), r->sealed,
	    h.key->p) != 0) {
		secret_free(seed);
		seed = NULL;
		err_set(err, ERR_VERIFY, "E-PASSWORD-RECORD",
		    "password: right, but the sealed key was altered");
	}
out:
	halves_free(&h);
	return seed;
}

void
password_waste(const struct secret *password)
{
	static const uint8_t salt[PASSWORD_SALT];
	struct halves h = derive(salt, password);

	halves_free(&h);
}
