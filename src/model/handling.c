#include "model/handling.h"

#include <string.h>

const char *const tlp_names[TLPS] = {
	[TLP_CLEAR] = "CLEAR", [TLP_GREEN] = "GREEN", [TLP_AMBER] = "AMBER",
	[TLP_AMBER_STRICT] = "AMBER+STRICT", [TLP_RED] = "RED",
};
const char *const level_names[LEVELS] = {
	[LEVEL_NONE] = "", [LEVEL_OFFICIAL] = "OFFICIAL",
	[LEVEL_RESTRICTED] = "RESTRICTED", [LEVEL_CONFIDENTIAL] = "CONFIDENTIAL",
};

const char *const pap_names[PAPS] = {
	[PAP_NONE] = "", [PAP_CLEAR] = "CLEAR", [PAP_GREEN] = "GREEN",
	[PAP_AMBER] = "AMBER", [PAP_RED] = "RED",
};

/* From the most reliable to what nobody can judge. */
static const char sources[] = "ABCDX", informations[] = "1234X";

bool
grade_parse(struct grade *g, const char *s)
{
	const char *source, *information;

	if (strlen(s) != 2)
		return false;
	source = strchr(sources, s[0]);
	information = strchr(informations, s[1]);
	if (source == NULL || information == NULL)
		return false;
	g->source = (uint8_t)(source - sources + 1);
	g->information = (uint8_t)(information - informations + 1);
	return true;
}

void
grade_print(char out[static GRADE_TEXT], struct grade g)
{
	memset(out, 0, GRADE_TEXT);
	if (g.source == 0)
		return;
	out[0] = sources[g.source - 1];
	out[1] = informations[g.information - 1];
}

enum { HCODES = 4 };
static const char *const code_names[HCODES] = { "H0", "H1", "H2", "H3" };

/* In rising order, each once: one set of codes has one form. */
static unsigned
codes_read(struct jobj *j, const json_t *list)
{
	unsigned codes = 0, from = 0, c;

	if (list != NULL && json_array_size(list) == 0)
		jobj_fail(j, "E-FIELD-VALUE", "codes", "is empty");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *s = jobj_item_str(j, "codes", list, i, 2);

		for (c = from; c < HCODES && strcmp(code_names[c], s) != 0; c++)
			;
		if (c == HCODES) {
			jobj_fail(j, "E-FIELD-VALUE", "codes",
			    "are of H0 to H3, each once, in that order");
			return 0;
		}
		codes |= 1u << c;
		from = c + 1;
	}
	return codes;
}

static void
pap_read(struct handling *h, struct jobj *j)
{
	if (!jobj_has(j, "pap"))
		return;
	h->pap = (enum pap)jobj_enum(j, "pap", pap_names, PAPS);
	if (!j->bad && h->pap == PAP_NONE)
		jobj_fail(j, "E-FIELD-VALUE", "pap", "is empty");
}

static void
grade_read(struct handling *h, struct jobj *j)
{
	const char *s;

	if (!jobj_has(j, "grade"))
		return;
	s = jobj_str(j, "grade", GRADE_TEXT - 1);
	if (!j->bad && !grade_parse(&h->grade, s))
		jobj_fail(j, "E-FIELD-VALUE", "grade",
		    "is A to D or X, then 1 to 4 or X");
}

void
handling_read(struct handling *h, struct jobj *outer, const char *key)
{
	struct jobj j;

	*h = (struct handling){ .tlp = TLP_RED };
	jobj_in(&j, outer, key);
	h->tlp = (enum tlp)jobj_enum(&j, "tlp", tlp_names, TLPS);
	if (jobj_has(&j, "level"))
		h->level = (enum level)jobj_enum(&j, "level", level_names, LEVELS);
	h->codes = codes_read(&j, jobj_array_opt(&j, "codes", HCODES));
	pap_read(h, &j);
	grade_read(h, &j);
	h->onward = jobj_bool(&j, "onward");
	if (!jobj_end(&j)) {
		*h = (struct handling){ .tlp = TLP_RED };
		outer->bad = true;
	}
}

void
handling_write(struct jout *j, const char *key, const struct handling *h)
{
	char grade[GRADE_TEXT];

	grade_print(grade, h->grade);
	jout_object(j, key);
	jout_str(j, "tlp", tlp_names[h->tlp]);
	jout_str_opt(j, "level", level_names[h->level]);
	if (h->codes != 0) {
		jout_array(j, "codes");
		for (unsigned c = 0; c < HCODES; c++)
			if ((h->codes & 1u << c) != 0)
				jout_str(j, NULL, code_names[c]);
		jout_end_array(j);
	}
	jout_str_opt(j, "pap", pap_names[h->pap]);
	jout_str_opt(j, "grade", grade);
	jout_bool(j, "onward", h->onward);
	jout_end_object(j);
}

static uint8_t
higher(uint8_t a, uint8_t b)
{
	return a > b ? a : b;
}

/* What a part was believed says nothing of the other: ungraded beside graded
 * cannot be judged. */
static struct grade
grade_join(struct grade a, struct grade b)
{
	const struct grade unknown = { sizeof(sources) - 1,
	    sizeof(informations) - 1 };

	if ((a.source == 0) != (b.source == 0))
		return unknown;
	return (struct grade){ higher(a.source, b.source),
	    higher(a.information, b.information) };
}

struct handling
handling_join(struct handling a, struct handling b)
{
	return (struct handling){
		.tlp = a.tlp > b.tlp ? a.tlp : b.tlp,
		.level = a.level > b.level ? a.level : b.level,
		.codes = a.codes | b.codes,
		.onward = a.onward && b.onward,
		.pap = a.pap > b.pap ? a.pap : b.pap,
		.grade = grade_join(a.grade, b.grade),
	};
}

bool
handling_within(const struct handling *a, const struct handling *ceiling)
{
	return a->tlp <= ceiling->tlp && a->level <= ceiling->level &&
	    (ceiling->onward || !a->onward) &&
	    (ceiling->pap == PAP_NONE || a->pap <= ceiling->pap);
}
