#include <string.h>

#include "entente/form_kind.h"
#include "entente/form_value.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/pick.h"
#include "entente/view.h"

static enum exit_code
kind_list(struct cli *cli)
{
	struct table t = TABLE_INIT;
	struct problem p;
	const json_t *k;
	json_t *list;
	size_t i;

	if (!client_list(cli, "/kinds", 10000, &list, &p))
		return out_problem(cli, &p);
	if (out_is_json(cli)) {
		out_json(cli, "kinds/1", list);
		return EXIT_DONE;
	}
	table_head(&t, cli, "column.kind", "column.flow", "column.title", NULL);
	json_array_foreach(json_object_get(list, "items"), i, k) {
		table_cell(&t, cli, OUT_BOLD, pick_str(k, "kind"));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    say_code(cli, "flow", pick_str(k, "flow")));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    pick_label(k, "title", cli->lang));
	}
	table_end(&t, cli);
	k = json_array_get(json_object_get(list, "items"), 0);
	if (k != NULL)
		out_next(cli, "entente kind show %s", pick_str(k, "kind"));
	json_decref(list);
	return EXIT_DONE;
}

static void
show_fields(struct cli *cli, const json_t *section)
{
	struct table t = TABLE_INIT;
	const json_t *f;
	size_t i;

	out_heading(cli, pick_label(section, "title", cli->lang));
	table_head(&t, cli, "column.field", "column.type", "column.must",
	    "column.label", NULL);
	json_array_foreach(json_object_get(section, "fields"), i, f) {
		bool must = pick_bool(f, "required");

		table_cell(&t, cli, OUT_BOLD, pick_str(f, "id"));
		table_cell(&t, cli, OUT_COLOR_NONE, arena_printf(&cli->arena,
		    "%s%s", pick_str(f, "type"),
		    pick_bool(f, "repeat") ? "..." : ""));
		table_cell(&t, cli, must ? OUT_YELLOW : OUT_COLOR_NONE,
		    say_code(cli, "word", must ? "required" :
		    json_object_get(f, "required_if") != NULL ? "depends" :
		    "optional"));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    pick_label(f, "label", cli->lang));
	}
	table_end(&t, cli);
}

/* The names in one object of it: the acts there are; what its form is filled
 * from, with --from-request. */
static const char *
named(struct cli *cli, const json_t *kind, const char *key)
{
	union { const json_t *c; json_t *m; } u = {
		.c = json_object_get(kind, key) };
	const char *name, *line = "";
	json_t *v;

	json_object_foreach(u.m, name, v)
		line = arena_printf(&cli->arena, "%s%s%s", line,
		    *line == '\0' ? "" : ", ", name);
	return line;
}

static void
show_grounds(struct cli *cli, const json_t *grounds, const char *member)
{
	struct table t = TABLE_INIT;
	const json_t *g;
	size_t i;

	if (json_array_size(grounds) == 0)
		return;
	out_heading(cli, say(cli, "heading.own-grounds", "member", member,
	    NULL));
	table_head(&t, cli, "column.code", "column.label", NULL);
	json_array_foreach(grounds, i, g) {
		table_cell(&t, cli, OUT_BOLD, pick_str(g, "code"));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    pick_label(g, "label", cli->lang));
	}
	table_end(&t, cli);
}

/* What a recipient's card asks for beside it. */
static void
show_national(struct cli *cli, const json_t *kind, const char *member)
{
	const json_t *asked = json_object_get(kind, "national");
	json_t *section;

	if (asked == NULL)
		return;
	out_pair(cli, "label.languages",
	    view_joined(cli, json_object_get(asked, "languages")));
	show_grounds(cli, json_object_get(asked, "grounds"), member);
	if (json_array_size(json_object_get(asked, "fields")) == 0)
		return;
	section = json_pack("{s:{s:s}, s:O}", "title", "en", say(cli,
	    "national.asked", "member", member, NULL), "fields",
	    json_object_get(asked, "fields"));
	show_fields(cli, section);
	json_decref(section);
}

/* -- the codes of a field ------------------------------------------------------- */

/* Of the form, or of what stands beside it in every message. */
static const json_t *
field_named(const json_t *sections, const char *id, json_t **made)
{
	static const char *const beside[][2] = { { "purpose", "purposes" },
		{ "area", "crime-areas" }, { "urgency", "urgencies" } };

	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++)
		if (strcmp(id, beside[i][0]) == 0)
			return *made = json_pack("{s:s, s:s, s:s}", "id", id,
			    "type", "choice", "list", beside[i][1]);
	return form_find(sections, id);
}

static enum exit_code
show_codes(struct cli *cli, const json_t *sections, const char *id)
{
	struct table t = TABLE_INIT;
	struct problem p = { .status = 0 };
	json_t *made = NULL, *list;
	const json_t *json = field_named(sections, id, &made), *item;
	struct field f;

	if (json == NULL)
		(void)err_field(&p.err, ERR_INVALID, "E-FIELD-UNKNOWN", id,
		    "%s", say(cli, "kind.no-field", NULL));
	if (json == NULL || !form_field(cli, json, &f, &p)) {
		json_decref(made);
		return out_problem(cli, &p);
	}
	list = json_array();
	for (size_t i = 0; (item = form_value_item(&f, i)) != NULL; i++)
		json_array_append_new(list, json_deep_copy(item));
	json_decref(made);
	if (out_is_json(cli)) {
		out_json(cli, "codes/1", json_pack("{s:s, s:o}", "field", id,
		    "items", list));
		return EXIT_DONE;
	}
	table_head(&t, cli, "column.code", "column.label", NULL);
	for (size_t i = 0; i < json_array_size(list); i++) {
		item = json_array_get(list, i);
		table_cell(&t, cli, OUT_BOLD, pick_str(item, "code"));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    pick_label(item, "label", cli->lang));
	}
	table_end(&t, cli);
	json_decref(list);
	return EXIT_DONE;
}

/* An act that this kind lets nobody do has no form. */
static bool
has_act(struct cli *cli, const json_t *kind, const char *act,
    struct problem *p)
{
	return strcmp(act, "submit") == 0 || json_object_get(json_object_get(
	    kind, "acts"), act) != NULL || err_field(&p->err, ERR_NOT_FOUND,
	    "E-KIND-ACT", "act", "%s", say(cli, "kind.no-act", "kind",
	    pick_str(kind, "kind"), "act", act, NULL));
}

static enum exit_code
kind_show(struct cli *cli)
{
	const char *act = cli_text(cli, "act");
	const char *to = cli_text(cli, "to");
	const json_t *kind, *sections, *s;
	struct problem p;
	size_t i;

	/* Its card speaks for all desks of a member. */
	if (to != NULL)
		to = arena_str(&cli->arena, slice_of(to, strcspn(to, "/")));
	if (!(to == NULL ? form_kind(cli, cli_arg(cli, 0), &kind, &p) :
	    form_kind_to(cli, cli_arg(cli, 0), to, &kind, &p)) ||
	    !form_sections(cli, cli_arg(cli, 0), act == NULL ? "submit" : act,
	    &sections, &p))
		return out_problem(cli, &p);
	if (!has_act(cli, kind, act == NULL ? "submit" : act, &p))
		return out_problem(cli, &p);
	if (cli_text(cli, "field") != NULL)
		return show_codes(cli, sections, cli_text(cli, "field"));
	if (out_is_json(cli)) {
		out_json(cli, "kind/1", json_deep_copy(kind));
		return EXIT_DONE;
	}
	out_pair(cli, "label.kind", pick_str(kind, "kind"));
	out_pair(cli, "label.title", pick_label(kind, "title", cli->lang));
	out_pair(cli, "label.basis",
	    view_joined(cli, json_object_get(kind, "basis")));
	out_pair(cli, "label.follows-kinds", named(cli, kind, "follows"));
	out_pair(cli, "label.acts", named(cli, kind, "acts"));
	json_array_foreach(sections, i, s)
		show_fields(cli, s);
	if (to != NULL)
		show_national(cli, kind, to);
	out_next(cli, "entente request new %s", pick_str(kind, "kind"));
	return EXIT_DONE;
}

static const struct option options[] = {
	{ "act", OPTION_TEXT, "ACT", false, 0 },
	{ "to", OPTION_TEXT, "DESK", false, 0 },
	{ "field", OPTION_TEXT, "FIELD", false, 0 },
	{ .name = NULL },
};

const struct command cmd_kind[] = {
	{ "kind", "list", NULL, NULL, 0, "entente kind list", kind_list },
	{ "kind", "show", "KIND", options, 0,
	    "entente kind show request.preservation/1\n"
	    "entente kind show request.preservation/1 --act answer\n"
	    "entente kind show request.payment/1 --field fraud\n"
	    "entente kind show request.subscriber/1 --to fr/cyber", kind_show },
	{ .noun = NULL },
};
