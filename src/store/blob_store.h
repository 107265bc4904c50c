#ifndef STORE_BLOB_STORE_H
#define STORE_BLOB_STORE_H

#include "base/arena.h"
#include "base/clock.h"
#include "store/store.h"

/*
 * Sealed files, each DIR/blobs/<hex> (or .part while it grows), scoped to
 * (sender, blob).  What is complete was hashed; nothing else is used.
 */
enum blob_use {
	BLOB_OURS,		/* or not named by any message yet */
	BLOB_RELAYED,		/* here for others alone: their sender's quota */
	BLOB_SHARED,		/* for others, and named by a message to us */
	BLOB_USES
};

struct blob_row {
	struct hash	blob;
	char		sender[33];	/* member it came from; our own id for ours */
	int64_t		size;
	int64_t		have;		/* bytes on disk while partial */
	bool		complete;
	msec		made;		/* while partial: last touched */
	msec		until;		/* kept till then; 0: no message named it */
	enum blob_use	use;
};
/* Insert or replace; what is complete stays as it is, `until` and use always:
 * see blob_keep() and blob_relay(). */
bool	blob_put(struct store *, const struct blob_row *, struct err *);
bool	blob_get(struct store *, const struct hash *, const char *sender,
	    struct blob_row *, struct err *);		/* E-NOT-FOUND */
/* Anybody's of that name, or of that name and unfinished. */
bool	blob_any(struct store *, const struct hash *, bool partial, bool *there,
	    struct err *);
/* What its partial ones will take, by their stated sizes: for the quota. */
bool	blob_of_sender(struct store *, const char *sender, int64_t *bytes_partial,
	    struct err *);
/* Partial ones untouched since `before`, oldest first: to be deleted by the
 * caller. */
bool	blob_stale(struct store *, struct arena *, msec before,
	    struct blob_row **, size_t *n, struct err *);
/* A message to us names it: kept until then, or longer. */
bool	blob_keep(struct store *, const struct hash *, const char *sender,
	    msec until, struct err *);
/* It waits here for another member, at least until then, whoever else has use
 * of it. */
bool	blob_relay(struct store *, const struct hash *, const char *sender,
	    msec until, struct err *);
/* What a sender's files take that wait for others. */
bool	blob_relayed(struct store *, const char *sender, int64_t *bytes,
	    struct err *);
/* Whole ones whose time is over, and those no message named since `unnamed`;
 * to be deleted by the caller. */
bool	blob_over(struct store *, struct arena *, msec now, msec unnamed,
	    struct blob_row **, size_t *n, struct err *);
bool	blob_delete(struct store *, const struct hash *, const char *sender,
	    struct err *);

#endif
