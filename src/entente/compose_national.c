#include <string.h>

#include "entente/compose_internal.h"
#include "entente/form_kind.h"
#include "entente/form_value.h"
#include "entente/out.h"
#include "entente/pick.h"
#include "model/national.h"

/* What one recipient asks for beside the kind: its fields as a section, kept
 * by the cache of kinds; NULL: nothing. */
static bool
asked_by(struct cli *cli, const struct compose *c, const char *member,
    json_t **sections, struct problem *p)
{
	const char *title = say(cli, "national.asked", "member", member, NULL);
	const json_t *kind;
	union { const json_t *c; json_t *m; } fields;

	*sections = NULL;
	if (!form_kind_to(cli, pick_str(c->message, "kind"), member, &kind, p))
		return false;
	fields.c = json_object_get(json_object_get(kind, KIND_NATIONAL),
	    "fields");
	if (json_array_size(fields.c) != 0)
		*sections = json_pack("[{s:s, s:{s:s}, s:O}]", "id",
		    KIND_NATIONAL, "title", "en", title, "fields", fields.m);
	return true;
}

/* Where the answers for that member stand; made when they do not. */
static json_t *
answers_for(struct compose *c, const char *member)
{
	json_t *all = json_object_get(c->body, KIND_NATIONAL), *mine;

	if (all == NULL) {
		all = json_object();
		json_object_set_new(c->body, KIND_NATIONAL, all);
	}
	mine = json_object_get(all, member);
	if (mine == NULL) {
		mine = json_object();
		json_object_set_new(all, member, mine);
	}
	return mine;
}

static void
drop_empty(struct compose *c, const char *member)
{
	json_t *all = json_object_get(c->body, KIND_NATIONAL);

	if (json_object_size(json_object_get(all, member)) == 0)
		(void)json_object_del(all, member);
	if (json_object_size(all) == 0)
		(void)json_object_del(c->body, KIND_NATIONAL);
}

bool
compose_national_set(struct cli *cli, struct compose *c, const char *path,
    const char *text, struct problem *p)
{
	size_t n = strcspn(path, ".");
	const char *member = arena_str(&cli->arena, slice_of(path, n));
	const char *id = path[n] == '\0' ? "" : path + n + 1;
	const json_t *json;
	json_t *sections, *v;
	struct field f;
	bool ok = false;

	if (!asked_by(cli, c, member, &sections, p))
		return false;
	json = form_find(sections, id);
	if (json == NULL) {
		ok = err_field(&p->err, ERR_INVALID, "E-FIELD-UNKNOWN",
		    "body.national", "%s", say(cli, "national.not-asked",
		    "member", member, NULL));
	} else if (form_field(cli, json, &f, p)) {
		v = form_value(cli, &f, text, &p->err);
		ok = v != NULL;
		if (ok)
			json_object_set_new(answers_for(c, member), id,
			    f.repeat ? json_pack("[o]", v) : v);
	}
	json_decref(sections);
	return ok;
}

static void
keep_draft(struct cli *cli, void *arg, const char *id)
{
	(void)id;
	compose_write(cli, arg);
}

static bool
ask_for(struct cli *cli, struct compose *c, const char *member,
    enum form_mode mode, struct problem *p)
{
	struct form form = { .files = c->files, .changed = keep_draft,
	    .arg = c };
	json_t *sections;
	bool ok;

	if (!asked_by(cli, c, member, &sections, p))
		return false;
	if (sections == NULL)
		return true;
	form.sections = sections;
	form.body = answers_for(c, member);
	ok = form_fill(cli, &form, mode, p);
	drop_empty(c, member);
	json_decref(sections);
	return ok;
}

bool
compose_national_ask(struct cli *cli, struct compose *c, enum form_mode mode,
    struct problem *p)
{
	const json_t *to;
	size_t i;

	json_array_foreach(json_object_get(c->message, "to"), i, to) {
		const char *desk = json_string_value(to);

		if (desk != NULL && !ask_for(cli, c, arena_str(&cli->arena,
		    slice_of(desk, strcspn(desk, "/"))), mode, p))
			return false;
	}
	return true;
}
