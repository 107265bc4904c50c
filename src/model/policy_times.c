#include "model/policy_times.h"

bool
policy_urgency_step(const struct header *h, enum urgency was, struct err *err)
{
	if ((h->act != ACT_RAISE || h->urgency > was) &&
	    (h->act != ACT_LOWER || h->urgency < was))
		return true;
	return err_field(err, ERR_INVALID, "E-URGENCY-STEP", "urgency",
	    "%s is not %s than %s", urgency_names[h->urgency],
	    h->act == ACT_RAISE ? "higher" : "lower", urgency_names[was]);
}

bool
policy_urgency(const struct header *h, const struct kind *k, const json_t *body,
    struct err *err)
{
	/* Nothing is raised to the lowest, nor lowered to the highest: that
	 * would be urgent without a reason. */
	if (!policy_urgency_step(h, h->act == ACT_LOWER ? URGENCY_FLASH :
	    URGENCY_NORMAL, err))
		return false;
	if (h->act != ACT_SUBMIT || h->urgency == URGENCY_NORMAL ||
	    kind_field(k, ACT_SUBMIT, "urgency_grounds") == NULL ||
	    json_object_get(body, "urgency_grounds") != NULL)
		return true;
	return err_field(err, ERR_INVALID, "E-URGENCY-REASON",
	    "body.urgency_grounds", "%s needs its grounds",
	    urgency_names[h->urgency]);
}

bool
policy_times(const struct header *h, const struct kind *k, msec now,
    struct err *err)
{
	struct duration bound = k->deliver_by[h->urgency];

	if (h->sent > now + 10 * MINUTE)
		return err_field(err, ERR_INVALID, "E-TIME-AHEAD", "sent",
		    "dated more than 10 minutes ahead of this node's clock");
	if (now > h->deliver_by)
		return err_field(err, ERR_INVALID, "E-TIME-LATE", "deliver_by",
		    "first received after it was to be delivered");
	if (h->deliver_by > duration_add(h->sent, bound))
		return err_field(err, ERR_INVALID, "E-TIME-BOUND", "deliver_by",
		    "later than %s allows for %s", k->name,
		    urgency_names[h->urgency]);
	/* A date is its midnight; one that is over would be destroyed at once,
	 * one too late would keep its shelf for ever. */
	if (h->keep_until + DAY <= h->sent ||
	    h->keep_until > duration_add(h->sent, k->keep_max))
		return err_field(err, ERR_INVALID, "E-TIME-KEEP", "keep_until",
		    "outside what %s allows", k->name);
	return true;
}

bool
policy_until(const struct header *h, const struct kind *k, struct err *err)
{
	enum until until = k->act[h->act]->until;

	if (until == UNTIL_REQUIRED && h->until == 0)
		return err_field(err, ERR_INVALID, "E-FIELD-MISSING", "until",
		    "%s says until when", act_names[h->act]);
	if (until == UNTIL_NONE && h->until != 0)
		return err_field(err, ERR_INVALID, "E-FIELD-UNKNOWN", "until",
		    "%s promises no time", act_names[h->act]);
	if (h->until != 0 && h->until <= h->sent)
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "until",
		    "must be later than sent");
	return true;
}
