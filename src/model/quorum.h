#ifndef MODEL_QUORUM_H
#define MODEL_QUORUM_H

#include "crypto/note.h"

/*
 * At least k of these keys signed the note; a key counts once however often
 * it stands in the list, and unknown signatures do not count.  Too few:
 * `rule`, E-NOTE-SIGNATURE when one of the keys' signatures does not verify.
 */
bool	quorum_signed(const struct note *, const struct note_vkey *keys,
	    size_t n, unsigned k, const char *rule, struct err *);

#endif
