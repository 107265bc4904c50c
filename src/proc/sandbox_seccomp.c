#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#ifdef CRASH_POINTS
#include <signal.h>
#endif
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proc/sandbox_steps.h"

/*
 * What each role may ask of the kernel, as tables.  There are three answers:
 *
 *	a call in one of the role's groups, its condition met	is done
 *	the same with its condition not met, or in `asked`	EPERM
 *	any other						kills the process
 *
 * libseccomp knows one default answer a filter, so two filters are loaded and
 * the kernel takes the harsher answer: `known` kills what is in no table,
 * `allowed` says EPERM to what is not allowed.  A kill is in the kernel's
 * audit log with the number of the call (ausearch -m SECCOMP, or dmesg).
 *
 * A condition reads: argument number `arg`, ANDed with `mask`, is `value`.
 * Flags and commands are compared in the 32 bits that the kernel looks at.
 */
struct call {
	int		nr;
	bool		conditional;
	unsigned	arg;
	uint32_t	mask;
	uint32_t	value;
};
#define CALL(name) \
	{ .nr = SCMP_SYS(name) }
#define IF(name, a, m, v) \
	{ .nr = SCMP_SYS(name), .conditional = true, .arg = (a), \
	  .mask = (uint32_t)(m), .value = (uint32_t)(v) }
#define IS(name, a, v)		IF(name, a, UINT32_MAX, v)

struct group {
	const struct call	*calls;
	size_t			 n;
};
#define GROUP(a)	{ (a), sizeof(a) / sizeof((a)[0]) }

/* No new namespace in any clone(2), and nobody traces along. */
#define CLONE_NEVER	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | \
			 CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | \
			 CLONE_NEWNET | CLONE_PTRACE | CLONE_UNTRACED | \
			 CLONE_PARENT)

/* O_TMPFILE has the bit of O_DIRECTORY in it, which is harmless. */
#define OPEN_WRITES	(O_ACCMODE | O_CREAT | O_TRUNC | \
			 (O_TMPFILE & ~O_DIRECTORY))

/* Everybody: memory, time, readiness, and what was given as a descriptor. */
static const struct call basic[] = {
	/* Memory, never both written and run. */
	CALL(brk), CALL(munmap), CALL(mremap), CALL(madvise), CALL(mlock),
	CALL(munlock),
	IF(mmap, 2, PROT_EXEC, 0),
	IF(mprotect, 2, PROT_EXEC, 0),

	/* Descriptors. */
	CALL(read), CALL(readv), CALL(pread64), CALL(write), CALL(writev),
	CALL(pwrite64), CALL(lseek), CALL(close), CALL(close_range), CALL(dup),
	CALL(dup2), CALL(dup3), CALL(pipe), CALL(pipe2), CALL(fstat),
	CALL(ftruncate), CALL(memfd_create),
	/* How glibc says fstat().  A path beside the flag tells no more than
	 * that a file is there. */
	IF(newfstatat, 3, AT_EMPTY_PATH, AT_EMPTY_PATH),
	IF(statx, 2, AT_EMPTY_PATH, AT_EMPTY_PATH),
	IS(fcntl, 1, F_GETFD), IS(fcntl, 1, F_SETFD), IS(fcntl, 1, F_GETFL),
	IS(fcntl, 1, F_SETFL), IS(fcntl, 1, F_DUPFD),
	IS(fcntl, 1, F_DUPFD_CLOEXEC), IS(fcntl, 1, F_ADD_SEALS),
	IS(fcntl, 1, F_GET_SEALS), IS(fcntl, 1, F_GETPIPE_SZ),
	IS(fcntl, 1, F_SETPIPE_SZ),
	IS(ioctl, 1, FIONBIO), IS(ioctl, 1, FIONREAD),

	/* Channels to the other processes. */
	CALL(sendmsg), CALL(recvmsg), CALL(sendto), CALL(recvfrom),
	CALL(shutdown),

	/* Readiness and time. */
	CALL(epoll_create1), CALL(epoll_ctl), CALL(epoll_wait),
	CALL(epoll_pwait), CALL(poll), CALL(ppoll), CALL(select),
	CALL(pselect6), CALL(eventfd2), CALL(timerfd_create),
	CALL(timerfd_settime), CALL(timerfd_gettime), CALL(clock_gettime),
	CALL(clock_getres), CALL(clock_nanosleep), CALL(nanosleep),
	CALL(gettimeofday), CALL(time), CALL(times),

	/* Of oneself. */
	CALL(getrandom), CALL(getpid), CALL(getppid), CALL(gettid),
	CALL(getuid), CALL(geteuid), CALL(getgid), CALL(getegid),
	CALL(getresuid), CALL(getresgid), CALL(getrusage), CALL(getrlimit),
	CALL(sysinfo), CALL(uname), CALL(getcpu), CALL(sched_yield),
	CALL(sched_getaffinity),
	IS(prlimit64, 0, 0),
	IS(prctl, 0, PR_SET_NAME), IS(prctl, 0, PR_GET_NAME),
	IS(prctl, 0, PR_SET_PDEATHSIG), IS(prctl, 0, PR_GET_DUMPABLE),
	IS(prctl, 0, PR_GET_NO_NEW_PRIVS), IS(prctl, 0, PR_GET_SECCOMP),

	/* Threads' memory words, signals, the end. */
	CALL(futex), CALL(set_robust_list), CALL(set_tid_address), CALL(rseq),
	CALL(rt_sigaction), CALL(rt_sigprocmask), CALL(rt_sigreturn),
	CALL(rt_sigtimedwait), CALL(sigaltstack), CALL(signalfd4),
	CALL(restart_syscall), CALL(exit), CALL(exit_group),

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifdef SANITIZED
	CALL(mincore), CALL(getdents64),
#endif
#ifdef CRASH_POINTS
	/* Itself (base/crash.h); Landlock lets it reach nobody else. */
	IS(kill, 1, SIGKILL), IS(kill, 1, SIGSTOP),
#endif
};

/* The listeners stand before the sandbox; here they are only served. */
static const struct call serve[] = {
	CALL(accept), CALL(accept4), CALL(getsockopt), CALL(setsockopt),
	CALL(getsockname), CALL(getpeername), CALL(sendfile), CALL(sendmmsg),
	CALL(recvmmsg),
};

/* Files and folders; Landlock holds them beneath the data directory. */
static const struct call files[] = {
	CALL(open), CALL(openat), CALL(newfstatat), CALL(stat), CALL(lstat),
	CALL(statx), CALL(statfs), CALL(fstatfs), CALL(access), CALL(faccessat),
	CALL(faccessat2), CALL(readlink), CALL(readlinkat), CALL(getcwd),
	CALL(getdents64), CALL(mkdir), CALL(mkdirat), CALL(rmdir),
	CALL(unlink), CALL(unlinkat), CALL(rename), CALL(renameat),
	CALL(renameat2), CALL(link), CALL(linkat), CALL(fchmod), CALL(umask),
	CALL(fsync), CALL(fdatasync), CALL(sync_file_range), CALL(fallocate),
	CALL(fadvise64), CALL(preadv), CALL(pwritev), CALL(copy_file_range),
	CALL(sendfile), CALL(flock), CALL(msync),
	IS(fcntl, 1, F_GETLK), IS(fcntl, 1, F_SETLK), IS(fcntl, 1, F_SETLKW),
	IS(fcntl, 1, F_OFD_GETLK), IS(fcntl, 1, F_OFD_SETLK),
	IS(fcntl, 1, F_OFD_SETLKW),
};

/* Passwords are stretched in a child that shares no memory; the alarm is its
 * own bound, for nobody here may send signals to another process. */
static const struct call derive[] = {
	IF(clone, 0, CLONE_VM | CLONE_NEVER, 0),
	CALL(wait4), CALL(waitid), CALL(pidfd_open), CALL(alarm),
};

/* Out to the peers; the resolver of libcurl is a thread. */
static const struct call connect_out[] = {
	IS(socket, 0, AF_INET), IS(socket, 0, AF_INET6), IS(socket, 0, AF_UNIX),
	IS(socketpair, 0, AF_UNIX),
	CALL(connect), CALL(getsockopt), CALL(setsockopt), CALL(getsockname),
	CALL(getpeername), CALL(sendmmsg), CALL(recvmmsg),
	IF(clone, 0, CLONE_THREAD | CLONE_VM | CLONE_NEVER,
	    CLONE_THREAD | CLONE_VM),
};

/* Only where Landlock says which files. */
static const struct call resolver_files[] = {
	IF(openat, 2, OPEN_WRITES, 0), IF(open, 1, OPEN_WRITES, 0),
	CALL(newfstatat), CALL(stat), CALL(lstat), CALL(statx),
	CALL(readlink), CALL(readlinkat), CALL(fadvise64),
};

/* Libraries probe with these, and the tests ask: a plain no is enough. */
static const struct call asked[] = {
	CALL(open), CALL(openat), CALL(openat2), CALL(creat),
	CALL(newfstatat), CALL(stat), CALL(lstat), CALL(statx), CALL(access),
	CALL(faccessat), CALL(faccessat2), CALL(readlink), CALL(readlinkat),
	CALL(getcwd), CALL(socket), CALL(socketpair), CALL(connect),
	CALL(bind), CALL(listen), CALL(execve), CALL(execveat), CALL(ptrace),
	CALL(kill), CALL(tkill), CALL(tgkill), CALL(clone), CALL(clone3),
	CALL(fork), CALL(vfork), CALL(seccomp),
};

static const struct group asked_group = GROUP(asked);

enum { GROUPS = 4 };
static const struct group roles[SANDBOX_ROLES][GROUPS] = {
	[SANDBOX_LINK] = { GROUP(basic), GROUP(serve) },
	[SANDBOX_DESK] = { GROUP(basic), GROUP(serve) },
	[SANDBOX_VAULT] = { GROUP(basic), GROUP(files) },
	[SANDBOX_KEYS] = { GROUP(basic), GROUP(derive) },
	[SANDBOX_COURIER] = { GROUP(basic), GROUP(connect_out) },
};
static const struct group with_landlock[SANDBOX_ROLES] = {
	[SANDBOX_COURIER] = GROUP(resolver_files),
};

static int
add(scmp_filter_ctx f, uint32_t action, const struct call *c, bool conditions)
{
	struct scmp_arg_cmp cmp = {
		.arg = c->arg,
		.op = SCMP_CMP_MASKED_EQ,
		.datum_a = c->mask,
		.datum_b = c->value,
	};
	int rc;

	if (conditions && c->conditional)
		rc = seccomp_rule_add_array(f, action, c->nr, 1, &cmp);
	else
		rc = seccomp_rule_add_array(f, action, c->nr, 0, NULL);
	/* A call may stand in two groups. */
	return rc == -EEXIST ? 0 : rc;
}

static int
add_group(scmp_filter_ctx f, const struct group *g, bool conditions)
{
	int rc = 0;

	for (size_t i = 0; i < g->n && rc == 0; i++)
		rc = add(f, SCMP_ACT_ALLOW, &g->calls[i], conditions);
	return rc;
}

static int
add_role(scmp_filter_ctx f, enum sandbox_role role, bool confined,
    bool conditions)
{
	int rc = 0;

	for (size_t i = 0; i < GROUPS && rc == 0; i++)
		rc = add_group(f, &roles[role][i], conditions);
	if (rc == 0 && confined)
		rc = add_group(f, &with_landlock[role], conditions);
	return rc;
}

/* What abort() needs: a signal to oneself.  The one rule that is not data. */
static int
add_own_signal(scmp_filter_ctx f)
{
	const struct call own = IS(tgkill, 0, getpid());

	return add(f, SCMP_ACT_ALLOW, &own, true);
}

static int
fill_known(scmp_filter_ctx f, enum sandbox_role role, bool confined)
{
	int rc = add_role(f, role, confined, false);

	return rc != 0 ? rc : add_group(f, &asked_group, false);
}

static int
fill_allowed(scmp_filter_ctx f, enum sandbox_role role, bool confined)
{
	/* Its flags lie in memory, where no filter can read them; told that it
	 * is not there, glibc takes clone(2). */
	const struct call clone3 = CALL(clone3);
	int rc = add_role(f, role, confined, true);

	if (rc == 0)
		rc = add_own_signal(f);
	return rc != 0 ? rc : add(f, SCMP_ACT_ERRNO(ENOSYS), &clone3, false);
}

static scmp_filter_ctx
filter_new(uint32_t otherwise)
{
	scmp_filter_ctx f = seccomp_init(otherwise);

	if (f == NULL)
		return NULL;
	/* no_new_privs is set by now, and no filter allows to set it again. */
	if (seccomp_attr_set(f, SCMP_FLTATR_CTL_NNP, 0) != 0 ||
	    seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2) != 0 ||
	    seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH,
	    SCMP_ACT_KILL_PROCESS) != 0) {
		seccomp_release(f);
		return NULL;
	}
	return f;
}

bool
sandbox_seccomp_enter(enum sandbox_role role, bool confined)
{
	scmp_filter_ctx known = filter_new(SCMP_ACT_KILL_PROCESS);
	scmp_filter_ctx allowed = filter_new(SCMP_ACT_ERRNO(EPERM));
	int rc = -ENOSYS;

	if (known == NULL || allowed == NULL)
		goto out;
	rc = fill_known(known, role, confined);
	if (rc == 0)
		rc = fill_allowed(allowed, role, confined);
	/* The order matters: `known` lets seccomp(2) through for `allowed`,
	 * which then forbids it. */
	if (rc == 0)
		rc = seccomp_load(known);
	if (rc == 0)
		rc = seccomp_load(allowed);
out:
	if (known != NULL)
		seccomp_release(known);
	if (allowed != NULL)
		seccomp_release(allowed);
	errno = -rc;
	return rc == 0;
}
