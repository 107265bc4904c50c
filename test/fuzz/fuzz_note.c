#include <assert.h>

#include "crypto/note.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What parses is its parts put together again, byte for byte. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf again = BUF_INIT;
	struct note note;

	if (!note_parse(&note, slice_of(p, n), NULL))
		return 0;
	assert(note.nsigs > 0 && note.nsigs <= NOTE_SIGNATURES);
	buf_slice(&again, note.text);
	buf_u8(&again, '\n');
	for (size_t i = 0; i < note.nsigs; i++) {
		assert(note.sigs[i].n <= sizeof(note.sigs[i].bytes));
		buf_slice(&again, note.sigs[i].line);
		buf_u8(&again, '\n');
	}
	assert(slice_eq(buf_all(&again), slice_of(p, n)));
	buf_free(&again);
	return 0;
}
