#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "ententd/outbox.h"
#include "ententd/tally_state.h"
#include "ententd/trust.h"
#include "store/outbox_store.h"
#include "store/slip_store.h"

enum { INLINE_BODY = 64 * 1024, RECENT = TALLY_RANGES - 1 };
#define ANSWER_WAIT	20000
#define GO_ON_AFTER	SECOND
#define GO_ON_WAITING	(3 * SECOND)
#define GO_ON_BUSY	(10 * SECOND)

/* -- the question --------------------------------------------------------------- */

static bool
add_range(struct tally_peer *p, struct tally_question *q, int64_t index,
    struct err *err)
{
	struct tally_range *r = &q->ranges[q->nranges];
	int64_t n;

	r->from = index * TALLY_RANGE + 1;
	r->until = r->from + TALLY_RANGE;
	if (r->until > q->low)
		r->until = q->low;
	q->nranges++;
	return slip_digest(&p->tally->vault->store, &p->member, r->from,
	    r->until, &r->digest, &n, err);
}

/* The last four ranges below low, and in turn one of all that are older. */
static bool
add_ranges(struct tally_peer *p, struct tally_question *q, struct err *err)
{
	int64_t count = (q->low - 2) / TALLY_RANGE + 1, older;

	if (q->low == 1)
		return true;
	older = count > RECENT ? count - RECENT : 0;
	for (int64_t i = older; i < count; i++)
		if (!add_range(p, q, i, err))
			return false;
	return older == 0 || add_range(p, q, p->rotation++ % older, err);
}

static bool
make_question(struct tally_peer *p, struct buf *b, struct err *err)
{
	struct vault *v = p->tally->vault;
	struct tally_question q = { .net = v->net, .again = p->again,
	    .nagain = p->nagain };
	struct buf proof = BUF_INIT;
	struct slip_peer s;
	bool ok;

	ok = slip_gap(&v->store, &p->member, &s, err) &&
	    outbox_last_slip(&v->store, &p->member, &q.last, err) &&
	    tally_proof(v, &p->member, &q.high, &proof, err);
	if (ok) {
		q.low = s.low;
		p->high = s.high;
		q.proof = buf_all(&proof);
		ok = add_ranges(p, &q, err);
	}
	if (ok)
		tally_question_encode(b, &q);
	buf_free(&proof);
	return ok;
}

/* -- the answer ------------------------------------------------------------------- */

static void
take(struct tally_peer *p, struct slice body)
{
	struct vault *v = p->tally->vault;
	struct arena arena = ARENA_INIT;
	struct tally_answer a;
	struct err err;

	outbox_heard(v, &p->member);
	p->unfinished = false;
	if (!tally_answer_decode(&a, &arena, body, &err) ||
	    !vault_unit_begin(v, &err) ||
	    !vault_unit_end(v, tally_take(p, &a, &err), &err)) {
		log_warn("tally of %s: %s %s", p->member.s, err.rule, err.text);
		p->unfinished = false;
	}
	p->go_on = clock_steady() + (p->nagain != 0 ? GO_ON_AFTER :
	    GO_ON_WAITING);
	arena_free(&arena);
}

static void
came_back(void *arg, struct ipc_message *m)
{
	struct tally_peer *p = arg;
	struct buf big = BUF_INIT;
	struct slice body = { .p = NULL };
	struct err err = { 0 };
	uint16_t status = 0;
	struct cursor c;

	p->asking = false;
	if (m != NULL) {
		c = cursor_of(m->body);
		status = cursor_u16(&c);
		(void)result_decode(&c, &err);
		body = cursor_var(&c, m->body.n);
		if (m->fd != -1) {
			(void)io_read_all(m->fd, &big, TALLY_ANSWER, &err);
			(void)close(m->fd);
			m->fd = -1;
			body = buf_all(&big);
		}
	}
	/* Not there: asked when it is heard from.  A node that knows no such
	 * question: in an hour. */
	p->unanswered = status != 200 && status != 404;
	p->go_on = clock_steady() + GO_ON_BUSY;
	if (status == 200)
		take(p, body);
	buf_free(&big);
}

void
tally_ask(struct tally_peer *p)
{
	struct vault *v = p->tally->vault;
	const struct card *card = trust_card_of(v->trust, &p->member, NULL);
	struct errand e = { .method = "POST", .answer_max = TALLY_ANSWER,
	    .timeout = ANSWER_WAIT };
	struct buf question = BUF_INIT, errand = BUF_INIT;
	struct err err;
	int fd = -1;

	if (!make_question(p, &question, &err)) {
		log_error("tally: %s: %s", err.rule, err.text);
		goto out;
	}
	(void)snprintf(e.url, sizeof(e.url), "%s/link/v1/account",
	    card->urls[0]);
	(void)snprintf(e.headers, sizeof(e.headers),
	    "Content-Type: application/octet-stream\n");
	trust_pins(card, &e.pins);
	if (question.n <= INLINE_BODY)
		e.body = buf_all(&question);
	else
		fd = io_memory(buf_all(&question));
	e.length = (int64_t)question.n;
	errand_encode(&errand, &e);
	p->asking = true;
	vault_ask(v, CHILD_COURIER, VAULT_FETCH, buf_all(&errand), fd,
	    came_back, p);
out:
	buf_free(&question);
	buf_free(&errand);
}
