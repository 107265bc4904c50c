#include "model/deadline.h"

static msec
clock_from(msec start, struct duration d)
{
	if (start == 0 || (d.months == 0 && d.rest == 0))
		return 0;
	return duration_add(start, d);
}

struct deadline
deadline_of(const struct kind *kind, enum urgency urgency, msec received,
    const struct leg *leg)
{
	return (struct deadline){
		.acknowledge_by = clock_from(received, kind->acknowledge[urgency]),
		.answer_by = clock_from(received, kind->answer[urgency]),
		.promised_by = leg->answer_by,
	};
}
