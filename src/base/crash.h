#ifndef BASE_CRASH_H
#define BASE_CRASH_H

/*
 * Where a process may be made to die, for test/crash/points.t; in ordinary
 * builds all of this is nothing.  In V=crash a vault takes the file
 * `crash-point` out of its data directory at its start: "NAME" kills it with
 * SIGKILL when it comes to that point, "NAME stop" stops it there, for the
 * test to kill it and its parent together.  The file is taken once, so who is
 * born again lives.
 *
 * There too every process of a node maps the file `clock-step` of its data
 * directory at its start, where it is: eight bytes, the milliseconds by which
 * its clock on the wall is wrong.  So a test steps the clock of one node
 * while it runs.
 */
enum { CRASH_NAME = 64 };
#ifdef CRASH_POINTS
#include <stdbool.h>
#include <stdint.h>

void	crash_arm(int dir);
bool	crash_is_armed(const char *name);
void	crash_here(const char *name);
void	crash_clock(const char *dir);
int64_t	crash_clock_step(void);
#define CRASH_ARM(dir)		crash_arm(dir)
#define CRASH_POINT(name)	crash_here(name)
#define CRASH_CLOCK(dir)	crash_clock(dir)
#define CRASH_CLOCK_STEP	crash_clock_step()
#else
#define CRASH_ARM(dir)		((void)0)
#define CRASH_POINT(name)	((void)0)
#define CRASH_CLOCK(dir)	((void)0)
#define CRASH_CLOCK_STEP	0
#endif

#endif
