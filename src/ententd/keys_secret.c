#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "ententd/keys_secret.h"
#include "model/message.h"
#include "model/text.h"

enum { DERIVERS = 2, QUEUE = 32 };

struct job {				/* one derivation */
	struct job	*next;
	struct keys	*keys;
	struct question	 question;
	enum purpose	 purpose;
	char		 badge[33];
	struct secret	*secret;
	struct buf	 text;		/* approval: the exact bytes */
	int		 fd;
	struct loop_watch *watch;
	struct buf	 out;		/* what the deriver wrote; wiped */
	struct secret	*before;	/* password: the record it replaces */
};

static struct job *queue_head, **queue_tail = &queue_head;
static unsigned queued, running;

static void	start_next(struct keys *);

/* -- answering --------------------------------------------------------------------- */

static void
job_free(struct job *j)
{
	loop_unwatch(j->watch);
	if (j->fd != -1)
		(void)close(j->fd);
	secret_free(j->secret);
	secret_free(j->before);
	buf_free(&j->text);
	buf_wipe(&j->out);
	free(j);
}

static void
reply(struct keys *k, const struct question *q, const struct err *err,
    struct slice what)
{
	struct buf b = BUF_INIT;

	result_encode(&b, err);
	buf_var(&b, what);
	keys_answer(k, q, KEYS_SECRET, buf_all(&b));
	buf_free(&b);
}

void
keys_refuse(struct keys *k, const struct question *q, enum err_class class,
    const char *rule, const char *text)
{
	struct err err;

	(void)err_set(&err, class, rule, "%s", text);
	reply(k, q, &err, slice_of(NULL, 0));
}

/* -- back in the loop ----------------------------------------------------------------- */

static void
finish_login(struct keys *k, struct job *j)
{
	if (j->out.n != 32)
		keys_refuse(k, &j->question, ERR_DENIED, "E-PASSWORD-WRONG",
		    "no such account, or another password");
	else
		reply(k, &j->question, NULL, slice_of(NULL, 0));
}

static void
finish_approve(struct keys *k, struct job *j)
{
	struct buf line = BUF_INIT;
	struct note_signer signer;
	char name[NOTE_NAME], what[48];
	struct secret *seed;
	struct err err;

	if (j->out.n != 32) {
		keys_refuse(k, &j->question, ERR_DENIED, "E-PASSWORD-WRONG",
		    "the password is not this account's");
		return;
	}
	seed = secret_copy(buf_all(&j->out));
	(void)snprintf(what, sizeof(what), "approval/%s", j->badge);
	(void)snprintf(name, sizeof(name), "%s/%s", k->key_name, j->badge);
	note_signer_ed25519(&signer, name, seed);
	if (note_signature_line(&line, buf_all(&j->text), &signer, &err)) {
		keys_tell_parent(k, what, buf_all(&j->text));
		reply(k, &j->question, NULL, buf_all(&line));
	} else
		reply(k, &j->question, &err, slice_of(NULL, 0));
	secret_free(seed);
	buf_free(&line);
}

/* The keyring in memory is what the keyring on disk is. */
static void
put_back(struct keys *k, struct job *j)
{
	struct err err;

	if (j->before == NULL)
		(void)keyring_remove(k->ring, KEYRING_OFFICER, j->badge);
	else if (!keyring_put(k->ring, KEYRING_OFFICER, j->badge, clock_now(),
	    &j->before, &err))
		log_error("keyring: %s", err.text);
}

static void
password_saved(struct keys *k, void *arg, bool ok)
{
	struct job *j = arg;
	struct note_vkey vkey;
	char text[NOTE_VKEY];

	if (!ok || !keys_officer(k, j->badge, &vkey)) {
		put_back(k, j);
		keys_refuse(k, &j->question, ERR_IO, "E-KEYRING-SAVE",
		    "the keyring could not be written; the password is as before");
	} else {
		note_vkey_print(text, &vkey);
		reply(k, &j->question, NULL, slice_str(text));
	}
	job_free(j);
}

/* True: the job lives on until the keyring is on disk. */
static bool
finish_password(struct keys *k, struct job *j)
{
	const struct secret *old = keyring_get(k->ring, KEYRING_OFFICER,
	    j->badge);
	struct secret *value;
	struct err err;

	if (j->out.n == 1) {
		keys_refuse(k, &j->question, ERR_DENIED, "E-PASSWORD-WRONG",
		    "the old password is not this account's");
		return false;
	}
	if (j->out.n != sizeof(struct password_record) + 32) {
		(void)err_field(&err, ERR_INVALID, "E-PASSWORD-WEAK", "password",
		    "a password has 8 characters or more, not all the same");
		reply(k, &j->question, &err, slice_of(NULL, 0));
		return false;
	}
	if (old != NULL)
		j->before = secret_copy(secret_slice(old));
	value = secret_copy(buf_all(&j->out));
	if (!keyring_put(k->ring, KEYRING_OFFICER, j->badge, clock_now(), &value,
	    &err)) {
		reply(k, &j->question, &err, slice_of(NULL, 0));
		return false;
	}
	keys_save_ring(k, password_saved, j);
	return true;
}

static void
finish_unlock(struct keys *k, struct job *j)
{
	struct err err;

	if (j->out.n != 32) {
		keys_refuse(k, &j->question, ERR_DENIED, "E-KEYRING-PASSPHRASE",
		    "that is not the passphrase");
		return;
	}
	if (k->ring == NULL) {
		secret_free(k->unlock);
		k->unlock = secret_copy(buf_all(&j->out));
		if (!keys_open_ring(k, &err)) {
			reply(k, &j->question, &err, slice_of(NULL, 0));
			return;
		}
		log_info("unlocked");
		keys_tell_vault(k);
		keys_custody_again(k);
		keys_tell_tls(k, CHILD_LINK);
		keys_tell_tls(k, CHILD_DESK);
		keys_tell_tls(k, CHILD_COURIER);
	}
	reply(k, &j->question, NULL, slice_of(NULL, 0));
}

static void
finish(struct job *j)
{
	struct keys *k = j->keys;
	bool kept = false;

	loop_unwatch(j->watch);
	j->watch = NULL;
	(void)close(j->fd);
	j->fd = -1;
	switch (j->purpose) {
	case PURPOSE_LOGIN:
		finish_login(k, j);
		break;
	case PURPOSE_APPROVE:
	case PURPOSE_COUNTERSIGN:
		finish_approve(k, j);
		break;
	case PURPOSE_PASSWORD:
	case PURPOSE_CHANGE:
		kept = finish_password(k, j);
		break;
	case PURPOSE_UNLOCK:
		finish_unlock(k, j);
		break;
	case PURPOSE_NONE:
	case PURPOSES:
		break;
	}
	if (!kept)
		job_free(j);
	running--;
	start_next(k);
}

static void
derived(void *arg, unsigned events)
{
	struct job *j = arg;
	uint8_t piece[512];
	ssize_t n = read(j->fd, piece, sizeof(piece));

	(void)events;
	if (n > 0 && j->out.n < 4096) {
		buf_put(&j->out, piece, (size_t)n);
		secret_wipe(piece, sizeof(piece));
		return;
	}
	finish(j);
}

static bool
start(struct keys *k, struct job *j)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return false;
	pid = fork();
	if (pid == 0)
		keys_derive(k, j->purpose, j->badge, j->secret, ends[1]);
	(void)close(ends[1]);
	j->fd = ends[0];
	if (pid == -1)
		return false;
	secret_free(j->secret);
	j->secret = NULL;
	running++;
	j->watch = loop_watch(k->child.loop, j->fd, LOOP_READ, derived, j);
	return true;
}

static void
start_next(struct keys *k)
{
	struct job *j;

	while ((j = queue_head) != NULL && running < DERIVERS) {
		queue_head = j->next;
		if (queue_head == NULL)
			queue_tail = &queue_head;
		queued--;
		if (start(k, j))
			continue;
		keys_refuse(k, &j->question, ERR_UNAVAILABLE, "E-NODE-BUSY",
		    "no process or descriptor left; try again");
		job_free(j);
	}
}

/* -- what the vault asks for ------------------------------------------------------------ */

/* The approver sees the exact bytes, is not their author, and they are ours. */
static bool
may_approve(const struct keys *k, struct slice text, const char *badge,
    const uint8_t shown[static 32], struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct hash name = hash_of(text);
	struct member_id from;
	struct header h;
	bool ok = false;

	if (memcmp(name.b, shown, HASH_LEN) != 0)
		return err_set(err, ERR_CONFLICT, "E-APPROVAL-CHANGED",
		    "the text is not the one that was shown");
	if (!header_parse(&h, &arena, text, err))
		goto out;
	from = header_from(&h);
	if (!hash_eq(&h.net, &k->net) || !member_id_eq(&from, &k->member))
		err_set(err, ERR_DENIED, "E-KEYS-REFUSED",
		    "officers approve their own member's messages");
	else if (strcmp(h.by.s, badge) == 0)
		err_set(err, ERR_DENIED, "E-APPROVAL-SAME",
		    "the author cannot be the approver");
	else
		ok = true;
	header_release(&h);
out:
	arena_free(&arena);
	return ok;
}

/* It names the message that was shown, and the officer signs what is his. */
static bool
may_countersign(const struct keys *k, struct slice text, const char *badge,
    const uint8_t shown[static 32], struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct member_id from;
	struct header h;
	bool ok = false;

	if (!header_parse(&h, &arena, text, err))
		goto out;
	from = header_from(&h);
	if (memcmp(h.thread.b, shown, HASH_LEN) != 0)
		err_set(err, ERR_CONFLICT, "E-APPROVAL-CHANGED",
		    "the message is not the one that was shown");
	else if (!hash_eq(&h.net, &k->net) || !member_id_eq(&from, &k->member) ||
	    h.act != ACT_COUNTERSIGN || strcmp(h.by.s, badge) != 0)
		err_set(err, ERR_DENIED, "E-KEYS-REFUSED",
		    "officers countersign for themselves, and nothing else");
	else
		ok = true;
	header_release(&h);
out:
	arena_free(&arena);
	return ok;
}

static bool
may_use(const struct keys *k, const struct ticket *t, struct slice text,
    const char *badge, struct err *err)
{
	if (t->purpose == PURPOSE_APPROVE)
		return may_approve(k, text, badge, t->shown, err);
	return t->purpose != PURPOSE_COUNTERSIGN ||
	    may_countersign(k, text, badge, t->shown, err);
}

static void
enqueue(struct keys *k, const struct question *q, struct ticket *t,
    const char *badge, struct slice text)
{
	struct job *j;

	if (queued == QUEUE) {
		keys_refuse(k, q, ERR_UNAVAILABLE, "E-NODE-BUSY",
		    "too many logins at once; try again");
		return;
	}
	j = xcalloc(1, sizeof(*j));
	j->keys = k;
	j->question = *q;
	j->fd = -1;
	j->purpose = t->purpose;
	(void)snprintf(j->badge, sizeof(j->badge), "%s", badge);
	j->secret = t->secret;
	t->secret = NULL;
	buf_slice(&j->text, text);
	*queue_tail = j;
	queue_tail = &j->next;
	queued++;
	start_next(k);
}

void
keys_ticket_use(struct keys *k, const struct question *q, struct ticket *t,
    struct cursor *c)
{
	uint8_t purpose = cursor_u8(c);
	struct slice text;
	char badge[33];
	struct err err;

	cursor_str(c, badge, sizeof(badge));
	text = cursor_var(c, NOTE_MAX);
	if (!cursor_done(c) || t->purpose != (enum purpose)purpose ||
	    t->until < clock_steady())
		keys_refuse(k, q, ERR_DENIED, "E-TICKET",
		    "the password was not given for this, or too long ago");
	else if (k->ring == NULL && t->purpose != PURPOSE_UNLOCK)
		keys_refuse(k, q, ERR_UNAVAILABLE, "E-NODE-LOCKED",
		    "this node is locked");
	else if (!may_use(k, t, text, badge, &err))
		reply(k, q, &err, slice_of(NULL, 0));
	else
		enqueue(k, q, t, badge, text);
	secret_free(t->secret);
}
