#include "base/log.h"
#include "crypto/custody.h"
#include "ententd/keys.h"

/*
 * Whenever the ring is written, so is what its custodians hold: an older file
 * would lack the shelf keys made since.  Who they are stands in the ring, so
 * neither the vault nor a file decides to whom it is sealed.
 */
static bool
send_pair(struct keys *k, const struct custodians *c, size_t first,
    size_t second, struct slice ring, struct err *err)
{
	struct buf sealed = BUF_INIT, body = BUF_INIT;
	bool ok;

	ok = custody_seal(&sealed, CUSTODY_NODE, k->key_name, &c->of[first],
	    &c->of[second], k->unlock, ring, err);
	if (ok) {
		buf_u8(&body, (uint8_t)(first + 1));
		buf_u8(&body, (uint8_t)(second + 1));
		buf_var(&body, buf_all(&sealed));
		ipc_send(k->child.parent, CHILD_CUSTODY, 0, buf_all(&body), -1);
	}
	buf_free(&sealed);
	buf_free(&body);
	return ok;
}

void
keys_tell_custody(struct keys *k, struct slice ring)
{
	struct custodians c;
	size_t first, second;
	struct err err;

	custodians_of(&c, k->ring);
	for (size_t i = 0; custody_pair(&c, i, &first, &second); i++)
		if (!send_pair(k, &c, first, second, ring, &err)) {
			log_error("custody: %s: %s", err.rule, err.text);
			return;
		}
}

void
keys_custody_again(void *arg)
{
	struct keys *k = arg;

	keys_tell_custody(k, buf_all(&k->child.keyring));
}
