#ifndef STORE_OUTBOX_STORE_H
#define STORE_OUTBOX_STORE_H

#include "base/arena.h"
#include "model/message.h"
#include "model/receipt.h"
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

/* Gives the row its slip number (the pair's next). */
bool	outbox_put(struct store *, const struct hash *message,
	    const struct member_id *to, enum urgency lane, msec deliver_by,
	    msec now, struct err *);
/* Queued rows whose next_try has come, flash first, then by id; at most
 * `limit` in all. */
bool	outbox_due(struct store *, struct arena *, msec now, size_t limit,
	    struct outbox_row **rows, size_t *n, struct err *);
/* When the next queued row comes due; 0: none is queued. */
bool	outbox_next(struct store *, msec *at, struct err *);
bool	outbox_retry(struct store *, int64_t id, msec next_try, const char *rule,
	    struct err *);
bool	outbox_settle(struct store *, const struct hash *message,
	    const struct member_id *to, enum outbox_status, const char *rule,
	    msec now, struct err *);
bool	outbox_of_message(struct store *, struct arena *, const struct hash *message,
	    struct outbox_row **rows, size_t *n, struct err *);
/* Queued rows past deliver_by become OUTBOX_EXPIRED; their messages. */
bool	outbox_expire(struct store *, struct arena *, msec now,
	    struct outbox_row **rows, size_t *n, struct err *);
/* Everything queued for a member is due now (it was heard from). */
bool	outbox_wake(struct store *, const struct member_id *to, msec now,
	    struct err *);
bool	outbox_count(struct store *, const char *member_or_null, int64_t *queued,
	    struct err *);

/* -- receipts, ours given and theirs got ------------------------------------- */

/* A receipt note and the messages it names; the note is kept once. */
bool	receipt_put(struct store *, struct slice note, const struct receipt *,
	    struct err *);
/* The receipt for a message by that member.  E-NOT-FOUND. */
bool	receipt_get(struct store *, struct arena *, const struct hash *message,
	    const char *by_member, struct slice *note, msec *at,
	    enum receipt_result *, struct err *);
bool	receipt_of_message(struct store *, struct arena *, const struct hash *message,
	    struct slice **notes, size_t *n, struct err *);

/* -- slips seen from others: gaps show ---------------------------------------- */

enum slip_seen { SLIP_NEW, SLIP_SAME, SLIP_OTHER_TEXT };
bool	slip_note(struct store *, const struct member_id *from, int64_t number,
	    const struct hash *message, enum slip_seen *, struct err *);
/* Lowest number not yet seen from a member, and the highest seen. */
bool	slip_gap(struct store *, const struct member_id *from, int64_t *missing,
	    int64_t *highest, struct err *);

#endif
