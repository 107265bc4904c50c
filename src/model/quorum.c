#include "model/quorum.h"

#include <assert.h>

bool
quorum_signed(const struct note *note, const struct note_vkey *keys, size_t n,
    unsigned k, const char *rule, struct err *err)
{
	bool by[NOTE_SIGNATURES];
	unsigned count = 0;

	assert(n <= NOTE_SIGNATURES && k >= 1);
	if (!note_verify(note, keys, n, by, err) &&
	    strcmp(err->rule, "E-NOTE-UNSIGNED") != 0)
		return false;
	for (size_t i = 0; i < n; i++)
		count += by[i];
	if (count < k)
		return err_set(err, ERR_VERIFY, rule,
		    "signed by %u of the %u roots that must", count, k);
	return true;
}
