#include <stdio.h>
#include <string.h>

#include "model/kind_set.h"

enum { PATH_TEXT = 120 };

static const struct field *
find(const struct kind_act *a, const char *id)
{
	for (size_t i = 0; i < a->nfields; i++)
		if (strcmp(a->fields[i].id, id) == 0)
			return &a->fields[i];
	return NULL;
}

static bool
names_known(const struct kind_act *a, const json_t *body, const char *place,
    const char *beside, struct err *err)
{
	union { const json_t *c; json_t *m; } u = { .c = body };
	char path[PATH_TEXT];
	const char *key;
	json_t *v;

	json_object_foreach(u.m, key, v) {
		if (find(a, key) != NULL || strcmp(key, beside) == 0)
			continue;
		/* The name is a peer's: shown when it could be a field's. */
		(void)snprintf(path, sizeof(path), "%s%s%s", place,
		    kind_id_valid(key) ? "." : "",
		    kind_id_valid(key) ? key : "");
		return err_field(err, ERR_INVALID, "E-FIELD-UNKNOWN", path,
		    "is no field of this act");
	}
	return true;
}

/* {"<member>":{...},...}: what is in it is for that member to know. */
static bool
national_shape(const json_t *body, struct err *err)
{
	union { const json_t *c; json_t *m; } u = {
		.c = json_object_get(body, KIND_NATIONAL) };
	struct member_id m;
	const char *key;
	json_t *v;

	if (u.c == NULL)
		return true;
	if (json_object_size(u.c) == 0)
		return err_field(err, ERR_INVALID, "E-FIELD-TYPE",
		    "body." KIND_NATIONAL, "must be an object that is not empty");
	json_object_foreach(u.m, key, v)
		if (!member_id_parse(&m, slice_str(key)) ||
		    json_object_size(v) == 0)
			return err_field(err, ERR_INVALID, "E-FIELD-TYPE",
			    "body." KIND_NATIONAL,
			    "must hold an object for each member");
	return true;
}

static bool
items_check(const struct field *f, const json_t *v, const char *path,
    struct err *err)
{
	size_t n = json_array_size(v);
	char item[PATH_TEXT + 24];

	if (!json_is_array(v))
		return err_field(err, ERR_INVALID, "E-FIELD-TYPE", path,
		    "must be a list");
	if (n == 0)
		return err_field(err, ERR_INVALID, "E-FIELD-MISSING", path,
		    "is empty");
	if (n > f->max)
		return err_field(err, ERR_INVALID, "E-FIELD-SIZE", path,
		    "%zu items, at most %zu", n, f->max);
	for (size_t i = 0; i < n; i++) {
		(void)snprintf(item, sizeof(item), "%s[%zu]", path, i);
		if (!field_check(f, json_array_get(v, i), item, err))
			return false;
	}
	return true;
}

static bool
one_check(const struct field *f, const json_t *body, const char *place,
    struct err *err)
{
	const json_t *v = json_object_get(body, f->id);
	bool shown = f->show_if == NULL || kind_cond_holds(f->show_if, body);
	bool required = f->required || (f->required_if != NULL &&
	    kind_cond_holds(f->required_if, body));
	char path[PATH_TEXT];

	(void)snprintf(path, sizeof(path), "%s.%s", place, f->id);
	if (v == NULL)
		return !(shown && required) || err_field(err, ERR_INVALID,
		    "E-FIELD-MISSING", path, "is required");
	/* What its sender did not see, nobody stated. */
	if (!shown)
		return err_field(err, ERR_INVALID, "E-FIELD-HIDDEN", path,
		    "has no place beside the other answers");
	return f->repeat ? items_check(f, v, path, err) :
	    field_check(f, v, path, err);
}

bool
kind_check_fields(const struct kind_act *a, const json_t *body,
    const char *place, struct err *err)
{
	for (size_t i = 0; i < a->nfields; i++)
		if (!one_check(&a->fields[i], body, place, err))
			return false;
	return names_known(a, body, place, "", err);
}

bool
kind_check(const struct kind_set *set, const struct kind *k, enum act act,
    const json_t *body, struct err *err)
{
	const struct kind_act *a = k->act[act];
	bool national;

	(void)set;
	if (a == NULL)
		return err_field(err, ERR_INVALID, "E-KIND-ACT", "act",
		    "%s does not offer %s", k->name, act_names[act]);
	if (!json_is_object(body))
		return err_field(err, ERR_INVALID, "E-FIELD-TYPE", "body",
		    "must be an object");
	national = act == ACT_SUBMIT || act == ACT_REFUSE;
	if (!names_known(a, body, "body", national ? KIND_NATIONAL : "", err) ||
	    (national && !national_shape(body, err)))
		return false;
	for (size_t i = 0; i < a->nfields; i++)
		if (!one_check(&a->fields[i], body, "body", err))
			return false;
	return true;
}

static bool
file_there(const struct field *f, const json_t *v, size_t i, size_t nfiles,
    struct err *err)
{
	char path[PATH_TEXT];

	if (json_integer_value(v) < (json_int_t)nfiles)
		return true;
	if (f->repeat)
		(void)snprintf(path, sizeof(path), "body.%s[%zu]", f->id, i);
	else
		(void)snprintf(path, sizeof(path), "body.%s", f->id);
	return err_field(err, ERR_INVALID, "E-FIELD-VALUE", path,
	    "the message has no such file");
}

bool
kind_check_files(const struct kind *k, enum act act, const json_t *body,
    size_t nfiles, struct err *err)
{
	const struct kind_act *a = k->act[act];

	for (size_t i = 0; a != NULL && i < a->nfields; i++) {
		const struct field *f = &a->fields[i];
		const json_t *v = json_object_get(body, f->id);

		if (f->type != FIELD_FILE || v == NULL)
			continue;
		if (!f->repeat && !file_there(f, v, 0, nfiles, err))
			return false;
		for (size_t j = 0; f->repeat && j < json_array_size(v); j++)
			if (!file_there(f, json_array_get(v, j), j, nfiles, err))
				return false;
	}
	return true;
}
