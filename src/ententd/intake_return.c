#include "ententd/intake.h"
#include "store/outbox_store.h"

/* As long as the longest deliver_by. */
#define RETURN_BY	(30 * DAY)

/* Before what is normal, and with flash when it answers any. */
static enum urgency
lane_of(const struct intake *in)
{
	enum urgency lane = URGENCY_URGENT;

	for (uint8_t i = 0; i < in->batch.n; i++)
		if (in->items[i].wire->lane > lane)
			lane = in->items[i].wire->lane;
	return lane;
}

/* Who sends again has not got it: once more, also where it was on its way. */
static bool
give_back(struct intake *in, struct slice note, struct err *err)
{
	struct store *s = &in->vault->store;
	struct hash of_note = hash_of(note), name;
	enum outbox_status was;
	struct note n;
	bool there;

	if (!note_parse(&n, note, err))
		return false;
	name = note_text_name(&n);
	return outbox_requeue(s, &name, &in->sender, in->at, &was, &there, err) &&
	    (there || outbox_put_receipt(s, &name, &of_note, &in->sender,
	    lane_of(in), in->at + RETURN_BY, in->at, err));
}

bool
intake_return(struct intake *in, struct err *err)
{
	struct slice notes[WIRE_BATCH + 1];
	uint8_t n = intake_receipts(in, notes);

	for (uint8_t i = 0; i < n; i++)
		if (!give_back(in, notes[i], err))
			return false;
	return true;
}
