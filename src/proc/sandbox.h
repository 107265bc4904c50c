#ifndef PROC_SANDBOX_H
#define PROC_SANDBOX_H

#include <sys/types.h>

/*
 * A child gives up what it does not need, in one call that fails closed: if
 * any step is refused by the kernel the process exits (Landlock alone is
 * optional, and its absence is logged).  Steps: time zone read, no_new_privs,
 * groups and ids of the data directory's owner (never root), capabilities,
 * no core dumps, Landlock rules, seccomp tables of the role.  Called while the
 * process has one thread.  What the tables do not list kills the process,
 * except openat and friends, socket, connect, execve, fork and the like, which
 * fail with EPERM so that libraries and tests can ask (sandbox_seccomp.c).
 */
enum sandbox_role {
	SANDBOX_LINK,		/* accept, no open, no socket, no connect */
	SANDBOX_DESK,		/* the same */
	SANDBOX_VAULT,		/* files under the data directory, no sockets */
	SANDBOX_KEYS,		/* no files, no sockets; may fork its deriver */
	SANDBOX_COURIER,	/* sockets, connect, threads; reads the resolver's
				 * files under /etc where Landlock can hold it to
				 * them, elsewhere only numeric addresses work */
	SANDBOX_ROLES
};

struct sandbox {
	enum sandbox_role	 role;
	uid_t			 uid;	/* of the data directory's owner */
	gid_t			 gid;
	const char		*dir;	/* SANDBOX_VAULT: the data directory */
};

void	sandbox_enter(const struct sandbox *);
/* Landlock's version here, 0 for none. */
int	sandbox_landlock(void);

#endif
