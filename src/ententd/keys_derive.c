#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "ententd/keys_secret.h"

static const struct password_record *
record_of(const struct keys *k, const char *badge)
{
	const struct secret *s = k->ring == NULL ? NULL :
	    keyring_get(k->ring, KEYRING_OFFICER, badge);

	if (s == NULL || s->n < sizeof(struct password_record))
		return NULL;
	return (const struct password_record *)(const void *)s->p;
}

static struct secret *
derive_open(const struct keys *k, const char *badge,
    const struct secret *password)
{
	const struct password_record *r = record_of(k, badge);
	struct err err;

	if (r == NULL) {
		/* As slow as a wrong password: who exists stays unsaid. */
		password_waste(password);
		return NULL;
	}
	return password_open(r, password, &err);
}

/* The new record and the public half of the approval key in it. */
static struct secret *
seal_seed(const struct secret *password, const struct secret *seed)
{
	struct secret *out = secret_new(sizeof(struct password_record) + 32);
	struct note_signer signer;
	struct password_record r;
	struct err err;

	note_signer_ed25519(&signer, "x", seed);
	if (password_set(&r, password, seed, &err)) {
		memcpy(out->p, &r, sizeof(r));
		memcpy(out->p + sizeof(r), signer.vkey.key, 32);
	} else {
		secret_free(out);
		out = NULL;
	}
	return out;
}

/* A first password: a fresh approval key. */
static struct secret *
derive_set(const struct secret *password)
{
	struct secret *seed = secret_random(32);
	struct secret *out = seal_seed(password, seed);

	secret_free(seed);
	return out;
}

/* Another password for the same key, for who knows the old one: a session
 * alone does not take an officer's approval over.  One byte: it is wrong. */
static struct secret *
derive_change(const struct keys *k, const char *badge,
    const struct secret *both)
{
	struct cursor c = cursor_of(secret_slice(both));
	struct secret *old = secret_copy(cursor_var(&c, both->n));
	struct secret *fresh = secret_copy(c.rest), *out;
	struct secret *seed = derive_open(k, badge, old);

	out = seed == NULL ? secret_new(1) : seal_seed(fresh, seed);
	secret_free(seed);
	secret_free(fresh);
	secret_free(old);
	return out;
}

void
keys_derive(const struct keys *k, enum purpose purpose, const char *badge,
    const struct secret *password, int fd)
{
	struct secret *out = NULL;
	struct err err;

	(void)alarm(60);
	switch (purpose) {
	case PURPOSE_LOGIN:
	case PURPOSE_APPROVE:
	case PURPOSE_COUNTERSIGN:
		out = derive_open(k, badge, password);
		break;
	case PURPOSE_PASSWORD:
		out = derive_set(password);
		break;
	case PURPOSE_CHANGE:
		out = derive_change(k, badge, password);
		break;
	case PURPOSE_UNLOCK:
		out = keyring_unlock(buf_all(&k->child.locked), password, &err);
		break;
	case PURPOSE_NONE:
	case PURPOSES:
		break;
	}
	if (out != NULL)
		(void)io_write_all(fd, secret_slice(out), &err);
	secret_free(out);
	_exit(EXIT_SUCCESS);
}
