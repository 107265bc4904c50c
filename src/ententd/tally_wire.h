#ifndef ENTENTD_TALLY_WIRE_H
#define ENTENTD_TALLY_WIRE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "crypto/hash.h"

/*
 * The question of a receiver to a sender, and its answer (doc/protocol.md,
 * "POST /link/v1/account").  Numbers rise and are at least 1; what decodes
 * encodes to the same bytes.
 */
enum {
	TALLY_V1	= 1,
	TALLY_ROWS	= 512,		/* of what is not accounted for yet */
	TALLY_AGAIN	= 512,		/* names asked for in one question */
	TALLY_RANGE	= 1024,		/* numbers of a range */
	TALLY_RANGES	= 5,
	TALLY_PROOF	= 65536,	/* a message's note */
	TALLY_RECEIPTS	= 512,
	TALLY_RECEIPT_BYTES = 1024 * 1024,
	TALLY_ANSWER	= 2 * 1024 * 1024,
};

struct tally_range {
	int64_t		from, until;
	struct hash	digest;
};

struct tally_question {
	struct hash		net;
	int64_t			low;	/* all of yours below are accounted for */
	int64_t			last;	/* the last I gave to you; 0: none */
	int64_t			high;	/* your highest whose message is here */
	struct slice		proof;	/* the note of that message; 0: empty */
	struct tally_range	ranges[TALLY_RANGES];
	uint8_t			nranges;
	struct hash		*again;	/* names you say are here and are not */
	uint16_t		nagain;
};

/* What became of a message, at its sender. */
enum tally_status {
	TALLY_QUEUED, TALLY_TAKEN, TALLY_REFUSED, TALLY_EXPIRED, TALLY_CUSTODY,
	TALLY_GONE,		/* taken, and cannot be sent again */
	TALLY_STATUSES
};

struct tally_row {
	int64_t			number;
	struct hash		name;
	enum tally_status	status;
};

struct tally_list {
	int64_t			from, until;	/* of a range */
	struct tally_row	*rows;
	uint16_t		n;
};

struct tally_answer {
	int64_t			last;	/* the last I gave to you */
	int64_t			high;	/* your highest whose message is here */
	struct slice		proof;	/* its note; empty: you know of it */
	bool			more;	/* than fits in `open` */
	struct tally_list	open;	/* from your low on */
	struct tally_list	lists[TALLY_RANGES];	/* ranges that differ */
	uint8_t			nlists;
	struct slice		*receipts;	/* yours, of what you ask again */
	uint16_t		nreceipts;
};

/* Slices are borrowed, arrays live in the arena.  Rule E-TALLY-FORM. */
void	tally_question_encode(struct buf *, const struct tally_question *);
bool	tally_question_decode(struct tally_question *, struct arena *,
	    struct slice, struct err *);
void	tally_answer_encode(struct buf *, const struct tally_answer *);
bool	tally_answer_decode(struct tally_answer *, struct arena *,
	    struct slice, struct err *);

#endif
