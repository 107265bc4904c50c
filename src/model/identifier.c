#include "model/identifier.h"

#include <string.h>

const char *const match_reason_names[MATCH_REASONS] = {
	[MATCH_REFERENCE] = "same-reference",
	[MATCH_REQUEST] = "same-request",
	[MATCH_CASE] = "same-case",
	[MATCH_IDENTIFIER] = "same-identifier",
};

struct found {
	struct arena		*arena;
	struct identifier	*list;
	size_t			 n, cap;
};

/* The period that the body as a whole speaks of: its first one. */
static void
period_of(const struct kind_act *a, const json_t *body, msec *begins,
    msec *ends)
{
	*begins = *ends = 0;
	for (size_t i = 0; i < a->nfields; i++) {
		const json_t *v = json_object_get(body, a->fields[i].id);
		const char *from, *to;

		if (a->fields[i].type != FIELD_PERIOD || v == NULL)
			continue;
		from = json_string_value(json_object_get(v, "from"));
		to = json_string_value(json_object_get(v, "to"));
		if (from != NULL && to != NULL &&
		    time_parse(begins, slice_str(from)) &&
		    time_parse(ends, slice_str(to)))
			return;
		*begins = *ends = 0;
	}
}

static bool
listed(const struct found *f, const struct identifier *id)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct identifier *o = &f->list[i];

		if (o->field == id->field && o->begins == id->begins &&
		    o->ends == id->ends && slice_eq(o->normal, id->normal))
			return true;
	}
	return false;
}

static void
add(struct found *f, const struct field *field, const json_t *value,
    msec begins, msec ends)
{
	struct identifier id = { .type = field->match, .field = field->id,
	    .begins = begins, .ends = ends };
	struct buf b = BUF_INIT;
	const char *at = json_string_value(json_object_get(value, "at"));
	msec t;

	if (field->type == FIELD_IP_PORT_TIME && at != NULL &&
	    time_parse(&t, slice_str(at)))
		id.begins = id.ends = t;
	if (f->n < IDENTIFIERS_MAX && field_normal(&b, field->type, value)) {
		id.normal = arena_slice(f->arena, buf_all(&b));
		if (!listed(f, &id))
			f->list[f->n++] = id;
	}
	buf_wipe(&b);
}

static size_t
count_values(const struct kind_act *a, const json_t *body)
{
	size_t n = 0;

	for (size_t i = 0; i < a->nfields; i++) {
		const json_t *v = json_object_get(body, a->fields[i].id);

		if (a->fields[i].match[0] != '\0' && v != NULL)
			n += a->fields[i].repeat ? json_array_size(v) : 1;
	}
	return n < IDENTIFIERS_MAX ? n : IDENTIFIERS_MAX;
}

size_t
identifier_list(struct arena *arena, const struct kind *k, enum act act,
    const json_t *body, struct identifier **list)
{
	const struct kind_act *a = k->act[act];
	struct found f = { .arena = arena };
	msec begins, ends;

	*list = NULL;
	if (a == NULL)
		return 0;
	period_of(a, body, &begins, &ends);
	f.list = arena_alloc(arena, (count_values(a, body) + 1) *
	    sizeof(*f.list));
	for (size_t i = 0; i < a->nfields; i++) {
		const struct field *field = &a->fields[i];
		const json_t *v = json_object_get(body, field->id);

		if (field->match[0] == '\0' || v == NULL)
			continue;
		if (!field->repeat)
			add(&f, field, v, begins, ends);
		for (size_t k2 = 0; field->repeat && k2 < json_array_size(v);
		    k2++)
			add(&f, field, json_array_get(v, k2), begins, ends);
	}
	*list = f.list;
	return f.n;
}

bool
identifier_overlap(msec a_begins, msec a_ends, msec b_begins, msec b_ends)
{
	if ((a_begins == 0 && a_ends == 0) || (b_begins == 0 && b_ends == 0))
		return true;
	return a_begins <= b_ends && b_begins <= a_ends;
}

bool
identifier_reason(enum match_reason *reason, const char *type,
    const struct match_side *a, const struct match_side *b)
{
	bool same_asker = member_id_eq(&a->asker, &b->asker);
	bool same_kind = strcmp(a->kind, b->kind) == 0;

	if (strcmp(type, "case-number") == 0) {
		*reason = same_kind ? MATCH_REFERENCE : MATCH_CASE;
		return same_asker;
	}
	*reason = same_asker && same_kind &&
	    identifier_overlap(a->begins, a->ends, b->begins, b->ends) ?
	    MATCH_REQUEST : MATCH_IDENTIFIER;
	return true;
}
