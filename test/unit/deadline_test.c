#include "base/secret.h"
#include "model/deadline.h"

#include "tap.h"

/* By hand from the clocks of the preservation kind: flash PT30M and PT8H,
 * urgent PT2H and P1D, normal P1D and P7D. */
static const struct {
	enum urgency	 urgency;
	const char	*received, *acknowledge, *answer;
} table[] = {
	{ URGENCY_FLASH, "2026-11-21T18:20:00.123Z",
	    "2026-11-21T18:50:00.123Z", "2026-11-22T02:20:00.123Z" },
	{ URGENCY_URGENT, "2026-11-21T18:20:00.123Z",
	    "2026-11-21T20:20:00.123Z", "2026-11-22T18:20:00.123Z" },
	{ URGENCY_NORMAL, "2026-11-21T18:20:00.123Z",
	    "2026-11-22T18:20:00.123Z", "2026-11-28T18:20:00.123Z" },
	/* over the ends of months and years */
	{ URGENCY_FLASH, "2026-12-31T23:45:00.000Z",
	    "2027-01-01T00:15:00.000Z", "2027-01-01T07:45:00.000Z" },
	{ URGENCY_URGENT, "2026-02-28T23:00:00.000Z",
	    "2026-03-01T01:00:00.000Z", "2026-03-01T23:00:00.000Z" },
	{ URGENCY_NORMAL, "2028-02-28T12:00:00.000Z",
	    "2028-02-29T12:00:00.000Z", "2028-03-06T12:00:00.000Z" },
	{ URGENCY_NORMAL, "2026-02-27T12:00:00.000Z",
	    "2026-02-28T12:00:00.000Z", "2026-03-06T12:00:00.000Z" },
	{ URGENCY_NORMAL, "2026-11-30T00:00:00.000Z",
	    "2026-12-01T00:00:00.000Z", "2026-12-07T00:00:00.000Z" },
	/* clocks are UTC: the hour that a summer time skips is an hour */
	{ URGENCY_URGENT, "2026-03-29T00:30:00.000Z",
	    "2026-03-29T02:30:00.000Z", "2026-03-30T00:30:00.000Z" },
	{ URGENCY_FLASH, "9999-12-31T23:50:00.000Z",
	    "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z" },
};

static struct err err;

static msec
at(const char *s)
{
	msec t = 0;

	if (!time_parse(&t, slice_str(s)))
		abort();
	return t;
}

static void
by_hand(const struct kind *k)
{
	struct leg leg = { .state = STATE_SENT };

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct deadline d = deadline_of(k, table[i].urgency,
		    at(table[i].received), &leg);

		OK(d.acknowledge_by == at(table[i].acknowledge),
		    "%s, received %s: acknowledged by %s",
		    urgency_names[table[i].urgency], table[i].received,
		    table[i].acknowledge);
		OK(d.answer_by == at(table[i].answer), "answered by %s",
		    table[i].answer);
		OK(d.promised_by == 0, "nothing is promised yet");
	}
}

static void
not_running(const struct kind *k, const struct kind *ping)
{
	struct leg leg = { .state = STATE_PROMISED, .answer_by = 77 };
	struct deadline d;

	for (unsigned u = 0; u < URGENCIES; u++) {
		d = deadline_of(k, (enum urgency)u, 0, &leg);
		OK(d.acknowledge_by == 0 && d.answer_by == 0,
		    "%s, not received: no clock runs", urgency_names[u]);
		OK(d.promised_by == 77, "what was promised stands");
		d = deadline_of(ping, (enum urgency)u, DAY, &leg);
		OK(d.acknowledge_by == 0 && d.answer_by == 0,
		    "%s: a kind without clocks has none", urgency_names[u]);
	}
}

/* From what the sender says, on both sides the same. */
static void
countersigned(const struct kind *k, const struct kind *ping)
{
	msec sent = at("2026-11-21T18:20:00.123Z");

	OK(deadline_countersign(k, URGENCY_URGENT, sent) == sent + 4 * HOUR &&
	    deadline_countersign(k, URGENCY_FLASH, sent) == sent + 2 * HOUR,
	    "a second signature is due so long after it was sent");
	OK(deadline_countersign(k, URGENCY_NORMAL, sent) == 0,
	    "not where it was given before");
	OK(deadline_countersign(ping, URGENCY_FLASH, sent) == 0,
	    "nor for a kind that asks for none");
}

/* Whoever raises the urgency changes the length, not the start. */
static void
raised(const struct kind *k)
{
	struct leg leg = { .state = STATE_SENT };
	msec start = at("2026-11-21T18:20:00.123Z");
	struct deadline slow = deadline_of(k, URGENCY_NORMAL, start, &leg);
	struct deadline fast = deadline_of(k, URGENCY_FLASH, start, &leg);

	OK(fast.acknowledge_by < slow.acknowledge_by &&
	    fast.answer_by < slow.answer_by, "raised, both clocks are shorter");
	OK(fast.acknowledge_by - start == 30 * MINUTE,
	    "and still start at the receipt");
}

/* An offer stands until the earlier of its own time and the kind's. */
static void
offered(const struct kind *k)
{
	msec start = at("2026-11-21T18:20:00.123Z");
	struct leg leg = { .state = STATE_OFFERED, .offered_until = start + HOUR };

	OK(deadline_of(k, URGENCY_URGENT, start, &leg).answer_by ==
	    start + HOUR, "an offer says itself until when it stands");
	OK(deadline_of(k, URGENCY_URGENT, 0, &leg).answer_by == start + HOUR,
	    "received or not");
	leg.offered_until = start + 9 * DAY;
	OK(deadline_of(k, URGENCY_URGENT, start, &leg).answer_by ==
	    start + DAY, "but is answered by the kind's clock, when that is earlier");
}

int
main(void)
{
	struct kind_set *set;
	const struct kind *k, *ping;

	secret_process_init();
	set = kind_set_new(&err);
	if (!OK(set != NULL, "kinds load: %s", err.text))
		return tap_done();
	k = kind_find(set, "request.preservation/1");
	ping = kind_find(set, "ping/1");
	by_hand(k);
	not_running(k, ping);
	raised(k);
	countersigned(k, ping);
	offered(kind_find(set, "spontaneous/1"));
	kind_set_free(set);
	return tap_done();
}
