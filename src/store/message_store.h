#ifndef STORE_MESSAGE_STORE_H
#define STORE_MESSAGE_STORE_H

#include "base/arena.h"
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
	PLACES
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

/* Stores the row, its number given here, and the content line (none when
 * empty), boxed.  E-STORE-CONFLICT: the name is there already.
 * E-SHELF-MISSING: no key for shelf_for(keep_until). */
bool	message_put(struct store *, const struct message_row *,
	    struct slice content_line, struct err *);
/* ERR_NOT_FOUND E-NOT-FOUND when there is none.  Data in the arena. */
bool	message_get(struct store *, struct arena *, const struct hash *name,
	    struct message_row *, struct err *);
bool	message_have(struct store *, const struct hash *name);
/* The content line, to be wiped (buf_wipe); E-SHELF-MISSING once its shelf is
 * destroyed; E-NOT-FOUND when there is no such message, or never was a line. */
bool	message_content(struct store *, const struct hash *name,
	    struct buf *line, struct err *);
/* message_content() would find one: the box and its shelf key are at hand. */
bool	message_can_be_read(struct store *, const struct hash *name,
	    bool *can, struct err *);
/* The name of the message that carries this ref from this member (refused
 * ones do not); false, no error set, when none does. */
bool	message_by_ref(struct store *, const char *from_member, const char *ref,
	    struct hash *name);
/* All messages of a thread at a place, in the order stored. */
bool	message_of_thread(struct store *, struct arena *, const struct hash *thread,
	    enum message_place, struct message_row **rows, size_t *n,
	    struct err *);
/* How many of a thread are held; 0 also when the store does not read. */
int64_t	message_held(struct store *, const struct hash *thread);
/* Held messages that wait for `name` directly, in the order stored. */
bool	message_waiting_for(struct store *, struct arena *, const struct hash *name,
	    struct hash **names, size_t *n, struct err *);
/* Out of PLACE_HELD; a message is held when it is stored, or never. */
bool	message_move(struct store *, const struct hash *name, enum message_place,
	    struct err *);

#endif
