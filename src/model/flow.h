#ifndef MODEL_FLOW_H
#define MODEL_FLOW_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The lawful moves, as tables.  A leg is what the asker and one asked member
 * hold of a thread; its state is a fold over their messages (leg.h).
 *
 *   draft -> sent -> acknowledged -> will answer -> answered -> reported -> closed
 *              |          |  clarification asked      partly answered
 *              |          |  transferred (to sent)    refused, not competent
 *              +----------+---------------------------> withdrawn
 *
 * An offer turns this round: the asker offers information under conditions,
 * and its content goes only to who accepted them.
 *
 *   draft -> offered -> accepted -> delivered -> reported -> closed
 *            |   ^ countered      declined, lapsed, withdrawn
 *            +---+ offered again
 *
 * What is not in the table has no effect and is refused.
 */
enum flow { FLOW_REQUEST, FLOW_DIRECT, FLOW_OFFER, FLOWS };

enum role { ROLE_ASKER, ROLE_ASKED, ROLES };

enum act {
	ACT_SUBMIT, ACT_OPENED, ACT_ACKNOWLEDGE, ACT_TOLD_BY_PHONE,
	ACT_RAISE, ACT_LOWER, ACT_CLARIFY, ACT_SUPPLEMENT, ACT_TRANSFER,
	ACT_WITHDRAW, ACT_WILL_ANSWER, ACT_EXTEND, ACT_PARTIAL, ACT_ANSWER,
	ACT_REFUSE, ACT_NOT_COMPETENT, ACT_RESULT, ACT_CLOSE, ACT_REOPEN,
	ACT_REPLY, ACT_ACCEPT, ACT_DECLINE, ACT_COUNTER, ACT_REOFFER,
	ACT_LAPSE, ACT_DELIVER, ACT_HAND_OVER, ACT_COUNTERSIGN, ACTS
};
extern const char *const act_names[ACTS];	/* "submit", "will-answer", ... */
bool	act_parse(enum act *, const char *);

enum state {
	STATE_NONE, STATE_SENT, STATE_ACKNOWLEDGED, STATE_PROMISED,
	STATE_CLARIFYING, STATE_PARTLY, STATE_ANSWERED, STATE_REFUSED,
	STATE_NOT_COMPETENT, STATE_REPORTED, STATE_WITHDRAWN, STATE_CLOSED,
	STATE_REOPENED, STATE_OFFERED, STATE_COUNTERED, STATE_ACCEPTED,
	STATE_DECLINED, STATE_LAPSED, STATE_DELIVERED, STATES
};
extern const char *const state_names[STATES];
extern const char *const flow_names[FLOWS];
bool	flow_parse(enum flow *, const char *);

/* The next state, or false: not a lawful move. */
bool	flow_move(enum flow, enum state, enum act, enum role, enum state *next);
/* Order of concurrent acts: lower first. */
unsigned flow_rank(enum act);
/* Somebody has the next step: who.  False: the leg waits for nobody. */
bool	flow_waits_for(enum state, enum role *);

#endif
