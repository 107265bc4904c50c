#include "base/crash.h"

#ifdef CRASH_POINTS
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static char point[CRASH_NAME];
static bool stops;

void
crash_arm(int dir)
{
	int fd = openat(dir, "crash-point", O_RDONLY | O_CLOEXEC);
	ssize_t n;
	char *end;

	if (fd == -1)
		return;
	n = read(fd, point, sizeof(point) - 1);
	(void)close(fd);
	(void)unlinkat(dir, "crash-point", 0);
	point[n < 0 ? 0 : n] = '\0';
	point[strcspn(point, "\n")] = '\0';
	end = strstr(point, " stop");
	stops = end != NULL;
	if (end != NULL)
		*end = '\0';
}

bool
crash_is_armed(const char *name)
{
	return strcmp(name, point) == 0;
}

void
crash_here(const char *name)
{
	if (!crash_is_armed(name))
		return;
	(void)kill(getpid(), stops ? SIGSTOP : SIGKILL);
}
#endif
