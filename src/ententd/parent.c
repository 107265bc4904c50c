#include "ententd/parent.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/crash.h"
#include "base/io.h"
#include "base/log.h"
#include "ententd/parent_state.h"

enum { DESCRIPTORS = 8192 };	/* for each process, where it may have so many */

/* -- the service manager ---------------------------------------------------- */

/* Tell the service manager, when there is one (sd_notify(3)'s protocol). */
static void
notify(const char *text)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd;

	if (path == NULL || strlen(path) >= sizeof(un.sun_path))
		return;
	(void)snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	if (un.sun_path[0] == '@')
		un.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return;
	(void)sendto(fd, text, strlen(text), 0, (const struct sockaddr *)&un,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path)));
	(void)close(fd);
}

void
parent_child_is_ready(struct parent *p, struct born *b)
{
	b->ready = true;
	for (int i = 0; i < CHILDREN; i++)
		if (!p->born[i].ready)
			return;
	if (!p->told_ready) {
		p->told_ready = true;
		log_info("ready");
		notify("READY=1");
	}
}

/* -- signals ---------------------------------------------------------------- */

static void
got_signal(void *arg, unsigned events)
{
	struct parent *p = arg;
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	(void)events;
	while (read(p->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
				parent_bury(p, pid, status);
		else {
			p->stopping = true;
			loop_stop(p->loop);
		}
	}
}

static bool
watch_signals(struct parent *p, struct err *err)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	p->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (p->signals == -1)
		return err_errno(err, "signals");
	p->signals_watch = loop_watch(p->loop, p->signals, LOOP_READ,
	    got_signal, p);
	return true;
}

/* -- opening ---------------------------------------------------------------- */

/* From root to the owner of the data directory; nothing here runs as root. */
static bool
drop(const struct config *c, struct err *err)
{
	if (c->uid == 0)
		return err_set(err, ERR_DENIED, "E-CONFIG-ROOT",
		    "%s belongs to root; ententd does not run as root: give the "
		    "directory to a user of its own", c->dir);
	if (geteuid() != 0) {
		if (geteuid() != c->uid)
			return err_set(err, ERR_DENIED, "E-CONFIG-OWNER",
			    "%s belongs to another user", c->dir);
		return true;
	}
	if (setgroups(0, NULL) == -1 ||
	    setresgid(c->gid, c->gid, c->gid) == -1 ||
	    setresuid(c->uid, c->uid, c->uid) == -1)
		return err_errno(err, "become the owner of %s", c->dir);
	(void)prctl(PR_SET_DUMPABLE, 0);
	return true;
}

static bool
bind_all(struct parent *p, struct err *err)
{
	const struct config *c = &p->config;

	p->listener[LISTENER_DESK] = -1;
	p->listener[LISTENER_LINK] = config_listen(c->link_listen, err);
	if (p->listener[LISTENER_LINK] == -1)
		return false;
	if (c->desk_listen[0] != '\0') {
		p->listener[LISTENER_DESK] = config_listen(c->desk_listen, err);
		if (p->listener[LISTENER_DESK] == -1)
			return false;
	}
	return true;
}

static bool
open_all(struct parent *p, const char *dir, struct err *err)
{
	p->self = open("/proc/self/exe", O_PATH | O_CLOEXEC);
	if (p->self == -1)
		return err_errno(err, "this program");
	if (!config_read(&p->config, dir, err) || !bind_all(p, err) ||
	    !drop(&p->config, err))
		return false;
	/* As its owner: root would unlink and chown whatever path the owner
	 * of the configuration wrote there. */
	p->listener[LISTENER_DESK_UNIX] = config_listen_unix(&p->config, err);
	if (p->listener[LISTENER_DESK_UNIX] == -1)
		return false;
	CRASH_CLOCK(dir);
	p->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->dir == -1)
		return err_errno(err, "open %s", dir);
	/* Two on one store would each be right and together wrong. */
	if (flock(p->dir, LOCK_EX | LOCK_NB) == -1)
		return err_set(err, ERR_CONFLICT, "E-CONFIG-BUSY",
		    "another ententd serves %s", dir);
	p->signed_log = openat(p->dir, "signed.log",
	    O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (p->signed_log == -1)
		return err_errno(err, "signed.log");
	return true;
}

/* Children inherit it: a link for each member and their connections are more
 * than the 1024 that a login gives. */
static void
raise_descriptors(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == -1 || r.rlim_cur >= DESCRIPTORS)
		return;
	r.rlim_cur = r.rlim_max < DESCRIPTORS ? r.rlim_max : DESCRIPTORS;
	if (setrlimit(RLIMIT_NOFILE, &r) == -1)
		log_warn("no more than %llu descriptors",
		    (unsigned long long)r.rlim_max);
}

int
parent_main(const char *dir)
{
	/* Vault before its neighbours, so that their channels exist at once. */
	static const enum child order[CHILDREN] = {
		CHILD_VAULT, CHILD_KEYS, CHILD_LINK, CHILD_DESK, CHILD_COURIER,
	};
	static struct parent p;
	struct err err;

	log_init("parent", LOG_LEVEL_INFO);
	raise_descriptors();
	p.loop = loop_new();
	if (!open_all(&p, dir, &err) || !watch_signals(&p, &err)) {
		(void)fprintf(stderr, "ententd: %s: %s\n", err.rule, err.text);
		return EXIT_FAILURE;
	}
	log_init("parent", p.config.level);
	for (int i = 0; i < CHILDREN; i++) {
		p.born[order[i]] = (struct born){ .parent = &p,
		    .role = order[i] };
		parent_spawn(&p.born[order[i]]);
	}
	loop_run(p.loop);
	notify("STOPPING=1");
	parent_stop_children(&p);
	return EXIT_SUCCESS;
}
