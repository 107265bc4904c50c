#ifndef ENTENTE_INIT_MADE_H
#define ENTENTE_INIT_MADE_H

#include "entente/init_plan.h"
#include "entente/node_keys.h"
#include "entente/signed_file.h"

/*
 * What `entente init` makes of its plan: keys and texts in memory
 * (init_made.c), and the files they become (init_files.c).  Rules set:
 * E-KEYRING-NETWORK, E-INIT-KEY, and those of node_dir.h.
 */
struct init_made {
	struct node_keys	 keys;
	struct note_signer	 signer;	/* the card key */
	struct signed_file	 card;
	struct signed_file	 join;		/* empty: a member already */
	struct buf		 ring;		/* sealed */
	struct buf		 unlock;	/* under the passphrase */
};

/* Nothing is written.  Released by init_made_free() either way. */
bool	init_made_fill(struct cli *, const struct init_plan *,
	    struct trust_keyring *, struct init_made *, struct err *);
void	init_made_free(struct init_made *);
/* The node's directory, its credential and what others are given; the
 * keyring is saved between. */
bool	init_files_write(struct cli *, const struct init_plan *,
	    struct trust_keyring *, const struct init_made *, struct err *);

#endif
