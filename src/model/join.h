#ifndef MODEL_JOIN_H
#define MODEL_JOIN_H

#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/card.h"
#include "model/network.h"

/*
 * The request of who wants to be a member: its directory key and its first
 * card.  It gives no right: only the next directory does, and k roots sign
 * that.
 */
struct join {
	struct hash		net;
	struct member_id	member;
	enum member_class	class;
	struct note_vkey	vkey;		/* <network>/<member>/card */
	const char		*card;		/* the first card: a note */
	const json_t		*ext;
	json_t			*json;
};

bool	join_parse(struct join *, struct slice text, struct err *);
void	join_print(struct buf *, const struct join *);
void	join_release(struct join *);
/*
 * The key within is named after this network and this member, and signed both
 * the join and the card; the card is the member's first.  It shows that who
 * asks holds the key, not who asks.  Rules: E-TEXT-NET, E-JOIN-KEY,
 * E-JOIN-CARD, and those of card_verify().  The card is the caller's too.
 */
bool	join_verify(struct join *, struct card *, struct arena *,
	    struct slice note, const struct network *, const struct hash *id,
	    struct err *);

#endif
