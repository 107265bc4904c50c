#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "proc/sandbox_steps.h"

/*
 * Landlock by system call: glibc 2.36 has no wrappers, and the headers of a
 * build machine may be older than the kernel that runs the program.  Hence
 * numbers and names of our own; both are kernel ABI and do not change.
 */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset	444
#define SYS_landlock_add_rule		445
#define SYS_landlock_restrict_self	446
#endif

enum {
	CREATE_RULESET_VERSION = 1,
	RULE_PATH_BENEATH = 1,
};

enum fs_right {
	FS_EXECUTE = 1 << 0,
	FS_WRITE_FILE = 1 << 1,
	FS_READ_FILE = 1 << 2,
	FS_READ_DIR = 1 << 3,
	FS_REMOVE_DIR = 1 << 4,
	FS_REMOVE_FILE = 1 << 5,
	FS_MAKE_CHAR = 1 << 6,
	FS_MAKE_DIR = 1 << 7,
	FS_MAKE_REG = 1 << 8,
	FS_MAKE_SOCK = 1 << 9,
	FS_MAKE_FIFO = 1 << 10,
	FS_MAKE_BLOCK = 1 << 11,
	FS_MAKE_SYM = 1 << 12,
	FS_REFER = 1 << 13,
	FS_TRUNCATE = 1 << 14,
	FS_IOCTL_DEV = 1 << 15,
	FS_VERSION_1 = (1 << 13) - 1,
};

enum net_right {
	NET_BIND_TCP = 1 << 0,
	NET_CONNECT_TCP = 1 << 1,
};

enum scope {
	SCOPE_ABSTRACT_UNIX_SOCKET = 1 << 0,
	SCOPE_SIGNAL = 1 << 1,
};

/* Kernels take a longer one than they know when what they do not know is 0. */
struct ruleset {
	uint64_t	fs;
	uint64_t	net;
	uint64_t	scoped;
};

struct beneath {
	uint64_t	rights;
	int32_t		dirfd;
} __attribute__((packed));

int
sandbox_landlock(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0,
	    CREATE_RULESET_VERSION);

	return version > 0 ? (int)version : 0;
}

/* What a kernel of this version can forbid, and the role does not need. */
static struct ruleset
forbidden(enum sandbox_role role, int version)
{
	struct ruleset r = { .fs = FS_VERSION_1 };

	if (version >= 2)
		r.fs |= FS_REFER;
	if (version >= 3)
		r.fs |= FS_TRUNCATE;
	if (version >= 4) {
		r.net = NET_BIND_TCP;
		if (role != SANDBOX_COURIER)
			r.net |= NET_CONNECT_TCP;
	}
	if (version >= 5)
		r.fs |= FS_IOCTL_DEV;
	if (version >= 6)
		r.scoped = SCOPE_SIGNAL | SCOPE_ABSTRACT_UNIX_SOCKET;
	return r;
}

static bool
allow(int ruleset, int path_fd, uint64_t rights)
{
	struct beneath b = { .rights = rights, .dirfd = path_fd };

	return syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &b,
	    0) == 0;
}

/* Absent is fine: then there is nothing to be allowed. */
static bool
allow_if_there(int ruleset, const char *path, uint64_t rights)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	bool ok;

	if (fd == -1)
		return errno == ENOENT || errno == EACCES || errno == ENOTDIR;
	ok = allow(ruleset, fd, rights);
	(void)close(fd);
	return ok;
}

static bool
allow_vault(int ruleset, const struct sandbox *s, uint64_t handled)
{
	const uint64_t rights = FS_READ_FILE | FS_WRITE_FILE | FS_READ_DIR |
	    FS_REMOVE_DIR | FS_REMOVE_FILE | FS_MAKE_DIR | FS_MAKE_REG |
	    FS_REFER | FS_TRUNCATE;
	int fd = open(s->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool ok;

	if (fd == -1)
		return false;
	ok = allow(ruleset, fd, rights & handled);
	(void)close(fd);
	/* SQLite salts its log from there, or else from the clock. */
	return ok && allow_if_there(ruleset, "/dev/urandom", FS_READ_FILE);
}

/*
 * The resolver's files: resolv.conf, hosts, nsswitch.conf, gai.conf.  The
 * folder, not the files: they are replaced by rename while we run.
 * resolv.conf is often a link to where a manager of networks writes it.
 * The certificate that libcurl opens as /proc/self/fd/N needs no rule:
 * memfds lie on a file system without a path, which Landlock leaves alone.
 */
static bool
allow_courier(int ruleset)
{
	char path[PATH_MAX];
	char *slash;

	if (!allow_if_there(ruleset, "/etc", FS_READ_FILE))
		return false;
	if (realpath("/etc/resolv.conf", path) == NULL)
		return true;
	slash = strrchr(path, '/');
	if (slash == path)
		return true;
	*slash = '\0';
	return allow_if_there(ruleset, path, FS_READ_FILE);
}

bool
sandbox_landlock_enter(const struct sandbox *s)
{
	struct ruleset r = forbidden(s->role, sandbox_landlock());
	bool ok = true;
	int fd;

	fd = (int)syscall(SYS_landlock_create_ruleset, &r, sizeof(r), 0);
	if (fd == -1)
		return false;
	if (s->role == SANDBOX_VAULT)
		ok = allow_vault(fd, s, r.fs);
	else if (s->role == SANDBOX_COURIER)
		ok = allow_courier(fd);
	ok = ok && syscall(SYS_landlock_restrict_self, fd, 0) == 0;
	(void)close(fd);
	return ok;
}
