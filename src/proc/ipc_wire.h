#ifndef PROC_IPC_WIRE_H
#define PROC_IPC_WIRE_H

#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

/*
 * Descriptors on a stream: Linux never joins the bytes of two sendmsg() calls
 * into one piece, gives a call's descriptor with the first byte of its piece,
 * and ends a recvmsg() after a piece that had one.  So a message that has a
 * descriptor begins a sendmsg() of its own and shares it with no other
 * message, and the reader knows: a descriptor belongs to the message that the
 * last byte of the read belongs to.
 * Only ipc*.c include this.
 */

/* One sendmsg(), which takes what it can; pass_fd or -1 goes with the first
 * byte. */
ssize_t	ipc_wire_push(int fd, struct iovec *, size_t pieces, int pass_fd);
/*
 * One recvmsg(): as recv(), but EPROTO for a descriptor too many.  One that
 * came is put where *pass_fd is -1, and is the caller's whatever is returned.
 */
ssize_t	ipc_wire_pull(int fd, void *, size_t n, int *pass_fd);

#endif
