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

#endif
