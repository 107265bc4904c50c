#ifndef ENTENTE_PROOF_H
#define ENTENTE_PROOF_H

#include <jansson.h>

#include "entente/client.h"

/*
 * Signatures checked here, not believed: the note of a message and the notes
 * of its receipts, under the message keys of the signing member's card as our
 * node holds it.
 */

/* The note's text has this name (hex), and a key of the member signed it. */
bool	proof_message(struct cli *, const char *name, const char *from,
	    struct problem *);
/* The receipt's note says of this message what `item` says it says, signed by
 * the member. */
bool	proof_receipt(struct cli *, const char *name, const json_t *item,
	    struct problem *);

#endif
