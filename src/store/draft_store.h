#ifndef STORE_DRAFT_STORE_H
#define STORE_DRAFT_STORE_H

#include "base/arena.h"
#include "model/message.h"
#include "store/store.h"

/* An officer's upload, not yet part of a message.  All that is said of the
 * file is boxed on shelf_brief(made). */
struct upload {
	char		id[33];
	struct badge	badge;
	struct file_ref	file;
	msec		made;
};
bool	upload_put(struct store *, const struct upload *, struct err *);
/* Only its officer finds it: E-NOT-FOUND.  Wipe file.key after use. */
bool	upload_get(struct store *, const char *id, const char *badge,
	    struct upload *, struct err *);
bool	upload_delete(struct store *, const char *id, struct err *);

/* A message that waits for a second officer: the exact header text and the
 * content line, boxed on shelf_brief(made).  Any change makes another draft. */
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
/* Oldest first.  Texts are empty (p NULL) where the shelf is gone. */
bool	draft_list(struct store *, struct arena *, struct draft **, size_t *n,
	    struct err *);
bool	draft_delete(struct store *, const char *id, struct err *);

#endif
