#ifndef ENTENTD_PICKUP_STATE_H
#define ENTENTD_PICKUP_STATE_H

#include "ententd/intake.h"
#include "ententd/pickup.h"
#include "model/collect.h"

/* Inside pickup*.c only. */
struct pickup {
	struct vault		*vault;
	struct member_id	 relay;		/* of the round under way */
	struct hash		 done[COLLECT_LIST], again[COLLECT_LIST];
	size_t			 ndone, nagain;
	size_t			 nsure;		/* of done: on disk */
	size_t			 nasked;	/* of again: in the question */
	unsigned		 failures;
	struct loop_timer	*timer;
	struct buf		 text;		/* the question being signed */
	struct buf		 body;		/* the answer being taken in */
	struct arena		 arena;
	struct wire_parcels	 got;		/* in body and arena */
	uint8_t			 next;		/* of got.parcels */
	bool			 fetching;	/* files, from the relay */
};

/* pickup_blob.c: have the files of a message that wait at the relay brought;
 * then it is asked for again. */
void	pickup_files(struct pickup *, const struct intake_item *);
/* pickup.c: the files are here, or cannot be had. */
void	pickup_files_done(struct pickup *);
/* pickup.c: the relay's address. */
bool	pickup_url(const struct pickup *, char *url, size_t size,
	    struct pins *, const char *path);

#endif
