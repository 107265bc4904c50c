#include "ententd/outbox.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "ententd/peer.h"
#include "ententd/steps.h"
#include "ententd/tally.h"
#include "ententd/thread.h"
#include "ententd/trust.h"
#include "ententd/watch.h"
#include "ententd/wire.h"
#include "store/message_store.h"

/* Rows of a peer looked at in one go: those on their way, and a batch more. */
enum { LOOK = (PEER_BATCHES + 2) * WIRE_BATCH };
#define RETRY_FIRST	(500)
#define RETRY_MOST	(5 * MINUTE)
#define EXPIRE_EVERY	(20 * SECOND)
/* A member with a relay that does not answer itself is left to the relay for a
 * while, and when that does not answer either, the other way round. */
enum { TRIES_A_WAY = 3 };
#define BY_RELAY	(10 * MINUTE)

static void	look(void *arg);

struct outbox *
outbox_new(struct vault *v)
{
	struct outbox *o = xcalloc(1, sizeof(*o));

	o->vault = v;
	return o;
}

static struct peer *
peer_of(struct outbox *o, const struct member_id *m)
{
	struct peer *p;

	for (p = o->peers; p != NULL; p = p->next)
		if (member_id_eq(&p->member, m))
			return p;
	p = xcalloc(1, sizeof(*p));
	p->outbox = o;
	p->member = *m;
	p->next = o->peers;
	o->peers = p;
	return p;
}

static void
look_at(struct outbox *o, msec at)
{
	msec now = clock_steady();

	if (o->timer != NULL && o->timer_at <= at)
		return;
	loop_cancel(o->timer);
	o->timer_at = at;
	o->timer = loop_after(o->vault->child.loop, at > now ? at - now : 0,
	    look, o);
}

void
outbox_kick(struct vault *v)
{
	if (v->ready)
		look_at(v->outbox, clock_steady());
}

/* -- failure and success -------------------------------------------------------------- */

/* Twice as long each time, with jitter, so that a peer that returns is not
 * met by everybody at once. */
void
outbox_failed(struct peer *p, const char *rule)
{
	msec wait = RETRY_FIRST;

	/* Batches that fail together are one failure. */
	if (p->not_before > clock_steady())
		return;
	for (unsigned i = 0; i < p->failures && wait < RETRY_MOST; i++)
		wait *= 2;
	if (wait > RETRY_MOST)
		wait = RETRY_MOST;
	wait = wait / 2 + (msec)randombytes_uniform((uint32_t)wait);
	if (++p->failures % TRIES_A_WAY == 0)
		p->relay_until = p->relay_until > clock_steady() ? 0 :
		    clock_steady() + BY_RELAY;
	p->not_before = clock_steady() + wait;
	(void)snprintf(p->last_error, sizeof(p->last_error), "%s", rule);
	look_at(p->outbox, p->not_before);
}

void
outbox_succeeded(struct peer *p)
{
	tally_heard(p->outbox->vault, &p->member, p->failures != 0);
	p->failures = 0;
	p->not_before = 0;
	p->last_heard = clock_now();
	p->last_error[0] = '\0';
}

/* It spoke to us, so it is there again: do not wait out the back-off. */
void
outbox_heard(struct vault *v, const struct member_id *m)
{
	struct peer *p = peer_of(v->outbox, m);

	p->last_heard = clock_now();
	tally_heard(v, m, p->failures != 0);
	if (p->failures != 0) {
		p->failures = 0;
		p->not_before = 0;
		outbox_kick(v);
	}
}

void
outbox_peer(const struct vault *v, const struct member_id *m, msec *last_heard,
    const char **last_error)
{
	*last_heard = 0;
	*last_error = "";
	for (const struct peer *p = v->outbox->peers; p != NULL; p = p->next)
		if (member_id_eq(&p->member, m)) {
			*last_heard = p->last_heard;
			*last_error = p->last_error;
		}
}

/* Its card, when it may be spoken to: who is suspended since something was
 * queued for him is not; that waits, and lapses in time. */
static const struct card *
card_of(const struct trust *t, const struct member_id *m)
{
	const struct card *c = trust_card_of(t, m, NULL);

	return c != NULL && trust_is_active(t, m) ? c : NULL;
}

static bool
is_reachable(const struct card *c)
{
	return c != NULL && c->nurls != 0 && c->ntls != 0;
}

bool
outbox_url(struct peer *p, struct member_id *host, char *url, size_t size,
    struct pins *pins, const char *path)
{
	const struct trust *t = p->outbox->vault->trust;
	const struct card *c = card_of(t, &p->member), *relay;

	if (c == NULL)
		return false;
	relay = c->relay.s[0] == '\0' ? NULL : card_of(t, &c->relay);
	if (is_reachable(relay) &&
	    (!is_reachable(c) || p->relay_until > clock_steady()))
		c = relay;
	if (!is_reachable(c))
		return false;
	*host = c->member;
	(void)snprintf(url, size, "%s%s", c->urls[0], path);
	trust_pins(c, pins);
	return true;
}

/* -- looking through what is due --------------------------------------------------------- */

/* Of these rows, those that can go now, in one batch.  Those whose files are
 * not there yet let others pass. */
static bool
post_some(struct peer *p, enum peer_lane lane, const struct outbox_row *rows,
    size_t n)
{
	struct outgoing go[WIRE_BATCH];
	size_t count = 0;

	for (size_t i = 0; i < n && count < WIRE_BATCH; i++) {
		if (outbox_has_row(p, rows[i].id))
			continue;
		go[count] = (struct outgoing){ .row = rows[i] };
		if (outbox_files_there(p, &go[count]) &&
		    !outbox_has_thread(p, &go[count].thread))
			count++;
	}
	return count != 0 && outbox_post(p, lane, go, count);
}

void
outbox_post_lane(struct peer *p, enum peer_lane lane)
{
	static const enum urgency lowest[PEER_LANES] = {
		[PEER_FLASH] = URGENCY_FLASH, [PEER_OTHERS] = URGENCY_NORMAL,
	}, highest[PEER_LANES] = {
		[PEER_FLASH] = URGENCY_FLASH, [PEER_OTHERS] = URGENCY_URGENT,
	};
	struct vault *v = p->outbox->vault;
	struct arena arena = ARENA_INIT;
	struct outbox_row *rows;
	bool more = true;
	struct err err;
	size_t n;

	/* What was not handed over yet waits until flash has arrived. */
	if (lane != PEER_FLASH && outbox_on_the_way(p, PEER_FLASH) != 0)
		return;
	/* An expired directory may hide who was removed: only flash leaves. */
	if (lane != PEER_FLASH && trust_is_expired(v->trust, clock_now())) {
		look_at(p->outbox, clock_steady() + MINUTE);
		return;
	}
	while (more && p->not_before <= clock_steady() &&
	    outbox_on_the_way(p, lane) < PEER_BATCHES) {
		more = outbox_due(&v->store, &arena, &p->member, lowest[lane],
		    highest[lane], clock_now(), LOOK, &rows, &n, &err);
		if (!more)
			log_error("outbox: %s", err.text);
		more = more && post_some(p, lane, rows, n);
	}
	arena_free(&arena);
}

/* What is queued for a member that was removed will never be asked for. */
static void
give_back(struct peer *p)
{
	struct vault *v = p->outbox->vault;
	struct arena arena = ARENA_INIT;
	struct outbox_row *rows;
	struct message_row m;
	struct err err;
	size_t n = 0;
	bool ok, news;

	if (!vault_unit_begin(v, &err))
		return;
	ok = outbox_due(&v->store, &arena, &p->member, URGENCY_NORMAL,
	    URGENCY_FLASH, TIME_MAX, LOOK, &rows, &n, &err);
	for (size_t i = 0; ok && i < n; i++) {
		if (outbox_has_row(p, rows[i].id))
			continue;	/* the peer's own word comes first */
		ok = outbox_settle(&v->store, &rows[i].message, &p->member,
		    OUTBOX_REFUSED, "E-PEER-REMOVED", clock_now(), &news, &err) &&
		    (outbox_is_receipt(&rows[i]) || (vault_audit(v, "node",
		    "message.refused", &rows[i].message, p->member.s,
		    "E-PEER-REMOVED", &err) && message_get(&v->store, &arena,
		    &rows[i].message, &m, &err) &&
		    thread_receipted(v, &m, &p->member, &err)));
	}
	if (!vault_unit_end(v, ok, &err))
		log_error("outbox: %s: %s", err.rule, err.text);
	arena_free(&arena);
	look_at(p->outbox, clock_steady() + SECOND);
}

/* Held while it is suspended, given back when it is removed. */
static bool
may_be_served(struct peer *p)
{
	enum member_status s = trust_standing(p->outbox->vault->trust,
	    &p->member);

	if (s != MEMBER_SUSPENDED && s != MEMBER_REMOVED) {
		if (strcmp(p->last_error, "E-PEER-SUSPENDED") == 0)
			p->last_error[0] = '\0';
		return true;
	}
	if (s == MEMBER_REMOVED)
		give_back(p);
	(void)snprintf(p->last_error, sizeof(p->last_error), "%s",
	    s == MEMBER_REMOVED ? "E-PEER-REMOVED" :
	    "E-PEER-SUSPENDED");
	return false;
}

/* `due`: when the first of its rows comes, by the clock on the wall. */
static void
look_at_peer(struct peer *p, msec due)
{
	msec steady = clock_steady(), now = clock_now();

	if (!may_be_served(p))
		return;
	if (due > now) {
		look_at(p->outbox, steady + (due - now));
		return;
	}
	for (enum peer_lane lane = 0; lane < PEER_LANES; lane++) {
		if (p->not_before > steady) {
			look_at(p->outbox, p->not_before);
			return;
		}
		outbox_post_lane(p, lane);
	}
}

/* Nothing is put off for longer than that: what seems to be was put off before
 * the clock was set back. */
static void
wake_put_off(struct outbox *o)
{
	struct vault *v = o->vault;
	struct member_id to = { "" };
	msec now = clock_now(), due;
	struct err err;

	while (outbox_next_peer(&v->store, to.s, &to, &due, &err) &&
	    to.s[0] != '\0' &&
	    outbox_wake(&v->store, &to, now, now + RETRY_MOST, &err))
		;
}

/* What a relay had is not receipted: it may have lost the files as well. */
static void
doubt_relays(struct outbox *o)
{
	for (struct peer *p = o->peers; p != NULL; p = p->next)
		if (!member_id_eq(&p->blobs_at, &p->member))
			p->nblobs = 0;
}

static void
expire(struct outbox *o)
{
	struct vault *v = o->vault;
	struct arena arena = ARENA_INIT;
	struct outbox_row *rows;
	struct err err;
	int64_t again = 0;
	bool ok;
	size_t n = 0;

	if (!vault_unit_begin(v, &err))
		return;
	wake_put_off(o);
	ok = steps_unsettled(v) ||
	    outbox_expire(&v->store, &arena, clock_now(), &rows, &n, &err);
	for (size_t i = 0; ok && i < n; i++)
		ok = outbox_is_receipt(&rows[i]) || (watch_expired(v, &rows[i],
		    &err) && vault_audit(v, "node", "message.expire",
		    &rows[i].message, rows[i].to.s, "E-TIME-LATE", &err));
	ok = ok && outbox_again(&v->store, clock_now(), &again, &err);
	(void)vault_unit_end(v, ok, &err);
	if (again != 0) {
		doubt_relays(o);
		outbox_kick(v);
	}
	arena_free(&arena);
}

/* At the end of the turn, not in the next: a busy node writes in every one. */
static void
look_on(void *arg)
{
	struct outbox *o = arg;

	loop_cancel(o->timer);
	look(o);
}

static void
look_later(void *arg, const struct err *err)
{
	struct outbox *o = arg;

	(void)err;
	look_at(o, clock_steady() + SECOND);
}

/* Peer by peer, so that what waits for one that is away hides nothing else. */
static void
look(void *arg)
{
	struct outbox *o = arg;
	struct vault *v = o->vault;
	struct member_id to = { "" };
	struct err err;
	msec due;

	o->timer = NULL;
	/* What this turn wrote is not on disk yet: nobody hears of it before. */
	if (v->writing) {
		vault_after_commit(v, look_on, look_later, o);
		return;
	}
	if (!trust_is_member(v->trust)) {
		look_at(o, clock_steady() + SECOND);
		return;
	}
	for (;;) {
		if (!outbox_next_peer(&v->store, to.s, &to, &due, &err)) {
			log_error("outbox: %s", err.text);
			return;
		}
		if (to.s[0] == '\0')
			return;
		look_at_peer(peer_of(o, &to), due);
	}
}

static void
expire_again(void *arg)
{
	struct outbox *o = arg;

	expire(o);
	outbox_kick(o->vault);
	(void)loop_after(o->vault->child.loop, EXPIRE_EVERY, expire_again, o);
}

void
outbox_start(struct vault *v)
{
	expire_again(v->outbox);
	outbox_kick(v);
}
