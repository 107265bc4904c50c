#ifndef ENTENTE_NODE_KEYS_H
#define ENTENTE_NODE_KEYS_H

#include "base/clock.h"
#include "crypto/keyring.h"
#include "crypto/note.h"
#include "model/ident.h"

/*
 * Everything secret of a node, made anew: its message key, sealing key, TLS
 * keys, index key, and the approval key of its first officer.
 */
struct node_keys {
	struct keyring		*ring;
	struct secret		*unlock;	/* opens the sealed ring */
	struct note_vkey	 vkey;		/* <network>/<member> */
	char			 recipient[AGE_KEY_TEXT];
	uint8_t			 link_pin[32];	/* stands in the card */
	uint8_t			 desk_pin[32];	/* officers' programs want it */
	bool			 has_officer;
	struct badge		 badge;
	struct note_vkey	 officer;	/* <network>/<member>/<badge> */
};

void	node_keys_make(struct node_keys *, const char *network,
	    const struct hash *net, const struct member_id *, msec now);
/* An approval key under the officer's password; E-PASSWORD-WEAK. */
bool	node_keys_officer(struct node_keys *, const char *network,
	    const struct member_id *, const struct badge *,
	    const struct secret *password, msec now, struct err *);
void	node_keys_free(struct node_keys *);

#endif
