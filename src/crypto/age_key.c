#include "crypto/age_key.h"

#include <assert.h>
#include <sodium.h>

#include "crypto/hash.h"

/* A wrap key is used once, so its nonce is fixed. */
static const uint8_t zeros[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];

static_assert(AGE_KEY == crypto_aead_chacha20poly1305_ietf_KEYBYTES,
    "a wrap key is an AEAD key");
static_assert(AGE_TAG == crypto_aead_chacha20poly1305_ietf_ABYTES,
    "a tag is an AEAD tag");

void
age_key_mac(uint8_t mac[static 32],
    const uint8_t file_key[static AGE_FILE_KEY], struct slice header)
{
	uint8_t key[AGE_KEY];

	hkdf_sha256(key, slice_of(file_key, AGE_FILE_KEY), slice_of(NULL, 0),
	    "header");
	hmac_sha256(mac, slice_of(key, sizeof(key)), header);
	secret_wipe(key, sizeof(key));
}

void
age_key_payload(uint8_t key[static AGE_KEY],
    const uint8_t file_key[static AGE_FILE_KEY],
    const uint8_t nonce[static AGE_NONCE])
{
	hkdf_sha256(key, slice_of(file_key, AGE_FILE_KEY),
	    slice_of(nonce, AGE_NONCE), "payload");
}

/* libsodium here, libcrypto for the payload: for 16 bytes setting up a
 * context costs more than the cipher. */
void
age_key_wrap(uint8_t body[static AGE_BODY],
    const uint8_t wrap_key[static AGE_KEY],
    const uint8_t file_key[static AGE_FILE_KEY])
{
	(void)crypto_aead_chacha20poly1305_ietf_encrypt(body, NULL, file_key,
	    AGE_FILE_KEY, NULL, 0, NULL, zeros, wrap_key);
}

bool
age_key_unwrap(uint8_t file_key[static AGE_FILE_KEY],
    const uint8_t wrap_key[static AGE_KEY],
    const uint8_t body[static AGE_BODY])
{
	return crypto_aead_chacha20poly1305_ietf_decrypt(file_key, NULL, NULL,
	    body, AGE_BODY, NULL, 0, zeros, wrap_key) == 0;
}
