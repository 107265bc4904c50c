#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "ententd/keys_secret.h"

/*
 * A secret arrives from the desk under a ticket; the vault says what the
 * ticket is for; both must agree on the purpose, which the desk took from the
 * path alone.  So a vault that was taken over cannot turn a login into an
 * approval.  Tickets are used once and die after half a minute.
 */
enum { TICKETS = 64, TICKET_LIFE = 30 * 1000 };

static struct ticket tickets[TICKETS];

static void	ticket_came(struct keys *, const uint8_t id[static TICKET]);

static void
ticket_clear(struct ticket *t)
{
	secret_free(t->secret);
	memset(t, 0, sizeof(*t));
}

static struct ticket *
free_place(void)
{
	struct ticket *oldest = &tickets[0];

	for (size_t i = 0; i < TICKETS; i++) {
		if (tickets[i].secret == NULL)
			return &tickets[i];
		if (tickets[i].until < oldest->until)
			oldest = &tickets[i];
	}
	ticket_clear(oldest);
	return oldest;
}

/* What nobody asked for in time is not kept until its place is needed. */
static void
sweep(void *arg)
{
	struct keys *k = arg;
	bool left = false;

	for (size_t i = 0; i < TICKETS; i++) {
		if (tickets[i].secret == NULL)
			continue;
		if (tickets[i].until < clock_steady())
			ticket_clear(&tickets[i]);
		else
			left = true;
	}
	k->sweeping = left;
	if (left)
		(void)loop_after(k->child.loop, TICKET_LIFE / 6, sweep, k);
}

void
keys_ticket(struct keys *k, struct slice body)
{
	struct cursor c = cursor_of(body);
	struct slice id = cursor_bytes(&c, TICKET);
	uint8_t purpose = cursor_u8(&c);
	struct slice shown = cursor_bytes(&c, 32);
	struct slice secret = cursor_var(&c, 1024);
	struct ticket *t;

	if (!cursor_done(&c) || purpose == PURPOSE_NONE ||
	    purpose >= PURPOSES)
		return;
	t = free_place();
	memcpy(t->id, id.p, TICKET);
	t->purpose = (enum purpose)purpose;
	memcpy(t->shown, shown.p, 32);
	t->secret = secret_copy(secret);
	t->until = clock_steady() + TICKET_LIFE;
	if (!k->sweeping)
		(void)loop_after(k->child.loop, TICKET_LIFE / 6, sweep, k);
	k->sweeping = true;
	ticket_came(k, t->id);
}

static bool
ticket_take(const uint8_t id[static TICKET], struct ticket *out)
{
	for (size_t i = 0; i < TICKETS; i++)
		if (tickets[i].secret != NULL &&
		    sodium_memcmp(tickets[i].id, id, TICKET) == 0) {
			*out = tickets[i];
			memset(&tickets[i], 0, sizeof(tickets[i]));
			return true;
		}
	return false;
}

/*
 * The desk's word and the vault's come by different channels, so the vault's
 * may be read first: its question waits a moment for the ticket.
 */
struct waiting {
	struct waiting	*next;
	struct keys	*keys;
	struct question	 question;
	struct buf	 body;
	struct loop_timer *timer;
};
enum { TICKET_WAIT = 2000, WAITERS = 32 };
static struct waiting *waiting;
static unsigned waiters;

static void
waiting_free(struct waiting *w)
{
	for (struct waiting **p = &waiting; *p != NULL; p = &(*p)->next)
		if (*p == w) {
			*p = w->next;
			break;
		}
	waiters--;
	loop_cancel(w->timer);
	buf_free(&w->body);
	free(w);
}

static void
waited(void *arg)
{
	struct waiting *w = arg;

	w->timer = NULL;
	keys_refuse(w->keys, &w->question, ERR_DENIED, "E-TICKET",
	    "the password was not given for this, or too long ago");
	waiting_free(w);
}

static void
wait_for_ticket(struct keys *k, const struct question *q, struct slice body)
{
	struct waiting *w;

	if (waiters == WAITERS) {
		keys_refuse(k, q, ERR_UNAVAILABLE, "E-NODE-BUSY",
		    "too many logins at once; try again");
		return;
	}
	waiters++;
	w = xcalloc(1, sizeof(*w));
	w->keys = k;
	w->question = *q;
	buf_slice(&w->body, body);
	w->timer = loop_after(k->child.loop, TICKET_WAIT, waited, w);
	w->next = waiting;
	waiting = w;
}

void
keys_use(struct keys *k, struct ipc_message *m)
{
	struct cursor c = cursor_of(m->body);
	struct slice id = cursor_bytes(&c, TICKET);
	struct question q = keys_question(k, m);
	struct ticket t;

	if (c.bad)
		keys_refuse(k, &q, ERR_DENIED, "E-TICKET", "malformed request");
	else if (ticket_take(id.p, &t))
		keys_ticket_use(k, &q, &t, &c);
	else
		wait_for_ticket(k, &q, m->body);
}

static void
ticket_came(struct keys *k, const uint8_t id[static TICKET])
{
	struct waiting *w;
	struct ticket t;
	struct cursor c;

	for (w = waiting; w != NULL; w = w->next)
		if (memcmp(w->body.p, id, TICKET) == 0)
			break;
	if (w == NULL || !ticket_take(id, &t))
		return;
	c = cursor_of(buf_all(&w->body));
	(void)cursor_bytes(&c, TICKET);
	keys_ticket_use(k, &w->question, &t, &c);
	waiting_free(w);
}
