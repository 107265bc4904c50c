#include "entente/form_kind.h"

#include <string.h>

#include "base/json.h"
#include "entente/out.h"
#include "entente/path.h"
#include "entente/pick.h"
#include "model/kind.h"

/* GET once, kept under its path. */
static bool
cached(struct cli *cli, const char *path, const json_t **value,
    struct problem *p)
{
	json_t *got;

	if (cli->cache == NULL)
		cli->cache = json_object();
	*value = json_object_get(cli->cache, path);
	if (*value != NULL)
		return true;
	if (!client_get(cli, path, &got, p))
		return false;
	json_object_set_new(cli->cache, path, got);
	*value = got;
	return true;
}

const char *
form_kind_path(struct cli *cli, const char *name)
{
	const char *slash = strrchr(name, '/');
	size_t n = slash == NULL ? strlen(name) : (size_t)(slash - name);
	char *stem = arena_str(&cli->arena, slice_of(name, n));
	const char *path = path_of(cli, "kinds", stem);

	if (slash != NULL)
		path = arena_printf(&cli->arena, "%s/%s", path,
		    client_escape(cli, slash + 1));
	return path;
}

bool
form_kind(struct cli *cli, const char *name, const json_t **kind,
    struct problem *p)
{
	return cached(cli, form_kind_path(cli, name), kind, p);
}

bool
form_kind_to(struct cli *cli, const char *name, const char *member,
    const json_t **kind, struct problem *p)
{
	return cached(cli, arena_printf(&cli->arena, "%s?to=%s",
	    form_kind_path(cli, name), client_escape(cli, member)), kind, p);
}

static const json_t *
compiled_sections(struct cli *cli, const char *name, const char *act)
{
	const struct kind *k;
	struct err ignored;
	enum act a;

	if (cli->kinds == NULL)
		cli->kinds = kind_set_new(&ignored);
	if (cli->kinds == NULL || !act_parse(&a, act))
		return NULL;
	k = kind_find(cli->kinds, name);
	return k == NULL ? NULL : kind_sections(k, a);
}

bool
form_sections(struct cli *cli, const char *name, const char *act,
    const json_t **sections, struct problem *p)
{
	const json_t *kind, *a;

	if (!form_kind(cli, name, &kind, p))
		return false;
	if (strcmp(act, "submit") == 0) {
		*sections = json_object_get(kind, "sections");
		return true;
	}
	a = json_object_get(json_object_get(kind, "acts"), act);
	*sections = json_object_get(a, "sections");
	if (*sections == NULL)
		*sections = compiled_sections(cli, name, act);
	return true;
}

const json_t *
form_find(const json_t *sections, const char *id)
{
	const json_t *s, *f;
	size_t i, k;

	json_array_foreach(sections, i, s)
		json_array_foreach(json_object_get(s, "fields"), k, f)
			if (strcmp(pick_str(f, "id"), id) == 0)
				return f;
	return NULL;
}

static size_t
size_or(const json_t *j, const char *key, size_t usual)
{
	int64_t n = pick_int(j, key);

	return n > 0 ? (size_t)n : usual;
}

bool
form_field(struct cli *cli, const json_t *j, struct field *f,
    struct problem *p)
{
	const char *list = pick_str(j, "list");
	const json_t *codes;

	*f = (struct field){ .id = pick_str(j, "id"), .section = "",
	    .required = pick_bool(j, "required"),
	    .repeat = pick_bool(j, "repeat"),
	    .max = size_or(j, "max", 100),
	    .max_length = size_or(j, "max_length", 0),
	    .min = json_object_get(j, "min") == NULL ? -JSON_INT_MAX :
	    pick_int(j, "min"),
	    .max_value = json_object_get(j, "max_value") == NULL ?
	    JSON_INT_MAX : pick_int(j, "max_value"),
	    .codes = json_object_get(j, "codes"),
	    .required_if = json_object_get(j, "required_if"),
	    .show_if = json_object_get(j, "show_if"),
	    .match = "", .label = json_object_get(j, "label"),
	    .help = json_object_get(j, "help") };
	if (!field_type_parse(&f->type, pick_str(j, "type")))
		return err_field(&p->err, ERR_INVALID, "E-CLI-FIELD", f->id,
		    "%s", say(cli, "form.unknown-type", "type",
		    pick_str(j, "type"), NULL));
	if (f->type == FIELD_COUNTRY)
		list = "countries";
	else if (f->type == FIELD_LANGUAGE)
		list = "languages";
	if (*list == '\0')
		return true;
	if (!cached(cli, path_of(cli, "codelists", list), &codes, p))
		return false;
	f->list = json_object_get(codes, "items");
	return true;
}

const char *
form_code_label(struct cli *cli, const char *list, const char *code)
{
	const json_t *codes, *item;
	struct problem ignored;
	size_t i;

	if (*code == '\0' || !cached(cli, path_of(cli, "codelists", list),
	    &codes, &ignored))
		return code;
	json_array_foreach(json_object_get(codes, "items"), i, item)
		if (strcmp(pick_str(item, "code"), code) == 0)
			return pick_label(item, "label", cli->lang);
	return code;
}

/* -- showing ------------------------------------------------------------------- */

static void
show_raw(struct cli *cli, const char *label, const json_t *v)
{
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);

	if (json_is_string(v)) {
		out_labelled(cli, label, json_string_value(v));
		return;
	}
	jout_value(&j, NULL, v);
	out_labelled(cli, label, buf_cstr(&b));
	buf_wipe(&b);
}

static bool
render(struct cli *cli, struct buf *b, const struct field *f, const json_t *v)
{
	struct err ignored;
	const json_t *item;
	size_t i;

	if (!f->repeat) {
		if (!field_check(f, v, f->id, &ignored))
			return false;
		field_render(b, f, v, cli->lang);
		return true;
	}
	json_array_foreach(v, i, item) {
		if (!field_check(f, item, f->id, &ignored))
			return false;
		if (i != 0)
			buf_str(b, "\n");
		field_render(b, f, item, cli->lang);
	}
	return true;
}

static void
show_value(struct cli *cli, const json_t *json, const json_t *v)
{
	const char *label = cli->out->form == OUT_PLAIN ? pick_str(json, "id") :
	    pick_label(json, "label", cli->lang);
	struct buf b = BUF_INIT;
	struct problem p;
	struct field f;

	/* Files are listed beside the body, with their names. */
	if (strcmp(pick_str(json, "type"), "file") == 0)
		return;
	if (form_field(cli, json, &f, &p) && render(cli, &b, &f, v))
		out_labelled(cli, label, buf_cstr(&b));
	else
		show_raw(cli, label, v);
	buf_wipe(&b);
}

/* The label of a ground of its own law, from the member's card; the code when
 * the card does not have it any more. */
static const char *
own_ground(struct cli *cli, const char *kind, const char *member,
    const char *code)
{
	const json_t *to, *item;
	struct problem ignored;
	size_t i;

	if (!form_kind_to(cli, kind, member, &to, &ignored))
		return code;
	json_array_foreach(json_object_get(json_object_get(to, KIND_NATIONAL),
	    "grounds"), i, item)
		if (strcmp(pick_str(item, "code"), code) == 0)
			return pick_label(item, "label", cli->lang);
	return code;
}

/* What a recipient asked for beside the kind; its card may say otherwise by
 * now, so the values stand under their own names. */
static void
show_national(struct cli *cli, const char *kind, json_t *all)
{
	const char *member, *id;
	json_t *answers, *v;

	json_object_foreach(all, member, answers)
		json_object_foreach(answers, id, v)
			if (kind != NULL && strcmp(id, "ground") == 0 &&
			    json_is_string(v))
				out_labelled(cli, say(cli, "national.ground",
				    "member", member, NULL), own_ground(cli,
				    kind, member, json_string_value(v)));
			else
				show_raw(cli, arena_printf(&cli->arena,
				    "%s: %s", member, id), v);
}

void
form_show(struct cli *cli, const char *kind, const json_t *sections,
    const json_t *body)
{
	union { const json_t *c; json_t *m; } u = { .c = body };
	const json_t *s, *f;
	const char *id;
	json_t *v;
	size_t i, k;

	json_array_foreach(sections, i, s)
		json_array_foreach(json_object_get(s, "fields"), k, f)
			if (json_object_get(body, pick_str(f, "id")) != NULL)
				show_value(cli, f, json_object_get(body,
				    pick_str(f, "id")));
	/* What the kind does not know is shown as it stands, never hidden. */
	json_object_foreach(u.m, id, v)
		if (strcmp(id, KIND_NATIONAL) == 0)
			show_national(cli, kind, v);
		else if (form_find(sections, id) == NULL)
			show_raw(cli, id, v);
}
