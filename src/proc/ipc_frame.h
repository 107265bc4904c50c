#ifndef PROC_IPC_FRAME_H
#define PROC_IPC_FRAME_H

#include <stdint.h>

#include "base/slice.h"

/*
 * How a message looks on the channel: the part of ipc.c that reads what
 * another process wrote.  Only ipc.c and its fuzz target include this.
 */
enum { IPC_HEAD = 10 };

struct ipc_frame {
	uint16_t	type;
	uint32_t	id;
	struct slice	body;	/* within the bytes given */
	size_t		size;	/* of the whole: IPC_HEAD + body.n */
};

enum ipc_frame_state {
	IPC_FRAME_WHOLE,
	IPC_FRAME_MORE,		/* so far so good */
	IPC_FRAME_BROKEN,	/* over the bound: nothing after it can be read */
};

void			ipc_frame_head(uint8_t out[static IPC_HEAD],
			    uint16_t type, uint32_t id, size_t body_len);
/* The first message in `bytes`; *f is set only when it is whole. */
enum ipc_frame_state	ipc_frame_read(struct ipc_frame *f, struct slice bytes);

#endif
