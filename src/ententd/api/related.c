#include "ententd/api/related.h"

#include <string.h>

#include "ententd/api/sight.h"
#include "ententd/api/view.h"
#include "ententd/matching.h"
#include "ententd/routes.h"
#include "store/match_store.h"

/* -- beside a thread ------------------------------------------------------ */

static void
view_root(struct jout *j, const struct message_row *root)
{
	struct member_id asker;

	address_member(&asker, &root->from);
	jout_hash(j, "thread", &root->name);
	jout_str(j, "ref", root->ref);
	jout_str(j, "kind", root->kind);
	jout_str(j, "asker", asker.s);
	jout_time(j, "sent", root->sent);
}

static void
view_links(struct jout *j, struct call *c, const struct thread *t,
    const char *key, enum match_way way)
{
	struct message_row root;
	struct hash *names;
	struct err err;
	size_t n;

	jout_array(j, key);
	if (!match_links(&c->vault->store, &c->arena, &t->name, way, &names, &n,
	    &err))
		n = 0;
	for (size_t i = 0; i < n; i++) {
		if (!message_get(&c->vault->store, &c->arena, &names[i], &root,
		    &err) || sight_message(c, &root) == SIGHT_NONE)
			continue;
		jout_object(j, NULL);
		view_root(j, &root);
		jout_end_object(j);
	}
	jout_end_array(j);
}

void
related_view(struct jout *j, struct call *c, const struct thread *t)
{
	struct match *matches;
	struct err err;
	size_t n;

	view_links(j, c, t, "follows", MATCH_FOLLOWS);
	view_links(j, c, t, "followed_by", MATCH_FOLLOWED_BY);
	jout_array(j, "matches");
	if (!matching_find(c->vault, &c->arena, t->root, &matches, &n, &err))
		n = 0;
	for (size_t i = 0; i < n; i++) {
		if (sight_message(c, matches[i].root) == SIGHT_NONE)
			continue;
		jout_object(j, NULL);
		view_root(j, matches[i].root);
		jout_str(j, "reason", match_reason_names[matches[i].reason]);
		jout_str(j, "field", matches[i].field);
		jout_end_object(j);
	}
	jout_end_array(j);
}

/* -- a form filled from an earlier thread --------------------------------- */

struct earlier {
	struct thread		 thread;
	struct header		 root;
	struct content		 contents[ACTS];
	bool			 have[ACTS];
};

/* The newest of each act that can still be read. */
static void
read_bodies(struct call *c, struct earlier *e)
{
	struct buf line = BUF_INIT;
	struct content content;
	struct err none;

	for (size_t i = 0; i < e->thread.n; i++) {
		const struct message_row *r = &e->thread.rows[i];

		buf_wipe(&line);
		if (!message_content(&c->vault->store, &r->name, &line, &none) ||
		    !content_parse(&content, &c->arena, buf_all(&line), &none))
			continue;
		if (e->have[r->act])
			content_release(&e->contents[r->act]);
		e->contents[r->act] = content;
		e->have[r->act] = true;
	}
	buf_wipe(&line);
}

static bool
load_earlier(struct call *c, const char *from, struct earlier *e,
    struct err *err)
{
	struct hash name;
	struct note note;

	if (!thread_find(&c->vault->store, from, &name, err) ||
	    !thread_load(c->vault, &c->arena, &name, &e->thread, err) ||
	    !sight_found(c, &e->thread, err) ||
	    !note_parse(&note, e->thread.root->note, err) ||
	    !header_parse(&e->root, &c->arena, note.text, err))
		return false;
	/* What another member asked goes on only as it allowed. */
	if (!member_id_eq(&e->thread.asker, &c->vault->member) &&
	    !e->root.handling.onward)
		return err_field(err, ERR_POLICY, "E-FOLLOW-ONWARD", "from",
		    "%s does not allow its request to be passed on",
		    e->thread.asker.s);
	read_bodies(c, e);
	return e->have[ACT_SUBMIT] || err_field(err, ERR_NOT_FOUND,
	    "E-FOLLOW-GONE", "from", "what %s said was destroyed when its time"
	    " was over", e->thread.root->ref);
}

static void
release_earlier(struct earlier *e)
{
	for (unsigned a = 0; a < ACTS; a++)
		if (e->have[a])
			content_release(&e->contents[a]);
	header_release(&e->root);
}

static void
print_filled(struct buf *b, const struct call *c, const struct kind *k,
    const struct earlier *e)
{
	const struct message_row *root = e->thread.root;
	const json_t *bodies[ACTS] = { NULL };
	struct jout j = jout_to(b);
	json_t *body;

	for (unsigned a = 0; a < ACTS; a++)
		if (e->have[a])
			bodies[a] = e->contents[a].body;
	body = kind_prefill(k, e->thread.kind, bodies, root->ref);
	jout_object(&j, NULL);
	jout_str(&j, "kind", k->name);
	jout_object(&j, "from");
	view_root(&j, root);
	jout_end_object(&j);
	/* Whom we asked then; a request of others has no usual addressee. */
	jout_array(&j, "to");
	for (size_t i = 0; i < root->nto && member_id_eq(&e->thread.asker,
	    &c->vault->member); i++)
		jout_str(&j, NULL, root->to[i].s);
	jout_end_array(&j);
	jout_str(&j, "purpose", e->root.purpose);
	jout_str_opt(&j, "area", e->root.area);
	/* What follows an exercise is one. */
	if (e->root.exercise)
		jout_bool(&j, "exercise", true);
	handling_write(&j, "handling", &e->root.handling);
	jout_value(&j, "body", body);
	jout_end_object(&j);
	json_decref(body);
}

static bool
may_fill(struct call *c, const struct kind *k, const char *from,
    struct earlier *e, struct err *err)
{
	if (k == NULL)
		return err_field(err, ERR_NOT_FOUND, "E-NOT-FOUND", "kind",
		    "there is no such kind here");
	/* It shows what a thread says. */
	if (!call_has_role(c, ACCOUNT_DUTY | ACCOUNT_ANALYST |
	    ACCOUNT_SUPERVISOR))
		return err_set(err, ERR_DENIED, "E-ROLE",
		    "your roles do not write requests");
	if (from == NULL || from[0] == '\0')
		return err_field(err, ERR_INVALID, "E-FIELD-MISSING", "from",
		    "names no earlier request");
	if (!load_earlier(c, from, e, err))
		return false;
	return (e->thread.kind != NULL &&
	    kind_may_follow(k, e->thread.kind->name)) ||
	    err_field(err, ERR_INVALID, "E-FOLLOW-KIND", "from",
	    "%s does not follow %s", k->name, e->thread.root->kind);
}

void
related_prefill(struct call *c, const char *kind)
{
	struct earlier e = { .root = { .ext = NULL } };
	const struct kind *k = kind_find(c->vault->kinds, kind);
	struct vault *v = c->vault;
	struct buf b = BUF_INIT;
	struct err err;

	if (!may_fill(c, k, call_query(c, "from"), &e, &err) ||
	    !vault_unit_begin(v, &err) || !vault_unit_end(v, vault_audit(v,
	    c->account.badge.s, "thread.read", &e.thread.name,
	    e.thread.asker.s, "prefill", &err), &err)) {
		call_refuse(c, &err);
	} else {
		print_filled(&b, c, k, &e);
		call_json(c, 200, &b);
	}
	release_earlier(&e);
}
