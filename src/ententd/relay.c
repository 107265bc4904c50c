#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "ententd/admit.h"
#include "ententd/outbox.h"
#include "ententd/relay_state.h"
#include "ententd/routes.h"
#include "ententd/steps.h"
#include "ententd/trust.h"

enum { LATE_MOST = 500 };
#define WAIT_LONGEST	(45 * SECOND)
#define SKEW		(10 * MINUTE)
#define LATE_EVERY	MINUTE

struct relay *
relay_new(void)
{
	return xcalloc(1, sizeof(struct relay));
}

/* -- what nobody collected in time ------------------------------------------------ */

static bool
drop_late(struct vault *v, struct arena *arena, struct err *err)
{
	struct parcel *list;
	bool was, ok;
	size_t n;

	if (steps_unsettled(v))
		return true;
	ok = parcel_late(&v->store, arena, clock_now(), LATE_MOST, &list, &n, err);
	for (size_t i = 0; ok && i < n; i++)
		ok = parcel_delete(&v->store, &list[i].to, &list[i].sealed,
		    &was, err) && vault_audit(v, "node", "relay.expire",
		    &list[i].sealed, list[i].to.s, list[i].from.s, err);
	return ok;
}

static void
drop_late_again(void *arg)
{
	struct vault *v = arg;
	struct arena arena = ARENA_INIT;
	struct err err;

	if (!vault_unit_begin(v, &err) ||
	    !vault_unit_end(v, drop_late(v, &arena, &err), &err))
		log_error("relay: %s: %s", err.rule, err.text);
	arena_free(&arena);
	(void)loop_after(v->child.loop, LATE_EVERY, drop_late_again, v);
}

/* Also where it relays for nobody any more: what it held is over in time. */
void
relay_start(struct vault *v)
{
	drop_late_again(v);
}

/* -- answering ---------------------------------------------------------------------- */

static struct collector *
collector_of(struct vault *v, const struct member_id *m)
{
	struct collector *c;

	for (c = v->relay->collectors; c != NULL; c = c->next)
		if (member_id_eq(&c->member, m))
			return c;
	c = xcalloc(1, sizeof(*c));
	c->vault = v;
	c->member = *m;
	c->next = v->relay->collectors;
	v->relay->collectors = c;
	return c;
}

static struct wire_parcel
wire_of(const struct parcel *p)
{
	return (struct wire_parcel){ .from = p->from, .message = {
	    .to = p->to, .lane = p->lane, .deliver_by = p->deliver_by,
	    .sha256 = p->sealed, .sealed = p->bytes } };
}

/* Everything it says is a question of its own: the next one's nonce. */
static void
answer(struct collector *k, const struct parcels *l)
{
	struct vault *v = k->vault;
	struct call *c = k->waiting;
	struct wire_parcels w = { .dir = trust_newest(v->trust)->number,
	    .dir_name = *trust_newest_name(v->trust) };
	struct buf b = BUF_INIT;

	assert(c != NULL);
	w.parcels = arena_alloc(&c->arena, (l->n + 1) * sizeof(*w.parcels));
	k->waiting = NULL;
	loop_cancel(k->timer);
	loop_cancel(k->gather);
	k->timer = k->gather = NULL;
	if (l->n != 0)
		k->gave = clock_steady();
	randombytes_buf(k->nonce.b, HASH_LEN);
	w.nonce = k->nonce;
	for (; w.n < l->n; w.n++)
		w.parcels[w.n] = wire_of(&l->list[w.n]);
	wire_parcels_encode(&b, &w);
	call_answer(c, 200, "application/octet-stream", buf_all(&b));
	buf_free(&b);
}

static void
answer_empty(struct collector *k)
{
	answer(k, &(struct parcels){ .n = 0 });
}

static bool	answer_with_parcels(struct collector *);

static void
gathered(void *arg)
{
	struct collector *k = arg;

	k->gather = NULL;
	if (k->waiting != NULL)
		(void)answer_with_parcels(k);
}

/* A full batch and what is urgent wait for nothing. */
static bool
must_gather(struct collector *k, const struct parcels *l)
{
	msec left = k->gave + GATHER - clock_steady();

	if (left <= 0 || l->n == l->most)
		return false;
	for (size_t i = 0; i < l->n; i++)
		if (l->list[i].lane != URGENCY_NORMAL)
			return false;
	if (k->gather == NULL)
		k->gather = loop_after(k->vault->child.loop, left, gathered, k);
	return true;
}

/* True: it had something, and the question is answered. */
static bool
answer_with_parcels(struct collector *k)
{
	struct offering before = k->offering;
	struct arena arena = ARENA_INIT;
	struct parcels l;
	struct err err;
	bool ok = relay_offer(k, &arena, &l, &err);

	if (!ok)
		log_error("relay: %s: %s", err.rule, err.text);
	/* Not handed out after all. */
	if (!ok || (l.n != 0 && must_gather(k, &l)))
		k->offering = before;
	else if (l.n != 0)
		answer(k, &l);
	arena_free(&arena);
	return k->waiting == NULL;
}

static void
waited(void *arg)
{
	struct collector *k = arg;

	k->timer = NULL;
	if (!answer_with_parcels(k))
		answer_empty(k);
}

static void
wait_for_more(struct collector *k)
{
	msec wait = relay_offer_wait(k);

	/* Never at once, for the member would ask again at once. */
	if (wait < SECOND)
		wait = SECOND;
	k->timer = loop_after(k->vault->child.loop,
	    wait < WAIT_LONGEST ? wait : WAIT_LONGEST, waited, k);
}

static void
wake(void *arg)
{
	struct collector *k = arg;

	if (k->waiting != NULL)
		(void)answer_with_parcels(k);
}

static void
no_wake(void *arg, const struct err *err)
{
	(void)arg;
	(void)err;
}

void
relay_wake_after(struct vault *v, const struct member_id *m)
{
	vault_after_commit(v, wake, no_wake, collector_of(v, m));
}

/* -- the question ------------------------------------------------------------------------ */

/* Signed with its message key, for us, and for the answer it had last. */
static bool
read_question(struct call *call, struct collect *q, struct err *err)
{
	struct vault *v = call->vault;
	struct cursor r = cursor_of(buf_all(&call->body));
	uint8_t version = cursor_u8(&r);
	struct slice bytes = cursor_var(&r, NOTE_MAX);
	struct note_vkey signer;
	struct member_id from;
	struct note note;
	msec now = clock_now();

	if (version != WIRE_V1 || !cursor_done(&r))
		return err_set(err, ERR_INVALID, "E-WIRE-FORM",
		    "the question does not read");
	if (!note_parse(&note, bytes, err) ||
	    !admit_signer_now(v, &note, &from, &signer, err) ||
	    !collect_parse(q, &call->arena, note.text, err))
		return false;
	if (hash_eq(&q->net, &v->net) && member_id_eq(&q->from, &from) &&
	    member_id_eq(&q->relay, &v->member) &&
	    q->at > now - SKEW && q->at < now + SKEW)
		return true;
	collect_release(q);
	return err_set(err, ERR_DENIED, "E-COLLECT-SIGNED",
	    "not signed by who collects, for this node, now");
}

static bool
let_go(struct vault *v, const struct collect *q, struct err *err)
{
	bool was, any = false;

	for (size_t i = 0; i < q->ndone; i++) {
		if (!parcel_delete(&v->store, &q->from, &q->done[i], &was, err))
			return false;
		any = any || was;
	}
	return !any || vault_audit(v, q->from.s, "relay.collected", NULL,
	    q->from.s, "", err);
}

static void
ask(struct call *call, const struct collect *q)
{
	struct vault *v = call->vault;
	struct collector *k = collector_of(v, &q->from);
	struct err err;
	bool ours;

	/* The one before, of a connection that is gone perhaps. */
	if (k->waiting != NULL)
		answer_empty(k);
	ours = !hash_is_zero(&k->nonce) && hash_eq(&k->nonce, &q->nonce);
	if (ours && q->ndone != 0 && (!vault_unit_begin(v, &err) ||
	    !vault_unit_end(v, let_go(v, q, &err), &err))) {
		call_refuse(call, &err);
		return;
	}
	k->waiting = call;
	if (!ours) {
		relay_offer_anew(k);
		answer_empty(k);
		return;
	}
	k->offering.nagain = q->nagain;
	if (q->nagain != 0)
		memcpy(k->offering.again, q->again,
		    q->nagain * sizeof(*q->again));
	if (!answer_with_parcels(k))
		wait_for_more(k);
}

void
link_collect(struct call *call)
{
	struct collect q;
	struct err err;

	if (!trust_is_member(call->vault->trust)) {
		call_refuse_with(call, ERR_UNAVAILABLE, "E-NODE-JOINING", "",
		    "this node is not a member yet");
		return;
	}
	if (!read_question(call, &q, &err)) {
		call_refuse(call, &err);
		return;
	}
	outbox_heard(call->vault, &q.from);
	if (relay_serves(call->vault, &q.from, &err))
		ask(call, &q);
	else
		call_refuse(call, &err);
	collect_release(&q);
}
