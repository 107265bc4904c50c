#include "proc/loop.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/buf.h"

enum { EVENTS_A_TURN = 64 };

struct loop_watch {
	struct loop		*loop;
	int			 fd;
	unsigned		 events;	/* 0: not in the epoll set */
	bool			 dead;
	void			(*ready)(void *, unsigned);
	void			*arg;
	struct loop_watch	*next;
	struct loop_watch	**link;		/* what points here */
};

struct loop_timer {
	struct loop	*loop;
	msec		 due;
	uint64_t	 seq;		/* equal times fire in order of birth */
	size_t		 at;		/* place in the heap */
	void		(*fire)(void *);
	void		*arg;
};

struct loop {
	int			 epfd;
	bool			 running;
	bool			 stop;
	struct loop_watch	*watches;
	/* Unwatched in this turn: the events at hand may still name them. */
	struct loop_watch	*dead;
	struct loop_timer	**heap;
	size_t			 timers;
	size_t			 heap_cap;
	uint64_t		 seq;
	struct loop_timer	*firing;
	void			(*turn_end)(void *);
	void			*turn_end_arg;
};

struct loop *
loop_new(void)
{
	struct loop *l = xcalloc(1, sizeof(*l));

	l->epfd = epoll_create1(EPOLL_CLOEXEC);
	assert(l->epfd != -1);
	return l;
}

static void
bury(struct loop *l)
{
	struct loop_watch *w;

	while ((w = l->dead) != NULL) {
		l->dead = w->next;
		free(w);
	}
}

void
loop_free(struct loop *l)
{
	struct loop_watch *w;

	if (l == NULL)
		return;
	assert(!l->running);
	while ((w = l->watches) != NULL) {
		l->watches = w->next;
		free(w);
	}
	bury(l);
	for (size_t i = 0; i < l->timers; i++)
		free(l->heap[i]);
	free(l->heap);
	(void)close(l->epfd);
	free(l);
}

void
loop_at_turn_end(struct loop *l, void (*fn)(void *arg), void *arg)
{
	assert(l->turn_end == NULL || fn == NULL);
	l->turn_end = fn;
	l->turn_end_arg = arg;
}

/* Watches. */

static uint32_t
to_epoll(unsigned events)
{
	return ((events & LOOP_READ) != 0 ? (uint32_t)EPOLLIN : 0) |
	    ((events & LOOP_WRITE) != 0 ? (uint32_t)EPOLLOUT : 0) |
	    ((events & LOOP_HANGUP) != 0 ? (uint32_t)EPOLLRDHUP : 0);
}

/*
 * On a hangup or an error whatever was asked for counts as ready: the next
 * read or write then meets it, and who does not look at LOOP_HANGUP does not
 * spin.
 */
static unsigned
from_epoll(uint32_t got, unsigned asked)
{
	unsigned events = 0;

	if ((got & EPOLLIN) != 0)
		events |= LOOP_READ;
	if ((got & EPOLLOUT) != 0)
		events |= LOOP_WRITE;
	if ((got & EPOLLRDHUP) != 0)
		events |= LOOP_HANGUP;
	if ((got & (EPOLLHUP | EPOLLERR)) != 0)
		events |= LOOP_HANGUP | asked;
	return events;
}

struct loop_watch *
loop_watch(struct loop *l, int fd, unsigned events,
    void (*ready)(void *arg, unsigned events), void *arg)
{
	struct loop_watch *w = xcalloc(1, sizeof(*w));

	w->loop = l;
	w->fd = fd;
	w->ready = ready;
	w->arg = arg;
	w->next = l->watches;
	w->link = &l->watches;
	if (w->next != NULL)
		w->next->link = &w->next;
	l->watches = w;
	loop_watch_for(w, events);
	return w;
}

void
loop_watch_for(struct loop_watch *w, unsigned events)
{
	struct epoll_event ev = { .events = to_epoll(events), .data.ptr = w };
	int op = EPOLL_CTL_MOD;
	int rc;

	assert(!w->dead);
	if (events == w->events)
		return;
	/* epoll tells of hangups unasked and for ever; who waits for nothing
	 * is therefore taken out of the set. */
	if (events == 0)
		op = EPOLL_CTL_DEL;
	else if (w->events == 0)
		op = EPOLL_CTL_ADD;
	rc = epoll_ctl(w->loop->epfd, op, w->fd, &ev);
	/* EBADF: closed while watched; EPERM: a file that has no readiness. */
	assert(rc == 0);
	w->events = events;
}

void
loop_unwatch(struct loop_watch *w)
{
	if (w == NULL)
		return;
	loop_watch_for(w, 0);
	w->dead = true;
	*w->link = w->next;
	if (w->next != NULL)
		w->next->link = w->link;
	w->next = w->loop->dead;
	w->loop->dead = w;
}

static void
dispatch(struct epoll_event *evs, int n)
{
	for (int i = 0; i < n; i++) {
		struct loop_watch *w = evs[i].data.ptr;
		unsigned events;

		if (w->dead)
			continue;
		/* An earlier callback may have narrowed what is asked for. */
		events = from_epoll(evs[i].events, w->events) &
		    (w->events | LOOP_HANGUP);
		if (events != 0 && w->events != 0)
			w->ready(w->arg, events);
	}
}

/* Timers: a binary heap, the earliest first. */

static bool
earlier(const struct loop_timer *a, const struct loop_timer *b)
{
	return a->due != b->due ? a->due < b->due : a->seq < b->seq;
}

static void
place(struct loop *l, size_t at, struct loop_timer *t)
{
	l->heap[at] = t;
	t->at = at;
}

static void
sift_up(struct loop *l, size_t at)
{
	struct loop_timer *t = l->heap[at];

	while (at > 0 && earlier(t, l->heap[(at - 1) / 2])) {
		place(l, at, l->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	place(l, at, t);
}

static void
sift_down(struct loop *l, size_t at)
{
	struct loop_timer *t = l->heap[at];
	size_t kid;

	while ((kid = 2 * at + 1) < l->timers) {
		if (kid + 1 < l->timers &&
		    earlier(l->heap[kid + 1], l->heap[kid]))
			kid++;
		if (!earlier(l->heap[kid], t))
			break;
		place(l, at, l->heap[kid]);
		at = kid;
	}
	place(l, at, t);
}

static void
take_out(struct loop *l, struct loop_timer *t)
{
	struct loop_timer *last = l->heap[--l->timers];

	if (last == t)
		return;
	place(l, t->at, last);
	sift_up(l, last->at);
	sift_down(l, last->at);
}

struct loop_timer *
loop_after(struct loop *l, msec delay, void (*fire)(void *arg), void *arg)
{
	struct loop_timer *t = xcalloc(1, sizeof(*t));

	t->loop = l;
	t->due = clock_steady() + (delay > 0 ? delay : 0);
	t->seq = l->seq++;
	t->fire = fire;
	t->arg = arg;
	if (l->timers == l->heap_cap) {
		l->heap_cap = l->heap_cap == 0 ? 16 : 2 * l->heap_cap;
		l->heap = xrealloc(l->heap,
		    l->heap_cap * sizeof(struct loop_timer *));
	}
	place(l, l->timers++, t);
	sift_up(l, t->at);
	return t;
}

void
loop_cancel(struct loop_timer *t)
{
	if (t == NULL || t == t->loop->firing)
		return;
	take_out(t->loop, t);
	free(t);
}

/* A timer born in this turn waits for the next, so that timers which set
 * themselves anew cannot keep descriptors waiting. */
static void
fire_due(struct loop *l)
{
	msec now = clock_steady();
	uint64_t born = l->seq;
	struct loop_timer *t;

	while (l->timers > 0) {
		t = l->heap[0];
		/* What was freed below has left the heap: take_out().
		 * NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
		if (t->due > now || t->seq >= born)
			break;
		take_out(l, t);
		l->firing = t;
		t->fire(t->arg);
		l->firing = NULL;
		free(t);
	}
}

static int
wait_ms(const struct loop *l)
{
	msec left;

	if (l->timers == 0)
		return -1;
	left = l->heap[0]->due - clock_steady();
	if (left <= 0)
		return 0;
	return left < INT_MAX ? (int)left : INT_MAX;
}

void
loop_run(struct loop *l)
{
	struct epoll_event evs[EVENTS_A_TURN];
	int n;

	assert(!l->running);
	l->running = true;
	while (!l->stop) {
		n = epoll_wait(l->epfd, evs, EVENTS_A_TURN, wait_ms(l));
		assert(n != -1 || errno == EINTR);
		dispatch(evs, n);
		fire_due(l);
		if (l->turn_end != NULL)
			l->turn_end(l->turn_end_arg);
		bury(l);
	}
	l->stop = false;
	l->running = false;
}

void
loop_stop(struct loop *l)
{
	l->stop = true;
}
