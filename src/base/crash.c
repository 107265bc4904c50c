#include "base/crash.h"

#ifdef CRASH_POINTS
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
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
	point[0] = '\0';	/* who is let go on does so */
	(void)kill(getpid(), stops ? SIGSTOP : SIGKILL);
}

static const volatile int64_t *wrong_by;

void
crash_clock(const char *dir)
{
	char path[600];
	void *p;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/clock-step", dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return;
	p = mmap(NULL, sizeof(*wrong_by), PROT_READ, MAP_SHARED, fd, 0);
	(void)close(fd);
	if (p != MAP_FAILED)
		wrong_by = p;
}

int64_t
crash_clock_step(void)
{
	return wrong_by == NULL ? 0 : *wrong_by;
}
#endif
