#include "ententd/vault.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/crash.h"
#include "base/log.h"
#include "ententd/accounts.h"
#include "ententd/blobs.h"
#include "ententd/call.h"
#include "ententd/lang_files.h"
#include "ententd/outbox.h"
#include "ententd/pickup.h"
#include "ententd/relay.h"
#include "ententd/rotation.h"
#include "ententd/steps.h"
#include "ententd/tally.h"
#include "ententd/trust.h"
#include "ententd/watch.h"

/* -- becoming ready --------------------------------------------------------- */

const char *
vault_state(const struct vault *v)
{
	if (!v->open)
		return "locked";
	switch (trust_standing(v->trust, &v->member)) {
	case MEMBER_SUSPENDED:
		return "suspended";
	case MEMBER_REMOVED:
		return "removed";
	default:
		return trust_is_member(v->trust) ? "ready" : "joining";
	}
}

void
vault_become_ready(struct vault *v)
{
	v->ready = true;
	blobs_tidy(v);
	accounts_import(v);
	trust_start(v);
	outbox_start(v);
	steps_start(v);
	watch_start(v);
	relay_start(v);
	pickup_start(v);
	tally_start(v);
	log_info("vault is %s", vault_state(v));
	child_ready(&v->child);
}

static void
take_state(struct vault *v, struct slice body)
{
	struct cursor c = cursor_of(body);
	bool open = cursor_u8(&c) == 1;
	struct slice index;
	uint16_t n;

	/* Keys that was born anew without a credential is locked, and then so
	 * is the node, whatever is still known here. */
	v->open = false;
	if (!open) {
		/* Locked is a state to serve in, not one to wait in. */
		child_ready(&v->child);
		return;
	}
	cursor_str(&c, v->key_name, sizeof(v->key_name));
	cursor_copy(&c, v->net.b, HASH_LEN);
	n = cursor_u16(&c);
	for (uint16_t i = 0; i < n && !c.bad; i++)
		vault_put_shelf(v, &c);
	index = cursor_var(&c, 64);
	if (!cursor_done(&c)) {
		log_error("keys spoke nonsense");
		exit(EXIT_FAILURE);
	}
	secret_free(v->index);
	v->index = index.n == 0 ? NULL : secret_copy(index);
	if (v->index == NULL)
		log_warn("the keyring has no index key: nothing is matched");
	v->open = true;
	/* Before anything is signed: keys that was born anew asks for it. */
	rotation_tell_keys(v);
	vault_keep_shelves(v);
}

/* -- channels --------------------------------------------------------------- */

static void
got(void *arg, enum child from, struct ipc_message *m)
{
	struct vault *v = arg;

	switch (from) {
	case CHILD_LINK:
	case CHILD_DESK:
		call_got(v, from, m);
		break;
	case CHILD_KEYS:
		if (m->type == KEYS_STATE)
			take_state(v, m->body);
		else if (m->type == KEYS_DESTROYED)
			rotation_destroyed(v, m->body);
		else
			vault_answered(v, from, m);
		break;
	case CHILD_COURIER:
		vault_answered(v, from, m);
		break;
	case CHILD_VAULT:
	case CHILDREN:
		break;
	}
}

static void
unlinked(void *arg, enum child peer)
{
	struct vault *v = arg;

	if (peer == CHILD_LINK || peer == CHILD_DESK)
		call_forsaken(v, peer);
	else
		vault_forsaken(v, peer);
}

/* -- the process ------------------------------------------------------------ */

/* Of DIR/kinds and DIR/lang: the node starts without it and says so. */
static void
left_out(void *arg, const struct err *err)
{
	struct vault *v = arg;

	log_warn("own file left out: %s: %s: %s", err->rule, err->field,
	    err->text);
	json_array_append_new(v->left_out, json_pack("{s:s, s:s, s:s}",
	    "code", err->rule, "field", err->field, "detail", err->text));
}

static bool
open_store(struct vault *v, struct err *err)
{
	v->dir = open(v->child.config.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (v->dir == -1)
		return err_errno(err, "data directory");
	v->shelves = shelves_new();
	v->left_out = json_array();
	v->kinds = own_files_kinds(&v->child.files, left_out, v, err);
	if (v->kinds == NULL)
		return false;
	v->calendars = own_files_calendars(&v->child.files, left_out, v);
	lang_files_load(&v->child.files, &v->child.languages, v->kinds,
	    left_out, v);
	v->requires = own_files_requires(&v->child.files, v->kinds, left_out,
	    v);
	if (!member_id_parse(&v->member, slice_str(v->child.config.member)))
		return err_set(err, ERR_INVALID, "E-CONFIG",
		    "[node] member is no member id");
	CRASH_ARM(v->dir);
	return store_open(&v->store, v->child.config.dir, v->member.s, DB_WRITE,
	    v->shelves, err);
}

int
vault_main(void)
{
	static const struct child_calls calls = {
		.got = got, .unlinked = unlinked,
	};
	static struct vault v;
	struct err err;

	child_begin(&v.child, CHILD_VAULT);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)umask(0077);
	v.child.loop = loop_new();
	v.replies_end = &v.replies;
	loop_at_turn_end(v.child.loop, vault_end_turn, &v);
	if (!open_store(&v, &err)) {
		log_error("%s: %s %s", err.rule, err.field, err.text);
		return EXIT_FAILURE;
	}
	v.trust = trust_new();
	v.outbox = outbox_new(&v);
	v.rotation = rotation_new();
	v.steps = steps_new();
	v.relay = relay_new();
	v.pickup = pickup_new(&v);
	v.tally = tally_new(&v);
	child_run(&v.child, &calls, &v);
	return EXIT_SUCCESS;
}
