#include <assert.h>

#include "base/buf.h"
#include "base/tar.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { MOST = 64 };

/* What reads can be written, and reads the same again; every name is one that
 * stays below the folder it is unpacked into. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena arena = ARENA_INIT;
	struct tar_archive t, again;
	struct buf out = BUF_INIT;
	struct tar_writer w;

	if (!tar_read(&t, &arena, slice_of(p, n), MOST, NULL))
		goto out;
	tar_begin(&w, tar_to_buf, &out);
	for (size_t i = 0; i < t.n; i++) {
		assert(tar_name_valid(t.files[i].path));
		assert(tar_put(&w, t.files[i].path, t.files[i].bytes,
		    t.files[i].mtime, NULL));
	}
	assert(tar_end(&w, NULL));
	assert(tar_read(&again, &arena, buf_all(&out), MOST, NULL));
	assert(again.n == t.n);
	for (size_t i = 0; i < t.n; i++) {
		assert(strcmp(t.files[i].path, again.files[i].path) == 0);
		assert(slice_eq(t.files[i].bytes, again.files[i].bytes));
		assert(tar_find(&t, t.files[i].path) == &t.files[i]);
	}
out:
	buf_free(&out);
	arena_free(&arena);
	return 0;
}
