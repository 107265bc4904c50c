#include "model/flow.h"

#include "tap.h"

/*
 * The flows written a second time, by hand, as matrices: what a reader of the
 * rules expects.  Rows are acts by role, columns the states; "." means
 * not lawful, "=" lawful without a change, a letter the next state.
 *
 *   n none  s sent  a acknowledged  p promised  c clarifying  y partly
 *   A answered  R refused  N not competent  r reported  W withdrawn
 *   C closed  o reopened  O offered  x countered  k accepted  d declined
 *   l lapsed  D delivered
 */
static const char letters[] = "nsapcyARNrWCoOxkdlD";

struct line {
	const char	*act;
	enum role	 role;
	const char	*row;
};

static const struct line request[] = {
	/*                               nsapcyARNrWCoOxkdlD */
	{ "submit",        ROLE_ASKER,  "s.................." },
	{ "submit",        ROLE_ASKED,  "..................." },
	{ "opened",        ROLE_ASKER,  ".============......" },
	{ "opened",        ROLE_ASKED,  ".============......" },
	{ "acknowledge",   ROLE_ASKER,  "..................." },
	{ "acknowledge",   ROLE_ASKED,  ".aa===......a......" },
	{ "told-by-phone", ROLE_ASKER,  ".=========..=......" },
	{ "told-by-phone", ROLE_ASKED,  ".=========..=......" },
	{ "raise",         ROLE_ASKER,  ".=====......=......" },
	{ "raise",         ROLE_ASKED,  "..................." },
	{ "lower",         ROLE_ASKER,  ".=====......=......" },
	{ "lower",         ROLE_ASKED,  "..................." },
	{ "clarify",       ROLE_ASKER,  ".....=====........." },
	{ "clarify",       ROLE_ASKED,  ".ccccc......c......" },
	{ "supplement",    ROLE_ASKER,  ".===a=......=......" },
	{ "supplement",    ROLE_ASKED,  ".....=====........." },
	{ "transfer",      ROLE_ASKER,  "..................." },
	{ "transfer",      ROLE_ASKED,  ".sssss......s......" },
	{ "withdraw",      ROLE_ASKER,  ".WWWWW......W......" },
	{ "withdraw",      ROLE_ASKED,  "..................." },
	{ "will-answer",   ROLE_ASKER,  "..................." },
	{ "will-answer",   ROLE_ASKED,  ".ppppp......p......" },
	{ "extend",        ROLE_ASKER,  ".=========..=......" },
	{ "extend",        ROLE_ASKED,  ".ppppp......p......" },
	{ "partial",       ROLE_ASKER,  "..................." },
	{ "partial",       ROLE_ASKED,  ".yyyyy......y......" },
	{ "answer",        ROLE_ASKER,  "..................." },
	{ "answer",        ROLE_ASKED,  ".AAAAA......A......" },
	{ "refuse",        ROLE_ASKER,  "..................." },
	{ "refuse",        ROLE_ASKED,  ".RRRRR......R......" },
	{ "not-competent", ROLE_ASKER,  "..................." },
	{ "not-competent", ROLE_ASKED,  ".NNNNN......N......" },
	{ "result",        ROLE_ASKER,  ".....=r..r........." },
	{ "result",        ROLE_ASKED,  "..................." },
	{ "close",         ROLE_ASKER,  ".....CCCCCC........" },
	{ "close",         ROLE_ASKED,  "..................." },
	{ "reopen",        ROLE_ASKER,  ".....ooooooo......." },
	{ "reopen",        ROLE_ASKED,  "..................." },
	{ "reply",         ROLE_ASKER,  "..................." },
	{ "reply",         ROLE_ASKED,  "..................." },
	{ "accept",         ROLE_ASKER,  "..................." },
	{ "accept",         ROLE_ASKED,  "..................." },
	{ "decline",        ROLE_ASKER,  "..................." },
	{ "decline",        ROLE_ASKED,  "..................." },
	{ "counter",        ROLE_ASKER,  "..................." },
	{ "counter",        ROLE_ASKED,  "..................." },
	{ "reoffer",        ROLE_ASKER,  "..................." },
	{ "reoffer",        ROLE_ASKED,  "..................." },
	{ "lapse",          ROLE_ASKER,  "..................." },
	{ "lapse",          ROLE_ASKED,  "..................." },
	{ "deliver",        ROLE_ASKER,  "..................." },
	{ "deliver",        ROLE_ASKED,  "..................." },
	{ "hand-over",     ROLE_ASKER,  ".============......" },
	{ "hand-over",     ROLE_ASKED,  ".============......" },
	{ "countersign",   ROLE_ASKER,  ".============......" },
	{ "countersign",   ROLE_ASKED,  "..................." },
};

static const struct line offer[] = {
	/*                               nsapcyARNrWCoOxkdlD */
	{ "submit",         ROLE_ASKER,  "O.................." },
	{ "submit",         ROLE_ASKED,  "..................." },
	{ "opened",         ROLE_ASKER,  ".........===.======" },
	{ "opened",         ROLE_ASKED,  ".........===.======" },
	{ "acknowledge",    ROLE_ASKER,  "..................." },
	{ "acknowledge",    ROLE_ASKED,  "..................." },
	{ "told-by-phone",  ROLE_ASKER,  ".........=...===..=" },
	{ "told-by-phone",  ROLE_ASKED,  ".........=...===..=" },
	{ "raise",          ROLE_ASKER,  ".............===..." },
	{ "raise",          ROLE_ASKED,  "..................." },
	{ "lower",          ROLE_ASKER,  ".............===..." },
	{ "lower",          ROLE_ASKED,  "..................." },
	{ "clarify",        ROLE_ASKER,  "..................." },
	{ "clarify",        ROLE_ASKED,  ".........=...===..=" },
	{ "supplement",     ROLE_ASKER,  ".........=...===..=" },
	{ "supplement",     ROLE_ASKED,  "..................." },
	{ "transfer",       ROLE_ASKER,  "..................." },
	{ "transfer",       ROLE_ASKED,  ".........=...===..=" },
	{ "withdraw",       ROLE_ASKER,  ".............WWW..." },
	{ "withdraw",       ROLE_ASKED,  "..................." },
	{ "will-answer",    ROLE_ASKER,  "..................." },
	{ "will-answer",    ROLE_ASKED,  "..................." },
	{ "extend",         ROLE_ASKER,  "..................." },
	{ "extend",         ROLE_ASKED,  "..................." },
	{ "partial",        ROLE_ASKER,  "..................." },
	{ "partial",        ROLE_ASKED,  "..................." },
	{ "answer",         ROLE_ASKER,  "..................." },
	{ "answer",         ROLE_ASKED,  "..................." },
	{ "refuse",         ROLE_ASKER,  "..................." },
	{ "refuse",         ROLE_ASKED,  "..................." },
	{ "not-competent",  ROLE_ASKER,  "..................." },
	{ "not-competent",  ROLE_ASKED,  "..................." },
	{ "result",         ROLE_ASKER,  "..................." },
	{ "result",         ROLE_ASKED,  ".........r........r" },
	{ "close",          ROLE_ASKER,  ".........C........C" },
	{ "close",          ROLE_ASKED,  ".........C........C" },
	{ "reopen",         ROLE_ASKER,  "..................." },
	{ "reopen",         ROLE_ASKED,  "..................." },
	{ "reply",          ROLE_ASKER,  "..................." },
	{ "reply",          ROLE_ASKED,  "..................." },
	{ "accept",         ROLE_ASKER,  "..................." },
	{ "accept",         ROLE_ASKED,  ".............k....." },
	{ "decline",        ROLE_ASKER,  "..................." },
	{ "decline",        ROLE_ASKED,  ".............ddd..." },
	{ "counter",        ROLE_ASKER,  "..................." },
	{ "counter",        ROLE_ASKED,  ".............x....." },
	{ "reoffer",        ROLE_ASKER,  "..............O.OO." },
	{ "reoffer",        ROLE_ASKED,  "..................." },
	{ "lapse",          ROLE_ASKER,  ".............ll...." },
	{ "lapse",          ROLE_ASKED,  "..................." },
	{ "deliver",        ROLE_ASKER,  ".........=.....D..=" },
	{ "deliver",        ROLE_ASKED,  "..................." },
	{ "hand-over",      ROLE_ASKER,  "..................." },
	{ "hand-over",      ROLE_ASKED,  "..................." },
	{ "countersign",    ROLE_ASKER,  ".........===.======" },
	{ "countersign",    ROLE_ASKED,  "..................." },
};

static char
outcome(enum flow flow, enum state s, enum act a, enum role r)
{
	enum state next;

	if (!flow_move(flow, s, a, r, &next))
		return '.';
	return next == s && !(a == ACT_ACKNOWLEDGE && s == STATE_ACKNOWLEDGED) &&
	    !(a == ACT_TRANSFER && s == STATE_SENT) &&
	    !(a == ACT_WILL_ANSWER && s == STATE_PROMISED) &&
	    !(a == ACT_EXTEND && r == ROLE_ASKED && s == STATE_PROMISED) &&
	    !(a == ACT_CLARIFY && r == ROLE_ASKED && s == STATE_CLARIFYING) &&
	    !(a == ACT_PARTIAL && s == STATE_PARTLY) &&
	    !(a == ACT_RESULT && s == STATE_REPORTED) ? '=' : letters[next];
}

static void
every_triple(enum flow flow, const struct line *lines, size_t rows)
{
	char got[STATES + 1];
	size_t triples = 0;
	enum act act;

	OK(rows == (size_t)ACTS * ROLES, "the matrix of %s has every act and role",
	    flow_names[flow]);
	for (size_t i = 0; i < rows; i++) {
		if (!OK(act_parse(&act, lines[i].act), "%s is an act",
		    lines[i].act))
			continue;
		for (unsigned s = 0; s < STATES; s++, triples++)
			got[s] = outcome(flow, (enum state)s, act,
			    lines[i].role);
		got[STATES] = '\0';
		EQ_STR(got, lines[i].row, "%s: %s by the %s, in every state",
		    flow_names[flow], lines[i].act,
		    lines[i].role == ROLE_ASKER ? "asker" : "asked");
	}
	OK(triples == (size_t)STATES * ACTS * ROLES, "%zu triples", triples);
}

/* Content has one way out, and it leads through an acceptance. */
static void
content_needs_acceptance(void)
{
	enum state next;

	for (unsigned s = 0; s < STATES; s++)
		for (unsigned a = 0; a < ACTS; a++)
			for (unsigned r = 0; r < ROLES; r++) {
				if (!flow_move(FLOW_OFFER, (enum state)s,
				    (enum act)a, (enum role)r, &next))
					continue;
				if (next == STATE_DELIVERED &&
				    s != STATE_DELIVERED && (a != ACT_DELIVER ||
				    s != STATE_ACCEPTED || r != ROLE_ASKER))
					OK(false, "%s from %s delivers",
					    act_names[a], state_names[s]);
				if (next == STATE_ACCEPTED &&
				    s != STATE_ACCEPTED && (a != ACT_ACCEPT ||
				    s != STATE_OFFERED || r != ROLE_ASKED))
					OK(false, "%s from %s accepts",
					    act_names[a], state_names[s]);
			}
	OK(!flow_move(FLOW_OFFER, STATE_OFFERED, ACT_DELIVER, ROLE_ASKER, &next),
	    "what is only offered is not delivered");
}

static void
who_is_next(void)
{
	static const struct {
		enum state state;
		const char *who;
	} t[] = {
		{ STATE_NONE, "" }, { STATE_SENT, "asked" },
		{ STATE_CLARIFYING, "asked" }, { STATE_ANSWERED, "" },
		{ STATE_CLOSED, "" }, { STATE_WITHDRAWN, "" },
		{ STATE_REOPENED, "asked" }, { STATE_OFFERED, "asked" },
		{ STATE_COUNTERED, "asker" }, { STATE_ACCEPTED, "asker" },
		{ STATE_DECLINED, "" }, { STATE_LAPSED, "" },
		{ STATE_DELIVERED, "asked" }, { STATE_REPORTED, "" },
	};
	enum role who;

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		EQ_STR(!flow_waits_for(t[i].state, &who) ? "" :
		    who == ROLE_ASKER ? "asker" : "asked", t[i].who,
		    "%s waits for %s", state_names[t[i].state],
		    t[i].who[0] == '\0' ? "nobody" : t[i].who);
}

static void
direct_triples(void)
{
	enum state next;
	int lawful = 0;

	for (unsigned s = 0; s < STATES; s++)
		for (unsigned a = 0; a < ACTS; a++)
			for (unsigned r = 0; r < ROLES; r++)
				if (flow_move(FLOW_DIRECT, (enum state)s,
				    (enum act)a, (enum role)r, &next)) {
					lawful++;
					if (next != STATE_SENT)
						lawful = -1000;
				}
	OK(lawful == 6, "direct: submit and countersign by the asker, opened and reply by both");
	OK(flow_move(FLOW_DIRECT, STATE_SENT, ACT_REPLY, ROLE_ASKED, &next),
	    "a reply is lawful once it was sent");
	OK(!flow_move(FLOW_DIRECT, STATE_NONE, ACT_REPLY, ROLE_ASKED, &next),
	    "a reply to nothing is not");
}

int
main(void)
{
	enum act act;
	enum flow flow;

	every_triple(FLOW_REQUEST, request, sizeof(request) / sizeof(request[0]));
	every_triple(FLOW_OFFER, offer, sizeof(offer) / sizeof(offer[0]));
	content_needs_acceptance();
	who_is_next();
	direct_triples();
	for (unsigned a = 0; a < ACTS; a++)
		OK(act_parse(&act, act_names[a]) && act == (enum act)a,
		    "%s parses to itself", act_names[a]);
	OK(!act_parse(&act, "delete"), "there is no act delete");
	OK(flow_parse(&flow, "request") && flow == FLOW_REQUEST, "request is a flow");
	OK(!flow_parse(&flow, ""), "nothing is not a flow");
	for (unsigned a = 0; a < ACTS; a++)
		for (unsigned b = 0; b < a; b++)
			if (flow_rank((enum act)a) == flow_rank((enum act)b))
				OK(false, "%s and %s share a rank", act_names[a],
				    act_names[b]);
	return tap_done();
}
