#ifndef ENTENTD_BLOBS_H
#define ENTENTD_BLOBS_H

#include "ententd/vault.h"
#include "model/message.h"

/*
 * Sealed files in DIR/blobs: <hex> when whole, <hex>.<sender>.part while a
 * peer's grows, up-*.tmp while an officer's is being sealed.
 */

/* A whole one, for reading; -1 when it is not there. */
int	blobs_open(struct vault *, const struct hash *);
/* Descriptor of DIR/blobs. */
int	blobs_dir(struct vault *);
/* What a fall left behind, at start: half uploads, files without a row. */
void	blobs_tidy(struct vault *);

struct blob_row;
/* Where a peer's grows, and that file, cut off behind what its row knows,
 * because what follows was never acknowledged; -1 with err. */
void	blobs_part(char path[static 128], const struct blob_row *);
int	blobs_open_part(struct vault *, const struct blob_row *, struct err *);
/*
 * All bytes of the part are here: it is hashed, in pieces so that the loop
 * goes on, gets its name, and the row says that it is complete; then done().
 * Other bytes than its name promises are thrown away, E-BLOB-HASH.
 */
void	blobs_finish(struct vault *, const struct blob_row *,
	    void (*done)(void *arg, const struct err *), void *arg);

#endif
