#include "base/secret.h"
#include "model/offer.h"

#include "tap.h"

static struct err err;

static struct hash
named(uint8_t id)
{
	struct hash h;

	memset(h.b, id, HASH_LEN);
	return h;
}

/* Against a second writing of the rule: every label to every label. */
static void
covers(void)
{
	unsigned n = 0, bad = 0, covered = 0;

	for (unsigned a = 0; a < TLPS * 4 * 2 * 2; a++)
		for (unsigned t = 0; t < TLPS * 4 * 2 * 2; t++) {
			struct handling act = { .tlp = (enum tlp)(a % TLPS),
			    .level = a / TLPS % 4, .onward = a / TLPS / 4 % 2,
			    .codes = a / TLPS / 8 ? HCODE_H1 | HCODE_H2 : HCODE_H1 };
			struct handling terms = { .tlp = (enum tlp)(t % TLPS),
			    .level = t / TLPS % 4, .onward = t / TLPS / 4 % 2,
			    .codes = t / TLPS / 8 ? HCODE_H2 : 0 };
			struct handling both = handling_join(act, terms);
			bool same = both.tlp == act.tlp &&
			    both.level == act.level &&
			    both.codes == act.codes &&
			    both.onward == act.onward;

			n++;
			covered += same;
			bad += offer_covers(&act, &terms) != same;
		}
	OK(bad == 0, "what covers the terms is what they add nothing to (%u)", n);
	OK(covered > 100 && covered < n, "%u of them do", covered);
}

static bool
keeps(struct header *h, const char *body, const struct offer_terms *t)
{
	json_t *v = json_loads(body, 0, NULL);
	bool ok;

	err = (struct err){ .class = ERR_NONE };
	ok = offer_keeps(h, v, t, &err);
	json_decref(v);
	return ok;
}

#define NAME	"0707070707070707070707070707070707070707070707070707070707070707"

static void
accept(void)
{
	struct offer_terms t = { .name = named(7),
	    .handling = { .tlp = TLP_AMBER, .codes = HCODE_H1 }, .until = 100 };
	struct header h = { .act = ACT_ACCEPT, .sent = 100,
	    .handling = { .tlp = TLP_AMBER, .codes = HCODE_H1 } };

	OK(keeps(&h, "{\"terms\":\"" NAME "\"}", &t),
	    "in time, by its name, under its handling it is accepted");
	OK(!keeps(&h, "{}", &t) && strcmp(err.rule, "E-OFFER-TERMS") == 0 &&
	    strcmp(err.field, "body.terms") == 0, "not without the name");
	OK(!keeps(&h, "{\"terms\":\"07\"}", &t) &&
	    strcmp(err.rule, "E-OFFER-TERMS") == 0, "nor by a part of it");
	t.name.b[31] ^= 1;
	OK(!keeps(&h, "{\"terms\":\"" NAME "\"}", &t) &&
	    strcmp(err.rule, "E-OFFER-TERMS") == 0, "nor by another");
	t.name.b[31] ^= 1;
	h.sent = 101;
	OK(!keeps(&h, "{\"terms\":\"" NAME "\"}", &t) &&
	    strcmp(err.rule, "E-OFFER-LAPSED") == 0, "nor a moment late");
	t.until = 0;
	OK(keeps(&h, "{\"terms\":\"" NAME "\"}", &t),
	    "what has no end is never late");
	h.handling.codes = 0;
	OK(!keeps(&h, "{\"terms\":\"" NAME "\"}", &t) &&
	    strcmp(err.rule, "E-OFFER-HANDLING") == 0,
	    "nor without the code that it asks for");
}

static void
deliver_and_lapse(void)
{
	struct offer_terms t = { .name = named(7),
	    .handling = { .tlp = TLP_AMBER_STRICT }, .until = 100 };
	struct header h = { .act = ACT_DELIVER, .sent = 500,
	    .handling = { .tlp = TLP_AMBER } };

	OK(!keeps(&h, "{}", &t) && strcmp(err.rule, "E-OFFER-HANDLING") == 0 &&
	    strcmp(err.field, "handling") == 0, "content is handled no lower");
	h.handling.tlp = TLP_RED;
	OK(keeps(&h, "{}", &t), "but may be handled higher, and come late");
	h.keep_until = 1;
	OK(!keeps(&h, "{}", &t) && strcmp(err.rule, "E-OFFER-KEEP") == 0,
	    "it is kept no longer than the conditions");
	t.keep_until = 1;
	OK(keeps(&h, "{}", &t), "but as long");
	h.handling.onward = true;
	OK(!keeps(&h, "{}", &t), "it is not passed on, where that was not said");
	h = (struct header){ .act = ACT_LAPSE, .sent = 99 };
	OK(!keeps(&h, "{}", &t) && strcmp(err.rule, "E-OFFER-EARLY") == 0,
	    "it does not lapse before its time");
	h.sent = 100;
	OK(keeps(&h, "{}", &t), "but when that comes");
	t.until = 0;
	OK(!keeps(&h, "{}", &t), "nor ever, when it has no end");
	h.act = ACT_DECLINE;
	OK(keeps(&h, "{}", &t), "no terms bind who declines");
}

static bool
states(bool onward, const char *body)
{
	struct header h = { .act = ACT_SUBMIT, .handling = { .onward = onward } };
	json_t *v = json_loads(body, 0, NULL);
	bool ok = offer_states(&h, v, &err);

	json_decref(v);
	return ok;
}

static void
stated(void)
{
	json_t *day = json_loads("{\"delete_by\":\"1970-01-21\"}", 0, NULL);
	struct header h = { .act = ACT_SUBMIT };

	OK(states(false, "{\"onward_use\":\"not-allowed\"}") &&
	    states(false, "{\"onward_use\":\"allowed\"}") &&
	    states(true, "{\"onward_use\":\"allowed\"}"),
	    "the header allows no more than the conditions");
	OK(!states(true, "{\"onward_use\":\"with-consent\"}") &&
	    !states(true, "{\"onward_use\":\"not-allowed\"}") &&
	    !states(true, "{}") && !states(true, "{\"onward_use\":1}"),
	    "what it may not is refused");
	EQ_STR(err.rule, "E-OFFER-ONWARD", "by its rule");
	h.keep_until = offer_delete_by(day);
	OK(h.keep_until == 20 * DAY && offer_states(&h, day, &err),
	    "what is to be deleted by a day is kept until then");
	h.keep_until += DAY;
	OK(!offer_states(&h, day, &err) && strcmp(err.rule, "E-OFFER-KEEP") == 0,
	    "and no day longer");
	json_decref(day);
}

int
main(void)
{
	secret_process_init();
	covers();
	accept();
	deliver_and_lapse();
	stated();
	return tap_done();
}
