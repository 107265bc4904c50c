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
enum {
	SHELF_LABEL	= 8,
	SHELF_KEY	= 32,
	SHELF_OVERHEAD	= 24 + 16,			/* of a box */
	SHELF_WRAPPED	= SHELF_KEY + SHELF_OVERHEAD,	/* a key, wrapped */
};

struct shelf_label {
	char	s[SHELF_LABEL];		/* "2031-11" */
};
/* The shelf of what expires then.  Whoever writes asks these before, and sees
 * to it that the key is at hand. */
struct shelf_label shelf_for(msec expires);
/* By then it has ended, whichever day of its month that was. */
msec	shelf_over(msec expires);
/* Of what is needed for hours or days (uploads, drafts, answers): gone with
 * the next month. */
struct shelf_label shelf_brief(msec now);

struct shelves;			/* the keys at hand */
struct shelves	*shelves_new(void);
void		 shelves_free(struct shelves *);
void		 shelves_put(struct shelves *, const struct shelf_label *,
		    struct secret **key);		/* taken; replaces */
void		 shelves_drop(struct shelves *, const struct shelf_label *);
/* The i-th label at hand, in no order; NULL past the end. */
const struct shelf_label *shelves_at(const struct shelves *, size_t i);
bool		 shelves_have(const struct shelves *, const struct shelf_label *);

/* A fresh content key, wrapped: *wrapped gets the box. */
bool	shelf_new_key(const struct shelves *, const struct shelf_label *,
	    struct slice what, struct secret **key, struct buf *wrapped,
	    struct err *);
struct secret *shelf_unwrap(const struct shelves *, const struct shelf_label *,
	    struct slice what, struct slice wrapped, struct err *);

void	box_seal(struct buf *out, const struct secret *key, struct slice what,
	    struct slice plain);
/* On false nothing was appended. */
bool	box_open(struct buf *plain, const struct secret *key, struct slice what,
	    struct slice box, struct err *);

/*
 * Both at once, as rows keep it: the wrapped key, then the box under it.
 * Renewal writes the first SHELF_WRAPPED bytes anew and leaves the rest.
 */
bool	shelf_seal(struct buf *out, const struct shelves *,
	    const struct shelf_label *, struct slice what, struct slice plain,
	    struct err *);
bool	shelf_open(struct buf *plain, const struct shelves *,
	    const struct shelf_label *, struct slice what, struct slice sealed,
	    struct err *);

#endif
