#ifndef STORE_OUTBOX_STORE_H
#define STORE_OUTBOX_STORE_H

#include "base/arena.h"
#include "model/message.h"
#include "store/store.h"

/* One row per message and recipient member, from the 201 to the receipt. */
enum outbox_status {
	OUTBOX_QUEUED, OUTBOX_TAKEN, OUTBOX_REFUSED, OUTBOX_EXPIRED, OUTBOX_STATUSES
};
extern const char *const outbox_status_names[OUTBOX_STATUSES];

struct outbox_row {
	int64_t			id;
	struct hash		message;
	struct member_id	to;
	enum urgency		lane;
	msec			deliver_by;
	msec			next_try;
	unsigned		tries;
	int64_t			slip;		/* the pair's number, from 1 */
	enum outbox_status	status;
	char			rule[40];	/* why it was refused or is late */
	msec			settled;
};

/* Due at once; gives the row its slip number (the pair's next). */
bool	outbox_put(struct store *, const struct hash *message,
	    const struct member_id *to, enum urgency lane, msec deliver_by,
	    msec now, struct err *);
/* The next member, by name, after `last` ("": the first) for which something is
 * queued, and when its first row comes due.  An empty
 * name: there is none. */
bool	outbox_next_peer(struct store *, const char *last, struct member_id *,
	    msec *at, struct err *);
/* A member's queued rows of these lanes whose next_try has come: the highest
 * lane first, and within a lane by id; at most `limit` in all. */
bool	outbox_due(struct store *, struct arena *, const struct member_id *to,
	    enum urgency lowest, enum urgency highest, msec now, size_t limit,
	    struct outbox_row **rows, size_t *n, struct err *);
/* One try more was made; why it failed, and when the next one is.  A row that
 * is settled stays so. */
bool	outbox_retry(struct store *, int64_t id, msec next_try, const char *rule,
	    struct err *);
/* What is taken stays taken, whatever is said later; a receipt that comes
 * after the row expired still counts.  No such row: nothing happens. */
bool	outbox_settle(struct store *, const struct hash *message,
	    const struct member_id *to, enum outbox_status, const char *rule,
	    msec now, struct err *);
/* Its rows by member: the order in which they lie, so that nothing else is
 * looked through. */
bool	outbox_of_message(struct store *, struct arena *, const struct hash *message,
	    struct outbox_row **rows, size_t *n, struct err *);
/* Queued rows past deliver_by become OUTBOX_EXPIRED, settled now: these. */
bool	outbox_expire(struct store *, struct arena *, msec now,
	    struct outbox_row **rows, size_t *n, struct err *);
/* What is queued for a member and would be tried after a time is due now. */
bool	outbox_wake(struct store *, const struct member_id *to, msec now,
	    msec after, struct err *);
bool	outbox_count(struct store *, const char *member_or_null, int64_t *queued,
	    struct err *);

#endif
