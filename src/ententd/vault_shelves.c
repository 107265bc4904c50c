#include "ententd/vault.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "ententd/retention.h"
#include "store/audit_store.h"

/* -- asked for when a step needs them --------------------------------------- */

struct shelf_wait {
	struct vault		*vault;
	struct shelf_label	*labels;
	size_t			 n, i;
	void			(*go)(void *arg, const struct err *);
	void			*arg;
};

static void	next_shelf(struct shelf_wait *);

void
vault_put_shelf(struct vault *v, struct cursor *c)
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
		vault_put_shelf(w->vault, &c);
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

/* -- at hand always --------------------------------------------------------- */

static void
shelves_due(void *arg)
{
	struct vault *v = arg;

	v->shelves_timer = NULL;
	vault_keep_shelves(v);
}

void
vault_keep_shelves_in(struct vault *v, msec delay)
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
		vault_keep_shelves_in(v, 5 * SECOND);
		return;
	}
	if (!v->ready)
		vault_become_ready(v);
	retention_run(v);
	vault_keep_shelves_in(v, 12 * HOUR);
}

void
vault_keep_shelves(struct vault *v)
{
	msec now = clock_now();
	struct shelf_label wanted[] = {
		audit_shelf(now), audit_shelf(now + 2 * DAY),
		shelf_brief(now), shelf_brief(now + 2 * DAY),
	};

	vault_shelves(v, wanted, 4, shelves_kept, v);
}
