#include <sodium.h>

#include "base/log.h"
#include "ententd/tally_state.h"
#include "ententd/trust.h"
#include "store/outbox_store.h"
#include "store/slip_store.h"

#define TURN_EVERY	500
enum { LOOK_TURNS = 4, ASKED_IN_TURN = 8, ASKING_MOST = 16 };
#define EVERY		HOUR
#define GAP_AGE		(2 * MINUTE)
#define GAP_EVERY	(5 * MINUTE)
#define HEARD_EVERY	(10 * SECOND)
#define UNANSWERED_EVERY (3 * SECOND)
#define START_AFTER	SECOND

struct tally *
tally_new(struct vault *v)
{
	struct tally *t = xcalloc(1, sizeof(*t));

	t->vault = v;
	return t;
}

/* Met later than at start: some time in the next hour, not all at once. */
struct tally_peer *
tally_peer(struct vault *v, const struct member_id *m)
{
	struct tally_peer *p;

	for (p = v->tally->peers; p != NULL; p = p->next)
		if (member_id_eq(&p->member, m))
			return p;
	p = xcalloc(1, sizeof(*p));
	p->tally = v->tally;
	p->member = *m;
	p->due = clock_steady() + (msec)randombytes_uniform(EVERY);
	p->next = v->tally->peers;
	v->tally->peers = p;
	return p;
}

void
tally_soon(struct vault *v, const struct member_id *m)
{
	struct tally_peer *p = tally_peer(v, m);

	if (p->due > clock_steady() + MINUTE)
		p->due = clock_steady() + MINUTE;
}

void
tally_heard(struct vault *v, const struct member_id *m, bool was_away)
{
	struct tally_peer *p = tally_peer(v, m);

	p->urged = p->urged || was_away || p->unanswered;
}

void
tally_missing(struct vault *v, const struct member_id *m, int64_t *n,
    msec *since)
{
	struct slip_peer s;
	struct err err;

	*since = tally_peer(v, m)->gap_since;
	if (!slip_gap(&v->store, m, &s, &err) ||
	    !slip_missing(&v->store, &s, n, &err))
		*n = 0;
	if (*since == 0)
		*since = clock_now();
}

/* -- gaps ----------------------------------------------------------------------- */

static void
see_gap(struct tally_peer *p, const struct slip_peer *s)
{
	if (s->low > s->high) {
		p->gap_low = 0;
		p->gap_from = p->gap_since = 0;
	} else if (p->gap_low != s->low) {
		p->gap_low = s->low;
		p->gap_from = clock_steady();
		p->gap_since = clock_now();
	}
}

static void
look_for_gaps(struct vault *v)
{
	struct arena arena = ARENA_INIT;
	struct slip_peer *list;
	struct err err;
	size_t n = 0;

	if (!slip_peers(&v->store, &arena, &list, &n, &err))
		log_error("tally: %s: %s", err.rule, err.text);
	for (size_t i = 0; i < n; i++)
		see_gap(tally_peer(v, &list[i].peer), &list[i]);
	arena_free(&arena);
}

/* -- whom to ask ---------------------------------------------------------------- */

static bool
can_be_asked(const struct vault *v, const struct card *c)
{
	return !member_id_eq(&c->member, &v->member) && c->nurls != 0 &&
	    c->ntls != 0 && trust_is_active(v->trust, &c->member);
}

static bool
is_due(const struct tally_peer *p, msec now)
{
	msec since = p->asked == 0 ? INT64_MAX : now - p->asked;

	if (p->asking)
		return false;
	return now >= p->due || (p->unfinished && now >= p->go_on) ||
	    (p->urged && since >= (p->unanswered ? UNANSWERED_EVERY :
	    HEARD_EVERY)) ||
	    (p->gap_low != 0 && now - p->gap_from >= GAP_AGE &&
	    since >= GAP_EVERY);
}

static void
ask_who_is_due(struct vault *v)
{
	const struct card *c;
	unsigned asking = 0, asked = 0;
	msec now = clock_steady();

	for (struct tally_peer *p = v->tally->peers; p != NULL; p = p->next)
		asking += p->asking;
	for (size_t i = 0; (c = trust_card_at(v->trust, i)) != NULL; i++) {
		struct tally_peer *p;

		if (asked == ASKED_IN_TURN || asking + asked >= ASKING_MOST)
			return;
		if (!can_be_asked(v, c))
			continue;
		p = tally_peer(v, &c->member);
		if (!is_due(p, now))
			continue;
		p->due = now + EVERY / 2 + (msec)randombytes_uniform(EVERY);
		p->asked = now;
		p->urged = false;
		tally_ask(p);
		asked++;
	}
}

static void
turn(void *arg)
{
	struct vault *v = arg;

	if (v->open && trust_is_member(v->trust)) {
		if (v->tally->turn++ % LOOK_TURNS == 0)
			look_for_gaps(v);
		ask_who_is_due(v);
	}
	(void)loop_after(v->child.loop, TURN_EVERY, turn, v);
}

/* At once all with whom there were messages, in either direction; the others,
 * for the store may be older than the first message, within a minute. */
void
tally_start(struct vault *v)
{
	const struct card *c;
	struct slip_peer s;
	struct err err;
	int64_t last;

	for (size_t i = 0; (c = trust_card_at(v->trust, i)) != NULL; i++)
		tally_peer(v, &c->member)->due =
		    slip_gap(&v->store, &c->member, &s, &err) &&
		    outbox_last_slip(&v->store, &c->member, &last, &err) &&
		    (s.high != 0 || last != 0) ? 0 :
		    clock_steady() + (msec)randombytes_uniform(MINUTE);
	(void)loop_after(v->child.loop, START_AFTER, turn, v);
}
