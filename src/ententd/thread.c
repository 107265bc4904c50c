#include "ententd/thread.h"

#include <stdio.h>
#include <string.h>

#include "ententd/bureau.h"
#include "ententd/countersign.h"
#include "model/deadline.h"
#include "store/receipt_store.h"

/* A fold's cost rises with their square, and each act is folded. */
enum { THREAD_MESSAGES = 300 };

void
thread_row(struct message_row *row, struct arena *arena,
    const struct header *h, const struct hash *name, struct slice note,
    bool ours, msec now)
{
	struct address *to = arena_alloc(arena, h->nto * sizeof(*to));

	for (size_t i = 0; i < h->nto; i++)
		to[i] = h->to[i].desk;
	*row = (struct message_row){
		.name = *name,
		.thread = header_is_root(h) ? *name : h->thread,
		.from = h->from, .by = h->by, .act = h->act,
		.urgency = h->urgency, .sent = h->sent, .until = h->until,
		.desk = h->desk, .stored = now, .ours = ours,
		.place = PLACE_THREAD, .content = h->content, .note = note,
		.keep_until = h->keep_until, .after = h->after,
		.nafter = h->nafter, .to = to, .nto = h->nto,
	};
	(void)snprintf(row->ref, sizeof(row->ref), "%s", h->ref);
	(void)snprintf(row->kind, sizeof(row->kind), "%s", h->kind);
}

bool
thread_load(struct vault *v, struct arena *arena, const struct hash *name,
    struct thread *t, struct err *err)
{
	*t = (struct thread){ .name = *name };
	if (!message_of_thread(&v->store, arena, name, PLACE_THREAD, &t->rows,
	    &t->n, err))
		return false;
	for (size_t i = 0; i < t->n; i++)
		if (hash_eq(&t->rows[i].name, name))
			t->root = &t->rows[i];
	if (t->root == NULL)
		return err_set(err, ERR_NOT_FOUND, "E-NOT-FOUND",
		    "there is no such thread here");
	t->kind = kind_find(v->kinds, t->root->kind);
	address_member(&t->asker, &t->root->from);
	return true;
}

static bool
addressed(const struct message_row *r, const struct member_id *m)
{
	struct member_id to;

	for (size_t i = 0; i < r->nto; i++) {
		address_member(&to, &r->to[i]);
		if (member_id_eq(&to, m))
			return true;
	}
	return false;
}

/* A leg holds what passed between the asker and this asked member. */
static bool
in_leg(const struct thread *t, const struct message_row *r,
    const struct member_id *asked, enum role *role)
{
	struct member_id from;

	address_member(&from, &r->from);
	if (member_id_eq(&from, &t->asker)) {
		*role = ROLE_ASKER;
		return addressed(r, asked);
	}
	*role = ROLE_ASKED;
	return member_id_eq(&from, asked) && addressed(r, &t->asker);
}

const struct address *
thread_asked(const struct thread *t, const struct member_id *m)
{
	struct member_id to;

	for (size_t i = 0; i < t->root->nto; i++) {
		address_member(&to, &t->root->to[i]);
		if (member_id_eq(&to, m))
			return &t->root->to[i];
	}
	return NULL;
}

void
thread_fold(const struct thread *t, struct arena *arena,
    const struct member_id *asked, struct leg *leg, struct leg_act **acts,
    size_t *nacts)
{
	struct leg_act *list = arena_alloc(arena, (t->n + 1) * sizeof(*list));
	const struct address *desk = thread_asked(t, asked);
	struct address nobody = { "" };
	size_t n = 0;
	enum role role;

	for (size_t i = 0; i < t->n; i++) {
		const struct message_row *r = &t->rows[i];

		if (!in_leg(t, r, asked, &role))
			continue;
		list[n++] = (struct leg_act){
			.name = r->name, .after = r->after, .nafter = r->nafter,
			.act = r->act, .role = role, .urgency = r->urgency,
			.until = r->until, .desk = r->desk, .from = r->from,
			.sent = r->sent,
		};
	}
	leg_fold(leg, arena, t->kind == NULL ? FLOW_DIRECT : t->kind->flow, list,
	    n, desk == NULL ? &nobody : desk);
	*acts = list;
	*nacts = n;
}

/* -- keeping legs ------------------------------------------------------------------ */

/* When the asked member's node took the root: what the clocks start from. */
static msec
received_at(struct vault *v, struct arena *arena, const struct thread *t,
    const struct member_id *asked)
{
	enum receipt_result result;
	struct slice note;
	struct err err;
	msec at;

	if (!receipt_get(&v->store, arena, &t->name, asked->s, &note, &at,
	    &result, &err) || result != RECEIPT_TAKEN)
		return 0;
	return at;
}

static msec
opened_there_at(const struct leg_act *acts, size_t n, enum role ours)
{
	for (size_t i = 0; i < n; i++)
		if (acts[i].act == ACT_OPENED && acts[i].role != ours)
			return acts[i].sent;
	return 0;
}

static bool
is_exercise(struct arena *arena, const struct message_row *root)
{
	struct header h;
	struct note note;
	struct err err;
	bool is;

	if (!note_parse(&note, root->note, &err) ||
	    !header_parse(&h, arena, note.text, &err))
		return false;
	is = h.exercise;
	header_release(&h);
	return is;
}

static bool
keep_leg(struct vault *v, struct arena *arena, const struct thread *t,
    const struct member_id *asked, struct err *err)
{
	bool asking = member_id_eq(&t->asker, &v->member);
	struct leg_row row = { .thread = t->name, .asker = t->root->from };
	struct deadline d = { 0 };
	struct leg_act *acts;
	struct leg_row old;
	struct leg leg;
	struct err none;
	size_t n;

	thread_fold(t, arena, asked, &leg, &acts, &n);
	row.received = received_at(v, arena, t, asked);
	if (t->kind != NULL)
		d = deadline_of(t->kind, leg.urgency, row.received, &leg);
	(void)snprintf(row.ref, sizeof(row.ref), "%s", t->root->ref);
	(void)snprintf(row.kind, sizeof(row.kind), "%s", t->root->kind);
	row.member = asking ? *asked : t->asker;
	row.role = asking ? ROLE_ASKER : ROLE_ASKED;
	row.asked = leg.desk;
	row.state = leg.state;
	row.urgency = leg.urgency;
	row.sent = t->root->sent;
	row.acknowledge_by = d.acknowledge_by;
	row.answer_by = d.answer_by;
	row.promised_by = d.promised_by;
	row.next_step_by = leg.next_step_by;
	row.updated = clock_now();
	row.opened_there = opened_there_at(acts, n, row.role);
	row.crossed = leg.crossed;
	row.flow = t->kind == NULL ? FLOW_DIRECT : t->kind->flow;
	countersign_of(t, acts, n, &row);
	row.copied = bureau_is_copied(t, acts, n, row.role);
	if (leg_get(&v->store, &t->name, row.member.s, &old, &none)) {
		row.opened = old.opened;
		row.exercise = old.exercise;
	} else {
		row.exercise = is_exercise(arena, t->root);
	}
	return leg_put(&v->store, &row, err) &&
	    (!row.copied || old.copied || bureau_tell(v, t, &row, err));
}

static bool
keep_legs(struct vault *v, struct arena *arena, const struct message_row *r,
    struct err *err)
{
	struct member_id from, other;
	struct thread t;

	if (!thread_load(v, arena, &r->thread, &t, err))
		return false;
	if (!member_id_eq(&t.asker, &v->member))
		return keep_leg(v, arena, &t, &v->member, err);
	address_member(&from, &r->from);
	if (!member_id_eq(&from, &v->member))
		return keep_leg(v, arena, &t, &from, err);
	for (size_t i = 0; i < r->nto; i++) {
		address_member(&other, &r->to[i]);
		if (!keep_leg(v, arena, &t, &other, err))
			return false;
	}
	return true;
}

bool
thread_receipted(struct vault *v, const struct message_row *r,
    const struct member_id *by, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct thread t;
	bool ok;

	if (!hash_eq(&r->thread, &r->name))
		return true;
	ok = thread_load(v, &arena, &r->thread, &t, err) &&
	    keep_leg(v, &arena, &t, by, err);
	arena_free(&arena);
	return ok;
}

static bool
ancestors_here(struct vault *v, const struct message_row *r)
{
	for (size_t i = 0; i < r->nafter; i++)
		if (!message_have(&v->store, &r->after[i]))
			return false;
	return true;
}

/* What waited for it in its thread, and for that in turn. */
static bool
let_in(struct vault *v, struct arena *arena, const struct hash *thread,
    const struct hash *name, struct err *err)
{
	struct message_row row;
	struct hash *names;
	size_t n;

	if (!message_waiting_for(&v->store, arena, name, &names, &n, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!message_get(&v->store, arena, &names[i], &row, err))
			return false;
		if (!hash_eq(&row.thread, thread) || !ancestors_here(v, &row))
			continue;
		if (!message_move(&v->store, &names[i], PLACE_THREAD, err) ||
		    !keep_legs(v, arena, &row, err) ||
		    !let_in(v, arena, thread, &names[i], err))
			return false;
	}
	return true;
}

bool
thread_changed(struct vault *v, const struct message_row *r, struct err *err)
{
	struct arena arena = ARENA_INIT;
	bool ok;

	ok = keep_legs(v, &arena, r, err) &&
	    let_in(v, &arena, &r->thread, &r->name, err);
	arena_free(&arena);
	return ok;
}

bool
thread_held(struct vault *v, const struct message_row *r, struct err *err)
{
	return !ancestors_here(v, r) ||
	    (message_move(&v->store, &r->name, PLACE_THREAD, err) &&
	    thread_changed(v, r, err));
}

/* -- judging an act -------------------------------------------------------------------- */

static const struct leg_act *
act_named(const struct leg_act *acts, size_t n, const struct hash *name)
{
	for (size_t i = 0; i < n; i++)
		if (hash_eq(&acts[i].name, name))
			return &acts[i];
	return NULL;
}

const struct leg_act *
thread_fold_with(const struct thread *t, struct arena *arena,
    const struct header *h, const struct hash *name,
    const struct member_id *asked, struct leg *leg)
{
	struct thread with = *t;
	struct leg_act *acts;
	size_t n;

	with.rows = arena_alloc(arena, (t->n + 1) * sizeof(*with.rows));
	memcpy(with.rows, t->rows, t->n * sizeof(*with.rows));
	thread_row(&with.rows[t->n], arena, h, name, slice_of(NULL, 0), false, 0);
	with.n = t->n + 1;
	thread_fold(&with, arena, asked, leg, &acts, &n);
	return act_named(acts, n, name);
}

static enum flow_verdict
judge_in(struct thread *t, struct arena *arena, const struct header *h,
    const struct hash *name, const struct member_id *asked, struct err *err)
{
	const struct leg_act *mine;
	struct leg leg;

	mine = thread_fold_with(t, arena, h, name, asked, &leg);
	if (mine == NULL || mine->held)
		return FLOW_HELD;
	if (!mine->unlawful)
		return FLOW_LAWFUL;
	(void)err_field(err, ERR_CONFLICT, "E-FLOW-ACT", "act",
	    "%s by who %s is not lawful when it is %s", act_names[h->act],
	    mine->role == ROLE_ASKER ? "began it" : "was asked",
	    state_names[mine->before]);
	return FLOW_UNLAWFUL;
}

/* In each leg it belongs to: the asked's own, or those of all it goes to. */
enum flow_verdict
thread_judge(struct vault *v, struct arena *arena, const struct header *h,
    const struct hash *name, struct err *err)
{
	struct member_id from = header_from(h), asked;
	enum flow_verdict verdict = FLOW_LAWFUL, one;
	struct thread t;

	if (header_is_root(h))
		return FLOW_LAWFUL;
	if (!thread_load(v, arena, &h->thread, &t, err))
		return FLOW_HELD;
	if (t.n >= THREAD_MESSAGES) {
		(void)err_set(err, ERR_CONFLICT, "E-FLOW-FULL",
		    "this thread takes no more messages");
		return FLOW_UNLAWFUL;
	}
	if (!member_id_eq(&from, &t.asker))
		return judge_in(&t, arena, h, name, &from, err);
	for (size_t i = 0; i < h->nto; i++) {
		address_member(&asked, &h->to[i].desk);
		/* Here only our own leg is known, unless we are the asker. */
		if (!member_id_eq(&t.asker, &v->member) &&
		    !member_id_eq(&asked, &v->member))
			continue;
		one = judge_in(&t, arena, h, name, &asked, err);
		if (one > verdict)
			verdict = one;
	}
	return verdict;
}
