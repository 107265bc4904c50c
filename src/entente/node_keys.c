#include "entente/node_keys.h"

#include <assert.h>
#include <stdio.h>

#include "model/keyname.h"
#include "proc/ring_key.h"
#include "proc/tls_key.h"

/* A new ring has room and these labels have their form: only a bug fails. */
static void
put(struct node_keys *k, enum keyring_use use, const char *label, msec now,
    struct secret *value)
{
	bool ok = keyring_put(k->ring, use, label, now, &value, NULL);

	assert(ok);
}

/* The entry says who signs, and in which network: keys trusts no file. */
static void
message_key(struct node_keys *k, const char *network, const struct hash *net,
    const struct member_id *m, msec now)
{
	struct secret *seed = secret_random(32);
	struct secret *entry = secret_new(32 + HASH_LEN);
	struct note_signer signer;
	char name[NOTE_NAME];

	keyname_member(name, network, m, NULL);
	note_signer_ed25519(&signer, name, seed);
	k->vkey = signer.vkey;
	memcpy(entry->p, seed->p, 32);
	memcpy(entry->p + 32, net->b, HASH_LEN);
	secret_free(seed);
	put(k, KEYRING_SIGN, name, now, entry);
}

static void
sealing_key(struct node_keys *k, msec now)
{
	char public[RING_PUBLIC];
	bool ok;

	ok = ring_key_make(k->ring, KEYRING_SEAL, now, NULL) &&
	    ring_key_public(public, keyring_each(k->ring, KEYRING_SEAL, 0),
	    NULL);
	assert(ok);
	(void)snprintf(k->recipient, sizeof(k->recipient), "%.*s",
	    AGE_KEY_TEXT - 1, public);
}

static void
tls_key(struct node_keys *k, enum keyring_use use, enum tls_key_kind kind,
    uint8_t pin[static 32], const struct member_id *m, msec now)
{
	struct secret *der = tls_key_new(kind);
	struct buf pem = BUF_INIT;
	bool ok;

	ok = tls_key_certificate(&pem, der, m->s, NULL) &&
	    tls_key_pin(pin, buf_all(&pem), NULL);
	assert(ok);
	buf_free(&pem);
	put(k, use, "", now, der);
}

void
node_keys_make(struct node_keys *k, const char *network,
    const struct hash *net, const struct member_id *m, msec now)
{
	*k = (struct node_keys){ .ring = keyring_new(),
	    .unlock = age_identity_generate() };
	message_key(k, network, net, m, now);
	sealing_key(k, now);
	tls_key(k, KEYRING_TLS_LINK, TLS_KEY_ED25519, k->link_pin, m, now);
	tls_key(k, KEYRING_TLS_DESK, TLS_KEY_P256, k->desk_pin, m, now);
	put(k, KEYRING_INDEX, "", now, secret_random(32));
}

/* The record's bytes, then the public key: the entry that `keys` reads. */
static struct secret *
officer_entry(const struct password_record *r, const struct note_vkey *v)
{
	struct secret *s = secret_new(PASSWORD_SALT + 32 + PASSWORD_SEALED + 32);

	memcpy(s->p, r->salt, PASSWORD_SALT);
	memcpy(s->p + PASSWORD_SALT, r->check, 32);
	memcpy(s->p + PASSWORD_SALT + 32, r->sealed, PASSWORD_SEALED);
	memcpy(s->p + PASSWORD_SALT + 32 + PASSWORD_SEALED, v->key, 32);
	return s;
}

bool
node_keys_officer(struct node_keys *k, const char *network,
    const struct member_id *m, const struct badge *badge,
    const struct secret *password, msec now, struct err *err)
{
	struct secret *seed = secret_random(32);
	struct password_record record;
	struct note_signer signer;
	char name[NOTE_NAME];
	bool ok;

	keyname_member(name, network, m, badge->s);
	note_signer_ed25519(&signer, name, seed);
	ok = password_set(&record, password, seed, err);
	if (ok) {
		k->badge = *badge;
		k->officer = signer.vkey;
		k->has_officer = true;
		put(k, KEYRING_OFFICER, badge->s, now,
		    officer_entry(&record, &signer.vkey));
	}
	secret_wipe(&record, sizeof(record));
	secret_free(seed);
	return ok;
}

void
node_keys_free(struct node_keys *k)
{
	keyring_free(k->ring);
	secret_free(k->unlock);
	*k = (struct node_keys){ .ring = NULL };
}
