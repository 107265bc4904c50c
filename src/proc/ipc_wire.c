#include "proc/ipc_wire.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

ssize_t
ipc_wire_push(int fd, struct iovec *iov, size_t pieces, int pass_fd)
{
	union {
		struct cmsghdr	align;
		char		room[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = pieces };
	struct cmsghdr *c;
	ssize_t n;

	if (pass_fd != -1) {
		memset(&control, 0, sizeof(control));
		m.msg_control = control.room;
		m.msg_controllen = sizeof(control.room);
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &pass_fd, sizeof(pass_fd));
	}
	do {
		n = sendmsg(fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (n == -1 && errno == EINTR);
	return n;
}

/*
 * Every descriptor that the kernel made for us gets an owner here: the first
 * is *pass_fd's when that is empty, all others are closed, and false says
 * that there was one too many.
 */
static bool
take_fds(struct msghdr *m, int *pass_fd)
{
	bool ok = (m->msg_flags & MSG_CTRUNC) == 0;
	int fd;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL;
	    c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t at = CMSG_LEN(0); at + sizeof(fd) <= c->cmsg_len;
		    at += sizeof(fd)) {
			memcpy(&fd, (const char *)c + at, sizeof(fd));
			if (*pass_fd == -1) {
				*pass_fd = fd;
				continue;
			}
			(void)close(fd);
			ok = false;
		}
	}
	return ok;
}

ssize_t
ipc_wire_pull(int fd, void *p, size_t n, int *pass_fd)
{
	union {
		struct cmsghdr	align;
		char		room[CMSG_SPACE(4 * sizeof(int))];
	} control;
	struct iovec iov = { .iov_base = p, .iov_len = n };
	struct msghdr m;
	ssize_t got;

	do {
		m = (struct msghdr){
			.msg_iov = &iov,
			.msg_iovlen = 1,
			.msg_control = control.room,
			.msg_controllen = sizeof(control.room),
		};
		got = recvmsg(fd, &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	} while (got == -1 && errno == EINTR);
	if (got != -1 && !take_fds(&m, pass_fd)) {
		errno = EPROTO;
		return -1;
	}
	return got;
}
