#ifndef MODEL_SIGNERS_H
#define MODEL_SIGNERS_H

#include "crypto/note.h"
#include "model/directory.h"

/*
 * Whose directory keys signed a note, found by the names in its signature
 * lines and verified, before one byte of its text is parsed.  Whether a key
 * was valid, and for what, is for the caller to judge.
 */
struct signers {
	const struct directory_member	*member[NOTE_SIGNATURES];
	const struct directory_key	*key[NOTE_SIGNATURES];
	size_t				 n;
};

/* At least one.  Rules E-NOTE-UNSIGNED, E-NOTE-SIGNATURE. */
bool	signers_verify(struct signers *, const struct note *,
	    const struct directory *, struct err *);

#endif
