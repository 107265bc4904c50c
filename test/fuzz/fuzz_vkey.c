#include <assert.h>

#include "crypto/note.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* A vkey that parses prints as it was. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char text[NOTE_VKEY];
	struct note_vkey v;

	if (!note_vkey_parse(&v, slice_of(p, n), NULL))
		return 0;
	note_vkey_print(text, &v);
	assert(slice_eq(slice_str(text), slice_of(p, n)));
	return 0;
}
