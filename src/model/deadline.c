#include "model/deadline.h"

static msec
clock_from(msec start, struct duration d)
{
	if (start == 0 || (d.months == 0 && d.rest == 0))
		return 0;
	return duration_add(start, d);
}

msec
deadline_countersign(const struct kind *kind, enum urgency urgency, msec sent)
{
	if (kind->approval[urgency] != APPROVAL_AFTER)
		return 0;
	return duration_add(sent, kind->countersign[urgency]);
}

struct deadline
deadline_of(const struct kind *kind, enum urgency urgency, msec received,
    const struct leg *leg)
{
	struct deadline d = {
		.acknowledge_by = clock_from(received, kind->acknowledge[urgency]),
		.answer_by = clock_from(received, kind->answer[urgency]),
		.promised_by = leg->answer_by,
	};

	if (kind->flow == FLOW_OFFER && leg->offered_until != 0 &&
	    (d.answer_by == 0 || leg->offered_until < d.answer_by))
		d.answer_by = leg->offered_until;
	return d;
}
