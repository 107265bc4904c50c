#ifndef ENTENTE_AGREEMENT_SEND_H
#define ENTENTE_AGREEMENT_SEND_H

#include "entente/client.h"
#include "entente/signed_file.h"
#include "entente/trust_open.h"

/*
 * An agreement or an ending on its way between nodes: shown in words with what
 * it would newly allow, signed with the keys of the trust keyring, given to the
 * own node when everybody has signed it who must, and sent to the other
 * parties as a message of the kind agreement/1.
 */
#define AGREEMENT_SEND_OPTIONS						\
	{ "to", OPTION_REPEAT, "DESK", false, 0 },			\
	{ "key", OPTION_TEXT, "root/N|card/MEMBER", false, 0 },		\
	{ "output", OPTION_PATH, "FILE", false, 'o' },			\
	TRUST_OPTIONS

/* Takes the file's bytes from the caller, who frees it.  All output. */
enum exit_code agreement_send(struct cli *, struct signed_file *);

/* What the node says of itself: its member and its network's id. */
bool	agreement_self(struct cli *, struct member_id *, struct hash *net,
	    struct problem *);
/* The newest version of an agreement as the node shows it; the caller's. */
bool	agreement_get(struct cli *, const char *id, json_t **agreement,
	    struct problem *);

#endif
