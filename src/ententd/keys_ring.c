#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "ententd/keys.h"
#include "proc/tls_key.h"

struct keys_save {
	struct keys_save	*next;
	uint32_t		 id;
	void			(*done)(struct keys *, void *arg, bool ok);
	void			*arg;
};

/* The message key's entry says who we are: no file is trusted for that. */
static bool
take_identity(struct keys *k, struct err *err)
{
	const struct keyring_entry *e = keyring_each(k->ring, KEYRING_SIGN, 0);
	const char *slash;

	slash = e == NULL ? NULL : strrchr(e->label, '/');
	if (slash == NULL || e->value->n != 64 ||
	    !member_id_parse(&k->member, slice_str(slash + 1)))
		return err_set(err, ERR_INVALID, "E-KEYRING-FORM",
		    "the keyring holds no message key");
	(void)snprintf(k->key_name, sizeof(k->key_name), "%s", e->label);
	k->seed = secret_copy(slice_of(e->value->p, 32));
	memcpy(k->net.b, e->value->p + 32, HASH_LEN);
	note_signer_ed25519(&k->signer, k->key_name, k->seed);
	return true;
}

bool
keys_open_ring(struct keys *k, struct err *err)
{
	k->ring = keyring_open(buf_all(&k->child.keyring), k->unlock, err);
	if (k->ring == NULL)
		return false;
	if (!take_identity(k, err)) {
		keyring_free(k->ring);
		k->ring = NULL;
		return false;
	}
	return true;
}

void
keys_tell_vault(struct keys *k)
{
	const struct keyring_entry *e;
	struct buf b = BUF_INIT;
	uint16_t n = 0;

	if (k->child.to[CHILD_VAULT] == NULL)
		return;
	buf_u8(&b, k->ring != NULL);
	if (k->ring != NULL) {
		buf_var_str(&b, k->key_name);
		buf_put(&b, k->net.b, HASH_LEN);
		while (keyring_each(k->ring, KEYRING_SHELF, n) != NULL)
			n++;
		buf_u16(&b, n);
		for (uint16_t i = 0; i < n; i++) {
			e = keyring_each(k->ring, KEYRING_SHELF, i);
			buf_var_str(&b, e->label);
			buf_put(&b, e->value->p, 32);
		}
	}
	ipc_send(k->child.to[CHILD_VAULT], KEYS_STATE, 0, buf_all(&b), -1);
	buf_wipe(&b);
}

/* The fronts and the courier get their TLS key, each only its own. */
void
keys_tell_tls(struct keys *k, enum child peer)
{
	enum keyring_use use = peer == CHILD_DESK ? KEYRING_TLS_DESK :
	    KEYRING_TLS_LINK;
	const struct keyring_entry *e = keyring_each(k->ring, use, 0);
	struct buf cert = BUF_INIT, body = BUF_INIT;
	struct secret *pem = NULL;
	struct err err;

	if (k->child.to[peer] == NULL || e == NULL)
		return;
	pem = tls_key_pem(e->value, &err);
	if (pem == NULL ||
	    !tls_key_certificate(&cert, e->value, k->member.s, &err)) {
		log_error("TLS key: %s", err.text);
		goto out;
	}
	buf_var(&body, buf_all(&cert));
	buf_var(&body, secret_slice(pem));
	ipc_send(k->child.to[peer], KEYS_TLS, 0, buf_all(&body), -1);
out:
	secret_free(pem);
	buf_free(&cert);
	buf_wipe(&body);
}

void
keys_save_ring(struct keys *k, void (*done)(struct keys *, void *arg, bool ok),
    void *arg)
{
	struct buf sealed = BUF_INIT, body = BUF_INIT;
	struct keys_save *s;
	struct err err;

	if (!keyring_seal(&sealed, k->ring, k->unlock, &err)) {
		log_error("keyring: %s", err.text);
		buf_free(&sealed);
		done(k, arg, false);
		return;
	}
	s = xcalloc(1, sizeof(*s));
	s->id = ++k->next_save;
	s->done = done;
	s->arg = arg;
	s->next = k->saves;
	k->saves = s;
	buf_var(&body, buf_all(&sealed));
	ipc_send(k->child.parent, CHILD_SAVE, s->id, buf_all(&body), -1);
	buf_free(&sealed);
	buf_free(&body);
}

void
keys_saved(struct keys *k, uint32_t id, bool ok)
{
	for (struct keys_save **p = &k->saves; *p != NULL; p = &(*p)->next) {
		struct keys_save *s = *p;

		if (s->id != id)
			continue;
		*p = s->next;
		s->done(k, s->arg, ok);
		free(s);
		return;
	}
}

struct shelf_wanted {
	uint32_t	id;
	char		label[KEYRING_LABEL];
};

static void
answer_shelf(struct keys *k, uint32_t id, const char *label, const struct err *err)
{
	const struct secret *key = err != NULL ? NULL :
	    keyring_get(k->ring, KEYRING_SHELF, label);
	struct buf b = BUF_INIT;

	if (k->child.to[CHILD_VAULT] == NULL)
		return;
	result_encode(&b, err);
	if (key != NULL) {
		buf_var_str(&b, label);
		buf_put(&b, key->p, key->n);
	}
	ipc_send(k->child.to[CHILD_VAULT], KEYS_SHELF, id, buf_all(&b), -1);
	buf_wipe(&b);
}

/* A key that is not on disk must not seal anything. */
static void
shelf_saved(struct keys *k, void *arg, bool ok)
{
	struct shelf_wanted *w = arg;
	struct err err;

	if (!ok) {
		(void)keyring_remove(k->ring, KEYRING_SHELF, w->label);
		(void)err_set(&err, ERR_IO, "E-KEYRING-SAVE",
		    "the keyring could not be written");
	}
	answer_shelf(k, w->id, w->label, ok ? NULL : &err);
	free(w);
}

/* "2031-11" and when that month begins. */
static bool
label_is_month(const char *s, msec *begins)
{
	char date[DATE_TEXT];

	if (strlen(s) != 7)
		return false;
	(void)snprintf(date, sizeof(date), "%.7s-01", s);
	return date_parse(begins, slice_str(date));
}

void
keys_give_shelf(struct keys *k, struct ipc_message *m)
{
	struct cursor r = cursor_of(m->body);
	struct shelf_wanted *w;
	char label[KEYRING_LABEL];
	struct secret *key;
	struct err err;
	msec begins;

	cursor_str(&r, label, sizeof(label));
	if (k->ring == NULL || !cursor_done(&r) ||
	    !label_is_month(label, &begins)) {
		(void)err_set(&err, ERR_UNAVAILABLE, "E-NODE-LOCKED",
		    "this node is locked");
		answer_shelf(k, m->id, label, &err);
		return;
	}
	if (keyring_get(k->ring, KEYRING_SHELF, label) != NULL) {
		answer_shelf(k, m->id, label, NULL);
		return;
	}
	key = secret_random(32);
	if (!keyring_put(k->ring, KEYRING_SHELF, label, clock_now(), &key, &err)) {
		answer_shelf(k, m->id, label, &err);
		return;
	}
	w = xcalloc(1, sizeof(*w));
	w->id = m->id;
	(void)snprintf(w->label, sizeof(w->label), "%s", label);
	keys_save_ring(k, shelf_saved, w);
}

/*
 * The end of a month: its key is destroyed, and with it all that lay on that
 * shelf, backups of the store included.  Only of a month that is over by this
 * process's own clock: a vault that was taken over cannot have evidence
 * destroyed early.
 */
static void
shelf_ended(struct keys *k, void *arg, bool ok)
{
	struct shelf_wanted *w = arg;
	struct err err;

	(void)err_set(&err, ERR_IO, "E-KEYRING-SAVE",
	    "the keyring could not be written; the key is destroyed later");
	answer_shelf(k, w->id, w->label, ok ? NULL : &err);
	free(w);
}

void
keys_end_shelf(struct keys *k, struct ipc_message *m)
{
	static const struct duration month = { .months = 1 };
	struct cursor r = cursor_of(m->body);
	struct shelf_wanted *w;
	char label[KEYRING_LABEL];
	struct err err;
	msec begins;

	cursor_str(&r, label, sizeof(label));
	if (k->ring == NULL || !cursor_done(&r) ||
	    !label_is_month(label, &begins) ||
	    duration_add(begins, month) > clock_now()) {
		(void)err_set(&err, ERR_DENIED, "E-KEYS-REFUSED",
		    "only the shelf of a month that is over is destroyed");
		answer_shelf(k, m->id, label, &err);
		return;
	}
	(void)keyring_remove(k->ring, KEYRING_SHELF, label);
	w = xcalloc(1, sizeof(*w));
	w->id = m->id;
	(void)snprintf(w->label, sizeof(w->label), "%s", label);
	keys_save_ring(k, shelf_ended, w);
}
