#ifndef ENTENTD_OUTBOX_H
#define ENTENTD_OUTBOX_H

#include "ententd/vault.h"
#include "model/receipt.h"
#include "store/outbox_store.h"

/*
 * What waits to be delivered.  Rows come due by their next_try, flash first;
 * for each peer two batches of ordinary messages and two of flash messages may
 * be under way, never with messages of one thread.  A copy is sealed at hand-over, so a queued one follows its
 * recipient's newest card.  Files go before the message that names them.
 */
struct outbox;

struct outbox	*outbox_new(struct vault *);
void		 outbox_start(struct vault *);
/* New rows were written, or a peer was heard from: look again soon. */
void		 outbox_kick(struct vault *);
void		 outbox_heard(struct vault *, const struct member_id *);
/* For status: last words of and about a peer. */
void		 outbox_peer(const struct vault *, const struct member_id *,
		    msec *last_heard, const char **last_error);

/* A row as it leaves this node: one age file, to the best key of its
 * recipient's newest card. */
bool		 outbox_seal(struct vault *, const struct outbox_row *,
		    struct buf *sealed, struct err *);
/* A receipt for messages of ours by the member that signed it, released by the
 * caller; then what it says is written, in the caller's unit. */
bool		 outbox_receipt_read(struct vault *, struct arena *,
		    struct slice note, struct receipt *, struct err *);
bool		 outbox_receipt_take(struct vault *, struct slice note,
		    const struct receipt *, struct err *);

#endif
