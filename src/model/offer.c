#include "model/offer.h"

#include <string.h>

#include "base/encode.h"

bool
offer_covers(const struct handling *act, const struct handling *terms)
{
	return act->tlp >= terms->tlp && act->level >= terms->level &&
	    (act->codes & terms->codes) == terms->codes &&
	    (terms->onward || !act->onward);
}

msec
offer_delete_by(const json_t *body)
{
	const char *s = json_string_value(json_object_get(body, "delete_by"));
	msec day;

	return s != NULL && date_parse(&day, slice_str(s)) ? day : 0;
}

/* Machines go by the header: it must not allow what the text forbids. */
bool
offer_states(const struct header *h, const json_t *body, struct err *err)
{
	const char *use = json_string_value(json_object_get(body, "onward_use"));
	msec delete_by = offer_delete_by(body);

	if (h->handling.onward && (use == NULL || strcmp(use, "allowed") != 0))
		return err_field(err, ERR_INVALID, "E-OFFER-ONWARD", "handling",
		    "it may be passed on by its handling, and not by its "
		    "conditions");
	if (delete_by != 0 && h->keep_until > delete_by)
		return err_field(err, ERR_INVALID, "E-OFFER-KEEP", "keep_until",
		    "it would be kept longer than its conditions allow");
	return true;
}

bool
offer_named(struct hash *name, const json_t *body)
{
	const char *s = json_string_value(json_object_get(body, "terms"));

	return s != NULL && hex_decode(name->b, HASH_LEN, slice_str(s));
}

static bool
accepts(const struct header *h, const json_t *body,
    const struct offer_terms *t, struct err *err)
{
	struct hash named;

	if (!offer_named(&named, body) || !hash_eq(&named, &t->name))
		return err_field(err, ERR_CONFLICT, "E-OFFER-TERMS",
		    "body.terms", "these are not the conditions that are "
		    "offered now");
	if (t->until != 0 && h->sent > t->until)
		return err_field(err, ERR_CONFLICT, "E-OFFER-LAPSED", "sent",
		    "the offer stood until an earlier time");
	return true;
}

bool
offer_keeps(const struct header *h, const json_t *body,
    const struct offer_terms *t, struct err *err)
{
	switch (h->act) {
	case ACT_ACCEPT:
		if (!accepts(h, body, t, err))
			return false;
		break;
	case ACT_DELIVER:
		if (h->keep_until > t->keep_until)
			return err_field(err, ERR_POLICY, "E-OFFER-KEEP",
			    "keep_until", "it would be kept longer than was "
			    "accepted");
		break;
	case ACT_LAPSE:
		if (t->until != 0 && h->sent >= t->until)
			return true;
		return err_field(err, ERR_CONFLICT, "E-OFFER-EARLY", "act",
		    "the offer still stands");
	default:
		return true;
	}
	if (offer_covers(&h->handling, &t->handling))
		return true;
	return err_field(err, ERR_POLICY, "E-OFFER-HANDLING", "handling",
	    "%s must be handled at least as the conditions say",
	    act_names[h->act]);
}
