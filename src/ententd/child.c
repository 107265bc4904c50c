#include "ententd/child.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/crash.h"
#include "base/log.h"
#include "base/secret.h"

static void
take_keyring(struct child_state *c, struct slice body)
{
	struct cursor r = cursor_of(body);

	buf_slice(&c->keyring, cursor_var(&r, body.n));
	buf_slice(&c->locked, cursor_var(&r, body.n));
	buf_slice(&c->credential, cursor_var(&r, body.n));
	if (!cursor_done(&r))
		exit(EXIT_FAILURE);
}

/* Channels opened before the loop runs wait here as descriptors. */
static void
take_start(struct child_state *c, int channels[static CHILDREN])
{
	struct buf body = BUF_INIT;
	uint16_t type = 0;
	uint32_t id;
	int fd;

	while (type != PARENT_START) {
		buf_clear(&body);
		if (!ipc_read_now(CHILD_CONTROL_FD, &type, &id, &body, &fd))
			exit(EXIT_FAILURE);
		if (type == PARENT_CONFIG &&
		    !child_config_decode(&c->config, buf_all(&body)))
			exit(EXIT_FAILURE);
		else if (type == PARENT_CHANNEL && body.n == 1 &&
		    body.p[0] < CHILDREN)
			channels[body.p[0]] = fd;
		else if (type == PARENT_LISTENER && body.n == 1 && body.p[0] < 3)
			c->listener[body.p[0]] = fd;
		else if (type == PARENT_KEYRING)
			take_keyring(c, buf_all(&body));
		else if (type == PARENT_FILE &&
		    !own_files_take(&c->files, buf_all(&body)))
			exit(EXIT_FAILURE);
	}
	buf_wipe(&body);
}

static int waiting[CHILDREN];

void
child_begin(struct child_state *c, enum child role)
{
	static const enum sandbox_role boxes[CHILDREN] = {
		[CHILD_LINK] = SANDBOX_LINK, [CHILD_DESK] = SANDBOX_DESK,
		[CHILD_VAULT] = SANDBOX_VAULT, [CHILD_KEYS] = SANDBOX_KEYS,
		[CHILD_COURIER] = SANDBOX_COURIER,
	};
	struct sandbox box;

	*c = (struct child_state){ .role = role,
	    .listener = { -1, -1, -1 } };
	languages_init(&c->languages);
	for (int i = 0; i < CHILDREN; i++)
		waiting[i] = -1;
	take_start(c, waiting);
	CRASH_CLOCK(c->config.dir);
	log_init(child_names[role], (enum log_level)c->config.level);
	box = (struct sandbox){ .role = boxes[role], .uid = c->config.uid,
	    .gid = c->config.gid,
	    .dir = role == CHILD_VAULT ? c->config.dir : NULL };
	sandbox_enter(&box);
}

static enum child
peer_of(const struct child_state *c, const struct ipc *ipc)
{
	for (unsigned i = 0; i < CHILDREN; i++)
		if (c->to[i] == ipc)
			return (enum child)i;
	return CHILDREN;
}

static void
got_peer(void *arg, struct ipc *ipc, struct ipc_message *m)
{
	struct child_state *c = arg;

	c->calls->got(c->arg, peer_of(c, ipc), m);
}

static void
gone_peer(void *arg, struct ipc *ipc)
{
	struct child_state *c = arg;
	enum child peer = peer_of(c, ipc);

	c->to[peer] = NULL;
	ipc_free(ipc);
	if (c->calls->unlinked != NULL)
		c->calls->unlinked(c->arg, peer);
}

static void
link_peer(struct child_state *c, enum child peer, int fd)
{
	if (c->to[peer] != NULL)
		gone_peer(c, c->to[peer]);
	c->era[peer]++;
	c->to[peer] = ipc_new(c->loop, fd, got_peer, gone_peer, c);
	if (c->calls->linked != NULL)
		c->calls->linked(c->arg, peer);
}

static void
got_parent(void *arg, struct ipc *ipc, struct ipc_message *m)
{
	struct child_state *c = arg;

	(void)ipc;
	if (m->type == PARENT_CHANNEL && m->body.n == 1 &&
	    m->body.p[0] < CHILDREN && m->fd != -1) {
		link_peer(c, (enum child)m->body.p[0], m->fd);
		m->fd = -1;
	} else if (c->calls->parent != NULL) {
		c->calls->parent(c->arg, m);
	}
}

/* Without a parent there is nobody to restart what fails: stop. */
static void
gone_parent(void *arg, struct ipc *ipc)
{
	(void)arg;
	(void)ipc;
	_exit(EXIT_SUCCESS);
}

void
child_run(struct child_state *c, const struct child_calls *calls, void *arg)
{
	c->calls = calls;
	c->arg = arg;
	c->parent = ipc_new(c->loop, CHILD_CONTROL_FD, got_parent, gone_parent, c);
	for (unsigned i = 0; i < CHILDREN; i++)
		if (waiting[i] != -1)
			link_peer(c, (enum child)i, waiting[i]);
	if (c->ready)
		child_ready(c);
	loop_run(c->loop);
}

void
child_ready(struct child_state *c)
{
	c->ready = true;
	if (c->parent == NULL)
		return;		/* child_run() will say it */
	ipc_send(c->parent, CHILD_READY, 0, slice_of(NULL, 0), -1);
}
