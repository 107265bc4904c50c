#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "ententd/keys.h"
#include "proc/ring_key.h"
#include "proc/tls_key.h"

struct shelf_wanted {
	struct shelf_wanted	*next;
	struct question		 question;
	char			 label[KEYRING_LABEL];
};

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

	if (e != NULL)
		ring_key_name(k->key_name, e);
	slash = e == NULL ? NULL : strrchr(k->key_name, '/');
	if (slash == NULL || e->value->n != 64 ||
	    !member_id_parse(&k->member, slice_str(slash + 1)))
		return err_set(err, ERR_INVALID, "E-KEYRING-FORM",
		    "the keyring holds no message key");
	memcpy(k->net.b, e->value->p + 32, HASH_LEN);
	keys_card_none(k);
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

/* A key that is not on disk must not seal anything: not for who asked first,
 * and not for who asks while it is being written. */
static bool
is_being_saved(const struct keys *k, const char *label)
{
	for (const struct shelf_wanted *w = k->wanted; w != NULL; w = w->next)
		if (strcmp(w->label, label) == 0)
			return true;
	return false;
}

void
keys_tell_vault(struct keys *k)
{
	const struct secret *index = k->ring == NULL ? NULL :
	    keyring_get(k->ring, KEYRING_INDEX, "");
	const struct keyring_entry *e;
	struct buf b = BUF_INIT;
	struct buf shelves = BUF_INIT;
	uint16_t n = 0;

	if (k->child.to[CHILD_VAULT] == NULL)
		return;
	buf_u8(&b, k->ring != NULL);
	if (k->ring != NULL) {
		for (size_t i = 0; (e = keyring_each(k->ring, KEYRING_SHELF,
		    i)) != NULL; i++) {
			if (is_being_saved(k, e->label))
				continue;
			buf_var_str(&shelves, e->label);
			buf_put(&shelves, e->value->p, 32);
			n++;
		}
		buf_var_str(&b, k->key_name);
		buf_put(&b, k->net.b, HASH_LEN);
		buf_u16(&b, n);
		buf_slice(&b, buf_all(&shelves));
		buf_wipe(&shelves);
		/* A ring without one, of an older program, has no index. */
		buf_var(&b, index == NULL ? slice_of(NULL, 0) :
		    secret_slice(index));
	}
	ipc_send(k->child.to[CHILD_VAULT], KEYS_STATE, 0, buf_all(&b), -1);
	buf_wipe(&b);
}

/* The fronts and the courier get their TLS key, each only its own. */
void
keys_tell_tls(struct keys *k, enum child peer)
{
	const struct keyring_entry *e = peer == CHILD_DESK ?
	    keyring_each(k->ring, KEYRING_TLS_DESK, 0) : keys_tls_entry(k);
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
	if (peer != CHILD_DESK)
		memcpy(k->tls_told, e->label, sizeof(k->tls_told));
	buf_var(&body, buf_all(&cert));
	buf_var(&body, secret_slice(pem));
	ipc_send(k->child.to[peer], KEYS_TLS, 0, buf_all(&body), -1);
out:
	secret_free(pem);
	buf_free(&cert);
	buf_wipe(&body);
}

static bool
seal_ring(struct buf *out, const struct keys *k, struct err *err)
{
	if (!keyring_seal(out, k->ring, k->unlock, err))
		return false;
	return out->n <= CHANNEL_KEYRING || err_set(err, ERR_UNAVAILABLE,
	    "E-KEYRING-FULL", "sealed it has over %d bytes", CHANNEL_KEYRING);
}

void
keys_save_ring(struct keys *k, void (*done)(struct keys *, void *arg, bool ok),
    void *arg)
{
	struct buf sealed = BUF_INIT, body = BUF_INIT;
	struct keys_save *s;
	struct err err;

	if (!seal_ring(&sealed, k, &err)) {
		log_error("keyring: %s: %s", err.rule, err.text);
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
	keys_tell_custody(k, buf_all(&sealed));
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

/* -- shelves ------------------------------------------------------------------- */

static void
answer_shelf(struct keys *k, const struct question *q, const char *label,
    const struct err *err)
{
	const struct secret *key = err != NULL ? NULL :
	    keyring_get(k->ring, KEYRING_SHELF, label);
	struct buf b = BUF_INIT;

	result_encode(&b, err);
	if (key != NULL) {
		buf_var_str(&b, label);
		buf_put(&b, key->p, key->n);
	}
	keys_answer(k, q, KEYS_SHELF, buf_all(&b));
	buf_wipe(&b);
}

static void
want_shelf(struct keys *k, const struct question *q, const char *label)
{
	struct shelf_wanted *w = xcalloc(1, sizeof(*w));

	w->question = *q;
	(void)snprintf(w->label, sizeof(w->label), "%s", label);
	w->next = k->wanted;
	k->wanted = w;
}

static void
shelf_saved(struct keys *k, void *arg, bool ok)
{
	struct shelf_wanted **p = &k->wanted, *w;
	char *label = arg;
	struct err err;

	if (!ok) {
		(void)keyring_remove(k->ring, KEYRING_SHELF, label);
		(void)err_set(&err, ERR_IO, "E-KEYRING-SAVE",
		    "the keyring could not be written");
	}
	while ((w = *p) != NULL) {
		if (strcmp(w->label, label) != 0) {
			p = &w->next;
			continue;
		}
		*p = w->next;
		answer_shelf(k, &w->question, label, ok ? NULL : &err);
		free(w);
	}
	free(label);
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

/* False: there is no room for one more. */
static bool
make_shelf(struct keys *k, const char *label, struct err *err)
{
	struct secret *key = secret_random(32);

	return keyring_put(k->ring, KEYRING_SHELF, label, clock_now(), &key, err);
}

void
keys_give_shelf(struct keys *k, struct ipc_message *m)
{
	struct question q = keys_question(k, m);
	struct cursor r = cursor_of(m->body);
	char label[KEYRING_LABEL];
	struct err err;
	msec begins;

	cursor_str(&r, label, sizeof(label));
	if (!cursor_done(&r) || !label_is_month(label, &begins)) {
		(void)err_set(&err, ERR_INVALID, "E-KEYS-REFUSED",
		    "a shelf is named by its month");
		answer_shelf(k, &q, label, &err);
	} else if (k->ring == NULL) {
		(void)err_set(&err, ERR_UNAVAILABLE, "E-NODE-LOCKED",
		    "this node is locked");
		answer_shelf(k, &q, label, &err);
	} else if (is_being_saved(k, label)) {
		want_shelf(k, &q, label);
	} else if (keyring_get(k->ring, KEYRING_SHELF, label) != NULL) {
		answer_shelf(k, &q, label, NULL);
	} else if (!make_shelf(k, label, &err)) {
		answer_shelf(k, &q, label, &err);
	} else {
		want_shelf(k, &q, label);
		keys_save_ring(k, shelf_saved, xstrdup(label));
	}
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
	answer_shelf(k, &w->question, w->label, ok ? NULL : &err);
	free(w);
}

void
keys_end_shelf(struct keys *k, struct ipc_message *m)
{
	static const struct duration month = { .months = 1 };
	struct question q = keys_question(k, m);
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
		answer_shelf(k, &q, label, &err);
		return;
	}
	(void)keyring_remove(k->ring, KEYRING_SHELF, label);
	w = xcalloc(1, sizeof(*w));
	w->question = q;
	(void)snprintf(w->label, sizeof(w->label), "%s", label);
	keys_save_ring(k, shelf_ended, w);
}
