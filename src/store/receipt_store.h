#ifndef STORE_RECEIPT_STORE_H
#define STORE_RECEIPT_STORE_H

#include "base/arena.h"
#include "model/receipt.h"
#include "store/store.h"

/* Receipts, ours given and theirs got. */

/* A receipt note and the messages it names; the note is kept once. */
bool	receipt_put(struct store *, struct slice note, const struct receipt *,
	    struct err *);
/* The same note, a relay's, is about this message: only we know its name. */
bool	receipt_put_custody(struct store *, struct slice note,
	    const struct receipt *, const struct hash *message, struct err *);
/* A note by its hash, appended.  E-NOT-FOUND. */
bool	receipt_note(struct store *, const struct hash *, struct buf *note,
	    struct err *);
/* The receipt by that member for a message, meant by its name or the hash of
 * its sealed bytes: the first `taken`, from which clocks run, also when it was
 * lost there and taken once more; else the newest.  E-NOT-FOUND. */
bool	receipt_get(struct store *, struct arena *, const struct hash *message,
	    const char *by_member, struct slice *note, msec *at,
	    enum receipt_result *, struct err *);
/* All that name it, oldest first. */
bool	receipt_of_message(struct store *, struct arena *, const struct hash *message,
	    struct slice **notes, size_t *n, struct err *);

#endif
