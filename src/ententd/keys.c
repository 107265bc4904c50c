#include "ententd/keys.h"

#include <signal.h>
#include <stdlib.h>

#include "base/log.h"

struct question
keys_question(const struct keys *k, const struct ipc_message *m)
{
	return (struct question){ k->child.era[CHILD_VAULT], m->id };
}

void
keys_answer(struct keys *k, const struct question *q, uint16_t type,
    struct slice body)
{
	struct ipc *to = k->child.to[CHILD_VAULT];

	if (to != NULL && q->era == k->child.era[CHILD_VAULT])
		ipc_send(to, type, q->id, body, -1);
}

void
keys_tell_parent(struct keys *k, const char *type, struct slice text)
{
	struct hash name = hash_of(text);
	struct buf b = BUF_INIT;

	buf_put(&b, name.b, HASH_LEN);
	buf_var_str(&b, type);
	ipc_send(k->child.parent, CHILD_SIGNED, 0, buf_all(&b), -1);
	buf_free(&b);
}

static void
got(void *arg, enum child from, struct ipc_message *m)
{
	struct keys *k = arg;

	if (from == CHILD_DESK && m->type == DESK_SECRET) {
		keys_ticket(k, m->body);
		return;
	}
	if (from != CHILD_VAULT)
		return;
	switch (m->type) {
	case VAULT_SIGN:
		keys_sign(k, m);
		break;
	case VAULT_UNWRAP:
		keys_unwrap(k, m);
		break;
	case VAULT_SHELF:
		keys_give_shelf(k, m);
		break;
	case VAULT_SHELF_END:
		keys_end_shelf(k, m);
		break;
	case VAULT_SECRET:
		keys_use(k, m);
		break;
	case VAULT_CARD:
		keys_card_came(k, m->body);
		break;
	case VAULT_KEYS:
		keys_list(k, m);
		break;
	default:
		log_warn("the vault asked for %u, which keys does not do", m->type);
		break;
	}
}

static void
linked(void *arg, enum child peer)
{
	struct keys *k = arg;

	if (peer == CHILD_VAULT)
		keys_tell_vault(k);
	else if (k->ring != NULL)
		keys_tell_tls(k, peer);
}

static void
from_parent(void *arg, struct ipc_message *m)
{
	struct keys *k = arg;

	if (m->type == PARENT_SAVED && m->body.n == 1)
		keys_saved(k, m->id, m->body.p[0] == 1);
}

/* The vault has the same files, and tells. */
static void
left_out(void *arg, const struct err *err)
{
	(void)arg;
	(void)err;
}

int
keys_main(void)
{
	static const struct child_calls calls = {
		.got = got, .linked = linked, .parent = from_parent,
	};
	static struct keys k;
	struct err err;

	child_begin(&k.child, CHILD_KEYS);
	(void)signal(SIGPIPE, SIG_IGN);
	/* A deriver that ended leaves nothing to bury. */
	(void)signal(SIGCHLD, SIG_IGN);
	k.child.loop = loop_new();
	k.kinds = own_files_kinds(&k.child.files, left_out, NULL, &err);
	if (k.kinds == NULL) {
		log_error("kinds: %s: %s", err.field, err.text);
		return EXIT_FAILURE;
	}
	if (k.child.credential.n != 0) {
		struct slice text = buf_all(&k.child.credential);

		while (text.n != 0 && (text.p[text.n - 1] == '\n' ||
		    text.p[text.n - 1] == ' '))
			text.n--;
		if (!age_identity_parse(&k.unlock, text, &err) ||
		    !keys_open_ring(&k, &err))
			log_error("credential: %s: %s", err.rule, err.text);
		buf_wipe(&k.child.credential);
	}
	if (k.ring == NULL)
		log_warn("locked: a passphrase is needed (entente unlock)");
	else
		(void)loop_after(k.child.loop, 0, keys_custody_again, &k);
	child_ready(&k.child);
	child_run(&k.child, &calls, &k);
	return EXIT_SUCCESS;
}
