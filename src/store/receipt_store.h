#ifndef STORE_RECEIPT_STORE_H
#define STORE_RECEIPT_STORE_H

#include "base/arena.h"
#include "model/receipt.h"
#include "store/store.h"

/* Receipts, ours given and theirs got. */

/* A receipt note and the messages it names; the note is kept once. */
bool	receipt_put(struct store *, struct slice note, const struct receipt *,
	    struct err *);
/* The receipt by that member for a message, meant by its name or the hash of
 * its sealed bytes: `taken` before any other, then the newest.  E-NOT-FOUND. */
bool	receipt_get(struct store *, struct arena *, const struct hash *message,
	    const char *by_member, struct slice *note, msec *at,
	    enum receipt_result *, struct err *);
/* All that name it, oldest first. */
bool	receipt_of_message(struct store *, struct arena *, const struct hash *message,
	    struct slice **notes, size_t *n, struct err *);

/*
 * Slips seen from others: gaps show.  The same number with another text: both
 * are kept.
 */
enum slip_seen { SLIP_NEW, SLIP_SAME, SLIP_OTHER_TEXT };
bool	slip_note(struct store *, const struct member_id *from, int64_t number,
	    const struct hash *message, enum slip_seen *, struct err *);
/* Lowest number not yet seen from a member, and the highest seen; there is a
 * gap when it is the lower one. */
bool	slip_gap(struct store *, const struct member_id *from, int64_t *missing,
	    int64_t *highest, struct err *);

#endif
