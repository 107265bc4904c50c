#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crash.h"
#include "base/encode.h"
#include "ententd/api/compose.h"
#include "ententd/api/once.h"
#include "ententd/routes.h"
#include "store/draft_store.h"

/*
 * POST /messages: a new request, or an act in a thread.  201 when it is in the
 * outbox and on disk; 202 when a second officer must approve first.
 */
struct posting {
	struct compose	m;
	struct call	*call;
	struct buf	answer;
};

static void
posting_free(struct posting *p)
{
	compose_free(&p->m);
	buf_wipe(&p->answer);
	free(p);
}

/* -- answers ------------------------------------------------------------------------- */

static void
print_audience(struct jout *j, const struct compose *m, const char *key)
{
	jout_array(j, key);
	for (size_t i = 0; i < m->naudience; i++) {
		const struct audience *a = &m->audience[i];
		struct member_id member;

		address_member(&member, &a->desk);
		jout_object(j, NULL);
		jout_str(j, "desk", a->desk.s);
		jout_str(j, "member", member.s);
		jout_str_opt(j, "name", a->name);
		jout_str(j, "clause", a->decision.clause);
		jout_bool(j, "allowed", a->decision.allowed);
		if (a->decision.emergency)
			jout_bool(j, "emergency", true);
		if (!a->decision.allowed) {
			jout_str(j, "code", a->decision.why.rule);
			jout_str(j, "detail", a->decision.why.text);
		}
		jout_end_object(j);
	}
	jout_end_array(j);
}

static void
print_sent(struct buf *b, const struct compose *m, const struct sending *s)
{
	struct jout j = jout_to(b);

	jout_object(&j, NULL);
	jout_hash(&j, "name", &s->name);
	jout_hash(&j, "thread", header_is_root(&s->header) ? &s->name :
	    &s->header.thread);
	jout_str(&j, "ref", s->header.ref);
	jout_str(&j, "act", act_names[s->header.act]);
	print_audience(&j, m, "to");
	jout_end_object(&j);
}

static void
print_draft(struct buf *b, const struct draft *d, const char *ref)
{
	struct jout j = jout_to(b);

	jout_object(&j, NULL);
	jout_str(&j, "draft", d->id);
	jout_hash(&j, "hash", &d->name);
	jout_str(&j, "ref", ref);
	jout_str(&j, "needs", "approval");
	jout_end_object(&j);
}

static void
answer_dry(struct posting *p)
{
	struct jout j = jout_to(&p->answer);
	struct call *c = p->call;
	struct buf b;

	jout_object(&j, NULL);
	print_audience(&j, &p->m, "audience");
	if (p->m.needs_approval)
		jout_str(&j, "needs", "approval");
	jout_end_object(&j);
	b = p->answer;
	p->answer = (struct buf)BUF_INIT;
	posting_free(p);
	call_json(c, 200, &b);
}

static bool
keep_sent(struct sending *s, void *arg, struct err *err)
{
	struct posting *p = arg;

	buf_clear(&p->answer);
	print_sent(&p->answer, &p->m, s);
	return once_keep(p->call, 201, buf_all(&p->answer), err);
}

/* -- the ends ---------------------------------------------------------------------------- */

static void
sent(struct sending *s, void *arg, const struct err *err)
{
	struct posting *p = arg;
	struct call *c = p->call;
	struct buf b = p->answer;

	(void)s;
	p->answer = (struct buf)BUF_INIT;
	posting_free(p);
	if (err != NULL) {
		buf_wipe(&b);
		call_refuse(c, err);
	} else {
		call_json(c, 201, &b);
	}
}

static bool
keep_draft(struct posting *p, struct draft *d, struct err *err)
{
	struct vault *v = p->call->vault;
	struct sending *s = p->m.s;

	(void)snprintf(d->id, sizeof(d->id), "%.*s", 32,
	    arena_printf(&p->call->arena, "%02x%02x%02x%02x%02x%02x%02x%02x",
	    s->name.b[0], s->name.b[1], s->name.b[2], s->name.b[3],
	    s->name.b[4], s->name.b[5], s->name.b[6], s->name.b[7]));
	d->author = p->call->account.badge;
	d->name = s->name;
	d->text = buf_all(&s->text);
	d->content = buf_all(&s->content);
	d->made = clock_now();
	for (size_t i = 0; i < s->nuploads; i++)
		if (!upload_delete(&v->store, s->uploads[i], err))
			return false;
	print_draft(&p->answer, d, s->header.ref);
	return draft_put(&v->store, d, err) &&
	    vault_audit(v, d->author.s, "draft.wait", &s->name, "", "approval",
	    err) && once_keep(p->call, 202, buf_all(&p->answer), err);
}

/* The exact bytes wait for a second officer; any change is another draft. */
static void
wait_for_approval(struct posting *p)
{
	struct call *c = p->call;
	struct vault *v = c->vault;
	struct draft d = { .made = 0 };
	struct err err;
	struct buf b;

	if (!vault_unit_begin(v, &err) ||
	    !vault_unit_end(v, keep_draft(p, &d, &err), &err)) {
		posting_free(p);
		call_refuse(c, &err);
		return;
	}
	CRASH_POINT("draft:before-commit");
	CRASH_AFTER_COMMIT(v, "draft:after-commit");
	b = p->answer;
	p->answer = (struct buf)BUF_INIT;
	posting_free(p);
	call_json(c, 202, &b);
}

static void
go_on(struct posting *p)
{
	const struct audience *no = compose_refusal(&p->m);
	struct call *c = p->call;
	struct sending *s;

	if (p->m.dry_run) {
		answer_dry(p);
	} else if (no != NULL) {
		struct decision d = no->decision;

		posting_free(p);
		call_refuse_clause(c, &d.why, d.clause);
	} else if (p->m.needs_approval) {
		wait_for_approval(p);
	} else {
		s = p->m.s;
		p->m.s = NULL;
		s->within = keep_sent;
		s->done = sent;
		s->arg = p;
		sending_go(s);
	}
}

void
api_message_new(struct call *c)
{
	struct posting *p;
	struct err err;
	json_t *json;

	if (once_answered(c) || (json = call_body(c)) == NULL)
		return;
	p = xcalloc(1, sizeof(*p));
	p->call = c;
	if (!compose_read(&p->m, c, json, &err)) {
		posting_free(p);
		call_refuse(c, &err);
		return;
	}
	/* It needs the officer's own signature. */
	if (p->m.s->header.act == ACT_COUNTERSIGN) {
		posting_free(p);
		call_refuse_with(c, ERR_INVALID, "E-KIND-ACT", "act",
		    "is given at /threads/{thread}/countersign");
		return;
	}
	go_on(p);
}
