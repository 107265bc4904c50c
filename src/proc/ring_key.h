#ifndef PROC_RING_KEY_H
#define PROC_RING_KEY_H

#include "crypto/keyring.h"
#include "crypto/note.h"

/*
 * Fresh keys for a node's keyring beside those that are there, and what of a
 * key others may know.  Of the uses, KEYRING_SEAL, KEYRING_SIGN and
 * KEYRING_TLS_LINK rotate; a sealing key that no card lists any more waits
 * under KEYRING_RETIRED for its end.
 */
enum { RING_PUBLIC = NOTE_VKEY };

/* For KEYRING_SIGN the ring holds one already: it says who signs, where. */
bool	ring_key_make(struct keyring *, enum keyring_use, msec now, struct err *);
/* A vkey, an age recipient, or the pin of a TLS key in hexadecimal. */
bool	ring_key_public(char out[static RING_PUBLIC],
	    const struct keyring_entry *, struct err *);
/* The name of a message key: its label, or what stands before a space. */
void	ring_key_name(char out[static KEYRING_LABEL],
	    const struct keyring_entry *);

#endif
