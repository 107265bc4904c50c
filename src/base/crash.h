#ifndef BASE_CRASH_H
#define BASE_CRASH_H

/*
 * Where a process may be made to die, for test/crash/points.t; in ordinary
 * builds all of this is nothing.  In V=crash a vault takes the file
 * `crash-point` out of its data directory at its start: "NAME" kills it with
 * SIGKILL when it comes to that point, "NAME stop" stops it there, for the
 * test to kill it and its parent together.  The file is taken once, so who is
 * born again lives.
 */
enum { CRASH_NAME = 64 };
#ifdef CRASH_POINTS
#include <stdbool.h>

void	crash_arm(int dir);
bool	crash_is_armed(const char *name);
void	crash_here(const char *name);
#define CRASH_ARM(dir)		crash_arm(dir)
#define CRASH_POINT(name)	crash_here(name)
#else
#define CRASH_ARM(dir)		((void)0)
#define CRASH_POINT(name)	((void)0)
#endif

#endif
