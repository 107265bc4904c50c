#include <stdio.h>
#include <string.h>

#include "model/kind_set.h"

enum {
	SECTIONS_MAX = 30, FIELDS_MAX = 60, ACT_FIELDS_MAX = 300,
	REPEAT_USUAL = 50, REPEAT_MAX = 1000, LENGTH_MAX = 100000,
	CODES_MAX = 300,
};

/* -- one field ------------------------------------------------------------ */

static bool
codes_has(const char *code, const void *items)
{
	for (size_t i = 0; i < json_array_size(items); i++)
		if (strcmp(json_string_value(json_object_get(
		    json_array_get(items, i), "code")), code) == 0)
			return true;
	return false;
}

/* Countries and languages have their list by their type. */
static void
list_read(struct field *f, struct kind_set *set, struct jobj *o)
{
	bool chosen = f->type == FIELD_CHOICE || f->type == FIELD_MULTICHOICE;
	const char *name = "";

	if (chosen)
		name = jobj_str(o, "list", 64);
	else if (jobj_has(o, "list"))
		jobj_fail(o, "E-FIELD-UNKNOWN", "list", "%s has no list",
		    field_type_name(f->type));
	else if (f->type == FIELD_COUNTRY)
		name = "countries";
	else if (f->type == FIELD_LANGUAGE)
		name = "languages";
	if (o->bad || name[0] == '\0') {
		if (jobj_has(o, "codes"))
			jobj_fail(o, "E-FIELD-UNKNOWN", "codes",
			    "%s has no codes", field_type_name(f->type));
		return;
	}
	f->list = json_object_get(codelist(set, name), "items");
	if (f->list == NULL)
		jobj_fail(o, "E-FIELD-VALUE", "list", "there is no codelist %s",
		    name);
	f->codes = kind_words(o, "codes", CODES_MAX, codes_has, f->list,
	    "is no code of its list");
	if (f->codes != NULL && json_array_size(f->codes) == 0)
		jobj_fail(o, "E-FIELD-MISSING", "codes", "is empty");
}

static bool
has_length(enum field_type t)
{
	return t == FIELD_TEXT || t == FIELD_LONGTEXT || t == FIELD_LANG_TEXT ||
	    t == FIELD_CASE_NUMBER || t == FIELD_REFERENCE;
}

/* A bound that its type does not have would be believed and not kept. */
static void
bounds_read(struct field *f, struct jobj *o)
{
	bool number = f->type == FIELD_INTEGER;

	if (!has_length(f->type) && jobj_has(o, "max_length"))
		jobj_fail(o, "E-FIELD-UNKNOWN", "max_length", "%s has no length",
		    field_type_name(f->type));
	if (!number && (jobj_has(o, "min") || jobj_has(o, "max_value")))
		jobj_fail(o, "E-FIELD-UNKNOWN",
		    jobj_has(o, "min") ? "min" : "max_value",
		    "%s has no such bound", field_type_name(f->type));
	f->max_length = (size_t)jobj_int_opt(o, "max_length", 1, LENGTH_MAX, 0);
	f->min = jobj_int_opt(o, "min", -JSON_INT_MAX, JSON_INT_MAX,
	    -JSON_INT_MAX);
	f->max_value = jobj_int_opt(o, "max_value", f->min, JSON_INT_MAX,
	    JSON_INT_MAX);
}

static void
repeat_read(struct field *f, struct jobj *o)
{
	f->repeat = jobj_bool_opt(o, "repeat");
	if (!f->repeat && jobj_has(o, "max"))
		jobj_fail(o, "E-FIELD-UNKNOWN", "max",
		    "only a repeated field has it");
	if (f->repeat && f->type == FIELD_MULTICHOICE)
		jobj_fail(o, "E-FIELD-VALUE", "repeat",
		    "a multichoice is a list already");
	f->max = (size_t)jobj_int_opt(o, "max", 1, REPEAT_MAX, REPEAT_USUAL);
}

static void
match_read(struct field *f, struct jobj *o)
{
	f->match = jobj_str_opt(o, "match", 32);
	if (!o->bad && f->match[0] != '\0' &&
	    strcmp(f->match, field_type_match(f->type)) != 0)
		jobj_fail(o, "E-FIELD-VALUE", "match", "%s is matched as \"%s\"",
		    field_type_name(f->type), field_type_match(f->type));
}

/* From here on paths name fields as people do: "what.ip", not numbers. */
static void
name_read(struct field *f, struct jobj *o, const char *place)
{
	f->id = jobj_str(o, "id", 32);
	if (!o->bad && !kind_id_valid(f->id))
		jobj_fail(o, "E-FIELD-VALUE", "id", "must be a short word");
	if (!o->bad && strcmp(f->id, KIND_NATIONAL) == 0)
		jobj_fail(o, "E-FIELD-VALUE", "id",
		    "is kept for what recipients ask for");
	if (!o->bad)
		(void)snprintf(o->path, sizeof(o->path), "%s%s.%s", place,
		    f->section, f->id);
}

static void
field_read(struct field *f, struct kind_set *set, struct jobj *o,
    const char *place)
{
	static const char *const known[] = {
		"id", "type", "label", "help", "required", "required_if",
		"show_if", "repeat", "max", "list", "codes", "match",
		"max_length", "min", "max_value", NULL
	};
	const char *type;

	name_read(f, o, place);
	kind_only(o, known);
	type = jobj_str(o, "type", 32);
	if (!o->bad && !field_type_parse(&f->type, type))
		jobj_fail(o, "E-FIELD-VALUE", "type", "is no type of field");
	if (o->bad)
		return;
	f->label = kind_labels(o, "label", 300);
	if (jobj_has(o, "help"))
		f->help = kind_labels(o, "help", 2000);
	f->required = jobj_bool_opt(o, "required");
	f->required_if = jobj_object_opt(o, "required_if");
	f->show_if = jobj_object_opt(o, "show_if");
	if (f->required && f->required_if != NULL)
		jobj_fail(o, "E-FIELD-VALUE", "required_if",
		    "it is required already");
	repeat_read(f, o);
	list_read(f, set, o);
	bounds_read(f, o);
	match_read(f, o);
}

/* -- sections ------------------------------------------------------------- */

static void
section_read(struct kind_act *a, struct field *fields, struct kind_set *set,
    struct jobj *o, const char *place)
{
	static const char *const known[] = { "id", "title", "fields", NULL };
	const char *id;
	const json_t *list;
	struct jobj inner;

	kind_only(o, known);
	id = jobj_str(o, "id", 32);
	if (!o->bad && !kind_id_valid(id))
		jobj_fail(o, "E-FIELD-VALUE", "id", "must be a short word");
	for (size_t i = 0; i < a->nfields && !o->bad; i++)
		if (strcmp(fields[i].section, id) == 0)
			jobj_fail(o, "E-FIELD-VALUE", "id", "stands twice");
	if (!o->bad)
		(void)snprintf(o->path, sizeof(o->path), "%s%s", place, id);
	(void)kind_labels(o, "title", 300);
	list = jobj_array(o, "fields", FIELDS_MAX);
	if (!o->bad && json_array_size(list) == 0)
		jobj_fail(o, "E-FIELD-MISSING", "fields", "is empty");
	for (size_t i = 0; i < json_array_size(list) && !o->bad; i++) {
		struct field *f = &fields[a->nfields];

		if (a->nfields == ACT_FIELDS_MAX) {
			jobj_fail(o, "E-FIELD-SIZE", "fields",
			    "more than %d fields in one act", ACT_FIELDS_MAX);
			break;
		}
		f->section = id;
		jobj_item(&inner, o, "fields", list, i);
		field_read(f, set, &inner, place);
		for (size_t k = 0; k < a->nfields && !inner.bad; k++)
			if (strcmp(fields[k].id, f->id) == 0)
				jobj_fail(&inner, "E-FIELD-VALUE", "id",
				    "stands twice in this act");
		a->nfields++;
		kind_out(o, &inner);
	}
}

/* After all fields, for a condition may name a later one. */
static void
conditions_read(const struct kind_act *a, struct jobj *o, const char *place)
{
	for (size_t i = 0; i < a->nfields && !o->bad; i++) {
		const struct field *f = &a->fields[i];
		struct jobj at = { .o = o->o, .err = o->err };

		(void)snprintf(at.path, sizeof(at.path), "%s%s.%s", place,
		    f->section, f->id);
		if (f->required_if != NULL)
			kind_cond_read(a, f, &at, "required_if");
		if (f->show_if != NULL)
			kind_cond_read(a, f, &at, "show_if");
		kind_out(o, &at);
	}
}

void
kind_sections_read(struct kind_act *a, struct kind_set *set, struct jobj *o,
    const char *place)
{
	const json_t *list = jobj_array(o, "sections", SECTIONS_MAX);
	struct field *fields;
	size_t count = 0;

	for (size_t i = 0; i < json_array_size(list); i++)
		count += json_array_size(json_object_get(
		    json_array_get(list, i), "fields"));
	if (count > ACT_FIELDS_MAX)
		count = ACT_FIELDS_MAX;
	fields = arena_alloc(&set->arena, count * sizeof(*fields));
	a->fields = fields;
	for (size_t i = 0; i < json_array_size(list) && !o->bad; i++) {
		struct jobj section;

		jobj_item(&section, o, "sections", list, i);
		section_read(a, fields, set, &section, place);
		kind_out(o, &section);
	}
	conditions_read(a, o, place);
	a->sections = json_array_size(list) == 0 ? NULL : list;
}

/* -- acts ----------------------------------------------------------------- */

/* Lawful in some state for some role. */
static bool
flow_has(enum flow flow, enum act act)
{
	enum state next;

	for (unsigned s = 0; s < STATES; s++)
		for (unsigned r = 0; r < ROLES; r++)
			if (flow_move(flow, (enum state)s, act, (enum role)r,
			    &next))
				return true;
	return false;
}

/* The codelist of the field `ground`, found before the fields are read: what
 * is wrong with a ground is told of the act, where it is written. */
static const json_t *
ground_items(const struct kind_set *set, const json_t *act)
{
	const json_t *section, *field;
	size_t i, k;

	json_array_foreach(json_object_get(act, "sections"), i, section)
		json_array_foreach(json_object_get(section, "fields"), k, field) {
			const char *id = json_string_value(
			    json_object_get(field, "id"));
			const char *list = json_string_value(
			    json_object_get(field, "list"));

			if (id != NULL && strcmp(id, "ground") == 0)
				return list == NULL ? NULL : json_object_get(
				    codelist(set, list), "items");
		}
	return NULL;
}

/* Grounds bound the codes of a field named `ground`: it must be there. */
static void
grounds_check(const struct kind_act *a, struct jobj *o)
{
	if (!jobj_has(o, "grounds"))
		return;
	for (size_t i = 0; i < a->nfields; i++)
		if (strcmp(a->fields[i].id, "ground") == 0 &&
		    (a->fields[i].type == FIELD_CHOICE ||
		    a->fields[i].type == FIELD_MULTICHOICE))
			return;
	jobj_fail(o, "E-FIELD-VALUE", "grounds",
	    "there is no field \"ground\" that chooses among them");
}

static enum until
until_read(struct jobj *o)
{
	static const char *const untils[] = {
		[UNTIL_OPTIONAL] = "optional", [UNTIL_REQUIRED] = "required",
	};

	if (!jobj_has(o, "until"))
		return UNTIL_NONE;
	return (enum until)jobj_enum(o, "until", untils, 3);
}

static void
act_read(struct kind_act *a, struct kind_set *set, struct jobj *o,
    const char *name, unsigned roles)
{
	static const char *const known[] = {
		"title", "sections", "grounds", "roles", "until", NULL
	};
	const json_t *items;
	char place[40];

	kind_only(o, known);
	a->title = kind_labels(o, "title", 300);
	items = o->bad ? NULL : ground_items(set, o->o);
	(void)kind_words(o, "grounds", 60, items == NULL ? NULL : codes_has,
	    items, "is no code of the list of its field \"ground\"");
	a->roles = kind_roles_read(o, "roles");
	if (a->roles == 0)
		a->roles = roles;
	a->until = until_read(o);
	(void)snprintf(place, sizeof(place), "%s.", name);
	if (jobj_has(o, "sections"))
		kind_sections_read(a, set, o, place);
	grounds_check(a, o);
}

/* Submit is the kind itself; opened is the node's own, and takes nothing, as
 * does the second signature where one is due afterwards. */
static void
given_acts(struct kind *k, struct kind_set *set, struct jobj *o, unsigned roles)
{
	struct kind_act *submit = arena_alloc(&set->arena, sizeof(*submit));
	struct kind_act *opened = arena_alloc(&set->arena, sizeof(*opened));

	submit->title = opened->title = k->title;
	submit->roles = opened->roles = roles;
	submit->until = until_read(o);
	kind_sections_read(submit, set, o, "");
	k->act[ACT_SUBMIT] = submit;
	k->act[ACT_OPENED] = opened;
	for (unsigned u = 0; u < URGENCIES; u++)
		if (k->approval[u] == APPROVAL_AFTER)
			k->act[ACT_COUNTERSIGN] = opened;
}

void
kind_acts_read(struct kind *k, struct kind_set *set, struct jobj *o,
    const json_t *acts, unsigned roles)
{
	union { const json_t *c; json_t *m; } u = { .c = acts };
	const char *name;
	json_t *v;

	if (k->flow != FLOWS)
		given_acts(k, set, o, roles);
	json_object_foreach(u.m, name, v) {
		struct kind_act *a;
		struct jobj in;
		char path[64];
		enum act act;

		if (o->bad)
			return;
		(void)snprintf(path, sizeof(path), "acts.%.40s", name);
		if (!act_parse(&act, name) || act == ACT_SUBMIT ||
		    act == ACT_COUNTERSIGN) {
			jobj_fail(o, "E-FIELD-VALUE", path, "is no act");
			return;
		}
		if (k->flow != FLOWS && !flow_has(k->flow, act)) {
			jobj_fail(o, "E-FIELD-VALUE", path,
			    "is no act of the flow %s", flow_names[k->flow]);
			return;
		}
		a = arena_alloc(&set->arena, sizeof(*a));
		jobj_begin(&in, v, path, o->err);
		act_read(a, set, &in, name, roles);
		k->act[act] = a;
		kind_out(o, &in);
	}
}
