#include "ententd/countersign.h"

#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "ententd/api/compose.h"
#include "ententd/api/once.h"
#include "ententd/api/second.h"
#include "ententd/api/sight.h"
#include "ententd/routes.h"
#include "model/deadline.h"

/*
 * POST /threads/{thread}/countersign: the caller saw the message with this
 * hash and stands to it with his own key.  The act is made here, signed by him,
 * then by the member.
 */
struct countersigning {
	struct compose	 m;
	struct call	*call;
	struct slice	 root;		/* its text */
};

static void
release(struct countersigning *k)
{
	compose_free(&k->m);
}

static void
print_sent(struct buf *b, const struct sending *s)
{
	struct jout j = jout_to(b);

	jout_object(&j, NULL);
	jout_hash(&j, "name", &s->name);
	jout_hash(&j, "thread", &s->header.thread);
	jout_str(&j, "ref", s->header.ref);
	jout_end_object(&j);
}

static bool
keep_answer(struct sending *s, void *arg, struct err *err)
{
	struct countersigning *k = arg;
	struct buf b = BUF_INIT;
	bool ok;

	print_sent(&b, s);
	ok = once_keep(k->call, 201, buf_all(&b), err);
	buf_free(&b);
	return ok;
}

static void
sent(struct sending *s, void *arg, const struct err *err)
{
	struct countersigning *k = arg;
	struct call *c = k->call;
	struct buf b = BUF_INIT;

	release(k);
	if (err != NULL) {
		call_refuse(c, err);
		return;
	}
	print_sent(&b, s);
	call_json(c, 201, &b);
}

static void
approved(void *arg, struct ipc_message *m)
{
	struct countersigning *k = arg;
	struct call *c = k->call;
	struct sending *s = k->m.s;
	struct cursor r;
	struct err err;

	if (!keys_said(m, &r, &err)) {
		release(k);
		call_refuse(c, &err);
		return;
	}
	buf_slice(&s->approvals, cursor_var(&r, NOTE_MAX));
	buf_slice(&s->about, k->root);
	s->within = keep_answer;
	s->done = sent;
	s->arg = k;
	k->m.s = NULL;
	sending_go(s);
}

/* -- may he, and is there anything to sign --------------------------------------- */

static bool
is_open(struct call *c, const struct thread *t, struct err *err)
{
	struct leg_row *legs;
	size_t n;

	if (!member_id_eq(&t->asker, &c->vault->member) || t->kind == NULL ||
	    deadline_countersign(t->kind, t->root->urgency, t->root->sent) == 0)
		return err_set(err, ERR_CONFLICT, "E-COUNTERSIGN-NONE",
		    "no second signature is due afterwards here");
	if (!leg_of_thread(&c->vault->store, &c->arena, &t->name, &legs, &n,
	    err))
		return false;
	for (size_t i = 0; i < n; i++)
		if (legs[i].countersigned == 0)
			return true;
	return err_set(err, ERR_CONFLICT, "E-COUNTERSIGN-NONE",
	    "%s has countersigned it", n == 0 ? "somebody" :
	    legs[0].countersigner.s);
}

static bool
find(struct call *c, struct thread *t, struct err *err)
{
	static const char word[] = "/countersign";
	size_t n = strlen(c->rest), w = sizeof(word) - 1;
	struct hash name;

	if (n <= w || strcmp(c->rest + n - w, word) != 0)
		return err_set(err, ERR_NOT_FOUND, "E-NOT-FOUND",
		    "there is no such thing here");
	if (!thread_find(&c->vault->store, arena_str(&c->arena,
	    slice_of(c->rest, n - w)), &name, err) ||
	    !thread_load(c->vault, &c->arena, &name, t, err))
		return false;
	return sight_thread(c, t) == SIGHT_DESK || err_set(err, ERR_NOT_FOUND,
	    "E-NOT-FOUND", "store: no such thread");
}

/* What the officer was shown is the root. */
static bool
read_shown(struct call *c, const struct thread *t, struct err *err)
{
	json_t *json = json_read(buf_all(&c->body), 64 * 1024, err);
	struct hash shown;
	struct jobj j;
	bool ok;

	if (json == NULL)
		return false;
	jobj_begin(&j, json, "", err);
	shown = jobj_hash(&j, "hash");
	ok = jobj_end(&j);
	json_decref(json);
	return ok && (hash_eq(&shown, &t->name) || err_set(err, ERR_CONFLICT,
	    "E-APPROVAL-CHANGED", "the message is not the one that was shown"));
}

static json_t *
as_words(const struct thread *t)
{
	char name[65];

	hex_encode(name, slice_of(t->name.b, HASH_LEN));
	return json_pack("{s:s, s:s, s:s, s:{}}", "thread", name, "act",
	    act_names[ACT_COUNTERSIGN], "from", t->root->from.s, "body");
}

static bool
make(struct countersigning *k, const struct thread *t, struct err *err)
{
	struct call *c = k->call;
	const struct audience *no;
	struct note note;

	if (!compose_read(&k->m, c, as_words(t), err) ||
	    !note_parse(&note, t->root->note, err))
		return false;
	k->root = note.text;
	no = compose_refusal(&k->m);
	if (no != NULL)
		*err = no->decision.why;
	return no == NULL;
}

void
api_countersign(struct call *c)
{
	struct countersigning *k = arena_alloc(&c->arena, sizeof(*k));
	struct buf b = BUF_INIT;
	struct thread t;
	struct err err;

	if (once_answered(c))
		return;
	k->call = c;
	if (!find(c, &t, &err) || !is_open(c, &t, &err) ||
	    !read_shown(c, &t, &err) || !second_may(c, &t.root->by, &err)) {
		call_refuse(c, &err);
		return;
	}
	if (!make(k, &t, &err)) {
		release(k);
		call_refuse(c, &err);
		return;
	}
	buf_put(&b, c->q.ticket, TICKET);
	buf_u8(&b, PURPOSE_COUNTERSIGN);
	buf_var_str(&b, c->account.badge.s);
	buf_var(&b, buf_all(&k->m.s->text));
	vault_ask(c->vault, CHILD_KEYS, VAULT_SECRET, buf_all(&b), -1, approved,
	    k);
	buf_free(&b);
}
