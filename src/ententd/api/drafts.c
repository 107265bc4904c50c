#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ententd/api/once.h"
#include "ententd/api/second.h"
#include "ententd/api/sight.h"
#include "ententd/routes.h"
#include "ententd/send.h"
#include "ententd/trust.h"
#include "store/draft_store.h"

/* Messages that wait for a second officer. */

static void
print_draft(struct jout *j, const struct draft *d, bool whole)
{
	struct slice content = d->content;

	jout_object(j, NULL);
	jout_str(j, "draft", d->id);
	jout_str(j, "author", d->author.s);
	jout_hash(j, "hash", &d->name);
	jout_time(j, "made", d->made);
	if (whole && d->text.n != 0) {
		jout_slice(j, "text", d->text);
		jout_slice(j, "content", content);
	}
	jout_end_object(j);
}

void
api_drafts(struct call *c)
{
	struct draft *list;
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	struct err err;
	size_t n;

	if (!draft_list(&c->vault->store, &c->arena, &list, &n, &err)) {
		call_refuse(c, &err);
		return;
	}
	jout_object(&j, NULL);
	jout_array(&j, "items");
	for (size_t i = 0; i < n; i++)
		if (sight_draft(c, &list[i]))
			print_draft(&j, &list[i], false);
	jout_end_array(&j);
	jout_end_object(&j);
	call_json(c, 200, &b);
}

/* One that this officer sees. */
static bool
find_draft(struct call *c, const char *id, struct draft *d, struct err *err)
{
	return draft_get(&c->vault->store, &c->arena, id, d, err) &&
	    (sight_draft(c, d) || err_set(err, ERR_NOT_FOUND, "E-NOT-FOUND",
	    "no such draft"));
}

void
api_draft(struct call *c)
{
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	struct draft d;
	struct err err;

	if (!find_draft(c, c->rest, &d, &err)) {
		call_refuse(c, &err);
		return;
	}
	print_draft(&j, &d, true);
	call_json(c, 200, &b);
}

void
api_draft_delete(struct call *c)
{
	struct vault *v = c->vault;
	struct draft d;
	struct err err;

	if (!find_draft(c, c->rest, &d, &err) ||
	    !vault_unit_begin(v, &err) || !vault_unit_end(v,
	    draft_delete(&v->store, d.id, &err) && vault_audit(v,
	    c->account.badge.s, "draft.delete", &d.name, "", "", &err), &err)) {
		call_refuse(c, &err);
		return;
	}
	call_answer(c, 204, "", slice_of(NULL, 0));
}

/* -- approval ------------------------------------------------------------------------ */

struct approving {
	struct call	*call;
	struct draft	 draft;
};

static void
print_sent(struct buf *b, const struct sending *s)
{
	struct jout j = jout_to(b);

	jout_object(&j, NULL);
	jout_hash(&j, "name", &s->name);
	jout_hash(&j, "thread", header_is_root(&s->header) ? &s->name :
	    &s->header.thread);
	jout_str(&j, "ref", s->header.ref);
	jout_end_object(&j);
}

static bool
keep_answer(struct sending *s, void *arg, struct err *err)
{
	struct buf b = BUF_INIT;
	bool ok;

	print_sent(&b, s);
	ok = once_keep(arg, 201, buf_all(&b), err);
	buf_free(&b);
	return ok;
}

static void
sent(struct sending *s, void *arg, const struct err *err)
{
	struct call *c = arg;
	struct buf b = BUF_INIT;

	if (err != NULL) {
		call_refuse(c, err);
		return;
	}
	print_sent(&b, s);
	call_json(c, 201, &b);
}

static void
send_draft(struct call *c, const struct draft *d, struct slice approval)
{
	struct sending *s = sending_new(c->vault);
	struct err err;

	if (!header_parse(&s->header, &s->arena, d->text, &err)) {
		sending_free(s);
		call_refuse(c, &err);
		return;
	}
	buf_slice(&s->text, d->text);
	s->name = d->name;
	buf_slice(&s->content, d->content);
	buf_slice(&s->approvals, approval);
	(void)snprintf(s->who, sizeof(s->who), "%s", c->account.badge.s);
	(void)snprintf(s->draft, sizeof(s->draft), "%s", d->id);
	s->within = keep_answer;
	s->done = sent;
	s->arg = c;
	sending_go(s);
}

static void
approved(void *arg, struct ipc_message *m)
{
	struct approving *a = arg;
	struct call *c = a->call;
	struct err err;
	struct cursor r;

	if (!keys_said(m, &r, &err))
		call_refuse(c, &err);
	else
		send_draft(c, &a->draft, cursor_var(&r, NOTE_MAX));
}

/* It was judged when it was written; time, members and agreements have gone on
 * since. */
static bool
may_still_go(struct call *c, const struct draft *draft, struct decision *d,
    struct err *err)
{
	struct vault *v = c->vault;
	struct member_id to;
	struct policy p;
	struct header h;
	bool ok;

	memset(d, 0, sizeof(*d));
	if (!header_parse(&h, &c->arena, draft->text, err))
		return false;
	ok = clock_now() < h.deliver_by || err_field(err, ERR_CONFLICT,
	    "E-TIME-LATE", "deliver_by", "it was to be delivered by now: "
	    "write it again");
	for (size_t i = 0; ok && i < h.nto; i++) {
		address_member(&to, &h.to[i].desk);
		ok = trust_policy(v, &c->arena, &p, &v->member, &to, h.dir, err);
		if (!ok)
			break;
		policy_admit(d, &p, &h, &to);
		ok = d->allowed;
		*err = d->why;
	}
	header_release(&h);
	return ok;
}

void
api_draft_approve(struct call *c)
{
	struct approving *a = arena_alloc(&c->arena, sizeof(*a));
	size_t n = strlen(c->rest);
	struct buf b = BUF_INIT;
	struct decision d;
	struct err err;

	if (n < 9 || strcmp(c->rest + n - 8, "/approve") != 0) {
		call_refuse_with(c, ERR_NOT_FOUND, "E-NOT-FOUND", "",
		    "there is no such thing here");
		return;
	}
	/* Before the draft is looked for: it is gone once it is sent. */
	if (once_answered(c))
		return;
	a->call = c;
	if (!find_draft(c, arena_str(&c->arena, slice_of(c->rest, n - 8)),
	    &a->draft, &err)) {
		call_refuse(c, &err);
		return;
	}
	if (!second_may(c, &a->draft.author, &err)) {
		call_refuse(c, &err);
		return;
	}
	if (!may_still_go(c, &a->draft, &d, &err)) {
		call_refuse_clause(c, &err, d.clause);
		return;
	}
	buf_put(&b, c->q.ticket, TICKET);
	buf_u8(&b, PURPOSE_APPROVE);
	buf_var_str(&b, c->account.badge.s);
	buf_var(&b, a->draft.text);
	vault_ask(c->vault, CHILD_KEYS, VAULT_SECRET, buf_all(&b), -1, approved,
	    a);
	buf_free(&b);
}
