#ifndef STORE_LEG_STORE_H
#define STORE_LEG_STORE_H

#include "base/arena.h"
#include "model/leg.h"
#include "model/message.h"
#include "store/store.h"

/*
 * Legs as last folded, for lists and clocks: a cache of what the messages of a
 * thread say, and of when it was opened here.
 */
struct leg_row {
	struct hash	thread;
	char		ref[MESSAGE_REF + 1];
	char		kind[MESSAGE_KIND + 1];
	enum flow	flow;
	struct member_id member;	/* the other party */
	enum role	role;		/* ours */
	struct address	asker;		/* desk */
	struct address	asked;		/* desk now */
	enum state	state;
	enum urgency	urgency;
	msec		sent;
	msec		received;	/* at the asked member, by its receipt */
	msec		acknowledge_by, answer_by, promised_by;	/* 0: none */
	msec		next_step_by;
	msec		updated;
	msec		opened;		/* by an officer here; 0: not yet */
	msec		opened_there;	/* the other's opened act */
	bool		exercise;
	unsigned	crossed;
	msec		countersign_by;	/* a second signature is due; 0: none is */
	msec		countersigned;	/* 0: not yet */
	struct badge	countersigner;
	bool		copied;		/* a unit of ours wrote: its bureau sees it */
	int64_t		number;		/* order of update: the list's cursor */
};

/* Insert or replace the cached leg (thread, member), all but its number, which
 * rises. */
bool	leg_put(struct store *, const struct leg_row *, struct err *);
bool	leg_get(struct store *, const struct hash *thread, const char *member,
	    struct leg_row *, struct err *);
bool	leg_of_thread(struct store *, struct arena *, const struct hash *thread,
	    struct leg_row **rows, size_t *n, struct err *);
/* Opening by an officer: *first when the leg was not opened yet. */
bool	leg_mark_opened(struct store *, const struct hash *thread,
	    const char *member, msec now, bool *first, struct err *);
/* Begun in that time, with a number over `after`: as they were kept last. */
bool	leg_sent(struct store *, struct arena *, msec from, msec until,
	    int64_t after, size_t limit, struct leg_row **rows, size_t *n,
	    struct err *);
/* Requests of ours that nobody acknowledged in time, and nobody here was told
 * of; the longest overdue first. */
bool	leg_late(struct store *, struct arena *, msec now, size_t limit,
	    struct leg_row **rows, size_t *n, struct err *);
/* Signed by one officer alone, and no second within the time, on either side;
 * and nobody here was told of it. */
bool	leg_lapsed(struct store *, struct arena *, msec now, size_t limit,
	    struct leg_row **rows, size_t *n, struct err *);
bool	leg_lapse_told(struct store *, const struct hash *thread,
	    const char *member, struct err *);
bool	leg_told(struct store *, const struct hash *thread, const char *member,
	    struct err *);

/*
 * Inbox: it waits for us; urgent: of these what is more than normal; waiting:
 * it waits for the other side; done: it does not wait.  Requests and offers wait
 * as flow_waits_for() says.  A direct message waits until the asked side has
 * opened it; leg_put with opened 0 brings it back when something new came.
 * Countersign: of ours, what a second officer has yet to sign; copies: where a
 * unit of ours wrote by itself.
 */
enum queue {
	QUEUE_ALL, QUEUE_INBOX, QUEUE_URGENT, QUEUE_WAITING, QUEUE_DONE,
	QUEUE_COUNTERSIGN, QUEUE_COPIES, QUEUES
};
extern const char *const queue_names[QUEUES];
/* Newest first; before = 0 or the last number of the page before. */
bool	leg_list(struct store *, struct arena *, enum queue, int64_t before,
	    size_t limit, struct leg_row **rows, size_t *n, struct err *);
/* A thread's root by the name or ref of any of its messages.  Where several
 * members use the same ref, a root goes before an answer, ours before theirs;
 * beyond that it is not guessed.  E-NOT-FOUND, E-REF-AMBIGUOUS. */
bool	thread_find(struct store *, const char *name_or_ref, struct hash *thread,
	    struct err *);

#endif
