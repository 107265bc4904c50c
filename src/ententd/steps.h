#ifndef ENTENTD_STEPS_H
#define ENTENTD_STEPS_H

#include "ententd/vault.h"

/*
 * The clock on the wall may be set while a node runs: by an operator, by a time
 * server that lies or has come to its senses.  A step of more than two minutes
 * is told in log, audit and status, and for a quarter of an hour after it
 * nothing is taken to be over: no message lapses, none is refused for its times
 * but told "later", no shelf is ended.  A step that is taken back within that
 * time has then done no harm.
 */
struct steps;

struct steps	*steps_new(void);
/* Watch the clock from now on; not before the audit can be written. */
void		 steps_start(struct vault *);
/* Looks at the clock first. */
bool		 steps_unsettled(struct vault *);
/* When it was set last, 0 for never, and by how much. */
msec		 steps_last(const struct vault *, msec *by);

#endif
