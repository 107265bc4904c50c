#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proc/ipc.h"
#include "proc/ipc_frame.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What is read as a message is written as the same bytes, no prefix of it is
 * a message, and nothing over the bound is one. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice rest = slice_of(p, n);
	uint8_t head[IPC_HEAD];
	struct ipc_frame f, g;

	while (ipc_frame_read(&f, rest) == IPC_FRAME_WHOLE) {
		assert(f.size <= rest.n && f.size == IPC_HEAD + f.body.n);
		assert(f.body.n <= IPC_BODY);
		ipc_frame_head(head, f.type, f.id, f.body.n);
		assert(memcmp(head, rest.p, IPC_HEAD) == 0);
		assert(f.body.p == rest.p + IPC_HEAD);
		assert(ipc_frame_read(&g, slice_of(rest.p, f.size - 1)) ==
		    IPC_FRAME_MORE);
		rest = slice_skip(rest, f.size);
	}
	/* More bytes never mend what is broken. */
	if (ipc_frame_read(&f, rest) == IPC_FRAME_BROKEN)
		assert(ipc_frame_read(&f, slice_of(rest.p, 4)) ==
		    IPC_FRAME_BROKEN);
	return 0;
}
