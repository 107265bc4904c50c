#ifndef TEST_SANDBOX_CHILD_H
#define TEST_SANDBOX_CHILD_H

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc/sandbox.h"

/* Asking inside a sandbox: a child enters a role, with a data directory of
 * the test's own, as nobody when the test runs as root. */
static char dir[64] = "/tmp/entente-sandbox-XXXXXX";
static uid_t uid;
static gid_t gid;

static inline void
make_dir(void)
{
	uid = geteuid() == 0 ? 65534 : getuid();
	gid = geteuid() == 0 ? 65534 : getgid();
	assert(mkdtemp(dir) != NULL);
	assert(chown(dir, uid, gid) == 0);
}

/*
 * fn runs in a child that entered the role; what it returns (0..100) is
 * returned, or 256 and the signal that killed the child.
 */
static inline int
in_role(enum sandbox_role role, int (*fn)(void))
{
	const struct sandbox s = {
		.role = role, .uid = uid, .gid = gid, .dir = dir,
	};
	int status;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	assert(pid != -1);
	if (pid == 0) {
		sandbox_enter(&s);
		_exit(fn());
	}
	assert(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    256 + WTERMSIG(status);
}

#endif
