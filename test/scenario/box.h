#ifndef TEST_BOX_H
#define TEST_BOX_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/secret.h"
#include "crypto/age.h"
#include "crypto/keyring.h"
#include "ententd/channel.h"
#include "model/kind.h"
#include "model/message.h"
#include "proc/ipc.h"
#include "proc/tls_key.h"

#include "../unit/tap.h"

/*
 * Children of ententd as they are exec'ed, with this test in the place of the
 * parent, and of any neighbour it likes.
 */
#define BOX_NETWORK	"demo.example"
#define BOX_KEY		BOX_NETWORK "/rs"
#define BOX_PASSPHRASE	"correct horse battery staple"

struct box {
	pid_t		pid[CHILDREN];
	int		control[CHILDREN];
	bool		ready[CHILDREN];
	/* what keys told its parent */
	unsigned	signs, saves;
	char		last_type[64];
	struct hash	last_name;
	uint32_t	held_save;	/* with hold: not yet answered */
	bool		hold;
	uint8_t		save_ok;
	/* what it was given */
	struct buf	ring, locked, credential;
	/* what this test knows of it */
	struct hash	net;
	struct secret	*seed, *seal, *officer[2];	/* 4711, 4712 */
	struct secret	*retired[2];	/* 31 days ago, 29 days ago */
	struct note_vkey vkey;
	const char	*dir;
};

static const char *const box_badges[2] = { "4711", "4712" };
static const char *const box_passwords[2] = { "Officer-4711", "Officer-4712" };

static inline void
box_must(bool ok, const char *what)
{
	if (ok)
		return;
	(void)fprintf(stderr, "box: %s: %s\n", what, strerror(errno));
	abort();
}

/* -- a keyring -------------------------------------------------------------- */

static inline void
box_put_at(struct keyring *ring, enum keyring_use use, const char *label,
    msec made, struct slice value)
{
	struct secret *s = secret_copy(value);
	struct err err;

	box_must(keyring_put(ring, use, label, made, &s, &err), "keyring");
}

static inline void
box_put(struct keyring *ring, enum keyring_use use, const char *label,
    struct slice value)
{
	box_put_at(ring, use, label, 1, value);
}

static inline void
box_officer(struct box *x, struct keyring *ring, int i)
{
	uint8_t value[sizeof(struct password_record) + 32];
	struct secret *password = secret_copy(slice_str(box_passwords[i]));
	struct password_record r;
	struct note_signer s;
	struct err err;

	x->officer[i] = secret_random(32);
	note_signer_ed25519(&s, "x", x->officer[i]);
	box_must(password_set(&r, password, x->officer[i], &err), "password");
	memcpy(value, &r, sizeof(r));
	memcpy(value + sizeof(r), s.vkey.key, 32);
	box_put(ring, KEYRING_OFFICER, box_badges[i],
	    slice_of(value, sizeof(value)));
	secret_free(password);
}

static inline void
box_keyring(struct box *x)
{
	struct keyring *ring = keyring_new();
	struct secret *unlock = age_identity_generate(), *text;
	struct secret *pass = secret_copy(slice_str(BOX_PASSPHRASE));
	struct secret *tls = tls_key_new(TLS_KEY_ED25519);
	struct note_signer s;
	uint8_t sign[64];
	struct err err;

	x->net = hash_of(slice_str("the founding text"));
	x->seed = secret_random(32);
	x->seal = age_identity_generate();
	note_signer_ed25519(&s, BOX_KEY, x->seed);
	x->vkey = s.vkey;
	memcpy(sign, x->seed->p, 32);
	memcpy(sign + 32, x->net.b, HASH_LEN);
	box_put(ring, KEYRING_SIGN, BOX_KEY, slice_of(sign, sizeof(sign)));
	box_put(ring, KEYRING_SEAL, "0123456789abcdef", secret_slice(x->seal));
	box_put(ring, KEYRING_TLS_LINK, "", secret_slice(tls));
	for (int i = 0; i < 2; i++) {
		x->retired[i] = age_identity_generate();
		box_put_at(ring, KEYRING_RETIRED, i == 0 ? "00" : "01",
		    clock_now() - (i == 0 ? 31 : 29) * DAY,
		    secret_slice(x->retired[i]));
		box_officer(x, ring, i);
	}
	box_must(keyring_seal(&x->ring, ring, unlock, &err), "seal");
	box_must(keyring_lock(&x->locked, unlock, pass, 10, &err), "lock");
	text = age_identity_print(unlock);
	buf_str(&x->credential, (const char *)text->p);
	secret_free(text);
	secret_free(tls);
	secret_free(pass);
	secret_free(unlock);
	keyring_free(ring);
}

static inline void
box_begin(struct box *x, const char *dir)
{
	*x = (struct box){ .save_ok = 1, .dir = dir };
	secret_process_init();
	log_init("box", LOG_LEVEL_ERROR);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(120);
	box_keyring(x);
}

static inline void
box_end(struct box *x)
{
	for (int i = 0; i < CHILDREN; i++) {
		if (x->pid[i] == 0)
			continue;
		(void)close(x->control[i]);
		(void)kill(x->pid[i], SIGKILL);
		(void)waitpid(x->pid[i], NULL, 0);
		x->pid[i] = 0;
	}
	secret_free(x->seed);
	secret_free(x->seal);
	secret_free(x->retired[0]);
	secret_free(x->retired[1]);
	secret_free(x->officer[0]);
	secret_free(x->officer[1]);
	buf_free(&x->ring);
	buf_free(&x->locked);
	buf_free(&x->credential);
}

/* -- being the parent --------------------------------------------------------- */

/* Never root: as root the owner is nobody, else whoever runs this. */
static inline uid_t
box_uid(void)
{
	return geteuid() == 0 ? 65534 : geteuid();
}

static inline gid_t
box_gid(void)
{
	return geteuid() == 0 ? 65534 : getegid();
}

static inline void
box_spawn(struct box *x, enum child role)
{
	char path[512], name[16], flag[] = "--child", program[] = "ententd";
	char *argv[] = { program, flag, name, NULL };
	struct child_config c = { .uid = box_uid(), .gid = box_gid(),
	    .level = LOG_LEVEL_ERROR, .member = "rs" };
	struct buf body = BUF_INIT;
	int ends[2];

	(void)snprintf(path, sizeof(path), "%s/ententd",
	    getenv("B") == NULL ? "build/dev" : getenv("B"));
	(void)snprintf(name, sizeof(name), "%s", child_names[role]);
	(void)snprintf(c.dir, sizeof(c.dir), "%s", x->dir);
	box_must(ipc_pair(ends), "socketpair");
	x->ready[role] = false;
	x->pid[role] = fork();
	if (x->pid[role] == 0) {
		(void)dup2(ends[1], 3);
		(void)close_range(4, ~0U, 0);
		(void)execv(path, argv);
		_exit(EXIT_FAILURE);
	}
	(void)close(ends[1]);
	x->control[role] = ends[0];
	child_config_encode(&body, &c);
	(void)ipc_send_now(ends[0], PARENT_CONFIG, 0, buf_all(&body), -1);
	buf_free(&body);
}

static inline void
box_give_keyring(struct box *x, bool credential)
{
	struct buf b = BUF_INIT;

	buf_var(&b, buf_all(&x->ring));
	buf_var(&b, buf_all(&x->locked));
	buf_var(&b, credential ? buf_all(&x->credential) : slice_of(NULL, 0));
	(void)ipc_send_now(x->control[CHILD_KEYS], PARENT_KEYRING, 0,
	    buf_all(&b), -1);
	buf_wipe(&b);
}

static inline void
box_start(struct box *x, enum child role)
{
	(void)ipc_send_now(x->control[role], PARENT_START, 0,
	    slice_of(NULL, 0), -1);
}

/* A channel from role to `peer`, which this test plays: its end. */
static inline int
box_channel(struct box *x, enum child role, enum child peer)
{
	uint8_t it = (uint8_t)peer;
	int ends[2];

	box_must(ipc_pair(ends), "socketpair");
	(void)ipc_send_now(x->control[role], PARENT_CHANNEL, 0,
	    slice_of(&it, 1), ends[0]);
	(void)close(ends[0]);
	return ends[1];
}

/* A channel between two children. */
static inline void
box_join(struct box *x, enum child a, enum child b)
{
	uint8_t to_a = (uint8_t)b;
	int end = box_channel(x, b, a);

	(void)ipc_send_now(x->control[a], PARENT_CHANNEL, 0,
	    slice_of(&to_a, 1), end);
	(void)close(end);
}

static inline void
box_saved(struct box *x, uint32_t id, uint8_t ok)
{
	(void)ipc_send_now(x->control[CHILD_KEYS], PARENT_SAVED, id,
	    slice_of(&ok, 1), -1);
}

/* One message on a control channel; false: the child is gone. */
static inline bool
box_control(struct box *x, enum child role)
{
	struct buf body = BUF_INIT;
	struct cursor c;
	struct slice name;
	uint16_t type;
	uint32_t id;
	int fd = -1;

	if (!ipc_read_now(x->control[role], &type, &id, &body, &fd)) {
		buf_free(&body);
		return false;
	}
	if (fd != -1)
		(void)close(fd);
	c = cursor_of(buf_all(&body));
	if (type == CHILD_READY) {
		x->ready[role] = true;
	} else if (type == CHILD_SIGNED) {
		name = cursor_bytes(&c, HASH_LEN);
		memcpy(x->last_name.b, name.p, HASH_LEN);
		cursor_str(&c, x->last_type, sizeof(x->last_type));
		x->signs++;
	} else if (type == CHILD_SAVE) {
		x->saves++;
		if (x->hold)
			x->held_save = id;
		else
			box_saved(x, id, x->save_ok);
	}
	buf_free(&body);
	return true;
}

/* Wait at most `patience` for something on fd (-1: none), seeing to the
 * children's words meanwhile.  True: fd has something, or its end. */
static inline bool
box_wait(struct box *x, int fd, int patience)
{
	struct pollfd p[CHILDREN + 1];
	msec until = clock_steady() + patience, left;

	while ((left = until - clock_steady()) >= 0) {
		for (int i = 0; i < CHILDREN; i++)
			p[i] = (struct pollfd){ .events = POLLIN,
			    .fd = x->pid[i] == 0 ? -1 : x->control[i] };
		p[CHILDREN] = (struct pollfd){ .events = POLLIN, .fd = fd };
		if (poll(p, CHILDREN + 1, (int)left) <= 0)
			continue;
		for (unsigned i = 0; i < CHILDREN; i++)
			if (p[i].revents != 0 &&
			    !box_control(x, (enum child)i)) {
				(void)close(x->control[i]);
				(void)waitpid(x->pid[i], NULL, 0);
				x->pid[i] = 0;
			}
		if (p[CHILDREN].revents != 0)
			return true;
	}
	return false;
}

struct box_message {
	uint16_t	type;
	uint32_t	id;
	struct buf	body;
	int		fd;
};

/* False: nothing came in time, or the channel ended. */
static inline bool
box_read(struct box *x, int fd, int patience, struct box_message *m)
{
	buf_free(&m->body);
	*m = (struct box_message){ .fd = -1 };
	return box_wait(x, fd, patience) &&
	    ipc_read_now(fd, &m->type, &m->id, &m->body, &m->fd);
}

/* The answer to a question of id; others are passed over. */
static inline bool
box_ask(struct box *x, int fd, uint16_t type, uint32_t id, struct slice body,
    struct box_message *m)
{
	if (!ipc_send_now(fd, type, id, body, -1))
		return false;
	while (box_read(x, fd, 20000, m))
		if (m->id == id)
			return true;
	return false;
}

static inline bool
box_alive(struct box *x, enum child role)
{
	(void)box_wait(x, -1, 0);
	return x->pid[role] != 0 &&
	    waitpid(x->pid[role], NULL, WNOHANG) == 0;
}

static inline void
box_until_ready(struct box *x, enum child role)
{
	for (int i = 0; i < 400 && !x->ready[role] && x->pid[role] != 0; i++)
		(void)box_wait(x, -1, 50);
}

/* -- texts --------------------------------------------------------------------- */

/* A lawful request of rs/cyber to fr/cyber by 4711, which normally a second
 * officer approves; whoever calls changes it. */
static inline struct header
box_header(const struct box *x, const struct kind_set *kinds,
    struct recipient *to)
{
	static const char kind[] = "request.preservation/1";
	struct header h = { .net = x->net, .dir = 1, .nto = 1, .to = to,
	    .kind_hash = kind_find(kinds, kind)->hash, .act = ACT_SUBMIT,
	    .urgency = URGENCY_NORMAL, .sent = clock_now(),
	    .handling = { .tlp = TLP_AMBER } };

	h.deliver_by = h.sent + DAY;
	h.keep_until = h.sent - h.sent % DAY + 365 * DAY;
	(void)snprintf(h.ref, sizeof(h.ref), "rs-2026-000001");
	(void)snprintf(h.kind, sizeof(h.kind), "%s", kind);
	(void)snprintf(h.purpose, sizeof(h.purpose), "investigation");
	(void)badge_parse(&h.by, slice_str("4711"));
	(void)address_parse(&h.from, slice_str("rs/cyber"));
	(void)address_parse(&to->desk, slice_str("fr/cyber"));
	memset(to->card, 7, CARD_MARK);
	h.content = hash_of(slice_str("content"));
	return h;
}

#endif
