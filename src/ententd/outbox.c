#include "ententd/outbox.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "ententd/peer.h"
#include "ententd/thread.h"
#include "ententd/trust.h"
#include "ententd/wire.h"

enum { LOOK = 1024 };		/* rows looked at in one go */
#define RETRY_FIRST	(500)
#define RETRY_MOST	(5 * MINUTE)
#define EXPIRE_EVERY	(20 * SECOND)

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

	for (unsigned i = 0; i < p->failures && wait < RETRY_MOST; i++)
		wait *= 2;
	if (wait > RETRY_MOST)
		wait = RETRY_MOST;
	wait = wait / 2 + (msec)randombytes_uniform((uint32_t)wait);
	p->failures++;
	p->not_before = clock_steady() + wait;
	(void)snprintf(p->last_error, sizeof(p->last_error), "%s", rule);
	look_at(p->outbox, p->not_before);
}

void
outbox_succeeded(struct peer *p)
{
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

bool
outbox_url(struct peer *p, char *url, size_t size, uint8_t pin[static 32],
    const char *path)
{
	const struct card *c = trust_card_of(p->outbox->vault->trust,
	    &p->member, NULL);

	if (c == NULL || c->nurls == 0 || c->ntls == 0)
		return false;
	(void)snprintf(url, size, "%s%s", c->urls[0], path);
	memcpy(pin, c->tls[0], 32);
	return true;
}

/* -- looking through what is due --------------------------------------------------------- */

struct gather {
	struct peer		*peer;
	enum peer_lane		 lane;
	struct outbox_row	 rows[WIRE_BATCH];
	size_t			 n;
};

static struct gather *
gather_for(struct gather **list, size_t *count, struct arena *arena,
    struct peer *p, enum peer_lane lane)
{
	enum { MOST = 64 };

	for (size_t i = 0; i < *count; i++)
		if (list[i]->peer == p && list[i]->lane == lane)
			return list[i];
	if (*count == MOST)
		return NULL;
	list[*count] = arena_alloc(arena, sizeof(**list));
	list[*count]->peer = p;
	list[*count]->lane = lane;
	return list[(*count)++];
}

static void
sort_out(struct outbox *o, struct arena *arena, const struct outbox_row *rows,
    size_t n)
{
	struct gather *list[64], *g;
	size_t count = 0;
	msec now = clock_steady();

	for (size_t i = 0; i < n; i++) {
		struct peer *p = peer_of(o, &rows[i].to);
		enum peer_lane lane = rows[i].lane == URGENCY_FLASH ?
		    PEER_FLASH : PEER_OTHERS;

		if (p->busy[lane])
			continue;
		if (p->not_before > now) {
			look_at(o, p->not_before);
			continue;
		}
		g = gather_for(list, &count, arena, p, lane);
		if (g != NULL && g->n < WIRE_BATCH &&
		    outbox_files_there(p, &rows[i]))
			g->rows[g->n++] = rows[i];
	}
	for (size_t i = 0; i < count; i++)
		if (list[i]->n != 0)
			outbox_post(list[i]->peer, list[i]->lane, list[i]->rows,
			    list[i]->n);
}

static void
expire(struct outbox *o)
{
	struct vault *v = o->vault;
	struct arena arena = ARENA_INIT;
	struct outbox_row *rows;
	struct err err;
	bool ok;
	size_t n = 0;

	if (!vault_unit_begin(v, &err))
		return;
	ok = outbox_expire(&v->store, &arena, clock_now(), &rows, &n, &err);
	for (size_t i = 0; ok && i < n; i++)
		ok = vault_audit(v, "node", "message.expire", &rows[i].message,
		    rows[i].to.s, "E-TIME-LATE", &err);
	(void)vault_unit_end(v, ok, &err);
	arena_free(&arena);
}

static void
look(void *arg)
{
	struct outbox *o = arg;
	struct vault *v = o->vault;
	struct arena arena = ARENA_INIT;
	struct outbox_row *rows;
	struct err err;
	size_t n;
	msec next;

	o->timer = NULL;
	/* What this turn wrote is not on disk yet: nobody hears of it before. */
	if (v->writing) {
		look_at(o, clock_steady());
		return;
	}
	if (!trust_is_member(v->trust)) {
		look_at(o, clock_steady() + SECOND);
		return;
	}
	if (outbox_due(&v->store, &arena, clock_now(), LOOK, &rows, &n, &err))
		sort_out(o, &arena, rows, n);
	else
		log_error("outbox: %s", err.text);
	if (outbox_next(&v->store, &next, &err) && next > clock_now())
		look_at(o, clock_steady() + (next - clock_now()));
	arena_free(&arena);
}

static void
expire_again(void *arg)
{
	struct outbox *o = arg;

	expire(o);
	(void)loop_after(o->vault->child.loop, EXPIRE_EVERY, expire_again, o);
}

void
outbox_start(struct vault *v)
{
	expire_again(v->outbox);
	outbox_kick(v);
}
