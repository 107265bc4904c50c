#ifndef MODEL_LEG_H
#define MODEL_LEG_H

#include "base/arena.h"
#include "model/message.h"

/*
 * The state of a leg: a fold over its messages, in an order that only the
 * set decides: `after` first, concurrent acts by flow_rank(), then by name;
 * never by `sent` or arrival.  An act is lawful when the table has it for the
 * state its author saw (the fold of its ancestors); a lawful act that no
 * longer moves the state in the common order is kept and shown as crossed.
 */
struct leg_act {
	/* given */
	struct hash	name;
	const struct hash *after;	/* borrowed */
	size_t		nafter;
	enum act	act;
	enum role	role;
	enum urgency	urgency;
	msec		until;
	struct address	desk;		/* transfer */
	struct address	from;		/* the acting desk */
	msec		sent;
	/* found by leg_fold() */
	bool		held;		/* an ancestor is missing */
	bool		unlawful;	/* not in the table where its author stood */
	bool		crossed;
	unsigned	place;		/* in the common order; held ones have none */
	enum state	before;		/* the state its author saw */
	struct hash	terms;		/* accept: the offer its author saw */
};

struct leg {
	enum state	state;
	enum urgency	urgency;
	struct address	desk;		/* who is asked now */
	struct hash	*heads;		/* acts nothing follows: the next act's after */
	size_t		nheads;
	msec		next_step_by;	/* last acknowledge's until; 0: none */
	msec		answer_by;	/* will-answer or extend by the asked */
	msec		until;		/* stated in the last answer: preserved until */
	/* Of an offer: the message that states the conditions that are offered
	 * now, until when, and the one whose conditions were accepted; zeros. */
	struct hash	offered;
	msec		offered_until;
	struct hash	accepted;
	unsigned	crossed;	/* how many acts crossed */
	unsigned	held;
};

/* acts[] is annotated in place; `asked` is the desk of the root's recipient. */
void	leg_fold(struct leg *, struct arena *, enum flow, struct leg_act *acts,
	    size_t n, const struct address *asked);

#endif
