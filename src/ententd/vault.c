#include "ententd/vault.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crash.h"
#include "base/log.h"
#include "ententd/accounts.h"
#include "ententd/blobs.h"
#include "ententd/call.h"
#include "ententd/outbox.h"
#include "ententd/retention.h"
#include "ententd/rotation.h"
#include "ententd/trust.h"
#include "store/audit_store.h"

struct reply {
	struct reply	*next;
	void		(*done)(void *arg);
	void		(*failed)(void *arg, const struct err *);
	void		*arg;
};

struct asked {
	struct asked	*next;
	enum child	 whom;
	uint32_t	 id;
	void		(*got)(void *arg, struct ipc_message *);
	void		*arg;
};

/* -- the turn's transaction --------------------------------------------------------- */

bool
vault_unit_begin(struct vault *v, struct err *err)
{
	if (!v->writing) {
		if (!db_begin(v->store.db, err))
			return false;
		v->writing = true;
	}
	return db_savepoint(v->store.db, err);
}

bool
vault_unit_end(struct vault *v, bool ok, struct err *err)
{
	if (ok)
		return db_release(v->store.db, err);
	db_rollback_savepoint(v->store.db);
	return false;
}

void
vault_after_commit(struct vault *v, void (*done)(void *arg),
    void (*failed)(void *arg, const struct err *), void *arg)
{
	struct reply *r = xcalloc(1, sizeof(*r));

	r->done = done;
	r->failed = failed;
	r->arg = arg;
	*v->replies_end = r;
	v->replies_end = &r->next;
}

#ifdef CRASH_POINTS
static void
crash_now(void *arg)
{
	CRASH_POINT((const char *)arg);
	free(arg);
}

static void
crash_never(void *arg, const struct err *err)
{
	(void)err;
	free(arg);
}

void
vault_crash_after_commit(struct vault *v, const char *name)
{
	size_t n = strlen(name) + 1;

	if (crash_is_armed(name))
		vault_after_commit(v, crash_now, crash_never,
		    memcpy(xmalloc(n), name, n));
}
#endif

/* The group commit: everything this turn wrote, then everything it says. */
static void
end_turn(void *arg)
{
	struct vault *v = arg;
	struct reply *list, *next;
	struct err err;
	bool ok = true;

	while (v->writing || v->replies != NULL) {
		if (v->writing) {
			v->writing = false;
			ok = db_commit(v->store.db, &err);
			if (!ok) {
				log_error("commit: %s: %s", err.rule, err.text);
				trust_reload(v);
			}
			trust_committed(v->trust);
		}
		list = v->replies;
		v->replies = NULL;
		v->replies_end = &v->replies;
		for (; list != NULL; list = next) {
			next = list->next;
			if (ok)
				list->done(list->arg);
			else
				list->failed(list->arg, &err);
			free(list);
		}
	}
}

static void	keep_shelves_in(struct vault *, msec delay);

bool
vault_audit(struct vault *v, const char *who, const char *what,
    const struct hash *object, const char *peer, const char *detail,
    struct err *err)
{
	struct audit_entry e = { .at = clock_now(), .who = who, .what = what,
	    .object = object, .peer = peer, .detail = detail };

	if (audit_append(&v->store, &v->net, &e, err))
		return true;
	/* The clock leapt, or the machine slept, into a month whose shelf was
	 * not asked for yet: nothing could be written until it is. */
	if (strcmp(err->rule, "E-SHELF-MISSING") == 0)
		keep_shelves_in(v, 0);
	return false;
}

/* -- questions to neighbours ----------------------------------------------------------- */

void
vault_ask(struct vault *v, enum child whom, uint16_t type, struct slice body,
    int fd, void (*got)(void *arg, struct ipc_message *), void *arg)
{
	struct ipc *to = v->child.to[whom];
	struct asked *a;

	if (to == NULL) {
		if (fd != -1)
			(void)close(fd);
		got(arg, NULL);
		return;
	}
	a = xcalloc(1, sizeof(*a));
	a->whom = whom;
	a->id = ipc_next_id(to);
	a->got = got;
	a->arg = arg;
	a->next = v->asked;
	v->asked = a;
	ipc_send(to, type, a->id, body, fd);
}

static void
answered(struct vault *v, enum child whom, struct ipc_message *m)
{
	for (struct asked **p = &v->asked; *p != NULL; p = &(*p)->next) {
		struct asked *a = *p;

		if (a->whom != whom || a->id != m->id)
			continue;
		*p = a->next;
		a->got(a->arg, m);
		free(a);
		return;
	}
}

/* Whoever waits for a process that died is told so, once. */
static void
forsaken(struct vault *v, enum child whom)
{
	struct asked **p = &v->asked, *list = NULL, *a;

	while ((a = *p) != NULL) {
		if (a->whom != whom) {
			p = &a->next;
			continue;
		}
		*p = a->next;
		a->next = list;
		list = a;
	}
	while ((a = list) != NULL) {
		list = a->next;
		a->got(a->arg, NULL);
		free(a);
	}
}

/* -- shelf keys --------------------------------------------------------------------------- */

struct shelf_wait {
	struct vault		*vault;
	struct shelf_label	*labels;
	size_t			 n, i;
	void			(*go)(void *arg, const struct err *);
	void			*arg;
};

static void	next_shelf(struct shelf_wait *);

static void
put_shelf(struct vault *v, struct cursor *c)
{
	struct shelf_label label;
	struct secret *key;
	struct slice bytes;

	cursor_str(c, label.s, sizeof(label.s));
	bytes = cursor_bytes(c, SHELF_KEY);
	if (bytes.n != SHELF_KEY)
		return;
	key = secret_copy(bytes);
	shelves_put(v->shelves, &label, &key);
}

static void
got_shelf(void *arg, struct ipc_message *m)
{
	struct shelf_wait *w = arg;
	struct err err = { 0 };
	struct cursor c;

	if (keys_said(m, &c, &err)) {
		put_shelf(w->vault, &c);
		w->i++;
		next_shelf(w);
		return;
	}
	w->go(w->arg, &err);
	free(w->labels);
	free(w);
}

static void
next_shelf(struct shelf_wait *w)
{
	struct buf b = BUF_INIT;

	while (w->i < w->n && shelves_have(w->vault->shelves, &w->labels[w->i]))
		w->i++;
	if (w->i == w->n) {
		w->go(w->arg, NULL);
		free(w->labels);
		free(w);
		return;
	}
	buf_var_str(&b, w->labels[w->i].s);
	vault_ask(w->vault, CHILD_KEYS, VAULT_SHELF, buf_all(&b), -1, got_shelf,
	    w);
	buf_free(&b);
}

void
vault_shelves(struct vault *v, const struct shelf_label *labels, size_t n,
    void (*go)(void *arg, const struct err *), void *arg)
{
	struct shelf_wait *w = xcalloc(1, sizeof(*w));

	w->vault = v;
	w->n = n;
	w->labels = xcalloc(n, sizeof(*w->labels));
	w->go = go;
	w->arg = arg;
	if (n != 0)
		memcpy(w->labels, labels, n * sizeof(*labels));
	next_shelf(w);
}

/* -- becoming ready ------------------------------------------------------------------------ */

const char *
vault_state(const struct vault *v)
{
	if (!v->open)
		return "locked";
	return trust_is_member(v->trust) ? "ready" : "joining";
}

static void	keep_shelves(struct vault *);

static void
shelves_due(void *arg)
{
	struct vault *v = arg;

	v->shelves_timer = NULL;
	keep_shelves(v);
}

/* One timer, however often keys was born anew. */
static void
keep_shelves_in(struct vault *v, msec delay)
{
	loop_cancel(v->shelves_timer);
	v->shelves_timer = loop_after(v->child.loop, delay, shelves_due, v);
}

static void
shelves_kept(void *arg, const struct err *err)
{
	struct vault *v = arg;

	if (err != NULL) {
		log_error("shelf keys: %s: %s", err->rule, err->text);
		keep_shelves_in(v, 5 * SECOND);
		return;
	}
	if (!v->ready) {
		v->ready = true;
		blobs_tidy(v);
		accounts_import(v);
		trust_start(v);
		outbox_start(v);
		log_info("vault is %s", vault_state(v));
		child_ready(&v->child);
	}
	retention_run(v);
	keep_shelves_in(v, 12 * HOUR);
}

/* The shelves every unit may need: of the audit log, and of short-lived
 * things, this month's and, well before it begins, the next one's. */
static void
keep_shelves(struct vault *v)
{
	msec now = clock_now();
	struct shelf_label wanted[] = {
		audit_shelf(now), audit_shelf(now + 2 * DAY),
		shelf_brief(now), shelf_brief(now + 2 * DAY),
	};

	vault_shelves(v, wanted, 4, shelves_kept, v);
}

static void
take_state(struct vault *v, struct slice body)
{
	struct cursor c = cursor_of(body);
	bool open = cursor_u8(&c) == 1;
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
		put_shelf(v, &c);
	if (!cursor_done(&c)) {
		log_error("keys spoke nonsense");
		exit(EXIT_FAILURE);
	}
	v->open = true;
	/* Before anything is signed: keys that was born anew asks for it. */
	rotation_tell_keys(v);
	keep_shelves(v);
}

/* -- channels --------------------------------------------------------------------------------- */

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
			answered(v, from, m);
		break;
	case CHILD_COURIER:
		answered(v, from, m);
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
		forsaken(v, peer);
}

static bool
open_store(struct vault *v, struct err *err)
{
	v->dir = open(v->child.config.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (v->dir == -1)
		return err_errno(err, "data directory");
	v->shelves = shelves_new();
	v->kinds = kind_set_new(err);
	if (v->kinds == NULL)
		return false;
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
	loop_at_turn_end(v.child.loop, end_turn, &v);
	if (!open_store(&v, &err)) {
		log_error("%s: %s %s", err.rule, err.field, err.text);
		return EXIT_FAILURE;
	}
	v.trust = trust_new();
	v.outbox = outbox_new(&v);
	v.rotation = rotation_new();
	child_run(&v.child, &calls, &v);
	return EXIT_SUCCESS;
}
