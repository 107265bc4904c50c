#ifndef MODEL_SPOOL_H
#define MODEL_SPOOL_H

#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "model/ident.h"
#include "model/message.h"

/*
 * What a spool file holds: sealed messages, and receipts, of one member for
 * another that no line reaches, carried by hand.  Signed with the sender's
 * message key, so that a list cut short is told from a whole one.  The file is
 * a tar archive: trust/<n>.note, messages/<sealed>.age, files/<blob>, and this
 * as spool.note.
 */
enum { SPOOL_ITEMS = 512, SPOOL_FILES = 512 };

struct spool_item {
	struct hash	sealed;		/* of the age file */
	int64_t		size;
	enum urgency	lane;
	msec		deliver_by;
};

struct spool {
	struct hash		net;
	struct member_id	from, to;
	int64_t			number;		/* of the pair, from 1 */
	msec			at;
	struct spool_item	*items;
	size_t			n;
	struct blob_ref		*files;
	size_t			nfiles;
	const json_t		*ext;		/* kept, no effect; or NULL */
	json_t			*json;		/* owner of ext */
};

bool	spool_parse(struct spool *, struct arena *, struct slice text,
	    struct err *);
void	spool_print(struct buf *, const struct spool *);
void	spool_release(struct spool *);

#endif
