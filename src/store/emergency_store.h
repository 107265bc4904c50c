#ifndef STORE_EMERGENCY_STORE_H
#define STORE_EMERGENCY_STORE_H

#include "model/grant.h"
#include "store/store.h"

/* What passed under an emergency clause, and whether it was reported since. */
struct emergency_use {
	int64_t			number;		/* orders the list */
	struct hash		message;	/* the root */
	struct member_id	peer;		/* whom it went to, or came from */
	char			ref[MESSAGE_REF + 1];
	char			kind[MESSAGE_KIND + 1];
	char			clause[GRANT_CLAUSE];
	bool			ours;
	msec			sent;
	msec			reported;	/* 0: not yet */
	struct badge		reporter;
};

/* One for each root and member; the number is given here. */
bool	emergency_put(struct store *, const struct emergency_use *, struct err *);
bool	emergency_has(struct store *, const struct hash *message);
/* Newest first, with a number under `before` (0: from the newest). */
bool	emergency_list(struct store *, struct arena *, int64_t before,
	    size_t limit, struct emergency_use **, size_t *n, struct err *);
/* E-NOT-FOUND when no use of that root waits to be reported. */
bool	emergency_report(struct store *, const struct hash *message, msec now,
	    const char *badge, struct err *);

#endif
