#ifndef MODEL_INVITE_H
#define MODEL_INVITE_H

#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "model/directory.h"
#include "model/network.h"

/*
 * What the coordinator hands to an organisation that is to join: the founding
 * note, who is invited as what, and where the coordinator's node is reached
 * under which TLS key.  It gives no right: only the next directory does.
 */
struct invite {
	struct hash		net;
	const char		*network;	/* the founding note */
	const char		*directory;	/* the newest, or "" */
	struct member_id	member;		/* who is invited */
	enum member_class	class;
	const char		*url;		/* the coordinator's node */
	uint8_t			tls[32];	/* its SPKI pin */
	msec			expires;
	const json_t		*ext;		/* kept, no effect; or NULL */
	json_t			*json;		/* owner of the borrowed parts */
};

bool	invite_parse(struct invite *, struct slice text, struct err *);
void	invite_print(struct buf *, const struct invite *);
void	invite_release(struct invite *);
/*
 * Read before any key is known, as the founding note is: who receives an
 * invite compares the network's id with the one told by another way.  What
 * can be checked is: the founding note is whole and is that of `net`; the
 * directory, `known` when that is given, else the one within, is signed by k
 * founding roots; a directory key of an active member, valid now, signed the
 * invite (without a directory: a root); it has not expired.
 * Rules: E-TEXT-NET, E-INVITE-SIGNATURE, E-INVITE-EXPIRED, and those of
 * network_verify() and directory_parse().  *net is released by the caller
 * after true.
 */
bool	invite_verify(struct invite *, struct network *net, struct arena *,
	    struct slice note, const struct directory *known, msec now,
	    struct err *);

#endif
