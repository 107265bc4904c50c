#ifndef STORE_OUTBOX_STORE_H
#define STORE_OUTBOX_STORE_H

#include "base/arena.h"
#include "model/message.h"
#include "store/store.h"

/*
 * One row per message and recipient member, from the 201 to the receipt.  A
 * relay's custody is no receipt: the row waits for the member's own, and is
 * queued again when that does not come.  Receipts that cannot go back as the
 * answer to a POST are rows too: those of messages that a relay or a file
 * brought.
 */
enum outbox_status {
	OUTBOX_QUEUED, OUTBOX_TAKEN, OUTBOX_REFUSED, OUTBOX_EXPIRED,
	OUTBOX_CUSTODY, OUTBOX_STATUSES
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
	int64_t			slip;		/* the pair's number, from 1; 0:
						 * a receipt */
	enum outbox_status	status;
	char			rule[40];	/* why it was refused or is late */
	msec			settled;	/* or handed to a relay; of what is
						 * queued: was taken, and lost there */
	struct hash		receipt;	/* of the note; zeros: a message */
	msec			made;
};

/* Due at once; gives the row its slip number (the pair's next). */
bool	outbox_put(struct store *, const struct hash *message,
	    const struct member_id *to, enum urgency lane, msec deliver_by,
	    msec now, struct err *);
/* A receipt for `to`: its name (of its text), and the hash of its note, by
 * which it is kept.  Due at once; once for each. */
bool	outbox_put_receipt(struct store *, const struct hash *name,
	    const struct hash *note, const struct member_id *to, enum urgency,
	    msec deliver_by, msec now, struct err *);
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
/* What no receipt has settled, whether it is due or a relay has it: the queued
 * before those, else in the same order. */
bool	outbox_unsettled(struct store *, struct arena *,
	    const struct member_id *to, size_t limit, struct outbox_row **rows,
	    size_t *n, struct err *);
/* One try more was made; why it failed, and when the next one is.  A row that
 * is settled stays so. */
bool	outbox_retry(struct store *, int64_t id, msec next_try, const char *rule,
	    struct err *);
/* What is taken stays taken, whatever is said later; a receipt that comes
 * after the row expired still counts.  No such row: nothing happens, nor when
 * it is said again; *news false. */
bool	outbox_settle(struct store *, const struct hash *message,
	    const struct member_id *to, enum outbox_status, const char *rule,
	    msec now, bool *news, struct err *);
/* A relay has it: it waits until `again` for its receipt, then is queued anew.
 * Only from OUTBOX_QUEUED; a receipt (a row of no slip) is settled by it. */
bool	outbox_custody(struct store *, const struct hash *message,
	    const struct member_id *to, msec now, msec again, struct err *);
/* Those in custody whose time has come are queued; *n of them. */
bool	outbox_again(struct store *, msec now, int64_t *n, struct err *);
/* The recipient says that it lacks it: queued, whatever it was; *was tells.
 * False `there`: no such row. */
bool	outbox_requeue(struct store *, const struct hash *message,
	    const struct member_id *to, msec now, enum outbox_status *was,
	    bool *there, struct err *);
/* The same of a message that was taken and is not there any more; whatever its
 * deliver_by, it is not given up before OUTBOX_LOST_WAITS.  Of any other
 * nothing happens. */
#define OUTBOX_LOST_WAITS	(30 * DAY)
bool	outbox_lost(struct store *, const struct hash *message,
	    const struct member_id *to, msec now, bool *was_taken, struct err *);
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


/* -- the numbers of a pair, as the sender gave them ------------------------------- */

/* The last number given out to a member; 0: none. */
bool	outbox_last_slip(struct store *, const struct member_id *to,
	    int64_t *last, struct err *);
/* Numbers up to this were used: by a later state of this node, which a backup
 * replaced. */
bool	outbox_skip_slips(struct store *, const struct member_id *to,
	    int64_t last, struct err *);
/* Rows with from <= slip < until, by slip; at most `limit`. */
bool	outbox_slips(struct store *, struct arena *, const struct member_id *to,
	    int64_t from, int64_t until, size_t limit, struct outbox_row **rows,
	    size_t *n, struct err *);
/* Of all that was given out in from <= slip < until: what slip_digest() gives
 * at the other side when each of these numbers is accounted for there. */
bool	outbox_digest(struct store *, const struct member_id *to, int64_t from,
	    int64_t until, struct hash *, int64_t *n, struct err *);

/* -- the sender's watch ------------------------------------------------------------ */

/* Messages made before `made` that no receipt settled and nobody was told of;
 * the oldest first. */
bool	outbox_overdue(struct store *, struct arena *, msec made, size_t limit,
	    struct outbox_row **rows, size_t *n, struct err *);
bool	outbox_told(struct store *, int64_t id, struct err *);

#endif
