#ifndef PROC_LOOP_H
#define PROC_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

/*
 * One thread, one epoll.  Callbacks are told which descriptor is ready for
 * what; timers fire once.  A watch or timer may be stopped at any time, from
 * its own callback too: it is not called again after that.
 *
 * A hangup or an error is told as LOOP_HANGUP and as all that was asked for:
 * the next read or write meets it.  Asking for LOOP_HANGUP also tells of a
 * peer that only stopped writing.  A watch for nothing (0) is told nothing.
 */
struct loop;
struct loop_watch;
struct loop_timer;

enum loop_events { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_HANGUP = 4 };

struct loop	*loop_new(void);
void		 loop_free(struct loop *);
/* Runs until loop_stop(), and then to the end of that turn. */
void		 loop_run(struct loop *);
void		 loop_stop(struct loop *);

/* fd has readiness (a socket, a pipe, no regular file), one watch, and is not
 * closed before loop_unwatch(). */
struct loop_watch *loop_watch(struct loop *, int fd, unsigned events,
		    void (*ready)(void *arg, unsigned events), void *arg);
void		 loop_watch_for(struct loop_watch *, unsigned events);
void		 loop_unwatch(struct loop_watch *);	/* NULL is fine; fd stays open */

struct loop_timer *loop_after(struct loop *, msec delay,
		    void (*fire)(void *arg), void *arg);
void		 loop_cancel(struct loop_timer *);	/* not after it fired; NULL is fine */

/* Called once at the end of every turn, after all callbacks: the place for a
 * group commit.  One per loop. */
void		 loop_at_turn_end(struct loop *, void (*fn)(void *arg), void *arg);

#endif
