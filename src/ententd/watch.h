#ifndef ENTENTD_WATCH_H
#define ENTENTD_WATCH_H

#include "ententd/vault.h"
#include "store/outbox_store.h"
#include "store/page_store.h"

/*
 * The sender's node watches for itself, because the other may be the one that
 * is dead: what is not delivered in five minutes, or not acknowledged in time,
 * pages its author.  Pages are kept in the store, shown until somebody has
 * seen them, with the other desk's number.
 */
#define WATCH_DELIVERED	(5 * MINUTE)

void	watch_start(struct vault *);
/* In the caller's unit: nobody took it in its time. */
bool	watch_expired(struct vault *, const struct outbox_row *, struct err *);
/* In the caller's unit: taken there, lost there, and queued again. */
bool	watch_lost(struct vault *, const struct hash *message,
	    const struct member_id *peer, struct err *);
/* In the caller's unit: a peer used one number for two texts. */
bool	watch_other_text(struct vault *, const struct member_id *peer,
	    int64_t slip, const struct hash *name, struct err *);
/* In the caller's unit, with its audit entry "page.raise". */
bool	watch_page(struct vault *, const struct page *, struct err *);

#endif
