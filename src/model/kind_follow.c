#include <stdio.h>
#include <string.h>

#include "model/kind_set.h"

/*
 *	"follows": {"request.preservation/1": {
 *	    "set": {"<own field>": <value>},
 *	    "prefill": {"<own field>": "<their field>" | "<act>.<their field>"}}}
 *
 * The kind has a field `reference` that names the earlier thread.
 */
enum { FOLLOWS_MAX = 20, PATH_TEXT = 200 };

/* "custodian" of submit, or "answer.custodian". */
static const struct field *
their_field(const struct kind *k, const char *name, enum act *act)
{
	const char *dot = strchr(name, '.');
	char word[24];

	*act = ACT_SUBMIT;
	if (dot != NULL) {
		if ((size_t)(dot - name) >= sizeof(word))
			return NULL;
		(void)snprintf(word, sizeof(word), "%.*s", (int)(dot - name),
		    name);
		if (!act_parse(act, word) || *act == ACT_SUBMIT)
			return NULL;
		name = dot + 1;
	}
	return kind_field(k, *act, name);
}

/* -- its own side --------------------------------------------------------- */

static bool
value_holds(const struct field *f, const json_t *v, const char *path,
    struct err *err)
{
	if (!f->repeat)
		return field_check(f, v, path, err);
	if (json_array_size(v) == 0 || json_array_size(v) > f->max)
		return err_field(err, ERR_INVALID, "E-FIELD-SIZE", path,
		    "must be a list of 1 to %zu items", f->max);
	for (size_t i = 0; i < json_array_size(v); i++)
		if (!field_check(f, json_array_get(v, i), path, err))
			return false;
	return true;
}

static void
set_read(const struct kind *k, struct jobj *one)
{
	union { const json_t *c; json_t *m; } u = {
		.c = jobj_object_opt(one, "set") };
	char path[PATH_TEXT];
	const char *id;
	json_t *v;

	json_object_foreach(u.m, id, v) {
		const struct field *f = kind_field(k, ACT_SUBMIT, id);

		if (one->bad)
			return;
		(void)snprintf(path, sizeof(path), "set.%.32s", id);
		if (f == NULL || strcmp(id, KIND_REFERENCE) == 0) {
			jobj_fail(one, "E-FIELD-VALUE", path,
			    "is no field to set");
			return;
		}
		(void)snprintf(path, sizeof(path), "%.100s.set.%.32s",
		    one->path, id);
		if (!value_holds(f, v, path, one->err))
			one->bad = true;
	}
}

static void
prefill_read(const struct kind *k, struct jobj *one)
{
	union { const json_t *c; json_t *m; } u = {
		.c = jobj_object(one, "prefill") };
	char path[PATH_TEXT];
	const char *id;
	json_t *v;

	json_object_foreach(u.m, id, v) {
		(void)snprintf(path, sizeof(path), "prefill.%.32s", id);
		if (!one->bad && (strcmp(id, KIND_REFERENCE) == 0 ||
		    kind_field(k, ACT_SUBMIT, id) == NULL))
			jobj_fail(one, "E-FIELD-VALUE", path,
			    "is no field of this kind to fill");
		if (!one->bad && !json_is_string(v))
			jobj_fail(one, "E-FIELD-TYPE", path, "must be a text");
	}
}

static bool
names_earlier(const struct kind *k)
{
	const struct field *f = kind_field(k, ACT_SUBMIT, KIND_REFERENCE);

	return f != NULL && f->type == FIELD_REFERENCE && !f->repeat;
}

void
kind_follows_read(struct kind *k, struct kind_set *set, struct jobj *o)
{
	static const char *const known[] = { "set", "prefill", NULL };
	union { const json_t *c; json_t *m; } u;
	struct jobj all, one;
	const char *name;
	json_t *v;

	(void)set;
	u.c = jobj_object_opt(o, "follows");
	if (o->bad || u.c == NULL)
		return;
	jobj_in(&all, o, "follows");
	if (!names_earlier(k))
		jobj_fail(&all, "E-FIELD-MISSING", "",
		    "needs a field \"reference\" of the type reference");
	if (json_object_size(u.c) == 0 || json_object_size(u.c) > FOLLOWS_MAX)
		jobj_fail(&all, "E-FIELD-SIZE", "",
		    "must name 1 to %d kinds", FOLLOWS_MAX);
	json_object_foreach(u.m, name, v) {
		if (all.bad)
			break;
		jobj_in(&one, &all, name);
		kind_only(&one, known);
		set_read(k, &one);
		prefill_read(k, &one);
		kind_out(&all, &one);
	}
	k->follows = u.c;
	kind_out(o, &all);
}

/* -- the other side ------------------------------------------------------- */

static const char *
misfit(const struct field *own, const struct field *their)
{
	if (their == NULL)
		return "is no field of that kind";
	/* Files are numbered within their message. */
	if (own->type == FIELD_FILE)
		return "is a file: it stays with its message";
	if (own->type != their->type)
		return "is of another type";
	if (own->list != their->list)
		return "chooses from another codelist";
	if (their->repeat && !own->repeat)
		return "is a list, and its own field is not";
	return NULL;
}

static void
follow_check(const struct kind *k, const struct kind *earlier,
    struct jobj *one)
{
	union { const json_t *c; json_t *m; } u = {
		.c = json_object_get(one->o, "prefill") };
	char path[PATH_TEXT];
	const char *id, *why;
	enum act act;
	json_t *v;

	json_object_foreach(u.m, id, v) {
		why = misfit(kind_field(k, ACT_SUBMIT, id),
		    their_field(earlier, json_string_value(v), &act));
		(void)snprintf(path, sizeof(path), "prefill.%.32s", id);
		if (!one->bad && why != NULL)
			jobj_fail(one, "E-FIELD-VALUE", path, "\"%.60s\" %s",
			    json_string_value(v), why);
	}
}

static const struct kind *
find_unsorted(const struct kind_set *set, const char *name)
{
	for (size_t i = 0; i < set->nkinds; i++)
		if (strcmp(set->kinds[i].name, name) == 0)
			return &set->kinds[i];
	return NULL;
}

void
kind_follows_check(const struct kind *k, const struct kind_set *set,
    struct jobj *o)
{
	union { const json_t *c; json_t *m; } u = { .c = k->follows };
	const struct kind *earlier;
	struct jobj all, one;
	const char *name;
	json_t *v;

	if (k->follows == NULL)
		return;
	jobj_in(&all, o, "follows");
	json_object_foreach(u.m, name, v) {
		earlier = find_unsorted(set, name);
		jobj_in(&one, &all, name);
		if (!one.bad && (earlier == NULL || earlier->flow != k->flow))
			jobj_fail(&one, "E-FIELD-VALUE", "",
			    "is no kind here that it could follow");
		if (!one.bad)
			follow_check(k, earlier, &one);
		kind_out(&all, &one);
		if (all.bad)
			break;
	}
	kind_out(o, &all);
}

/* -- filling -------------------------------------------------------------- */

bool
kind_may_follow(const struct kind *k, const char *earlier)
{
	return json_object_get(k->follows, earlier) != NULL;
}

static bool
code_offered(const struct field *f, const json_t *v)
{
	struct err ignored;

	return field_check(f, v, f->id, &ignored);
}

/* A multichoice keeps the codes that this kind offers too. */
static json_t *
choices(const struct field *f, const json_t *v)
{
	struct field one = *f;
	json_t *out = json_array();
	json_t *item;
	union { const json_t *c; json_t *m; } u = { .c = v };
	size_t i;

	one.type = FIELD_CHOICE;
	json_array_foreach(u.m, i, item)
		if (code_offered(&one, item))
			json_array_append(out, item);
	return out;
}

static json_t *
items(const struct field *f, const struct field *their, const json_t *v)
{
	json_t *out = json_array();
	union { const json_t *c; json_t *m; } u = { .c = v };
	json_t *item;
	size_t i;

	if (!their->repeat && code_offered(f, v))
		json_array_append(out, u.m);
	for (i = 0; their->repeat && i < json_array_size(v) &&
	    json_array_size(out) < f->max; i++) {
		item = json_array_get(v, i);
		if (code_offered(f, item))
			json_array_append(out, item);
	}
	return out;
}

/* Their value in its own field's form; NULL: there is nothing to take over. */
static json_t *
taken_over(const struct field *f, const struct field *their, const json_t *v)
{
	union { const json_t *c; json_t *m; } u = { .c = v };
	json_t *out;

	if (v == NULL)
		return NULL;
	if (f->type != FIELD_MULTICHOICE && !f->repeat)
		return code_offered(f, v) ? json_incref(u.m) : NULL;
	out = f->type == FIELD_MULTICHOICE ? choices(f, v) :
	    items(f, their, v);
	if (json_array_size(out) != 0)
		return out;
	json_decref(out);
	return NULL;
}

json_t *
kind_prefill(const struct kind *k, const struct kind *earlier,
    const json_t *const bodies[ACTS], const char *reference)
{
	const json_t *follow = json_object_get(k->follows, earlier->name);
	union { const json_t *c; json_t *m; } u;
	json_t *body, *v;
	const char *id;
	enum act act;

	if (follow == NULL)
		return NULL;
	body = json_object();
	u.c = json_object_get(follow, "set");
	json_object_foreach(u.m, id, v)
		json_object_set(body, id, v);
	u.c = json_object_get(follow, "prefill");
	json_object_foreach(u.m, id, v) {
		const struct field *f = kind_field(k, ACT_SUBMIT, id);
		const char *name = json_string_value(v);
		const struct field *their = their_field(earlier, name, &act);
		json_t *value = taken_over(f, their,
		    json_object_get(bodies[act], their->id));

		if (value != NULL)
			json_object_set_new(body, id, value);
	}
	json_object_set_new(body, KIND_REFERENCE, json_string(reference));
	return body;
}
