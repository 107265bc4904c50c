#include "proc/ipc.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc/ipc_frame.h"
#include "tap.h"

static struct loop *loop;

static int
open_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	assert(d != NULL);
	while (readdir(d) != NULL)
		n++;
	(void)closedir(d);
	return n;
}

static void
stop(void *arg)
{
	(void)arg;
	loop_stop(loop);
}

/* Then some more turns, so that a busy machine makes no difference. */
static void
run_for(msec ms)
{
	for (int turn = 0; turn < 20; turn++) {
		(void)loop_after(loop, turn == 0 ? ms : 0, stop, NULL);
		loop_run(loop);
	}
}

/* A memfd that says a number. */
static int
fd_saying(uint32_t number)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert(fd != -1 && write(fd, &number, sizeof(number)) == 4);
	return fd;
}

/* Each side of a channel: what it got, judged as it came. */
struct side {
	struct ipc	*c;
	uint32_t	 got;
	uint32_t	 want;
	int		 wrong;
	int		 gone;
	int		 fds;
	bool		 free_on_got;
	bool		 free_on_gone;
};

static size_t
body_size(uint32_t id)
{
	return id % 97 == 0 ? IPC_BODY - id % 5 : id * 31 % 600;
}

static uint8_t
body_byte(uint32_t id, size_t at)
{
	return (uint8_t)(id * 7 + at * 13);
}

static bool
body_right(uint32_t id, struct slice body)
{
	if (body.n != body_size(id))
		return false;
	for (size_t i = 0; i < body.n; i++)
		if (body.p[i] != body_byte(id, i))
			return false;
	return true;
}

static bool
fd_wanted(uint32_t id)
{
	return id % 7 == 3 || id % 97 < 2;
}

static void
got(void *arg, struct ipc *c, struct ipc_message *m)
{
	struct side *s = arg;
	uint32_t says = 0;

	s->got++;
	if (m->fd != -1) {
		s->fds++;
		if (pread(m->fd, &says, sizeof(says), 0) != 4)
			s->wrong++;
	}
	if (m->id != s->got || m->type != (uint16_t)(m->id * 3) ||
	    !body_right(m->id, m->body) || (m->fd != -1) != fd_wanted(m->id) ||
	    (m->fd != -1 && says != m->id))
		s->wrong++;
	/* One half is taken and closed here, the other left to the channel. */
	if (m->fd != -1 && m->id % 2 == 0) {
		(void)close(m->fd);
		m->fd = -1;
	}
	if (s->free_on_got) {
		ipc_free(c);
		s->c = NULL;
	}
	if (s->got == s->want)
		loop_stop(loop);
}

static void
gone(void *arg, struct ipc *c)
{
	struct side *s = arg;

	s->gone++;
	if (s->free_on_gone) {
		ipc_free(c);
		s->c = NULL;
	}
}

static void
send_one(struct ipc *c, uint32_t id)
{
	static uint8_t body[IPC_BODY];
	size_t n = body_size(id);

	for (size_t i = 0; i < n; i++)
		body[i] = body_byte(id, i);
	ipc_send(c, (uint16_t)(id * 3), id, slice_of(body, n),
	    fd_wanted(id) ? fd_saying(id) : -1);
}

static void
both(struct side *a, struct side *b)
{
	int fds[2];

	assert(ipc_pair(fds));
	loop = loop_new();
	a->c = ipc_new(loop, fds[0], got, gone, a);
	b->c = ipc_new(loop, fds[1], got, gone, b);
}

/* One side a channel, the other a bare descriptor. */
static int
bare(struct side *a)
{
	int fds[2];

	assert(ipc_pair(fds));
	loop = loop_new();
	a->c = ipc_new(loop, fds[0], got, gone, a);
	return fds[1];
}

static void
end(struct side *a, struct side *b)
{
	ipc_free(a->c);
	if (b != NULL)
		ipc_free(b->c);
	loop_free(loop);
}

static void
ten_thousand_both_ways(void)
{
	enum { MESSAGES = 10000 };
	struct side a = { .want = MESSAGES }, b = { .want = MESSAGES };
	uint32_t id = 1;
	int fds;

	both(&a, &b);
	/* As a user does: more when the queue is short. */
	while (id <= MESSAGES) {
		while (id <= MESSAGES && ipc_queued(a.c) < 1024 * 1024 &&
		    ipc_queued(b.c) < 1024 * 1024) {
			send_one(a.c, id);
			send_one(b.c, id);
			id++;
		}
		(void)loop_after(loop, 0, stop, NULL);
		loop_run(loop);
	}
	for (int i = 0; i < 1000 && (a.got < a.want || b.got < b.want); i++)
		run_for(10);
	fds = 0;
	for (id = 1; id <= MESSAGES; id++)
		fds += fd_wanted(id);
	OK(a.got == MESSAGES && b.got == MESSAGES,
	    "%u and %u of %d messages arrive", a.got, b.got, MESSAGES);
	OK(a.wrong == 0 && b.wrong == 0, "in order, body and descriptor right");
	OK(a.fds == fds && b.fds == fds, "%d descriptors each way", fds);
	OK(a.gone == 0 && b.gone == 0 && ipc_queued(a.c) == 0,
	    "nobody is gone, nothing is queued");
	end(&a, &b);
}

static void
one_byte_at_a_time(void)
{
	struct side a = { .want = 3 };
	uint8_t wire[3 * (IPC_HEAD + 600)];
	size_t n = 0;
	int fd = bare(&a);

	for (uint32_t id = 1; id <= 3; id++) {
		ipc_frame_head(wire + n, (uint16_t)(id * 3), id, body_size(id));
		n += IPC_HEAD;
		for (size_t i = 0; i < body_size(id); i++)
			wire[n++] = body_byte(id, i);
	}
	for (size_t i = 0; i < n; i++) {
		assert(write(fd, wire + i, 1) == 1);
		(void)loop_after(loop, 0, stop, NULL);
		loop_run(loop);
	}
	/* Of the descriptors that these ids ask for, bare bytes bring none. */
	OK(a.got == 3 && a.fds == 0 && a.wrong == 2,
	    "messages arrive whole however the bytes are cut");
	(void)close(fd);
	run_for(5);
	OK(a.gone == 1, "the other end closes: gone is called");
	end(&a, NULL);
}

static int
gone_after(const void *p, size_t n, bool then_close)
{
	struct side a = { .want = 1000 };
	int fd = bare(&a);
	uint8_t c;
	bool shut;

	assert(write(fd, p, n) == (ssize_t)n);
	if (then_close)
		(void)close(fd);
	run_for(5);
	shut = then_close || read(fd, &c, 1) == 0;
	end(&a, NULL);
	if (!then_close)
		(void)close(fd);
	return shut ? a.gone : -1;
}

static void
broken_bytes(void)
{
	uint8_t over[4] = { 0, IPC_BODY >> 16, 0, 1 };
	uint8_t huge[IPC_HEAD] = { 0xff, 0xff, 0xff, 0xff };
	uint8_t part[IPC_HEAD + 3] = { 0, 0, 0, 9 };

	OK(gone_after(over, sizeof(over), false) == 1,
	    "a length one over the bound closes, before the head is whole");
	OK(gone_after(huge, sizeof(huge), false) == 1,
	    "the longest length there is closes");
	OK(gone_after(part, 5, true) == 1, "the end within a head closes");
	OK(gone_after(part, sizeof(part), true) == 1,
	    "the end within a body closes");
}

/* n descriptors with the first of `bytes`. */
static void
write_with_fds(int fd, const void *bytes, size_t len, size_t n)
{
	union {
		struct cmsghdr	align;
		char		room[CMSG_SPACE(8 * sizeof(int))];
	} control;
	struct iovec iov = { (void *)(uintptr_t)bytes, len };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;
	int fds[8];

	memset(&control, 0, sizeof(control));
	m.msg_control = control.room;
	m.msg_controllen = CMSG_SPACE(n * sizeof(int));
	c = CMSG_FIRSTHDR(&m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(n * sizeof(int));
	for (size_t i = 0; i < n; i++)
		fds[i] = fd_saying((uint32_t)i);
	memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	assert(sendmsg(fd, &m, 0) == (ssize_t)len);
	for (size_t i = 0; i < n; i++)
		(void)close(fds[i]);
}

static void
too_many_descriptors(void)
{
	uint8_t head[IPC_HEAD];
	int before = open_fds();

	ipc_frame_head(head, 1, 1, 1);
	for (size_t n = 2; n <= 8; n += 3) {
		struct side a = { .want = 1000 };
		int fd = bare(&a);

		write_with_fds(fd, head, sizeof(head), n);
		run_for(5);
		OK(a.gone == 1 && a.got == 0,
		    "%zu descriptors with one message close", n);
		end(&a, NULL);
		(void)close(fd);
	}
	for (size_t first = 4; first <= 10; first += 6) {
		struct side a = { .want = 1000 };
		int fd = bare(&a);

		write_with_fds(fd, head, first, 1);
		run_for(5);
		OK(a.gone == 0, "a descriptor waits for the rest of its message");
		write_with_fds(fd, "x", 1, 1);
		run_for(5);
		OK(a.gone == 1 && a.got == 0,
		    "a second one in the middle of it closes");
		end(&a, NULL);
		(void)close(fd);
	}
	OK(open_fds() == before, "and no descriptor is left over");
}

static void
nothing_leaks_when_it_ends(void)
{
	struct side a = { .want = 1000, .free_on_gone = true };
	struct side b = { .want = 1000, .free_on_got = true };
	int before = open_fds();

	both(&a, &b);
	for (uint32_t id = 1; id <= 200; id++)
		send_one(a.c, id);
	OK(ipc_queued(a.c) > 0, "a queue with descriptors in it");
	run_for(20);
	OK(b.got == 1 && b.c == NULL && b.gone == 0,
	    "a channel freed by its own callback is not called again");
	OK(a.gone == 1 && a.c == NULL, "the other side may free when gone");
	loop_free(loop);
	OK(open_fds() == before, "queued, passing and got descriptors close");
}

/* What a peer wrote before it went is read, though sending to it fails. */
static void
last_words(void)
{
	struct side a = { .want = 1000 };
	int before = open_fds();
	int fds[2];

	assert(ipc_pair(fds));
	loop = loop_new();
	a.c = ipc_new(loop, fds[0], got, gone, &a);
	for (uint32_t id = 1; id <= 2; id++) {
		uint8_t body[600];

		for (size_t i = 0; i < body_size(id); i++)
			body[i] = body_byte(id, i);
		assert(ipc_send_now(fds[1], (uint16_t)(id * 3), id,
		    slice_of(body, body_size(id)), -1));
	}
	(void)close(fds[1]);
	for (uint32_t id = 3; id < 10; id++)
		send_one(a.c, id);
	OK(a.gone == 0, "a failed send calls nobody");
	run_for(5);
	OK(a.got == 2 && a.gone == 1, "what the dead said is heard, then gone");
	send_one(a.c, 3);
	OK(ipc_queued(a.c) == 0, "what is sent to the gone is dropped");
	run_for(5);
	OK(a.gone == 1, "gone is called once");
	end(&a, NULL);
	OK(open_fds() == before, "and nothing leaks");
}

/* The kernel bounds the descriptors on their way by RLIMIT_NOFILE, for all
 * but root; the socket does not look full then. */
static int
too_many_on_their_way(void)
{
	const struct rlimit few = { 40, 40 };
	struct side a = { .want = 100 }, b = { .want = 100 };
	uint32_t id = 1;

	if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
		return 1;
	if (setrlimit(RLIMIT_NOFILE, &few) != 0)
		return 2;
	both(&a, &b);
	for (; id <= 48; id++)
		ipc_send(a.c, 1, id, slice_str("x"), fd_saying(id));
	if (ipc_queued(a.c) == 0)
		return 3;
	for (int i = 0; i < 200 && b.got < 48; i++)
		run_for(2);
	return b.got == 48 && b.fds == 48 && ipc_queued(a.c) == 0 ? 0 : 4;
}

static void
descriptor_limit(void)
{
	int status;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	assert(pid != -1);
	if (pid == 0)
		_exit(too_many_on_their_way());
	assert(waitpid(pid, &status, 0) == pid);
	OK(status == 0, "too many descriptors on their way only wait (%x)",
	    (unsigned)status);
}

static void
blocking_use(void)
{
	static uint8_t big[IPC_BODY];
	struct buf body = BUF_INIT;
	uint32_t id, says = 0;
	int fds[2], pass, keep;
	uint16_t type;

	assert(ipc_pair(fds));
	keep = fd_saying(77);
	OK(ipc_send_now(fds[0], 5, 6, slice_str("hello"), keep), "sent");
	OK(ipc_send_now(fds[0], 7, 8, slice_of(NULL, 0), -1), "and empty");
	OK(ipc_read_now(fds[1], &type, &id, &body, &pass) && type == 5 &&
	    id == 6 && slice_eq(buf_all(&body), slice_str("hello")) &&
	    pread(pass, &says, 4, 0) == 4 && says == 77,
	    "a message and its descriptor, read without a loop");
	OK(fcntl(keep, F_GETFD) != -1, "the sender keeps its own");
	(void)close(pass);
	(void)close(keep);
	OK(ipc_read_now(fds[1], &type, &id, &body, &pass) && type == 7 &&
	    body.n == 0 && pass == -1, "and not a byte of the next");
	assert(write(fds[0], "\xff\xff\xff\xff......", 10) == 10);
	OK(!ipc_read_now(fds[1], &type, &id, &body, &pass) && pass == -1,
	    "over the bound: refused");
	(void)close(fds[0]);
	OK(!ipc_send_now(fds[1], 1, 1, slice_of(big, sizeof(big)), -1),
	    "to a dead peer: false, no signal");
	OK(!ipc_read_now(fds[1], &type, &id, &body, &pass), "nor read");
	(void)close(fds[1]);
	buf_free(&body);
}

static void
ids(void)
{
	struct side a = { .want = 1 };
	int fd = bare(&a);

	OK(ipc_next_id(a.c) == 1 && ipc_next_id(a.c) == 2,
	    "ids count from 1; 0 is never one");
	end(&a, NULL);
	(void)close(fd);
}

int
main(void)
{
	ten_thousand_both_ways();
	one_byte_at_a_time();
	broken_bytes();
	too_many_descriptors();
	nothing_leaks_when_it_ends();
	last_words();
	descriptor_limit();
	blocking_use();
	ids();
	return tap_done();
}
