#include "proc/sandbox.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "tap.h"

/*
 * The sandbox fails closed: where the kernel refuses a step, the process
 * ends.  Kernels that lack something are real ones with a filter before them.
 */
enum { REACHED = 42, NOT_SET_UP = 99 };

static uid_t uid;
static gid_t gid;

/* What became of a child that was set up (or not), entered and asked fn. */
static int
outcome(const struct sandbox *s, int (*setup)(void), int (*fn)(void))
{
	int status;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	assert(pid != -1);
	if (pid == 0) {
		if (setup != NULL && setup() != 0)
			_exit(NOT_SET_UP);
		sandbox_enter(s);
		_exit(fn == NULL ? REACHED : fn());
	}
	assert(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    256 + WTERMSIG(status);
}

static int
as(uid_t u, gid_t g)
{
	const struct sandbox s = { .role = SANDBOX_LINK, .uid = u, .gid = g };

	return outcome(&s, NULL, NULL);
}

static int
with(int (*setup)(void), enum sandbox_role role, int (*fn)(void))
{
	const struct sandbox s = {
		.role = role, .uid = uid, .gid = gid, .dir = "/tmp",
	};

	return outcome(&s, setup, fn);
}

static int
without_call(int nr, int error)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	int rc;

	if (f == NULL)
		return -1;
	rc = seccomp_rule_add(f, SCMP_ACT_ERRNO((uint32_t)error), nr, 0);
	if (rc == 0)
		rc = seccomp_load(f);
	seccomp_release(f);
	return rc;
}

static int
no_seccomp(void)
{
	return without_call(SCMP_SYS(seccomp), EINVAL);
}

static int
no_landlock(void)
{
	return without_call(SCMP_SYS(landlock_create_ruleset), ENOSYS);
}

static int
landlock_refuses(void)
{
	return without_call(SCMP_SYS(landlock_restrict_self), EPERM);
}

static int
cannot_drop(void)
{
	return without_call(SCMP_SYS(capset), EPERM);
}

static void *
wait_long(void *arg)
{
	(void)pause();
	return arg;
}

static int
second_thread(void)
{
	pthread_t t;

	return pthread_create(&t, NULL, wait_long, NULL);
}

static int
root_keeps_its_ids(void)
{
	return without_call(SCMP_SYS(setresuid), 0);
}

static int
open_hosts(void)
{
	return open("/etc/hosts", O_RDONLY | O_CLOEXEC) == -1 ? errno : 0;
}

static int
make_socket(void)
{
	return socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0) == -1 ?
	    errno : 0;
}

static void
ids(void)
{
	OK(as(uid, gid) == REACHED, "with good ids the process goes on");
	OK(as(0, gid) == EXIT_FAILURE, "as root it ends");
	OK(as((uid_t)-1, gid) == EXIT_FAILURE, "with an impossible uid it ends");
	OK(as(uid, (gid_t)-1) == EXIT_FAILURE, "with an impossible gid it ends");
	OK(as(uid + 1, gid) == (geteuid() == 0 ? REACHED : EXIT_FAILURE),
	    "only root can become another");
	if (geteuid() == 0)
		OK(with(root_keeps_its_ids, SANDBOX_LINK, NULL) == EXIT_FAILURE,
		    "where setresuid says yes and does nothing it ends");
}

static void
kernel_refuses(void)
{
	const struct sandbox nowhere = {
		.role = SANDBOX_VAULT, .uid = uid, .gid = gid,
		.dir = "/nonexistent",
	};

	OK(with(no_seccomp, SANDBOX_LINK, NULL) == EXIT_FAILURE,
	    "where seccomp cannot be installed it ends");
	OK(with(cannot_drop, SANDBOX_LINK, NULL) == EXIT_FAILURE,
	    "where capabilities cannot be dropped it ends");
	OK(with(second_thread, SANDBOX_LINK, NULL) == EXIT_FAILURE,
	    "with a second thread it ends");
	if (sandbox_landlock() == 0)
		return;
	OK(with(landlock_refuses, SANDBOX_LINK, NULL) == EXIT_FAILURE,
	    "where Landlock is there and refuses it ends");
	OK(outcome(&nowhere, NULL, NULL) == EXIT_FAILURE,
	    "with no data directory to be held to it ends");
}

static void
no_landlock_at_all(void)
{
	int got;

	for (int r = 0; r < SANDBOX_ROLES; r++)
		OK(with(no_landlock, (enum sandbox_role)r, NULL) == REACHED,
		    "role %d goes on without Landlock", r);
	got = with(no_landlock, SANDBOX_COURIER, open_hosts);
	OK(got == EPERM, "but courier then opens nothing (%d)", got);
	got = with(no_landlock, SANDBOX_COURIER, make_socket);
	OK(got == 0, "and still has sockets (%d)", got);
}

int
main(void)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	uid = geteuid() == 0 ? 65534 : getuid();
	gid = geteuid() == 0 ? 65534 : getgid();
	log_init("sandbox_closed_test", LOG_LEVEL_ERROR);
	/* The refusals' log lines are not for the reader of this test. */
	(void)dup2(null, STDERR_FILENO);
	ids();
	kernel_refuses();
	no_landlock_at_all();
	return tap_done();
}
