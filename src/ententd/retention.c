#include "ententd/retention.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"

struct ending {
	struct vault		*vault;
	struct shelf_label	 label;
};

static void
ended(void *arg, struct ipc_message *m)
{
	struct ending *e = arg;
	struct vault *v = e->vault;
	struct err err = { 0 };
	struct cursor c;

	c = cursor_of(m == NULL ? slice_of(NULL, 0) : m->body);
	if (m == NULL || !result_decode(&c, &err)) {
		log_warn("shelf %s: %s", e->label.s, err.rule);
		free(e);
		return;
	}
	shelves_drop(v->shelves, &e->label);
	if (!vault_unit_begin(v, &err) || !vault_unit_end(v,
	    store_clear_shelf(&v->store, &e->label, &err) && vault_audit(v,
	    "node", "shelf.destroy", NULL, "", e->label.s, &err), &err))
		log_error("shelf %s: %s", e->label.s, err.text);
	else
		log_info("shelf %s is destroyed", e->label.s);
	free(e);
	retention_run(v);
}

/* One at a time: the list changes when one is gone. */
void
retention_run(struct vault *v)
{
	struct shelf_label now = shelf_for(clock_now());
	const struct shelf_label *label;
	struct buf b = BUF_INIT;
	struct ending *e;

	for (size_t i = 0; (label = shelves_at(v->shelves, i)) != NULL; i++) {
		/* "2031-11" sorts as text. */
		if (strcmp(label->s, now.s) >= 0)
			continue;
		e = xcalloc(1, sizeof(*e));
		e->vault = v;
		e->label = *label;
		buf_var_str(&b, label->s);
		vault_ask(v, CHILD_KEYS, VAULT_SHELF_END, buf_all(&b), -1, ended, e);
		buf_free(&b);
		return;
	}
}
