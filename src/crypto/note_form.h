#ifndef CRYPTO_NOTE_FORM_H
#define CRYPTO_NOTE_FORM_H

#include "crypto/note.h"

/* What note.c and note_key.c share, and nobody else needs. */

/*
 * The characters a key name may have by the specification, at any length: the
 * line of an unknown key may carry a name longer than ours.
 */
bool	note_name_form(struct slice);

/* The signature is this key's over the text. */
bool	note_vkey_verify(const struct note_vkey *, struct slice text,
	    struct slice signature);

#endif
