#include "proc/sandbox.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "proc/sandbox_steps.h"

static const char *const role_name[SANDBOX_ROLES] = {
	[SANDBOX_LINK] = "link",
	[SANDBOX_DESK] = "desk",
	[SANDBOX_VAULT] = "vault",
	[SANDBOX_KEYS] = "keys",
	[SANDBOX_COURIER] = "courier",
};

/* Fails closed: a step that the kernel refuses is the end. */
static void
must(bool done, const char *step)
{
	if (done)
		return;
	log_error("sandbox: %s: %s", step, strerror(errno));
	_exit(EXIT_FAILURE);
}

/* Landlock, ids and capabilities hold for the thread that asks for them: with
 * a second thread they would hold for half a process. */
static void
refuse_threads(void)
{
	struct stat st;

	if (stat("/proc/self/task", &st) == 0 && st.st_nlink != 3) {
		log_error("sandbox: the process already has threads");
		_exit(EXIT_FAILURE);
	}
}

static void
become(uid_t uid, gid_t gid)
{
	uid_t r, e, s;
	gid_t gr, ge, gs;

	if (uid == 0) {
		log_error("sandbox: refusing to run as root; give the data "
		    "directory an owner of its own");
		_exit(EXIT_FAILURE);
	}
	if (geteuid() == 0) {
		must(setgroups(0, NULL) == 0, "groups");
		must(setresgid(gid, gid, gid) == 0, "group id");
		must(setresuid(uid, uid, uid) == 0, "user id");
	}
	must(getresuid(&r, &e, &s) == 0 && getresgid(&gr, &ge, &gs) == 0,
	    "reading the ids");
	/* (uid_t)-1 means "leave as it is" to setresuid(2), so what was asked
	 * for proves nothing: only what is there now does. */
	if (r != uid || e != uid || s != uid ||
	    gr != gid || ge != gid || gs != gid || e == 0) {
		log_error("sandbox: running as uid %lu gid %lu, not as the "
		    "data directory's owner", (unsigned long)e,
		    (unsigned long)ge);
		_exit(EXIT_FAILURE);
	}
}

/* A service manager may have given an ordinary user some, to bind low ports. */
static void
drop_capabilities(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];

	memset(none, 0, sizeof(none));
	must(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0,
	    "ambient capabilities");
	must(syscall(SYS_capset, &head, none) == 0, "capabilities");
}

void
sandbox_enter(const struct sandbox *s)
{
#ifdef MEMCHECK
	/* valgrind works inside the process, and needs what no role has. */
	log_warn("%s: no sandbox, a build for valgrind", role_name[s->role]);
	return;
#endif
	const struct rlimit no_core = { 0, 0 };
	int landlock = sandbox_landlock();

	/* /etc/localtime cannot be read later. */
	tzset();
	refuse_threads();
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs");
	become(s->uid, s->gid);
	drop_capabilities();
	must(setrlimit(RLIMIT_CORE, &no_core) == 0, "no core dumps");
	/* After the change of ids, which sets it anew. */
	must(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0, "not dumpable");
	if (landlock > 0)
		must(sandbox_landlock_enter(s), "Landlock");
	must(sandbox_seccomp_enter(s->role, landlock > 0), "seccomp");

	if (landlock > 0)
		log_info("sandbox: %s, uid %lu, seccomp, Landlock %d",
		    role_name[s->role], (unsigned long)s->uid, landlock);
	else
		log_warn("sandbox: %s, uid %lu, seccomp; this kernel has no "
		    "Landlock", role_name[s->role], (unsigned long)s->uid);
}
