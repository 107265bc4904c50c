#ifndef MODEL_COLLECT_H
#define MODEL_COLLECT_H

#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "model/ident.h"

/*
 * What a member that cannot be reached says to its relay, signed with its
 * message key: give me what you hold for me, and drop these, for I have them
 * on disk or told their senders that I refuse them.  `nonce` is the one the
 * relay gave in its last answer; without it the relay gives one and nothing
 * else, so that an old question cannot be asked again.
 */
enum { COLLECT_LIST = 64 };

struct collect {
	struct hash		net;
	struct member_id	from;		/* who collects, and signs */
	struct member_id	relay;		/* whom it is for */
	struct hash		nonce;		/* zeros: none yet */
	msec			at;
	struct hash		*done, *again;	/* of sealed bytes */
	size_t			ndone, nagain;
	const json_t		*ext;		/* kept, no effect; or NULL */
	json_t			*json;		/* owner of ext */
};

/* A text of type "collect"; rules of model/text.h and E-FIELD-*. */
bool	collect_parse(struct collect *, struct arena *, struct slice text,
	    struct err *);
void	collect_print(struct buf *, const struct collect *);
void	collect_release(struct collect *);

#endif
