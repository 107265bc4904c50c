#include <stdlib.h>

#include "ententd/intake.h"
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

static bool
for_us(const struct vault *v, const struct wire_batch *batch,
    struct err *err)
{
	if (!hash_eq(&batch->net, &v->net))
		return err_field(err, ERR_INVALID, "E-TEXT-NET", "net",
		    "this node is of another network");
	for (uint8_t i = 0; i < batch->n; i++)
		if (!member_id_eq(&batch->messages[i].to, &v->member))
			return err_field(err, ERR_INVALID, "E-WIRE-TO", "to",
			    "this node is %s and relays for nobody",
			    v->member.s);
	return true;
}

static bool
decode(struct intake *in, struct slice body, struct err *err)
{
	struct wire_batch batch = { .n = 0 };

	if (!trust_is_member(in->vault->trust))
		return err_set(err, ERR_UNAVAILABLE, "E-NODE-JOINING",
		    "this node is not a member yet");
	if (!wire_batch_decode(&batch, &in->arena, body, err) ||
	    !for_us(in->vault, &batch, err))
		return false;
	in->batch = batch;
	return true;
}

void
link_messages(struct call *c)
{
	struct intake *in = intake_new(c->vault);
	struct err err;

	if (!decode(in, buf_all(&c->body), &err)) {
		call_refuse(c, &err);
		intake_free(in);
		return;
	}
	trust_heard(c->vault, &c->peer, in->batch.dir);
	in->bearer = c->peer;
	in->done = taken;
	in->arg = c;
	intake_go(in);
}
