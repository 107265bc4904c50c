#include "proc/sandbox.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>

#include <signal.h>
#include <sodium.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "sandbox_child.h"
#include "tap.h"

static char inside[96], outside[64] = "/tmp/entente-outside-XXXXXX";

static const char *const names[SANDBOX_ROLES] = {
	"link", "desk", "vault", "keys", "courier",
};

static void
all_roles(int (*fn)(void), int want, const char *fact)
{
	for (int r = 0; r < SANDBOX_ROLES; r++) {
		int got = in_role((enum sandbox_role)r, fn);

		OK(got == want, "%s: %s (%d)", names[r], fact, got);
	}
}

/* The questions: each answers errno, or 0 when it was allowed. */

static int
open_outside(void)
{
	return open(outside, O_RDONLY | O_CLOEXEC) == -1 ? errno : 0;
}

static int
open_inside(void)
{
	return open(inside, O_RDWR | O_CLOEXEC) == -1 ? errno : 0;
}

static int
create_file(void)
{
	return open("/tmp/entente-never", O_WRONLY | O_CREAT | O_CLOEXEC,
	    0600) == -1 ? errno : 0;
}

static int
make_socket(void)
{
	return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) == -1 ? errno : 0;
}

static int
make_netlink(void)
{
	return socket(AF_NETLINK, SOCK_RAW, 0) == -1 ? errno : 0;
}

static int
connect_anything(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };

	return connect(0, (const struct sockaddr *)&a, sizeof(a)) == -1 ?
	    errno : 0;
}

static int
bind_anything(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };

	return bind(0, (const struct sockaddr *)&a, sizeof(a)) == -1 ?
	    errno : 0;
}

static int
exec(void)
{
	char *const argv[] = { NULL };

	(void)execve("/bin/true", argv, argv);
	return errno;
}

static int
trace(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == -1 ? errno : 0;
}

static int
kill_parent(void)
{
	return kill(getppid(), 0) == -1 ? errno : 0;
}

static int
fork_one(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid == -1 ? errno : 0;
}

static int
share_memory(void)
{
	/* Refused before it could begin, so it needs no stack. */
	return syscall(SYS_clone, CLONE_VM | SIGCHLD, NULL, NULL, NULL, 0) ==
	    -1 ? errno : 0;
}

static int
new_namespace(void)
{
	return syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL,
	    0) == -1 ? errno : 0;
}

static int
run_what_was_written(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0)
		return 0;
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0;
}

static int
more_filters(void)
{
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) == -1 ?
	    errno : 0;
}

static int
unlisted(void)
{
	(void)syscall(SYS_swapoff, "/nowhere");
	return 0;
}

static void *
nothing(void *arg)
{
	return arg;
}

static int
start_thread(void)
{
	pthread_t t;
	int rc = pthread_create(&t, NULL, nothing, NULL);

	return rc != 0 ? rc : pthread_join(t, NULL);
}

static int
who(void)
{
	struct rlimit core;
	uid_t r, e, s;

	if (getresuid(&r, &e, &s) != 0 || r != uid || e != uid || s != uid)
		return 1;
	if (getgid() != gid || getegid() != gid)
		return 2;
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return 3;
	if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
		return 4;
	if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_max != 0)
		return 5;
	return 0;
}

static int
ordinary_life(void)
{
	char buf[16];
	struct stat st;
	time_t now = time(NULL);
	struct tm tm;
	void *p = malloc(8 << 20);
	int fds[2];

	if (p == NULL || pipe(fds) != 0 || write(fds[1], "x", 1) != 1 ||
	    fstat(fds[0], &st) != 0 || read(fds[0], buf, sizeof(buf)) != 1 ||
	    localtime_r(&now, &tm) == NULL)
		return 1;
	memset(p, 1, 8 << 20);
	free(p);
	randombytes_buf(buf, sizeof(buf));
	p = sodium_malloc(32);
	if (p == NULL)
		return 2;
	sodium_free(p);
	log_debug("still able to log");
	return 0;
}

static int
die_by_assert(void)
{
	abort();
}

static void
every_role(void)
{
	bool held = sandbox_landlock() > 0;

	all_roles(ordinary_life, 0, "memory, pipes, time and chance work");
	all_roles(who, 0, "is the data directory's owner, no core, no rise");
	all_roles(exec, EPERM, "cannot execve");
	all_roles(trace, EPERM, "cannot ptrace");
	all_roles(bind_anything, EPERM, "cannot bind");
	all_roles(make_netlink, EPERM, "cannot ask netlink");
	all_roles(kill_parent, EPERM, "cannot signal another process");
	all_roles(share_memory, EPERM, "cannot clone into its own memory");
	all_roles(new_namespace, EPERM, "cannot enter a user namespace");
	all_roles(run_what_was_written, EPERM, "cannot run written memory");
	all_roles(more_filters, EPERM, "cannot load another filter");
	all_roles(unlisted, 256 + SIGSYS, "dies of a call in no table");
	all_roles(die_by_assert, 256 + SIGABRT, "dies by abort as usual");
	for (int i = 0; i < SANDBOX_ROLES; i++) {
		enum sandbox_role r = (enum sandbox_role)i;
		bool vault = r == SANDBOX_VAULT, courier = r == SANDBOX_COURIER;
		int no = held && (vault || courier) ? EACCES : EPERM;
		int got = in_role(r, open_outside);

		OK(got == (vault && !held ? 0 : no),
		    "%s: a file outside (%d)", names[r], got);
		got = in_role(r, open_inside);
		OK(got == (vault ? 0 : EPERM),
		    "%s: a file in the data directory (%d)", names[r], got);
		got = in_role(r, create_file);
		OK(got == (!vault ? EPERM : held ? EACCES : 0),
		    "%s: a new file elsewhere (%d)", names[r], got);
		got = in_role(r, make_socket);
		OK(got == (courier ? 0 : EPERM), "%s: socket (%d)", names[r],
		    got);
		got = in_role(r, connect_anything);
		OK(got == (courier ? ENOTSOCK : EPERM), "%s: connect (%d)",
		    names[r], got);
		got = in_role(r, fork_one);
		OK(got == (r == SANDBOX_KEYS ? 0 : EPERM), "%s: fork (%d)",
		    names[r], got);
		got = in_role(r, start_thread);
		OK(got == (courier ? 0 : EPERM), "%s: thread (%d)", names[r],
		    got);
	}
}

static void
prepare(void)
{
	int fd;

	make_dir();
	(void)snprintf(inside, sizeof(inside), "%s/inside", dir);
	fd = open(inside, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert(fd != -1 && fchown(fd, uid, gid) == 0);
	(void)close(fd);
	fd = mkstemp(outside);
	assert(fd != -1 && fchmod(fd, 0644) == 0);
	(void)close(fd);
}

int
main(void)
{
	assert(sodium_init() != -1);
	log_init("sandbox_test", LOG_LEVEL_ERROR);
	prepare();
	printf("# Landlock %d\n", sandbox_landlock());
	every_role();
	(void)unlink("/tmp/entente-never");
	(void)unlink(inside);
	(void)unlink(outside);
	OK(rmdir(dir) == 0, "nothing is left behind");
	return tap_done();
}
