#include "model/flow.h"

#include "tap.h"

/*
 * The request flow written a second time, by hand, as a matrix: what a reader
 * of the rules expects.  Rows are acts by role, columns the states; "." means
 * not lawful, "=" lawful without a change, a letter the next state.
 *
 *   n none  s sent  a acknowledged  p promised  c clarifying  y partly
 *   A answered  R refused  N not competent  r reported  W withdrawn
 *   C closed  o reopened
 */
static const char letters[] = "nsapcyARNrWCo";

static const struct {
	const char	*act;
	enum role	 role;
	const char	*row;
} request[] = {
	/*                               nsapcyARNrWCo */
	{ "submit",        ROLE_ASKER,  "s............" },
	{ "submit",        ROLE_ASKED,  "............." },
	{ "opened",        ROLE_ASKER,  ".============" },
	{ "opened",        ROLE_ASKED,  ".============" },
	{ "acknowledge",   ROLE_ASKER,  "............." },
	{ "acknowledge",   ROLE_ASKED,  ".aa===......a" },
	{ "told-by-phone", ROLE_ASKER,  ".=========..=" },
	{ "told-by-phone", ROLE_ASKED,  ".=========..=" },
	{ "raise",         ROLE_ASKER,  ".=====......=" },
	{ "raise",         ROLE_ASKED,  "............." },
	{ "lower",         ROLE_ASKER,  ".=====......=" },
	{ "lower",         ROLE_ASKED,  "............." },
	{ "clarify",       ROLE_ASKER,  ".....=====..." },
	{ "clarify",       ROLE_ASKED,  ".ccccc......c" },
	{ "supplement",    ROLE_ASKER,  ".===a=......=" },
	{ "supplement",    ROLE_ASKED,  ".....=====..." },
	{ "transfer",      ROLE_ASKER,  "............." },
	{ "transfer",      ROLE_ASKED,  ".sssss......s" },
	{ "withdraw",      ROLE_ASKER,  ".WWWWW......W" },
	{ "withdraw",      ROLE_ASKED,  "............." },
	{ "will-answer",   ROLE_ASKER,  "............." },
	{ "will-answer",   ROLE_ASKED,  ".ppppp......p" },
	{ "extend",        ROLE_ASKER,  ".=========..=" },
	{ "extend",        ROLE_ASKED,  ".ppppp......p" },
	{ "partial",       ROLE_ASKER,  "............." },
	{ "partial",       ROLE_ASKED,  ".yyyyy......y" },
	{ "answer",        ROLE_ASKER,  "............." },
	{ "answer",        ROLE_ASKED,  ".AAAAA......A" },
	{ "refuse",        ROLE_ASKER,  "............." },
	{ "refuse",        ROLE_ASKED,  ".RRRRR......R" },
	{ "not-competent", ROLE_ASKER,  "............." },
	{ "not-competent", ROLE_ASKED,  ".NNNNN......N" },
	{ "result",        ROLE_ASKER,  ".....=r..r..." },
	{ "result",        ROLE_ASKED,  "............." },
	{ "close",         ROLE_ASKER,  ".....CCCCCC.." },
	{ "close",         ROLE_ASKED,  "............." },
	{ "reopen",        ROLE_ASKER,  ".....ooooooo." },
	{ "reopen",        ROLE_ASKED,  "............." },
	{ "reply",         ROLE_ASKER,  "............." },
	{ "reply",         ROLE_ASKED,  "............." },
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
every_triple(void)
{
	size_t rows = sizeof(request) / sizeof(request[0]), triples = 0;
	char got[STATES + 1];
	enum act act;

	OK(rows == (size_t)ACTS * ROLES, "the matrix has every act and role");
	for (size_t i = 0; i < rows; i++) {
		if (!OK(act_parse(&act, request[i].act), "%s is an act",
		    request[i].act))
			continue;
		for (unsigned s = 0; s < STATES; s++, triples++)
			got[s] = outcome(FLOW_REQUEST, (enum state)s, act,
			    request[i].role);
		got[STATES] = '\0';
		EQ_STR(got, request[i].row, "%s by the %s, in every state",
		    request[i].act,
		    request[i].role == ROLE_ASKER ? "asker" : "asked");
	}
	OK(triples == (size_t)STATES * ACTS * ROLES, "%zu triples", triples);
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
	OK(lawful == 5, "direct: submit by the asker, opened and reply by both");
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

	every_triple();
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
