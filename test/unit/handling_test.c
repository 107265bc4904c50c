#include "base/secret.h"
#include "model/handling.h"

#include "tap.h"

static struct err err;

static const char *
read_one(struct handling *h, const char *label)
{
	char text[256];
	struct jobj j;
	json_t *v;

	(void)snprintf(text, sizeof(text), "{\"handling\":%s}", label);
	v = json_read(slice_str(text), sizeof(text), &err);
	jobj_begin(&j, v, "", &err);
	handling_read(h, &j, "handling");
	if (jobj_end(&j))
		err.rule[0] = err.field[0] = '\0';
	json_decref(v);
	return err.rule;
}

static void
round_trips(void)
{
	static const char *const labels[] = {
		"{\"tlp\":\"CLEAR\",\"onward\":true}",
		"{\"tlp\":\"AMBER+STRICT\",\"level\":\"OFFICIAL\",\"onward\":false}",
		"{\"tlp\":\"RED\",\"codes\":[\"H0\",\"H1\",\"H2\",\"H3\"],\"onward\":false}",
		"{\"tlp\":\"GREEN\",\"level\":\"CONFIDENTIAL\",\"codes\":[\"H2\"],\"onward\":false}",
	};

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		struct buf b = BUF_INIT;
		struct jout j = jout_to(&b);
		struct handling h;

		EQ_STR(read_one(&h, labels[i]), "", "label %zu is read", i);
		handling_write(&j, NULL, &h);
		EQ_STR(buf_cstr(&b), labels[i], "and written as it was");
		buf_free(&b);
	}
}

static void
refusals(void)
{
	static const struct {
		const char *label, *rule, *field;
	} bad[] = {
		{ "{\"onward\":true}", "E-FIELD-MISSING", "handling.tlp" },
		{ "{\"tlp\":\"RED\"}", "E-FIELD-MISSING", "handling.onward" },
		{ "{\"tlp\":\"TLP:RED\",\"onward\":false}", "E-FIELD-VALUE",
		    "handling.tlp" },
		{ "{\"tlp\":\"WHITE\",\"onward\":false}", "E-FIELD-VALUE",
		    "handling.tlp" },
		{ "{\"tlp\":\"RED\",\"level\":\"\",\"onward\":false}",
		    "E-FIELD-MISSING", "handling.level" },
		{ "{\"tlp\":\"RED\",\"level\":\"SECRET\",\"onward\":false}",
		    "E-FIELD-VALUE", "handling.level" },
		{ "{\"tlp\":\"RED\",\"codes\":[],\"onward\":false}",
		    "E-FIELD-VALUE", "handling.codes" },
		{ "{\"tlp\":\"RED\",\"codes\":[\"H2\",\"H1\"],\"onward\":false}",
		    "E-FIELD-VALUE", "handling.codes" },
		{ "{\"tlp\":\"RED\",\"codes\":[\"H1\",\"H1\"],\"onward\":false}",
		    "E-FIELD-VALUE", "handling.codes" },
		{ "{\"tlp\":\"RED\",\"codes\":[\"H4\"],\"onward\":false}",
		    "E-FIELD-VALUE", "handling.codes" },
		{ "{\"tlp\":\"RED\",\"onward\":1}", "E-FIELD-TYPE",
		    "handling.onward" },
		{ "{\"tlp\":\"RED\",\"onward\":false,\"x\":1}",
		    "E-FIELD-UNKNOWN", "handling.x" },
		{ "[]", "E-FIELD-TYPE", "handling" },
	};
	struct handling h;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EQ_STR(read_one(&h, bad[i].label), bad[i].rule,
		    "%s is refused", bad[i].label);
		EQ_STR(err.field, bad[i].field, "by its field");
		OK(h.tlp == TLP_RED && !h.onward, "and stands as the strictest");
	}
}

/* Every pair: a join is no less strict than either, in either order. */
static void
joins(void)
{
	struct handling a, b, c, d;
	unsigned n = TLPS * LEVELS * 2 * 16;
	bool ordered = true, idempotent = true, strict = true;

	for (unsigned i = 0; i < n; i++)
		for (unsigned k = 0; k < n; k++) {
			a = (struct handling){ i % TLPS, i / TLPS % LEVELS,
			    i / TLPS / LEVELS / 2, i / TLPS / LEVELS % 2 };
			b = (struct handling){ k % TLPS, k / TLPS % LEVELS,
			    k / TLPS / LEVELS / 2, k / TLPS / LEVELS % 2 };
			c = handling_join(a, b);
			d = handling_join(b, a);
			ordered = ordered && c.tlp == d.tlp &&
			    c.level == d.level && c.codes == d.codes &&
			    c.onward == d.onward;
			d = handling_join(c, b);
			idempotent = idempotent && handling_within(&d, &c) &&
			    handling_within(&c, &d) && d.codes == c.codes;
			strict = strict && c.tlp >= a.tlp && c.level >= b.level &&
			    (c.codes & a.codes) == a.codes &&
			    c.onward <= a.onward;
		}
	OK(ordered, "a join does not depend on the order");
	OK(idempotent, "joining again changes nothing");
	OK(strict, "the most restrictive wins");
}

static void
ceilings(void)
{
	struct handling top = { TLP_AMBER, LEVEL_RESTRICTED, 0, false };
	struct handling h = top;

	OK(handling_within(&h, &top), "a label is within itself");
	h.codes = HCODE_H1;
	OK(handling_within(&h, &top), "codes are not compared");
	h.tlp = TLP_AMBER_STRICT;
	OK(!handling_within(&h, &top), "AMBER+STRICT is above AMBER");
	h = top;
	h.level = LEVEL_CONFIDENTIAL;
	OK(!handling_within(&h, &top), "CONFIDENTIAL is above RESTRICTED");
	h = top;
	h.onward = true;
	OK(!handling_within(&h, &top), "onward must be granted");
	top.onward = true;
	OK(handling_within(&h, &top), "and may be when it is");
}

int
main(void)
{
	enum tlp tlp = TLP_CLEAR;

	secret_process_init();
	round_trips();
	refusals();
	joins();
	ceilings();
	OK(tlp_parse(&tlp, "TLP:AMBER+STRICT") && tlp == TLP_AMBER_STRICT,
	    "people write TLP: before it");
	OK(tlp_parse(&tlp, "RED") && tlp == TLP_RED, "or do not");
	OK(!tlp_parse(&tlp, "TLP:TLP:RED") && !tlp_parse(&tlp, "red") &&
	    tlp == TLP_RED, "other words are no TLP");
	return tap_done();
}
