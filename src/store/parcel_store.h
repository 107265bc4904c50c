#ifndef STORE_PARCEL_STORE_H
#define STORE_PARCEL_STORE_H

#include "base/arena.h"
#include "model/message.h"
#include "store/store.h"

/*
 * What a relay holds for members that cannot be reached: sealed bytes, and
 * what stood outside them.  Kept until the recipient signed that it has them,
 * or until `deliver_by`.
 */
struct parcel {
	int64_t			id;		/* order of arrival */
	struct member_id	to;
	struct member_id	from;		/* by its TLS key */
	enum urgency		lane;
	msec			deliver_by;
	msec			stored;
	struct hash		sealed;		/* of the bytes */
	struct slice		bytes;
};

/* Some of them, to be handed out: room for `most` in `list`, which the caller
 * has, and for `room` more bytes, but for one always. */
struct parcels {
	struct parcel	*list;
	size_t		 n, most, room;
};

/* How far a member's were looked through: in each lane, to which id. */
struct parcel_place {
	int64_t	last[URGENCIES];
};

/* *fresh: it was not held for this member already. */
bool	parcel_put(struct store *, const struct parcel *, bool *fresh,
	    struct err *);
/* Held for a member; from one sender alone unless `from` is NULL. */
bool	parcel_use(struct store *, const struct member_id *to,
	    const struct member_id *from, int64_t *n, int64_t *bytes,
	    struct err *);
/* What is held for a member from a place on, and up to another if that is not
 * NULL: the highest lane first, then by arrival, while there is room.  The
 * place goes along.  *all: there is no more.  Bytes are in the arena. */
bool	parcel_read(struct store *, struct arena *, const struct member_id *to,
	    struct parcel_place *, const struct parcel_place *until,
	    struct parcels *, bool *all, struct err *);
/* One more, if it is held and there is room. */
bool	parcel_add(struct store *, struct arena *, const struct member_id *to,
	    const struct hash *sealed, struct parcels *, struct err *);
/* *was: it was held. */
bool	parcel_delete(struct store *, const struct member_id *to,
	    const struct hash *sealed, bool *was, struct err *);
/* Up to `limit` that nobody collected in time, without their bytes. */
bool	parcel_late(struct store *, struct arena *, msec now, size_t limit,
	    struct parcel **, size_t *n, struct err *);
/* All that is held, for status. */
bool	parcel_total(struct store *, int64_t *n, int64_t *bytes, struct err *);

#endif
