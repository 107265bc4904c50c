#include "ententd/vault.h"

#include <stdlib.h>
#include <string.h>

#include "base/crash.h"
#include "base/log.h"
#include "ententd/trust.h"
#include "store/audit_store.h"

struct reply {
	struct reply	*next;
	void		(*done)(void *arg);
	void		(*failed)(void *arg, const struct err *);
	void		*arg;
};

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

void
vault_end_turn(void *arg)
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
		vault_keep_shelves_in(v, 0);
	return false;
}
