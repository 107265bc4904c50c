#include "ententd/parent.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/io.h"
#include "base/log.h"
#include "base/secret.h"
#include "crypto/keyring.h"
#include "ententd/child.h"
#include "ententd/config.h"

/* Who talks to whom; there are no other channels. */
static const struct {
	enum child	a, b;
} channel_pairs[] = {
	{ CHILD_LINK, CHILD_VAULT },
	{ CHILD_DESK, CHILD_VAULT },
	{ CHILD_COURIER, CHILD_VAULT },
	{ CHILD_KEYS, CHILD_VAULT },
	{ CHILD_KEYS, CHILD_DESK },
	{ CHILD_KEYS, CHILD_LINK },
	{ CHILD_KEYS, CHILD_COURIER },
};
#define STOP_PATIENCE	(5 * SECOND)
enum { PAIRS = sizeof(channel_pairs) / sizeof(channel_pairs[0]) };

struct parent;

struct born {
	struct parent	*parent;
	enum child	 role;
	pid_t		 pid;		/* 0 while it waits to be restarted */
	struct ipc	*control;
	msec		 since;
	unsigned	 quick;		/* deaths soon after birth, in a row */
	bool		 ready;
};

struct parent {
	struct config	 config;
	struct loop	*loop;
	struct born	 born[CHILDREN];
	int		 listener[3];
	int		 self;		/* this program, to be exec'ed */
	int		 dir;
	int		 signed_log;
	int		 signals;
	struct loop_watch *signals_watch;
	bool		 told_ready;
	bool		 stopping;
};

static void	spawn(struct born *);

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

static void
save_keyring(struct parent *p, struct ipc *ipc, struct ipc_message *m)
{
	struct cursor r = cursor_of(m->body);
	struct slice sealed = cursor_var(&r, KEYRING_FILE_MAX);
	struct err err = { 0 };
	uint8_t ok;

	ok = cursor_done(&r) && sealed.n <= CHANNEL_KEYRING &&
	    io_replace_file(p->dir, "keyring.age", sealed, 0600, &err);
	if (!ok)
		log_error("keyring not saved: %s", err.text);
	ipc_send(ipc, PARENT_SAVED, m->id, slice_of(&ok, 1), -1);
}

static void
log_signature(struct parent *p, struct slice body)
{
	struct cursor r = cursor_of(body);
	struct slice name = cursor_bytes(&r, 32);
	char type[64], hex[65], at[TIME_TEXT];
	struct buf line = BUF_INIT;
	struct err err;

	cursor_str(&r, type, sizeof(type));
	if (!cursor_done(&r))
		return;
	hex_encode(hex, name);
	time_print(at, clock_now());
	buf_printf(&line, "%s %s %s\n", at, type, hex);
	if (!io_write_all(p->signed_log, buf_all(&line), &err))
		log_error("signed.log: %s", err.text);
	buf_free(&line);
}

static void
child_is_ready(struct parent *p, struct born *b)
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

static void
got_child(void *arg, struct ipc *ipc, struct ipc_message *m)
{
	struct born *b = arg;

	if (m->type == CHILD_SIGNED && b->role == CHILD_KEYS)
		log_signature(b->parent, m->body);
	else if (ipc != b->control)
		return;		/* said before it died: only the log counts */
	else if (m->type == CHILD_READY)
		child_is_ready(b->parent, b);
	else if (m->type == CHILD_SAVE && b->role == CHILD_KEYS)
		save_keyring(b->parent, ipc, m);
}

static void
gone_child(void *arg, struct ipc *ipc)
{
	struct born *b = arg;

	if (b->control == ipc)
		b->control = NULL;
	ipc_free(ipc);
}

static void
read_optional(int dir, const char *path, size_t max, struct buf *out)
{
	struct err err;

	if (!io_read_file(dir, path, out, max, &err))
		log_warn("%s: %s", path, err.text);
}

/* Sealed ring, locked identity, credential: what `keys` has of files. */
static void
send_keyring(struct parent *p, int fd)
{
	struct buf body = BUF_INIT, part = BUF_INIT;

	read_optional(p->dir, "keyring.age", CHANNEL_KEYRING, &part);
	buf_var(&body, buf_all(&part));
	buf_clear(&part);
	read_optional(p->dir, "unlock.age", CHANNEL_UNLOCK, &part);
	buf_var(&body, buf_all(&part));
	buf_clear(&part);
	if (p->config.credential[0] != '\0')
		read_optional(AT_FDCWD, p->config.credential, CHANNEL_UNLOCK,
		    &part);
	buf_var(&body, buf_all(&part));
	(void)ipc_send_now(fd, PARENT_KEYRING, 0, buf_all(&body), -1);
	buf_wipe(&part);
	buf_wipe(&body);
}

static void
send_config(struct parent *p, int fd)
{
	struct child_config c = { .uid = p->config.uid, .gid = p->config.gid,
	    .level = (uint8_t)p->config.level };
	struct buf body = BUF_INIT;

	(void)snprintf(c.dir, sizeof(c.dir), "%s", p->config.dir);
	(void)snprintf(c.member, sizeof(c.member), "%s", p->config.member);
	child_config_encode(&body, &c);
	(void)ipc_send_now(fd, PARENT_CONFIG, 0, buf_all(&body), -1);
	buf_free(&body);
}

static void
send_listeners(struct parent *p, enum child role, int fd)
{
	static const enum child owner[3] = {
		[LISTENER_LINK] = CHILD_LINK, [LISTENER_DESK] = CHILD_DESK,
		[LISTENER_DESK_UNIX] = CHILD_DESK,
	};

	for (uint8_t i = 0; i < 3; i++)
		if (owner[i] == role && p->listener[i] != -1)
			(void)ipc_send_now(fd, PARENT_LISTENER, 0,
			    slice_of(&i, 1), p->listener[i]);
}

/* One end of a new channel to the newborn, the other to its neighbour if that
 * lives; if not, the neighbour's own birth makes the channel. */
static void
send_channels(struct parent *p, enum child role, int fd)
{
	for (size_t i = 0; i < PAIRS; i++) {
		enum child a = channel_pairs[i].a, b = channel_pairs[i].b;
		enum child other = a == role ? b : a;
		uint8_t me = (uint8_t)role, it = (uint8_t)other;
		int ends[2];

		if ((a != role && b != role) || p->born[other].control == NULL)
			continue;
		if (!ipc_pair(ends)) {
			log_error("no channel: %s", strerror(errno));
			continue;
		}
		(void)ipc_send_now(fd, PARENT_CHANNEL, 0, slice_of(&it, 1),
		    ends[0]);
		(void)close(ends[0]);
		ipc_send(p->born[other].control, PARENT_CHANNEL, 0,
		    slice_of(&me, 1), ends[1]);
	}
}

/* In the forked child: the control channel on 3, nothing else, and exec. */
static void __attribute__((noreturn))
become(struct parent *p, enum child role, int control)
{
	char name[16];
	char program[] = "ententd", flag[] = "--child";
	char *argv[] = { program, flag, name, NULL };
	char *const env[] = { NULL };
	sigset_t none;

	(void)snprintf(name, sizeof(name), "%s", child_names[role]);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(control, CHILD_CONTROL_FD) == -1 ||
	    close_range(CHILD_CONTROL_FD + 1, ~0U, CLOSE_RANGE_CLOEXEC) == -1)
		_exit(EXIT_FAILURE);
	(void)execveat(p->self, "", argv, env, AT_EMPTY_PATH);
	_exit(EXIT_FAILURE);
}

static void
respawn(void *arg)
{
	struct born *b = arg;

	if (!b->parent->stopping)
		spawn(b);
}

static void
spawn_later(struct born *b, msec delay)
{
	(void)loop_after(b->parent->loop, delay, respawn, b);
}

static void
spawn(struct born *b)
{
	struct parent *p = b->parent;
	int ends[2];

	b->since = clock_steady();
	if (!ipc_pair(ends)) {
		log_error("no channel: %s", strerror(errno));
		spawn_later(b, SECOND);
		return;
	}
	b->pid = fork();
	if (b->pid == 0)
		become(p, b->role, ends[1]);
	(void)close(ends[1]);
	if (b->pid == -1) {
		log_error("fork: %s", strerror(errno));
		(void)close(ends[0]);
		b->pid = 0;
		spawn_later(b, SECOND);
		return;
	}
	b->ready = false;
	send_config(p, ends[0]);
	send_listeners(p, b->role, ends[0]);
	send_channels(p, b->role, ends[0]);
	if (b->role == CHILD_KEYS)
		send_keyring(p, ends[0]);
	if (b->role == CHILD_KEYS || b->role == CHILD_VAULT)
		own_files_send(p->dir, ends[0]);
	(void)ipc_send_now(ends[0], PARENT_START, 0, slice_of(NULL, 0), -1);
	b->control = ipc_new(p->loop, ends[0], got_child, gone_child, b);
}

/* Dead children are born again, at once at first, then ever later, so that one
 * that cannot live does not eat the machine. */
static void
bury(struct parent *p, pid_t pid, int status)
{
	msec delay;

	for (int i = 0; i < CHILDREN; i++) {
		struct born *b = &p->born[i];

		if (b->pid != pid)
			continue;
		b->pid = 0;
		b->ready = false;
		/* What it signed and said before it died is still read: the
		 * channel goes when its end comes. */
		b->control = NULL;
		if (p->stopping)
			return;
		if (WIFSIGNALED(status))
			log_error("%s died of signal %d", child_names[i],
			    WTERMSIG(status));
		else
			log_error("%s ended with %d", child_names[i],
			    WEXITSTATUS(status));
		b->quick = clock_steady() - b->since < 2 * SECOND ?
		    b->quick + 1 : 0;
		delay = b->quick == 0 ? 0 : 100 << (b->quick < 8 ? b->quick : 8);
		spawn_later(b, delay);
	}
}

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
				bury(p, pid, status);
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

/* They end when their control channel closes.  Waited for, so that the next
 * ententd never meets a vault that is still writing. */
static void
stop_children(struct parent *p)
{
	const struct timespec while_ago = { .tv_nsec = 10 * 1000 * 1000 };
	msec until = clock_steady() + STOP_PATIENCE;
	pid_t pid;

	for (int i = 0; i < CHILDREN; i++) {
		ipc_free(p->born[i].control);
		p->born[i].control = NULL;
	}
	while ((pid = waitpid(-1, NULL, WNOHANG)) != -1) {
		bool late = clock_steady() > until;

		for (int i = 0; i < CHILDREN; i++)
			if (p->born[i].pid == pid)
				p->born[i].pid = 0;
			else if (late && p->born[i].pid > 0)
				(void)kill(p->born[i].pid, SIGKILL);
		if (pid == 0)
			(void)nanosleep(&while_ago, NULL);
	}
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
	p.loop = loop_new();
	if (!open_all(&p, dir, &err) || !watch_signals(&p, &err)) {
		(void)fprintf(stderr, "ententd: %s: %s\n", err.rule, err.text);
		return EXIT_FAILURE;
	}
	log_init("parent", p.config.level);
	for (int i = 0; i < CHILDREN; i++) {
		p.born[order[i]] = (struct born){ .parent = &p,
		    .role = order[i] };
		spawn(&p.born[order[i]]);
	}
	loop_run(p.loop);
	notify("STOPPING=1");
	stop_children(&p);
	return EXIT_SUCCESS;
}
