#include "proc/ring_key.h"

#include <assert.h>
#include <stdio.h>

#include "base/encode.h"
#include "proc/tls_key.h"

enum { MARK = 8, MARK_TEXT = 2 * MARK + 1 };

static void
mark_of(char out[static MARK_TEXT], const char *public)
{
	struct hash h = hash_of(slice_str(public));

	hex_encode(out, slice_of(h.b, MARK));
}

void
ring_key_name(char out[static KEYRING_LABEL], const struct keyring_entry *e)
{
	(void)snprintf(out, KEYRING_LABEL, "%.*s",
	    (int)strcspn(e->label, " "), e->label);
}

/* The value of a message key: its seed, then the network's id. */
static void
vkey_of(struct note_vkey *v, const struct keyring_entry *e)
{
	struct secret *seed = secret_copy(slice_of(e->value->p, 32));
	struct note_signer signer;
	char name[KEYRING_LABEL];

	ring_key_name(name, e);
	note_signer_ed25519(&signer, name, seed);
	*v = signer.vkey;
	secret_free(seed);
}

static void
recipient_of(char out[static AGE_KEY_TEXT], const struct secret *key)
{
	struct age_identity id;
	struct age_recipient r;

	age_identity_x25519(&id, key);
	age_identity_recipient(&r, &id);
	age_recipient_print(out, &r);
}

static bool
pin_of(char out[static 65], const struct secret *der, struct err *err)
{
	struct buf pem = BUF_INIT;
	uint8_t pin[32];
	bool ok;

	ok = tls_key_certificate(&pem, der, "pin", err) &&
	    tls_key_pin(pin, buf_all(&pem), err);
	if (ok)
		hex_encode(out, slice_of(pin, 32));
	buf_free(&pem);
	return ok;
}

bool
ring_key_public(char out[static RING_PUBLIC], const struct keyring_entry *e,
    struct err *err)
{
	struct note_vkey v;

	switch (e->use) {
	case KEYRING_SIGN:
		vkey_of(&v, e);
		note_vkey_print(out, &v);
		return true;
	case KEYRING_SEAL:
	case KEYRING_RETIRED:
		recipient_of(out, e->value);
		return true;
	case KEYRING_TLS_LINK:
		return pin_of(out, e->value, err);
	default:
		return err_set(err, ERR_INVALID, "E-KEYS-REFUSED",
		    "keys of this use do not rotate");
	}
}

/* -- fresh ones -------------------------------------------------------------- */

static bool
make_sign(struct keyring *k, msec now, struct err *err)
{
	const struct keyring_entry *e = keyring_each(k, KEYRING_SIGN, 0);
	char name[KEYRING_LABEL], label[2 * KEYRING_LABEL], mark[MARK_TEXT];
	struct secret *value = secret_new(e->value->n), *seed;

	seed = secret_random(32);
	memcpy(value->p, e->value->p, e->value->n);
	memcpy(value->p, seed->p, 32);
	secret_free(seed);
	ring_key_name(name, e);
	/* Two keys of one name: the label of the second says which it is. */
	seed = secret_random(MARK);
	hex_encode(mark, secret_slice(seed));
	secret_free(seed);
	(void)snprintf(label, sizeof(label), "%s %s", name, mark);
	return keyring_put(k, KEYRING_SIGN, label, now, &value, err);
}

static bool
make_seal(struct keyring *k, msec now, struct err *err)
{
	struct secret *key = age_identity_generate();
	char public[AGE_KEY_TEXT], label[MARK_TEXT];

	recipient_of(public, key);
	mark_of(label, public);
	return keyring_put(k, KEYRING_SEAL, label, now, &key, err);
}

static bool
make_tls(struct keyring *k, msec now, struct err *err)
{
	struct secret *der = tls_key_new(TLS_KEY_ED25519);
	char pin[65], label[MARK_TEXT];

	if (!pin_of(pin, der, err)) {
		secret_free(der);
		return false;
	}
	(void)snprintf(label, sizeof(label), "%.16s", pin);
	return keyring_put(k, KEYRING_TLS_LINK, label, now, &der, err);
}

bool
ring_key_make(struct keyring *k, enum keyring_use use, msec now,
    struct err *err)
{
	switch (use) {
	case KEYRING_SIGN:
		assert(keyring_each(k, KEYRING_SIGN, 0) != NULL);
		return make_sign(k, now, err);
	case KEYRING_SEAL:
		return make_seal(k, now, err);
	case KEYRING_TLS_LINK:
		return make_tls(k, now, err);
	default:
		return err_set(err, ERR_INVALID, "E-KEYS-REFUSED",
		    "keys of this use do not rotate");
	}
}
