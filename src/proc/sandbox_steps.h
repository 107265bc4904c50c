#ifndef PROC_SANDBOX_STEPS_H
#define PROC_SANDBOX_STEPS_H

#include <stdbool.h>

#include "proc/sandbox.h"

/*
 * The two steps of sandbox_enter() that have tables of their own.  Only the
 * sandbox's files include this.  Both return false with errno set.
 */

/* Needs a Landlock of version 1 or more and no_new_privs. */
bool	sandbox_landlock_enter(const struct sandbox *);
/* Needs no_new_privs.  `confined`: Landlock holds the role to its files. */
bool	sandbox_seccomp_enter(enum sandbox_role, bool confined);

#endif
