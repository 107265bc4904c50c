#ifndef PROC_IPC_H
#define PROC_IPC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "proc/loop.h"

/*
 * Typed, bounded messages between the processes of one node, over a
 * SOCK_STREAM socket pair: {u32 length of body, u16 type, u32 id} big-endian, body of
 * at most IPC_BODY bytes, and at most one descriptor.  Sends are queued and
 * never block.  A peer that sends what is malformed or over the bound is
 * treated as gone: the channel closes.
 *
 * `id` pairs an answer with its question; the asker chooses it (ipc_next_id).
 */
enum { IPC_BODY = 256 * 1024 };

struct ipc;

struct ipc_message {
	uint16_t	type;
	uint32_t	id;
	struct slice	body;		/* borrowed for the length of the call */
	int		fd;		/* -1, or the receiver's to close; set it to
					 * -1 when taken */
};

/*
 * fd becomes the channel's.  gone() may be called once, from the loop alone,
 * after all that the peer sent before; then the channel must be freed (from
 * there or later).  ipc_free() may also be called from got().
 */
struct ipc	*ipc_new(struct loop *, int fd,
		    void (*got)(void *arg, struct ipc *, struct ipc_message *),
		    void (*gone)(void *arg, struct ipc *), void *arg);
void		 ipc_free(struct ipc *);
uint32_t	 ipc_next_id(struct ipc *);
/* fd -1 or one to pass: taken, closed once sent.  The body is at most
 * IPC_BODY; what is sent to the gone is dropped. */
void		 ipc_send(struct ipc *, uint16_t type, uint32_t id, struct slice body,
		    int fd);
/* Bytes queued and not yet taken by the kernel. */
size_t		 ipc_queued(const struct ipc *);
bool		 ipc_pair(int fds[2]);	/* non-blocking, close-on-exec */

/* Blocking use, before a process enters its loop (start-up only).  False: the
 * peer is gone or broken.  pass_fd stays the caller's. */
bool		 ipc_send_now(int fd, uint16_t type, uint32_t id, struct slice body,
		    int pass_fd);
/* *body must be freed; pass_fd gets the descriptor or -1. */
bool		 ipc_read_now(int fd, uint16_t *type, uint32_t *id, struct buf *body,
		    int *pass_fd);

#endif
