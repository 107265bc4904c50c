#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/cursor.h"
#include "proc/ipc.h"
#include "proc/ipc_frame.h"
#include "proc/ipc_wire.h"

static bool
wait_for(int fd, short what)
{
	struct pollfd p = { .fd = fd, .events = what };
	int rc;

	if (errno != EAGAIN && errno != EWOULDBLOCK)
		return false;
	do {
		rc = poll(&p, 1, -1);
	} while (rc == -1 && errno == EINTR);
	return rc == 1;
}

bool
ipc_send_now(int fd, uint16_t type, uint32_t id, struct slice body,
    int pass_fd)
{
	uint8_t head[IPC_HEAD];
	struct iovec iov[2] = {
		{ .iov_base = head, .iov_len = sizeof(head) },
		{ .iov_base = (void *)(uintptr_t)body.p, .iov_len = body.n },
	};
	ssize_t n;

	ipc_frame_head(head, type, id, body.n);
	while (iov[0].iov_len + iov[1].iov_len > 0) {
		n = ipc_wire_push(fd, iov, 2, pass_fd);
		if (n == -1) {
			if (!wait_for(fd, POLLOUT))
				return false;
			continue;
		}
		pass_fd = -1;
		for (size_t i = 0; i < 2; i++) {
			size_t part = (size_t)n < iov[i].iov_len ? (size_t)n :
			    iov[i].iov_len;

			if (part == 0)
				continue;
			iov[i].iov_base = (uint8_t *)iov[i].iov_base + part;
			iov[i].iov_len -= part;
			n -= (ssize_t)part;
		}
	}
	return true;
}

static bool
read_exactly(int fd, uint8_t *p, size_t n, int *pass_fd)
{
	ssize_t got;

	while (n > 0) {
		got = ipc_wire_pull(fd, p, n, pass_fd);
		if (got == 0 || (got == -1 && !wait_for(fd, POLLIN)))
			return false;
		if (got > 0) {
			p += got;
			n -= (size_t)got;
		}
	}
	return true;
}

bool
ipc_read_now(int fd, uint16_t *type, uint32_t *id, struct buf *body,
    int *pass_fd)
{
	uint8_t head[IPC_HEAD];
	struct cursor c = cursor_of(slice_of(head, sizeof(head)));
	uint32_t len;

	*pass_fd = -1;
	/* Exactly this message is read, so any descriptor is its own. */
	if (!read_exactly(fd, head, sizeof(head), pass_fd))
		goto out;
	len = cursor_u32(&c);
	*type = cursor_u16(&c);
	*id = cursor_u32(&c);
	if (len > IPC_BODY)
		goto out;
	buf_clear(body);
	if (!read_exactly(fd, buf_room(body, len), len, pass_fd))
		goto out;
	body->n = len;
	return true;
out:
	if (*pass_fd != -1)
		(void)close(*pass_fd);
	*pass_fd = -1;
	return false;
}
