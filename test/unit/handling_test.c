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
		"{\"tlp\":\"AMBER\",\"pap\":\"RED\",\"onward\":false}",
		"{\"tlp\":\"RED\",\"codes\":[\"H1\"],\"pap\":\"CLEAR\",\"grade\":\"XX\",\"onward\":true}",
		"{\"tlp\":\"CLEAR\",\"grade\":\"B2\",\"onward\":false}",
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
		{ "{\"tlp\":\"RED\",\"pap\":\"PINK\",\"onward\":false}",
		    "E-FIELD-VALUE", "handling.pap" },
		{ "{\"tlp\":\"RED\",\"grade\":\"B\",\"onward\":false}",
		    "E-FIELD-VALUE", "handling.grade" },
		{ "{\"tlp\":\"RED\",\"grade\":\"2B\",\"onward\":false}",
		    "E-FIELD-VALUE", "handling.grade" },
		{ "{\"tlp\":\"RED\",\"grade\":\"E1\",\"onward\":false}",
		    "E-FIELD-VALUE", "handling.grade" },
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

static struct handling
label_at(unsigned i)
{
	return (struct handling){ .tlp = i % TLPS, .level = i / TLPS % LEVELS,
	    .codes = i / TLPS / LEVELS / 2, .onward = i / TLPS / LEVELS % 2 };
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
			a = label_at(i);
			b = label_at(k);
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

/* Of PAP and grades: 0 to 4, and 26 of them, with none. */
static struct handling
judged_at(unsigned i)
{
	struct handling h = { .pap = i % PAPS };

	i /= PAPS;
	if (i != 0)
		h.grade = (struct grade){ (uint8_t)((i - 1) / 5 + 1),
		    (uint8_t)((i - 1) % 5 + 1) };
	return h;
}

static bool
same(struct handling a, struct handling b)
{
	return a.pap == b.pap && a.grade.source == b.grade.source &&
	    a.grade.information == b.grade.information;
}

static void
judgements(void)
{
	unsigned n = PAPS * 26, bad = 0;
	struct handling a = { .grade = { 1, 1 } }, b = { .grade = { 2, 4 } };

	for (unsigned i = 0; i < n; i++)
		for (unsigned k = 0; k < n; k++)
			for (unsigned m = 0; m < n; m++) {
				struct handling x = judged_at(i),
				    y = judged_at(k), z = judged_at(m),
				    xy = handling_join(x, y);

				bad += !same(xy, handling_join(y, x)) ||
				    !same(handling_join(xy, z), handling_join(x,
				    handling_join(y, z))) ||
				    xy.pap < x.pap ||
				    xy.grade.source < x.grade.source;
			}
	OK(bad == 0, "PAP and grades join in any order, to the stricter");
	a = handling_join(a, b);
	OK(a.grade.source == 2 && a.grade.information == 4,
	    "of two grades the lower reliability");
	b.grade = (struct grade){ 0, 0 };
	a = handling_join(a, b);
	OK(a.grade.source == 5 && a.grade.information == 5,
	    "beside what nobody graded nothing can be judged");
}

static void
pap_ceilings(void)
{
	struct handling top = { .tlp = TLP_RED }, h = { .pap = PAP_RED };

	OK(handling_within(&h, &top), "a ceiling without PAP bounds none");
	top.pap = PAP_AMBER;
	OK(!handling_within(&h, &top), "one with it does");
	h.pap = PAP_NONE;
	OK(handling_within(&h, &top), "what says nothing of it is within");
	h.grade = (struct grade){ 5, 5 };
	OK(handling_within(&h, &top), "grades are not compared");
}

static void
ceilings(void)
{
	struct handling top = { .tlp = TLP_AMBER, .level = LEVEL_RESTRICTED };
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
	secret_process_init();
	round_trips();
	refusals();
	joins();
	judgements();
	ceilings();
	pap_ceilings();
	return tap_done();
}
