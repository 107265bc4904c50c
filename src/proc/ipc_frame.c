#include "proc/ipc_frame.h"

#include <assert.h>

#include "base/cursor.h"
#include "proc/ipc.h"

void
ipc_frame_head(uint8_t out[static IPC_HEAD], uint16_t type, uint32_t id,
    size_t body_len)
{
	assert(body_len <= IPC_BODY);
	for (unsigned i = 0; i < 4; i++)
		out[i] = (uint8_t)(body_len >> (24 - 8 * i));
	for (unsigned i = 0; i < 2; i++)
		out[4 + i] = (uint8_t)(type >> (8 - 8 * i));
	for (unsigned i = 0; i < 4; i++)
		out[6 + i] = (uint8_t)(id >> (24 - 8 * i));
}

enum ipc_frame_state
ipc_frame_read(struct ipc_frame *f, struct slice bytes)
{
	struct cursor c = cursor_of(bytes);
	uint32_t len = cursor_u32(&c);
	uint16_t type;
	uint32_t id;

	/* The length is judged as soon as it is there: no byte of a body that
	 * nobody will read is waited for. */
	if (c.bad)
		return IPC_FRAME_MORE;
	if (len > IPC_BODY)
		return IPC_FRAME_BROKEN;
	type = cursor_u16(&c);
	id = cursor_u32(&c);
	if (c.bad || c.rest.n < len)
		return IPC_FRAME_MORE;
	f->type = type;
	f->id = id;
	f->body = cursor_bytes(&c, len);
	f->size = IPC_HEAD + len;
	return IPC_FRAME_WHOLE;
}
