#include <assert.h>

#include "base/secret.h"
#include "model/bundle.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Any archive gets a verdict; every finding but the good ones has a rule, and
 * a manifest that parses has one form. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static bool ready;
	struct arena arena = ARENA_INIT;
	struct buf again = BUF_INIT;
	struct tar_archive t;
	struct manifest m;
	struct bundle b;

	if (!ready) {
		secret_process_init();
		ready = true;
	}
	if (manifest_parse(&m, &arena, slice_of(p, n), NULL)) {
		manifest_print(&again, &m);
		assert(slice_eq(buf_all(&again), slice_of(p, n)));
	}
	if (tar_read(&t, &arena, slice_of(p, n), BUNDLE_FILES, NULL)) {
		bundle_verify(&b, &arena, &t, NULL, NULL);
		assert(b.nmessages <= t.n);
		assert(!bundle_ok(&b) || (b.has_manifest && b.has_network));
		for (size_t i = 0; i < b.n; i++)
			assert((b.findings[i].rule[0] == '\0') ==
			    (b.findings[i].status == FINDING_OK));
		bundle_release(&b);
	}
	buf_free(&again);
	arena_free(&arena);
	return 0;
}
