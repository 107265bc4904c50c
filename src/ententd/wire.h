#ifndef ENTENTD_WIRE_H
#define ENTENTD_WIRE_H

#include "base/arena.h"
#include "base/clock.h"
#include "model/message.h"

/*
 * What is posted between nodes (doc/protocol.md, "Delivery").  Binary, because
 * no JSON of a peer is parsed before a known key's signature over it verifies.
 */
enum {
	WIRE_V1		= 1,
	WIRE_BATCH	= 64,			/* most messages in a POST */
	WIRE_SEALED	= 2 * 1024 * 1024,	/* most bytes of one */
	WIRE_BYTES	= 7 * 1024 * 1024,	/* most bytes of a POST */
};

struct wire_message {		/* the outer fields, for queues only */
	struct member_id	to;
	enum urgency		lane;
	msec			deliver_by;
	struct hash		sha256;		/* of the sealed bytes */
	struct slice		sealed;		/* borrowed */
};

struct wire_batch {
	struct hash		net;
	int64_t			dir;		/* newest directory known */
	struct hash		dir_name;
	struct wire_message	*messages;
	uint8_t			n;
};
void	wire_batch_begin(struct buf *, const struct hash *net, int64_t dir,
	    const struct hash *dir_name, uint8_t n);
void	wire_batch_add(struct buf *, const struct wire_message *);
/* Rules E-WIRE-FORM, E-WIRE-SIZE, E-WIRE-HASH (sealed bytes are others),
 * E-WIRE-TWICE (the same ones again). */
bool	wire_batch_decode(struct wire_batch *, struct arena *, struct slice,
	    struct err *);

struct wire_reply {
	int64_t		dir;
	struct hash	dir_name;
	struct slice	*notes;		/* receipts; borrowed */
	uint8_t		n;
};
void	wire_reply_encode(struct buf *, const struct wire_reply *);
bool	wire_reply_decode(struct wire_reply *, struct arena *, struct slice,
	    struct err *);

/* What a relay gives a member that collects. */
struct wire_parcel {
	struct member_id	from;		/* who left it there */
	struct wire_message	message;
};

struct wire_parcels {
	int64_t			dir;
	struct hash		dir_name;
	struct hash		nonce;		/* of the next question */
	struct wire_parcel	*parcels;
	uint8_t			n;
};
void	wire_parcels_encode(struct buf *, const struct wire_parcels *);
/* Rules as wire_batch_decode(). */
bool	wire_parcels_decode(struct wire_parcels *, struct arena *, struct slice,
	    struct err *);

#endif
