#ifndef ENTENTE_SIGNED_FILE_H
#define ENTENTE_SIGNED_FILE_H

#include "base/buf.h"
#include "base/err.h"
#include "crypto/note.h"

/*
 * A signed text in a file: with its signatures, or still bare (two lines),
 * as the node drafts a card and this program drafts what others must sign
 * first.  Rule E-SIGN-TYPE: no text that people sign here.
 */
struct signed_file {
	struct buf	bytes;
	struct note	note;		/* nsigs 0: bare; borrowed from bytes */
	struct slice	type;		/* "directory" */
};

/* "-": standard input. */
bool	signed_file_read(struct signed_file *, const char *path, struct err *);
/* Over bytes already there; takes them. */
bool	signed_file_take(struct signed_file *, struct buf *, struct err *);
void	signed_file_free(struct signed_file *);
bool	signed_file_is(const struct signed_file *, const char *type);
bool	signed_file_has(const struct signed_file *, const struct note_vkey *);
/* Append a signature; nothing happens when the key has signed already. */
bool	signed_file_sign(struct signed_file *, const struct note_signer *,
	    struct err *);
/* "-": standard output.  CREATE refuses a file that is there. */
enum signed_file_write { SIGNED_FILE_CREATE, SIGNED_FILE_REPLACE };
bool	signed_file_write(const struct signed_file *, const char *path,
	    enum signed_file_write, struct err *);

#endif
