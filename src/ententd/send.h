#ifndef ENTENTD_SEND_H
#define ENTENTD_SEND_H

#include "ententd/vault.h"
#include "model/message.h"

/*
 * The way out, from a header that policy allowed to a message in the outbox:
 * shelf key, signature, one transaction {message, leg, outbox rows, audit}.
 */
struct sending {
	struct vault	*vault;
	struct arena	 arena;
	struct header	 header;
	struct buf	 text;		/* the header's text */
	struct hash	 name;
	struct buf	 content;	/* the content line */
	struct buf	 approvals;	/* signature lines, may be empty */
	struct buf	 about;		/* countersignature: the root's text */
	struct buf	 note;
	char		 who[33];	/* for the audit: badge or "node" */
	const char	*uploads[MESSAGE_BLOBS];	/* consumed with it */
	size_t		 nuploads;
	char		 draft[33];	/* consumed with it, or "" */
	/* Within the same transaction, before it is done; NULL or true: go on. */
	bool		(*within)(struct sending *, void *arg, struct err *);
	/* Exactly once; err NULL: it is written, and will be on disk when the
	 * turn's answers leave.  Then the sending is freed. */
	void		(*done)(struct sending *, void *arg, const struct err *);
	void		*arg;
};

struct sending	*sending_new(struct vault *);
/* header and content are filled; takes s. */
void		 sending_go(struct sending *s);
void		 sending_free(struct sending *);
/* The next free reference, "fr-2026-000184". */
bool		 sending_make_ref(struct sending *, struct err *);
/* text and name from the header: for drafts, before sending_go(). */
void		 sending_print(struct sending *);

#endif
