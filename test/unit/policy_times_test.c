#include "model/policy_times.h"

#include "message_fixture.h"
#include "tap.h"

static struct err err;

/* Refused under which rule and field; "" when the times are well. */
static const char *
timed(const struct header *h, const struct kind *k, msec now)
{
	static char said[140];

	err = (struct err){ .class = ERR_NONE };
	said[0] = '\0';
	if (!policy_times(h, k, now, &err))
		(void)snprintf(said, sizeof(said), "%s %s", err.rule, err.field);
	return said;
}

static void
received(const struct kind *k)
{
	struct arena a = ARENA_INIT;
	struct header h;

	fixture_request(&h, &a);
	EQ_STR(timed(&h, k, h.sent), "", "at once");
	EQ_STR(timed(&h, k, h.sent - 10 * MINUTE), "",
	    "by a clock ten minutes behind");
	EQ_STR(timed(&h, k, h.sent - 10 * MINUTE - 1), "E-TIME-AHEAD sent",
	    "not by one further behind");
	EQ_STR(timed(&h, k, h.deliver_by), "", "in the last instant");
	EQ_STR(timed(&h, k, h.deliver_by + 1), "E-TIME-LATE deliver_by",
	    "not after it");
	arena_free(&a);
}

static void
bounded(const struct kind *k)
{
	static const struct {
		enum urgency	 urgency;
		const char	*most;
	} bounds[] = {
		{ URGENCY_FLASH, "2026-11-30T18:20:00.123Z" },
		{ URGENCY_URGENT, "2026-12-02T18:20:00.123Z" },
		{ URGENCY_NORMAL, "2026-12-29T18:20:00.123Z" },
	};
	struct arena a = ARENA_INIT;
	struct header h;

	fixture_request(&h, &a);
	for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
		h.urgency = bounds[i].urgency;
		h.deliver_by = at(bounds[i].most);
		EQ_STR(timed(&h, k, h.sent), "", "%s: until %s",
		    urgency_names[h.urgency], bounds[i].most);
		h.deliver_by++;
		EQ_STR(timed(&h, k, h.sent), "E-TIME-BOUND deliver_by",
		    "and not longer");
	}
	arena_free(&a);
}

static void
kept(const struct kind *k)
{
	struct arena a = ARENA_INIT;
	struct header h;

	fixture_request(&h, &a);
	h.keep_until = at("2026-11-29T00:00:00.000Z");
	EQ_STR(timed(&h, k, h.sent), "", "kept to the day's end");
	h.keep_until = at("2026-11-28T00:00:00.000Z");
	EQ_STR(timed(&h, k, h.sent), "E-TIME-KEEP keep_until",
	    "not until yesterday");
	h.keep_until = at("2036-11-29T00:00:00.000Z");
	EQ_STR(timed(&h, k, h.sent), "", "for ten years");
	h.keep_until = at("2036-11-30T00:00:00.000Z");
	EQ_STR(timed(&h, k, h.sent), "E-TIME-KEEP keep_until", "not longer");
	h.keep_until = at("9999-12-31T00:00:00.000Z");
	EQ_STR(timed(&h, k, h.sent), "E-TIME-KEEP keep_until", "nor for ever");
	arena_free(&a);
}

/* The last times there are overflow nothing. */
static void
ends_of_time(const struct kind *k)
{
	struct arena a = ARENA_INIT;
	struct header h;

	fixture_request(&h, &a);
	h.sent = TIME_MAX - 1;
	h.deliver_by = TIME_MAX;
	h.keep_until = at("9999-12-31T00:00:00.000Z");
	EQ_STR(timed(&h, k, TIME_MAX), "", "in the year 9999");
	h.sent = 0;
	h.deliver_by = h.keep_until = 1;
	EQ_STR(timed(&h, k, 0), "", "and in 1970");
	arena_free(&a);
}

static const char *
promised(struct header *h, const struct kind *k, enum act act, msec until)
{
	static char said[140];

	h->act = act;
	h->until = until;
	err = (struct err){ .class = ERR_NONE };
	said[0] = '\0';
	if (!policy_until(h, k, &err))
		(void)snprintf(said, sizeof(said), "%s %s", err.rule, err.field);
	return said;
}

static void
promises(const struct kind *k)
{
	struct arena a = ARENA_INIT;
	struct header h;
	msec t;

	fixture_request(&h, &a);
	t = h.sent + 1;
	EQ_STR(promised(&h, k, ACT_WILL_ANSWER, t), "", "will answer by then");
	EQ_STR(promised(&h, k, ACT_WILL_ANSWER, 0), "E-FIELD-MISSING until",
	    "by when must be said");
	EQ_STR(promised(&h, k, ACT_WILL_ANSWER, h.sent), "E-FIELD-VALUE until",
	    "and lie ahead");
	EQ_STR(promised(&h, k, ACT_ACKNOWLEDGE, 0), "E-FIELD-MISSING until",
	    "an acknowledgement says when the next step comes");
	EQ_STR(promised(&h, k, ACT_ANSWER, 0), "", "an answer may name none");
	EQ_STR(promised(&h, k, ACT_ANSWER, t), "", "or one: preserved until");
	EQ_STR(promised(&h, k, ACT_OPENED, t), "E-FIELD-UNKNOWN until",
	    "opening promises nothing");
	EQ_STR(promised(&h, k, ACT_SUBMIT, t), "E-FIELD-UNKNOWN until",
	    "nor does a request");
	EQ_STR(promised(&h, k, ACT_WITHDRAW, t), "E-FIELD-UNKNOWN until",
	    "nor a withdrawal");
	arena_free(&a);
}

int
main(void)
{
	struct kind_set *set;
	const struct kind *k;

	secret_process_init();
	set = kind_set_new(&err);
	k = set == NULL ? NULL : kind_find(set, "request.preservation/1");
	if (!OK(k != NULL, "the kind is there: %s", err.text))
		return tap_done();
	received(k);
	bounded(k);
	kept(k);
	ends_of_time(k);
	promises(k);
	kind_set_free(set);
	return tap_done();
}
