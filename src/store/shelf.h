#ifndef STORE_SHELF_H
#define STORE_SHELF_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/slice.h"
#include "crypto/hash.h"

/*
 * At rest everything said by people lies under a key of its own, wrapped
 * under the shelf key of the month in which it expires.  Destroying a shelf
 * key destroys that month everywhere: live pages, WAL, backups.  The vault
 * holds the shelf keys in memory; only `keys` keeps them on disk.
 *
 * Boxes are XChaCha20-Poly1305 with a random nonce in front; `what` is bound
 * as associated data, so that a box cannot stand in for another.
 * Rules: E-SHELF-MISSING (no such key: destroyed, or not handed over yet),
 * E-SHELF-OPEN (the box does not open).
 */
enum { SHELF_LABEL = 8, SHELF_KEY = 32, SHELF_OVERHEAD = 24 + 16 };

struct shelf_label {
	char	s[SHELF_LABEL];		/* "2031-11" */
};
struct shelf_label shelf_for(msec expires);

struct shelves;			/* the keys at hand */
struct shelves	*shelves_new(void);
void		 shelves_free(struct shelves *);
void		 shelves_put(struct shelves *, const struct shelf_label *,
		    struct secret **key);		/* taken */
void		 shelves_drop(struct shelves *, const struct shelf_label *);
bool		 shelves_have(const struct shelves *, const struct shelf_label *);

/* A fresh content key, wrapped: *wrapped gets the box. */
bool	shelf_new_key(const struct shelves *, const struct shelf_label *,
	    struct slice what, struct secret **key, struct buf *wrapped,
	    struct err *);
struct secret *shelf_unwrap(const struct shelves *, const struct shelf_label *,
	    struct slice what, struct slice wrapped, struct err *);

void	box_seal(struct buf *out, const struct secret *key, struct slice what,
	    struct slice plain);
bool	box_open(struct buf *plain, const struct secret *key, struct slice what,
	    struct slice box, struct err *);

#endif
