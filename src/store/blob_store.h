#ifndef STORE_BLOB_STORE_H
#define STORE_BLOB_STORE_H

#include "base/arena.h"
#include "model/message.h"
#include "store/store.h"

/*
 * Sealed files, each DIR/blobs/<hex> (or .part while it grows), scoped to
 * (sender, blob).  What is complete was hashed; nothing else is used.
 */
struct blob_row {
	struct hash	blob;
	char		sender[33];	/* member it came from; our own id for ours */
	int64_t		size;
	int64_t		have;		/* bytes on disk while partial */
	bool		complete;
	msec		made;
};
bool	blob_put(struct store *, const struct blob_row *, struct err *);	/* upsert */
bool	blob_get(struct store *, const struct hash *, const char *sender,
	    struct blob_row *, struct err *);		/* E-NOT-FOUND */
bool	blob_of_sender(struct store *, const char *sender, int64_t *bytes_partial,
	    struct err *);
/* Partial ones untouched since `before`: to be deleted by the caller. */
bool	blob_stale(struct store *, struct arena *, msec before,
	    struct blob_row **, size_t *n, struct err *);
bool	blob_delete(struct store *, const struct hash *, const char *sender,
	    struct err *);

/* An officer's upload, not yet part of a message.  The secret part (name,
 * type, plaintext hash, key) is boxed on the shelf. */
struct upload {
	char		id[33];
	struct badge	badge;
	struct file_ref	file;
	msec		made;
};
bool	upload_put(struct store *, const struct upload *, struct err *);
bool	upload_get(struct store *, const char *id, const char *badge,
	    struct upload *, struct err *);
bool	upload_delete(struct store *, const char *id, struct err *);

/* A message that waits for a second officer: the exact header text and the
 * content line, boxed.  Any change makes another draft. */
struct draft {
	char		id[33];
	struct badge	author;
	struct hash	name;		/* of the header text */
	struct slice	text;		/* header text */
	struct slice	content;	/* content line */
	msec		made;
};
bool	draft_put(struct store *, const struct draft *, struct err *);
bool	draft_get(struct store *, struct arena *, const char *id, struct draft *,
	    struct err *);
bool	draft_list(struct store *, struct arena *, struct draft **, size_t *n,
	    struct err *);
bool	draft_delete(struct store *, const char *id, struct err *);

#endif
