#include <stdlib.h>

#include "ententd/intake.h"
#include "ententd/relay.h"
#include "ententd/routes.h"
#include "ententd/trust.h"

/* A peer posts a batch; what answers it are the receipts. */
static void
reply(const struct intake *in, struct call *c)
{
	struct vault *v = c->vault;
	struct slice notes[WIRE_BATCH + 1];
	struct wire_reply w = { .notes = notes,
	    .n = intake_receipts(in, notes),
	    .dir = trust_newest(v->trust)->number,
	    .dir_name = *trust_newest_name(v->trust) };
	struct buf b = BUF_INIT;

	wire_reply_encode(&b, &w);
	call_answer(c, 200, "application/octet-stream", buf_all(&b));
	buf_free(&b);
}

static void
taken(struct intake *in, void *arg, const struct err *err)
{
	if (err == NULL)
		reply(in, arg);
	else
		call_refuse(arg, err);
}

/* A batch is for one member alone: this one, or one it relays for. */
static bool
for_one(const struct vault *v, const struct wire_batch *batch,
    struct err *err)
{
	if (!hash_eq(&batch->net, &v->net))
		return err_field(err, ERR_INVALID, "E-TEXT-NET", "net",
		    "this node is of another network");
	for (uint8_t i = 0; i < batch->n; i++)
		if (!member_id_eq(&batch->messages[i].to,
		    &batch->messages[0].to))
			return err_field(err, ERR_INVALID, "E-WIRE-TO", "to",
			    "a batch is for one member");
	return true;
}

static bool
decode(struct call *c, struct wire_batch *batch, struct err *err)
{
	if (!trust_is_member(c->vault->trust))
		return err_set(err, ERR_UNAVAILABLE, "E-NODE-JOINING",
		    "this node is not a member yet");
	return wire_batch_decode(batch, &c->arena, buf_all(&c->body), err) &&
	    for_one(c->vault, batch, err);
}

void
link_messages(struct call *c)
{
	struct wire_batch *batch = arena_alloc(&c->arena, sizeof(*batch));
	struct intake *in;
	struct err err;

	if (!decode(c, batch, &err)) {
		call_refuse(c, &err);
		return;
	}
	trust_heard(c->vault, &c->peer, batch->dir);
	if (!member_id_eq(&batch->messages[0].to, &c->vault->member)) {
		relay_hold(c, batch);
		return;
	}
	in = intake_new(c->vault);
	in->batch = *batch;
	in->bearer = c->peer;
	in->done = taken;
	in->arg = c;
	intake_go(in);
}
