#include <stdio.h>
#include <string.h>

#include "model/kind_role.h"
#include "model/kind_set.h"
#include "model/label.h"

/* -- who may -------------------------------------------------------------- */

static bool
role_known(const char *s, const void *unused)
{
	(void)unused;
	for (unsigned i = 0; i < KIND_ROLES; i++)
		if (strcmp(kind_role_names[i], s) == 0)
			return true;
	return false;
}

unsigned
kind_roles_read(struct jobj *o, const char *key)
{
	const json_t *list = kind_words(o, key, KIND_ROLES, role_known, NULL,
	    "is no role");
	unsigned roles = 0;

	if (list != NULL && json_array_size(list) == 0)
		jobj_fail(o, "E-FIELD-MISSING", key, "is empty");
	for (size_t i = 0; i < json_array_size(list); i++)
		for (unsigned r = 0; r < KIND_ROLES; r++)
			if (strcmp(json_string_value(json_array_get(list, i)),
			    kind_role_names[r]) == 0)
				roles |= 1u << r;
	return roles;
}

/* A power of the list that cards use, so that a slip of the pen does not
 * leave a kind that nobody may send. */
static const char *
power_read(struct kind_set *set, struct jobj *may, const char *key)
{
	static const char *const known[] = { "power", NULL };
	const char *power;
	struct jobj o;

	if (!jobj_has(may, key))
		return "";
	jobj_in(&o, may, key);
	kind_only(&o, known);
	power = jobj_str(&o, "power", 32);
	if (!o.bad && codelist_item(set, "legal-powers", power) == NULL)
		jobj_fail(&o, "E-FIELD-VALUE", "power",
		    "is no code of legal-powers");
	kind_out(may, &o);
	return power;
}

/* "before", or "after PT4H". */
static void
second_person_read(struct kind *k, struct jobj *may)
{
	static const char *const known[] = { "normal", "urgent", "flash", NULL };
	struct jobj o;

	if (!jobj_has(may, "second_person"))
		return;
	jobj_in(&o, may, "second_person");
	kind_only(&o, known);
	for (unsigned u = 0; u < URGENCIES; u++) {
		const char *s = jobj_str_opt(&o, urgency_names[u], 40);

		if (s[0] == '\0')
			continue;
		k->approval[u] = APPROVAL_BEFORE;
		if (strcmp(s, "before") == 0)
			continue;
		k->approval[u] = APPROVAL_AFTER;
		if (strncmp(s, "after ", 6) != 0 || !duration_parse(
		    &k->countersign[u], slice_str(s + 6)))
			jobj_fail(&o, "E-FIELD-VALUE", urgency_names[u],
			    "must be \"before\" or \"after PT4H\"");
	}
	kind_out(may, &o);
}

static void
may_read(struct kind *k, struct kind_set *set, struct jobj *o, unsigned *roles)
{
	static const char *const known[] = {
		"submit", "receive", "roles", "second_person", NULL
	};
	struct jobj may;

	k->submit_power = k->receive_power = "";
	*roles = 0;
	if (jobj_has(o, "may")) {
		jobj_in(&may, o, "may");
		kind_only(&may, known);
		k->submit_power = power_read(set, &may, "submit");
		k->receive_power = power_read(set, &may, "receive");
		*roles = kind_roles_read(&may, "roles");
		second_person_read(k, &may);
		kind_out(o, &may);
	}
	if (*roles == 0)
		*roles = 1u << KIND_ROLE_DUTY | 1u << KIND_ROLE_ANALYST |
		    1u << KIND_ROLE_SUPERVISOR;
}

/* -- until when ----------------------------------------------------------- */

/* Compared from a fixed day, for months have no one length. */
static bool
longer(struct duration a, struct duration b)
{
	return duration_add(0, a) > duration_add(0, b);
}

static void
clock_read_one(struct kind *k, struct jobj *clocks, unsigned u)
{
	static const char *const known[] = { "acknowledge", "answer", NULL };
	struct jobj o;

	jobj_in(&o, clocks, urgency_names[u]);
	kind_only(&o, known);
	if (jobj_has(&o, "acknowledge"))
		k->acknowledge[u] = kind_duration(&o, "acknowledge");
	if (jobj_has(&o, "answer"))
		k->answer[u] = kind_duration(&o, "answer");
	if (!o.bad && jobj_has(&o, "acknowledge") && jobj_has(&o, "answer") &&
	    longer(k->acknowledge[u], k->answer[u]))
		jobj_fail(&o, "E-FIELD-VALUE", "answer",
		    "must not be before the acknowledgement");
	kind_out(clocks, &o);
}

static bool
is_duration(const char *s, const void *unused)
{
	struct duration d;

	(void)unused;
	return duration_parse(&d, slice_str(s));
}

/* What an answer starts: {"ordered":{"until":"stated, at least P60D",
 * "warn":["P7D"]}}; shown and warned of, not judged. */
static void
clock_on_read(struct jobj *clocks)
{
	static const char *const known[] = { "until", "warn", NULL };
	union { const json_t *c; json_t *m; } u;
	const char *key;
	struct jobj on, o;
	json_t *v;

	if (!jobj_has(clocks, "on"))
		return;
	jobj_in(&on, clocks, "on");
	u.c = on.o;
	json_object_foreach(u.m, key, v) {
		if (!kind_id_valid(key))
			jobj_fail(&on, "E-FIELD-VALUE", key, "is no word");
		jobj_in(&o, &on, key);
		kind_only(&o, known);
		(void)jobj_str(&o, "until", 100);
		(void)kind_words(&o, "warn", 10, is_duration, NULL,
		    "must be a duration such as P7D");
		kind_out(&on, &o);
	}
	kind_out(clocks, &on);
}

static void
clocks_read(struct kind *k, struct jobj *o)
{
	static const char *const known[] = {
		"normal", "urgent", "flash", "on", NULL
	};
	struct jobj clocks;

	if (!jobj_has(o, "clocks"))
		return;
	jobj_in(&clocks, o, "clocks");
	kind_only(&clocks, known);
	for (unsigned u = 0; u < URGENCIES; u++)
		if (jobj_has(&clocks, urgency_names[u]))
			clock_read_one(k, &clocks, u);
	clock_on_read(&clocks);
	kind_out(o, &clocks);
}

static void
deliver_by_read(struct kind *k, struct jobj *o)
{
	static const char *const known[] = { "normal", "urgent", "flash", NULL };
	struct jobj by;

	jobj_in(&by, o, "deliver_by");
	kind_only(&by, known);
	for (unsigned u = 0; u < URGENCIES; u++)
		k->deliver_by[u] = kind_duration(&by, urgency_names[u]);
	kind_out(o, &by);
}

static void
keep_read(struct kind *k, struct jobj *o)
{
	static const char *const known[] = { "default", "max", "review", NULL };
	struct jobj keep;

	jobj_in(&keep, o, "keep");
	kind_only(&keep, known);
	k->keep_default = kind_duration(&keep, "default");
	k->keep_max = kind_duration(&keep, "max");
	k->keep_review = kind_duration(&keep, "review");
	if (!keep.bad && longer(k->keep_default, k->keep_max))
		jobj_fail(&keep, "E-FIELD-VALUE", "default",
		    "must not be longer than max");
	kind_out(o, &keep);
}

/* -- how handled ---------------------------------------------------------- */

static struct handling
label_of_kind(struct jobj *o, const char *key)
{
	struct handling h = { .tlp = TLP_CLEAR };
	const char *s = jobj_str(o, key, 96);
	struct err why;

	if (!o->bad && (strncmp(s, "TLP:", 4) != 0 ||
	    !label_read(&h, s, &why)))
		jobj_fail(o, "E-FIELD-VALUE", key,
		    "must be a label such as TLP:AMBER");
	return h;
}

/*
 * What a ceiling does not name it does not bound: agreements bound levels and
 * onward use; codes and grades are no matter of height.
 */
static struct handling
ceiling_of_kind(struct jobj *o)
{
	struct handling h = label_of_kind(o, "ceiling");

	if (h.codes != 0 || h.grade.source != 0 || h.onward)
		jobj_fail(o, "E-FIELD-VALUE", "ceiling",
		    "bounds TLP, the level and PAP, no more");
	if (h.level == LEVEL_NONE)
		h.level = LEVELS - 1;
	h.codes = HCODE_H0 | HCODE_H1 | HCODE_H2 | HCODE_H3;
	h.onward = true;
	return h;
}

static void
handling_of_kind(struct kind *k, struct jobj *o)
{
	static const char *const known[] = { "default", "ceiling", NULL };
	struct jobj h;

	jobj_in(&h, o, "handling");
	kind_only(&h, known);
	k->handling_default = label_of_kind(&h, "default");
	k->handling_ceiling = ceiling_of_kind(&h);
	if (!h.bad && !handling_within(&k->handling_default,
	    &k->handling_ceiling))
		jobj_fail(&h, "E-FIELD-VALUE", "default",
		    "must not be above the ceiling");
	kind_out(o, &h);
}

void
kind_rules_read(struct kind *k, struct kind_set *set, struct jobj *o,
    unsigned *roles)
{
	may_read(k, set, o, roles);
	clocks_read(k, o);
	deliver_by_read(k, o);
	keep_read(k, o);
	handling_of_kind(k, o);
}
