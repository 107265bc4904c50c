#include "ententd/keys.h"

#include <signal.h>
#include <stdlib.h>

#include "base/log.h"

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
	k.child.loop = loop_new();
	k.kinds = kind_set_new(&err);
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
	child_ready(&k.child);
	child_run(&k.child, &calls, &k);
	return EXIT_SUCCESS;
}
