#ifndef ENTENTE_NODE_RING_H
#define ENTENTE_NODE_RING_H

#include <sys/types.h>

#include "crypto/keyring.h"

/*
 * The keyring of a node that is stopped, on its files: the lock that a running
 * one holds is held here while it is open.
 * Rules set: E-CONFIG-BUSY, E-IO, and those of crypto/keyring.h.
 */
struct node_ring {
	int		 dir;
	uid_t		 uid;		/* whose the files are, and stay */
	gid_t		 gid;
	struct secret	*unlock;
	struct keyring	*ring;
};

bool	node_ring_open(struct node_ring *, const char *dir,
	    const struct secret *passphrase, struct err *);
bool	node_ring_save(const struct node_ring *, struct err *);
void	node_ring_close(struct node_ring *);

#endif
