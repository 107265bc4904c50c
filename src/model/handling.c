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
	h->onward = jobj_bool(&j, "onward");
	if (!jobj_end(&j)) {
		*h = (struct handling){ .tlp = TLP_RED };
		outer->bad = true;
	}
}

void
handling_write(struct jout *j, const char *key, const struct handling *h)
{
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
	jout_bool(j, "onward", h->onward);
	jout_end_object(j);
}

struct handling
handling_join(struct handling a, struct handling b)
{
	return (struct handling){
		.tlp = a.tlp > b.tlp ? a.tlp : b.tlp,
		.level = a.level > b.level ? a.level : b.level,
		.codes = a.codes | b.codes,
		.onward = a.onward && b.onward,
	};
}

bool
handling_within(const struct handling *a, const struct handling *ceiling)
{
	return a->tlp <= ceiling->tlp && a->level <= ceiling->level &&
	    (ceiling->onward || !a->onward);
}

bool
tlp_parse(enum tlp *tlp, const char *s)
{
	if (strncmp(s, "TLP:", 4) == 0)
		s += 4;
	for (unsigned i = 0; i < TLPS; i++)
		if (strcmp(tlp_names[i], s) == 0) {
			*tlp = (enum tlp)i;
			return true;
		}
	return false;
}
