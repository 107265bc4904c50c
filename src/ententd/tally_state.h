#ifndef ENTENTD_TALLY_STATE_H
#define ENTENTD_TALLY_STATE_H

#include "ententd/tally.h"
#include "ententd/tally_wire.h"

/* Inside tally*.c only. */
struct tally_peer {
	struct tally_peer	*next;
	struct tally		*tally;
	struct member_id	 member;
	/* asking; steady clock */
	msec			 due;		/* the next of its own accord */
	msec			 asked;		/* 0: never */
	bool			 asking;
	bool			 urged;		/* it is heard from again */
	bool			 unanswered;	/* the last question */
	bool			 unfinished;	/* there is more to ask: */
	msec			 go_on;		/* then */
	msec			 mending;	/* until then what was lost is on its
						 * way */
	unsigned		 rotation;	/* of the older ranges */
	struct hash		*again;		/* for the next question */
	uint16_t		 nagain;
	int64_t			 high;		/* seen, when it was asked */
	/* the gap; 0: none */
	int64_t			 gap_low;
	msec			 gap_from;	/* steady */
	msec			 gap_since;	/* the wall */
	/* answering: when it may ask as often as it likes */
	msec			 calm;
	int64_t			 older;		/* its last and one, when that was
						 * too low; 0: never */
};

struct tally {
	struct vault		*vault;
	struct tally_peer	*peers;
	unsigned		 turn;		/* of the clockwork */
};

/* tally.c */
struct tally_peer *tally_peer(struct vault *, const struct member_id *);
/* Ask it within a minute. */
void	tally_soon(struct vault *, const struct member_id *);
/* tally_ask.c: one question; its answer is taken in. */
void	tally_ask(struct tally_peer *);
/* tally_take.c: what the peer says of its messages, in the caller's unit; p's
 * `again` and `unfinished` say what to ask next. */
bool	tally_take(struct tally_peer *, const struct tally_answer *,
	    struct err *);

/* tally_older.c */
/* The peer's highest number whose message is here, and that message's note;
 * 0: none. */
bool	tally_proof(struct vault *, const struct member_id *peer,
	    int64_t *number, struct buf *note, struct err *);
/* The peer shows the message it has under `high`.  If that number is beyond
 * the last one given out here, and the message is ours and unknown, this node
 * is older than what it has sent: numbers and refs go on behind it, and its
 * operators are paged.  In the caller's unit. */
bool	tally_older(struct vault *, const struct member_id *peer, int64_t high,
	    struct slice proof, struct err *);

#endif
