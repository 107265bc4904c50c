#include "model/flow.h"

#include <assert.h>
#include <string.h>

const char *const act_names[ACTS] = {
	[ACT_SUBMIT] = "submit",
	[ACT_OPENED] = "opened",
	[ACT_ACKNOWLEDGE] = "acknowledge",
	[ACT_TOLD_BY_PHONE] = "told-by-phone",
	[ACT_RAISE] = "raise",
	[ACT_LOWER] = "lower",
	[ACT_CLARIFY] = "clarify",
	[ACT_SUPPLEMENT] = "supplement",
	[ACT_TRANSFER] = "transfer",
	[ACT_WITHDRAW] = "withdraw",
	[ACT_WILL_ANSWER] = "will-answer",
	[ACT_EXTEND] = "extend",
	[ACT_PARTIAL] = "partial",
	[ACT_ANSWER] = "answer",
	[ACT_REFUSE] = "refuse",
	[ACT_NOT_COMPETENT] = "not-competent",
	[ACT_RESULT] = "result",
	[ACT_CLOSE] = "close",
	[ACT_REOPEN] = "reopen",
	[ACT_REPLY] = "reply",
	[ACT_ACCEPT] = "accept",
	[ACT_DECLINE] = "decline",
	[ACT_COUNTER] = "counter",
	[ACT_REOFFER] = "reoffer",
	[ACT_LAPSE] = "lapse",
	[ACT_DELIVER] = "deliver",
	[ACT_HAND_OVER] = "hand-over",
	[ACT_COUNTERSIGN] = "countersign",
};

const char *const state_names[STATES] = {
	[STATE_NONE] = "none",
	[STATE_SENT] = "sent",
	[STATE_ACKNOWLEDGED] = "acknowledged",
	[STATE_PROMISED] = "promised",
	[STATE_CLARIFYING] = "clarifying",
	[STATE_PARTLY] = "partly",
	[STATE_ANSWERED] = "answered",
	[STATE_REFUSED] = "refused",
	[STATE_NOT_COMPETENT] = "not-competent",
	[STATE_REPORTED] = "reported",
	[STATE_WITHDRAWN] = "withdrawn",
	[STATE_CLOSED] = "closed",
	[STATE_REOPENED] = "reopened",
	[STATE_OFFERED] = "offered",
	[STATE_COUNTERED] = "countered",
	[STATE_ACCEPTED] = "accepted",
	[STATE_DECLINED] = "declined",
	[STATE_LAPSED] = "lapsed",
	[STATE_DELIVERED] = "delivered",
};

const char *const flow_names[FLOWS] = {
	[FLOW_REQUEST] = "request",
	[FLOW_DIRECT] = "direct",
	[FLOW_OFFER] = "offer",
};

#define IN(s)		(1u << (s))
#define SENT		IN(STATE_SENT)
#define ACKNOWLEDGED	IN(STATE_ACKNOWLEDGED)
#define PROMISED	IN(STATE_PROMISED)
#define CLARIFYING	IN(STATE_CLARIFYING)
#define PARTLY		IN(STATE_PARTLY)
#define REOPENED	IN(STATE_REOPENED)
/* Waiting for the asked member. */
#define OPEN		(SENT | ACKNOWLEDGED | PROMISED | CLARIFYING | PARTLY | REOPENED)
/* The asked member has spoken its last word for now. */
#define SPOKEN		(IN(STATE_ANSWERED) | IN(STATE_REFUSED) | \
			 IN(STATE_NOT_COMPETENT) | IN(STATE_REPORTED))
#define OVER		(IN(STATE_WITHDRAWN) | IN(STATE_CLOSED))
#define BEGUN		(OPEN | SPOKEN | OVER)

#define OFFERED		IN(STATE_OFFERED)
#define COUNTERED	IN(STATE_COUNTERED)
#define ACCEPTED	IN(STATE_ACCEPTED)
#define DELIVERED	(IN(STATE_DELIVERED) | IN(STATE_REPORTED))
/* Neither side is done with the offer. */
#define LIVE		(OFFERED | COUNTERED | ACCEPTED | DELIVERED)
/* No content will come, unless it is offered again. */
#define MISSED		(IN(STATE_DECLINED) | IN(STATE_LAPSED))
#define MADE		(LIVE | MISSED | OVER)

#define ASKER		IN(ROLE_ASKER)
#define ASKED		IN(ROLE_ASKED)
#define EITHER		(ASKER | ASKED)

enum { SAME = STATES };			/* the state stays as it is */

/* The whole of the workflows: in these states, this act, by this role. */
static const struct move {
	enum flow	flow;
	unsigned	states;
	enum act	act;
	unsigned	roles;
	unsigned	next;
} moves[] = {
	{ FLOW_REQUEST, IN(STATE_NONE), ACT_SUBMIT, ASKER, STATE_SENT },
	{ FLOW_REQUEST, BEGUN, ACT_OPENED, EITHER, SAME },

	/* The asked member takes it up. */
	{ FLOW_REQUEST, SENT | REOPENED | ACKNOWLEDGED, ACT_ACKNOWLEDGE, ASKED,
	    STATE_ACKNOWLEDGED },
	/* A later acknowledgement renews owner and next step, no more. */
	{ FLOW_REQUEST, PROMISED | CLARIFYING | PARTLY, ACT_ACKNOWLEDGE, ASKED,
	    SAME },
	{ FLOW_REQUEST, OPEN, ACT_WILL_ANSWER, ASKED, STATE_PROMISED },
	{ FLOW_REQUEST, OPEN, ACT_EXTEND, ASKED, STATE_PROMISED },
	/* The new desk has not seen it yet; the clocks run on. */
	{ FLOW_REQUEST, OPEN, ACT_TRANSFER, ASKED, STATE_SENT },

	/* Question and answer about the request. */
	{ FLOW_REQUEST, OPEN, ACT_CLARIFY, ASKED, STATE_CLARIFYING },
	{ FLOW_REQUEST, CLARIFYING, ACT_SUPPLEMENT, ASKER, STATE_ACKNOWLEDGED },
	{ FLOW_REQUEST, OPEN & ~CLARIFYING, ACT_SUPPLEMENT, ASKER, SAME },
	/* Question and answer about what was answered. */
	{ FLOW_REQUEST, SPOKEN | PARTLY, ACT_CLARIFY, ASKER, SAME },
	{ FLOW_REQUEST, SPOKEN | PARTLY, ACT_SUPPLEMENT, ASKED, SAME },

	{ FLOW_REQUEST, OPEN, ACT_RAISE, ASKER, SAME },
	{ FLOW_REQUEST, OPEN, ACT_LOWER, ASKER, SAME },
	{ FLOW_REQUEST, OPEN | SPOKEN, ACT_TOLD_BY_PHONE, EITHER, SAME },
	/* Asked to keep preserving, or to be given more time to follow up. */
	{ FLOW_REQUEST, OPEN | SPOKEN, ACT_EXTEND, ASKER, SAME },

	/* The last word of the asked member. */
	{ FLOW_REQUEST, OPEN, ACT_PARTIAL, ASKED, STATE_PARTLY },
	{ FLOW_REQUEST, OPEN, ACT_ANSWER, ASKED, STATE_ANSWERED },
	{ FLOW_REQUEST, OPEN, ACT_REFUSE, ASKED, STATE_REFUSED },
	{ FLOW_REQUEST, OPEN, ACT_NOT_COMPETENT, ASKED, STATE_NOT_COMPETENT },

	/* The asker ends it. */
	{ FLOW_REQUEST, IN(STATE_ANSWERED) | IN(STATE_REPORTED), ACT_RESULT,
	    ASKER, STATE_REPORTED },
	{ FLOW_REQUEST, PARTLY, ACT_RESULT, ASKER, SAME },
	{ FLOW_REQUEST, OPEN, ACT_WITHDRAW, ASKER, STATE_WITHDRAWN },
	{ FLOW_REQUEST, SPOKEN | PARTLY | IN(STATE_WITHDRAWN), ACT_CLOSE, ASKER,
	    STATE_CLOSED },
	{ FLOW_REQUEST, SPOKEN | PARTLY | OVER, ACT_REOPEN, ASKER,
	    STATE_REOPENED },

	/* Where things are goes on being written down, whatever became of the
	 * request: they lie with somebody until they are back. */
	{ FLOW_REQUEST, BEGUN, ACT_HAND_OVER, EITHER, SAME },

	/* A second officer stands to what one sent alone, late or not. */
	{ FLOW_REQUEST, BEGUN, ACT_COUNTERSIGN, ASKER, SAME },
	{ FLOW_DIRECT, SENT, ACT_COUNTERSIGN, ASKER, SAME },
	{ FLOW_OFFER, MADE, ACT_COUNTERSIGN, ASKER, SAME },

	/* direct: receipts, and replies to and fro. */
	{ FLOW_DIRECT, IN(STATE_NONE), ACT_SUBMIT, ASKER, STATE_SENT },
	{ FLOW_DIRECT, SENT, ACT_OPENED, EITHER, SAME },
	{ FLOW_DIRECT, SENT, ACT_REPLY, EITHER, SAME },

	/* offer: headline and conditions first. */
	{ FLOW_OFFER, IN(STATE_NONE), ACT_SUBMIT, ASKER, STATE_OFFERED },
	{ FLOW_OFFER, MADE, ACT_OPENED, EITHER, SAME },
	{ FLOW_OFFER, OFFERED, ACT_ACCEPT, ASKED, STATE_ACCEPTED },
	{ FLOW_OFFER, OFFERED, ACT_COUNTER, ASKED, STATE_COUNTERED },
	/* Also who accepted may find that it cannot keep to it. */
	{ FLOW_OFFER, OFFERED | COUNTERED | ACCEPTED, ACT_DECLINE, ASKED,
	    STATE_DECLINED },
	/* Never while it could be accepted: an acceptance would not know of
	 * which conditions it speaks. */
	{ FLOW_OFFER, COUNTERED | MISSED, ACT_REOFFER, ASKER, STATE_OFFERED },
	{ FLOW_OFFER, OFFERED | COUNTERED, ACT_LAPSE, ASKER, STATE_LAPSED },
	{ FLOW_OFFER, OFFERED | COUNTERED | ACCEPTED, ACT_WITHDRAW, ASKER,
	    STATE_WITHDRAWN },
	/* The content, once the conditions are accepted; and more of it. */
	{ FLOW_OFFER, ACCEPTED, ACT_DELIVER, ASKER, STATE_DELIVERED },
	{ FLOW_OFFER, DELIVERED, ACT_DELIVER, ASKER, SAME },
	/* Question and answer, about the offer or about the content. */
	{ FLOW_OFFER, LIVE, ACT_CLARIFY, ASKED, SAME },
	{ FLOW_OFFER, LIVE, ACT_SUPPLEMENT, ASKER, SAME },
	{ FLOW_OFFER, LIVE, ACT_TRANSFER, ASKED, SAME },
	{ FLOW_OFFER, LIVE, ACT_TOLD_BY_PHONE, EITHER, SAME },
	{ FLOW_OFFER, OFFERED | COUNTERED | ACCEPTED, ACT_RAISE, ASKER, SAME },
	{ FLOW_OFFER, OFFERED | COUNTERED | ACCEPTED, ACT_LOWER, ASKER, SAME },
	/* What use was made of it, and the end. */
	{ FLOW_OFFER, DELIVERED, ACT_RESULT, ASKED, STATE_REPORTED },
	{ FLOW_OFFER, DELIVERED, ACT_CLOSE, EITHER, STATE_CLOSED },
};

static bool
find_name(const char *const *names, unsigned count, const char *s, unsigned *i)
{
	for (*i = 0; *i < count; (*i)++)
		if (strcmp(names[*i], s) == 0)
			return true;
	return false;
}

bool
act_parse(enum act *act, const char *s)
{
	unsigned i;

	if (!find_name(act_names, ACTS, s, &i))
		return false;
	*act = (enum act)i;
	return true;
}

bool
flow_parse(enum flow *flow, const char *s)
{
	unsigned i;

	if (!find_name(flow_names, FLOWS, s, &i))
		return false;
	*flow = (enum flow)i;
	return true;
}

bool
flow_move(enum flow flow, enum state state, enum act act, enum role role,
    enum state *next)
{
	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		const struct move *m = &moves[i];

		if (m->flow != flow || m->act != act ||
		    (m->states & IN(state)) == 0 || (m->roles & IN(role)) == 0)
			continue;
		*next = m->next == SAME ? state : (enum state)m->next;
		return true;
	}
	return false;
}

/*
 * Where two acts crossed, the one listed first is taken first: a withdrawal
 * before an answer, so that an answer to what was withdrawn shows as crossed
 * and the asker decides; a close after all that was still under way.  Content
 * that is on its way comes before a change of mind: it has been given under the
 * conditions that were accepted.  An acceptance in time comes before the lapse
 * that it crossed.
 */
unsigned
flow_rank(enum act act)
{
	static const unsigned char order[ACTS] = {
		[ACT_SUBMIT] = 0, [ACT_OPENED] = 1, [ACT_ACKNOWLEDGE] = 2,
		[ACT_TOLD_BY_PHONE] = 3, [ACT_RAISE] = 4, [ACT_LOWER] = 5,
		[ACT_CLARIFY] = 6, [ACT_SUPPLEMENT] = 7, [ACT_TRANSFER] = 8,
		[ACT_WITHDRAW] = 9, [ACT_WILL_ANSWER] = 10, [ACT_EXTEND] = 11,
		[ACT_PARTIAL] = 12, [ACT_ANSWER] = 13, [ACT_REFUSE] = 14,
		[ACT_NOT_COMPETENT] = 15, [ACT_RESULT] = 16, [ACT_CLOSE] = 17,
		[ACT_REOPEN] = 18, [ACT_REPLY] = 19, [ACT_DELIVER] = 20,
		[ACT_ACCEPT] = 21, [ACT_DECLINE] = 22, [ACT_COUNTER] = 23,
		[ACT_LAPSE] = 24, [ACT_REOFFER] = 25, [ACT_HAND_OVER] = 26,
		[ACT_COUNTERSIGN] = 27,
	};

	assert(act < ACTS);
	return order[act];
}

bool
flow_waits_for(enum state state, enum role *who)
{
	/* Who was given content has yet to say what came of it. */
	*who = (IN(state) & (COUNTERED | ACCEPTED)) != 0 ? ROLE_ASKER :
	    ROLE_ASKED;
	return (IN(state) & (OPEN | OFFERED | COUNTERED | ACCEPTED |
	    IN(STATE_DELIVERED))) != 0;
}
