#ifndef ENTENTD_RETENTION_H
#define ENTENTD_RETENTION_H

#include "ententd/vault.h"

/*
 * What has expired: the shelf keys of months that are over are destroyed by
 * `keys`, then the room their boxes took is freed.  Headers, receipts and the
 * audit's leaves stay, so the chain still verifies.
 */
void	retention_run(struct vault *);

#endif
