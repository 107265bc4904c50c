#include "ententd/parent_state.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "ententd/lang_files.h"

#define STOP_PATIENCE	(5 * SECOND)

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
enum { PAIRS = sizeof(channel_pairs) / sizeof(channel_pairs[0]) };

/* -- what they say ---------------------------------------------------------- */

static void
got_child(void *arg, struct ipc *ipc, struct ipc_message *m)
{
	struct born *b = arg;

	if (m->type == CHILD_SIGNED && b->role == CHILD_KEYS)
		parent_log_signature(b->parent, m->body);
	else if (ipc != b->control)
		return;		/* said before it died: only the log counts */
	else if (m->type == CHILD_READY)
		parent_child_is_ready(b->parent, b);
	else if (m->type == CHILD_SAVE && b->role == CHILD_KEYS)
		parent_save_keyring(b->parent, ipc, m);
	else if (m->type == CHILD_CUSTODY && b->role == CHILD_KEYS)
		parent_save_custody(b->parent, m->body);
}

static void
gone_child(void *arg, struct ipc *ipc)
{
	struct born *b = arg;

	if (b->control == ipc)
		b->control = NULL;
	ipc_free(ipc);
}

/* -- what each is given ----------------------------------------------------- */

static void
send_config(struct parent *p, int fd)
{
	struct child_config c = { .uid = p->config.uid, .gid = p->config.gid,
	    .level = (uint8_t)p->config.level };
	struct buf body = BUF_INIT;

	(void)snprintf(c.dir, sizeof(c.dir), "%s", p->config.dir);
	(void)snprintf(c.member, sizeof(c.member), "%s", p->config.member);
	(void)snprintf(c.relay, sizeof(c.relay), "%s", p->config.relay);
	c.relay_bytes = p->config.relay_bytes;
	(void)snprintf(c.approval, sizeof(c.approval), "%s",
	    p->config.approval);
	c.per_address = p->config.per_address;
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

/* -- birth and death -------------------------------------------------------- */

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
#ifdef MEMCHECK
	/* What runs ententd under valgrind runs its children as well. */
	(void)execv(getenv("ENTENTD_MEMCHECK"), argv);
#endif
	(void)execveat(p->self, "", argv, env, AT_EMPTY_PATH);
	_exit(EXIT_FAILURE);
}

static void
respawn(void *arg)
{
	struct born *b = arg;

	if (!b->parent->stopping)
		parent_spawn(b);
}

static void
spawn_later(struct born *b, msec delay)
{
	(void)loop_after(b->parent->loop, delay, respawn, b);
}

void
parent_spawn(struct born *b)
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
		parent_send_keyring(p, ends[0]);
	if (b->role == CHILD_KEYS || b->role == CHILD_VAULT)
		own_files_send(p->dir, ends[0]);
	if (b->role == CHILD_DESK || b->role == CHILD_VAULT)
		lang_files_send(p->dir, ends[0]);
	(void)ipc_send_now(ends[0], PARENT_START, 0, slice_of(NULL, 0), -1);
	b->control = ipc_new(p->loop, ends[0], got_child, gone_child, b);
}

void
parent_bury(struct parent *p, pid_t pid, int status)
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

void
parent_stop_children(struct parent *p)
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
