#ifndef ENTENTE_WORDS_H
#define ENTENTE_WORDS_H

#include <jansson.h>

#include "entente/command.h"
#include "entente/signed_file.h"

/*
 * A text in plain words, to stderr: what a person reads before signing it.
 * False: it is none of the texts that are signed here, or is malformed
 * (E-SIGN-TYPE and the rules of model/).  Read before anybody's signature is
 * checked: it is the signer's own eyes that judge.
 */
bool	words_tell(struct cli *, const struct signed_file *, struct err *);
/* The label in the user's language, else English, safe for terminals. */
const char *words_label(struct cli *, const json_t *labels);
/* "0123 4567 89ab ..." for reading aloud. */
const char *words_id(struct cli *, const struct hash *);

#endif
