#ifndef PROC_LOOP_H
#define PROC_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

/*
 * One thread, one epoll.  Callbacks are told which descriptor is ready for
 * what; timers fire once.  A watch or timer may be stopped at any time, from
 * its own callback too: it is not called again after that.
 */
struct loop;
struct loop_watch;
struct loop_timer;

enum loop_events { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_HANGUP = 4 };

struct loop	*loop_new(void);
void		 loop_free(struct loop *);
/* Runs until loop_stop(). */
void		 loop_run(struct loop *);
void		 loop_stop(struct loop *);

struct loop_watch *loop_watch(struct loop *, int fd, unsigned events,
		    void (*ready)(void *arg, unsigned events), void *arg);
void		 loop_watch_for(struct loop_watch *, unsigned events);
void		 loop_unwatch(struct loop_watch *);	/* NULL is fine; fd stays open */

struct loop_timer *loop_after(struct loop *, msec delay,
		    void (*fire)(void *arg), void *arg);
void		 loop_cancel(struct loop_timer *);	/* before it fired; NULL is fine */

/* Called once at the end of every turn, after all callbacks: the place for a
 * group commit.  One per loop. */
void		 loop_at_turn_end(struct loop *, void (*fn)(void *arg), void *arg);

#endif
