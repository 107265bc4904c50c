#include "ententd/retention.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/log.h"
#include "ententd/steps.h"
#include "ententd/trust.h"
#include "store/blob_store.h"

#define STALE	(7 * DAY)
/* A message comes within the longest deliver_by after its files; a draft may
 * wait a while. */
#define UNNAMED		(40 * DAY)

static void	end_shelves(struct vault *);

struct shelf_ending {
	struct vault		*vault;
	struct shelf_label	 label;
};

static void
ended(void *arg, struct ipc_message *m)
{
	struct shelf_ending *e = arg;
	struct vault *v = e->vault;
	struct err err = { 0 };
	struct cursor c;

	c = cursor_of(m == NULL ? slice_of(NULL, 0) : m->body);
	if (m == NULL || !result_decode(&c, &err)) {
		log_warn("shelf %s: %s", e->label.s, err.rule);
	} else {
		shelves_drop(v->shelves, &e->label);
		log_info("shelf %s is destroyed", e->label.s);
		end_shelves(v);
	}
	free(e);
}

static void
ask_keys(void *arg)
{
	struct shelf_ending *e = arg;
	struct buf b = BUF_INIT;

	buf_var_str(&b, e->label.s);
	vault_ask(e->vault, CHILD_KEYS, VAULT_SHELF_END, buf_all(&b), -1, ended,
	    e);
	buf_free(&b);
}

static void
not_cleared(void *arg, const struct err *err)
{
	struct shelf_ending *e = arg;

	log_error("shelf %s: %s", e->label.s, err->text);
	free(e);
}

struct gone {
	struct vault	*vault;
	struct hash	 blob;
};

/* A peer's file that has not grown for a week will not be finished. */
static void
drop_stale_blobs(struct vault *v)
{
	struct arena arena = ARENA_INIT;
	struct blob_row *rows;
	char part[160], hex[65];
	struct err err;
	size_t n;

	if (!blob_stale(&v->store, &arena, clock_now() - STALE, &rows, &n, &err))
		n = 0;
	for (size_t i = 0; i < n; i++) {
		hex_encode(hex, slice_of(rows[i].blob.b, HASH_LEN));
		(void)snprintf(part, sizeof(part), "blobs/%s.%s.part", hex,
		    rows[i].sender);
		if (!vault_unit_begin(v, &err) || !vault_unit_end(v,
		    blob_delete(&v->store, &rows[i].blob, rows[i].sender, &err),
		    &err))
			break;
		(void)unlinkat(v->dir, part, 0);
	}
	arena_free(&arena);
}

/* The row is gone for good; so is the file, unless another sender's row has
 * the same bytes. */
static void
unlink_blob(void *arg)
{
	struct gone *g = arg;
	char path[6 + 65] = "blobs/";
	struct err err;
	bool there;

	hex_encode(path + 6, slice_of(g->blob.b, HASH_LEN));
	if (blob_any(&g->vault->store, &g->blob, false, &there, &err) && !there)
		(void)unlinkat(g->vault->dir, path, 0);
	free(g);
}

static void
not_gone(void *arg, const struct err *err)
{
	log_error("a file that is over stays: %s", err->text);
	free(arg);
}

static bool
drop_blob(struct vault *v, const struct blob_row *b, struct err *err)
{
	struct gone *g;

	if (!vault_unit_begin(v, err) || !vault_unit_end(v,
	    blob_delete(&v->store, &b->blob, b->sender, err) &&
	    vault_audit(v, "node", "blob.end", &b->blob, b->sender, "", err),
	    err))
		return false;
	g = xcalloc(1, sizeof(*g));
	g->vault = v;
	g->blob = b->blob;
	vault_after_commit(v, unlink_blob, not_gone, g);
	return true;
}

/* Files whose messages are over, or that no message ever named. */
static void
drop_over_blobs(struct vault *v)
{
	struct arena arena = ARENA_INIT;
	struct blob_row *rows;
	msec now = clock_now();
	struct err err;
	size_t n;

	if (!blob_over(&v->store, &arena, now, now - UNNAMED, &rows, &n, &err))
		n = 0;
	for (size_t i = 0; i < n && drop_blob(v, &rows[i], &err); i++)
		;
	arena_free(&arena);
}

/* What is destroyed does not come back, so our own clock is not enough: a
 * directory that holds says that the roots' time is about the same. */
void
retention_run(struct vault *v)
{
	if (steps_unsettled(v) || trust_is_expired(v->trust, clock_now())) {
		log_warn("what is over is kept: clock and directory do not "
		    "agree on the time");
		return;
	}
	drop_stale_blobs(v);
	drop_over_blobs(v);
	end_shelves(v);
}

/*
 * One at a time: the list changes when one is gone.  First what lies there,
 * with its entry in the log, on disk; then the key: after a fall between the
 * two the key is still listed, and all of it is done again.
 */
static void
end_shelves(struct vault *v)
{
	struct shelf_label now = shelf_for(clock_now());
	const struct shelf_label *label;
	struct shelf_ending *e;
	struct err err;

	for (size_t i = 0; (label = shelves_at(v->shelves, i)) != NULL; i++) {
		/* "2031-11" sorts as text. */
		if (strcmp(label->s, now.s) >= 0)
			continue;
		e = xcalloc(1, sizeof(*e));
		e->vault = v;
		e->label = *label;
		if (vault_unit_begin(v, &err) && vault_unit_end(v,
		    store_clear_shelf(&v->store, &e->label, &err) &&
		    vault_audit(v, "node", "shelf.destroy", NULL, "",
		    e->label.s, &err), &err))
			vault_after_commit(v, ask_keys, not_cleared, e);
		else
			not_cleared(e, &err);
		return;
	}
}
