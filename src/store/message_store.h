#ifndef STORE_MESSAGE_STORE_H
#define STORE_MESSAGE_STORE_H

#include "base/arena.h"
#include "model/leg.h"
#include "model/message.h"
#include "store/store.h"

/*
 * Messages, threads and legs.  A message's header (in its note) lies in the
 * clear: it is what proofs need when the content is gone.  The content line is
 * boxed under a key of its own on the shelf of its expiry.
 */
enum message_place {
	PLACE_THREAD,		/* admitted */
	PLACE_HELD,		/* an ancestor is missing: stored, receipted, waits */
	PLACE_REFUSED,		/* kept as evidence: the same ref with another text */
};

struct message_row {
	struct hash		name;
	struct hash		thread;		/* root's name; of itself for a root */
	char			ref[MESSAGE_REF + 1];
	struct address		from;
	struct badge		by;
	char			kind[MESSAGE_KIND + 1];
	enum act		act;
	enum urgency		urgency;
	msec			sent;
	msec			until;
	struct address		desk;
	msec			stored;		/* here */
	bool			ours;		/* we wrote it */
	enum message_place	place;
	struct hash		content;	/* hash of the content line */
	struct slice		note;		/* whole note */
	msec			keep_until;
	const struct hash	*after;
	size_t			nafter;
	const struct address	*to;
	size_t			nto;
	int64_t			number;		/* order of storing, from 1 */
};

/* Stores note, recipients, after, and the boxed content.  E-STORE-CONFLICT:
 * the name is there already. */
bool	message_put(struct store *, const struct message_row *,
	    struct slice content_line, struct err *);
/* ERR_NOT_FOUND E-NOT-FOUND when there is none.  Data in the arena. */
bool	message_get(struct store *, struct arena *, const struct hash *name,
	    struct message_row *, struct err *);
bool	message_have(struct store *, const struct hash *name);
/* The content line; E-SHELF-MISSING once its shelf is destroyed. */
bool	message_content(struct store *, const struct hash *name,
	    struct buf *line, struct err *);
/* The name of the message that carries this ref from this member; false, no
 * error set, when none does. */
bool	message_by_ref(struct store *, const char *from_member, const char *ref,
	    struct hash *name);
/* All messages of a thread at a place, in the order stored. */
bool	message_of_thread(struct store *, struct arena *, const struct hash *thread,
	    enum message_place, struct message_row **rows, size_t *n,
	    struct err *);
/* Held messages that wait for `name` directly. */
bool	message_waiting_for(struct store *, struct arena *, const struct hash *name,
	    struct hash **names, size_t *n, struct err *);
bool	message_move(struct store *, const struct hash *name, enum message_place,
	    struct err *);

/* -- threads and legs ---------------------------------------------------------- */

struct leg_row {
	struct hash	thread;
	char		ref[MESSAGE_REF + 1];
	char		kind[MESSAGE_KIND + 1];
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
	msec		opened;		/* first by an officer here; 0: not yet */
	msec		opened_there;	/* the other's opened act */
	bool		exercise;
	unsigned	crossed;
	int64_t		number;		/* order of update: the list's cursor */
};

/* Insert or replace the cached leg (thread, member); number rises. */
bool	leg_put(struct store *, const struct leg_row *, struct err *);
bool	leg_get(struct store *, const struct hash *thread, const char *member,
	    struct leg_row *, struct err *);
bool	leg_of_thread(struct store *, struct arena *, const struct hash *thread,
	    struct leg_row **rows, size_t *n, struct err *);
/* First opening by an officer: true and *first when it was not open yet. */
bool	leg_mark_opened(struct store *, const struct hash *thread,
	    const char *member, msec now, bool *first, struct err *);

enum queue { QUEUE_ALL, QUEUE_INBOX, QUEUE_URGENT, QUEUE_WAITING, QUEUE_DONE, QUEUES };
extern const char *const queue_names[QUEUES];
/* Newest first; before = 0 or the last number of the page before. */
bool	leg_list(struct store *, struct arena *, enum queue, int64_t before,
	    size_t limit, struct leg_row **rows, size_t *n, struct err *);
/* A thread's root by name or ref (ours or theirs); E-NOT-FOUND. */
bool	thread_find(struct store *, const char *name_or_ref, struct hash *thread,
	    struct err *);

#endif
