#include "entente/form.h"

#include <string.h>

#include "base/json.h"
#include "entente/form_kind.h"
#include "entente/form_value.h"
#include "entente/out.h"
#include "entente/pick.h"
#include "entente/prompt.h"
#include "model/kind_set.h"

/* What the answer to one question asks for. */
enum step { STEP_ON, STEP_BACK, STEP_AGAIN, STEP_FAILED };

enum { LONG_BYTES = 64 * 1024, SHOWN_ITEMS = 40, PRESET_COLUMNS = 48 };

static bool
is_shown(const struct form *form, const json_t *f)
{
	const json_t *cond = json_object_get(f, "show_if");

	return cond == NULL || kind_cond_holds(cond, form->body);
}

static bool
is_required(const struct form *form, const json_t *f)
{
	const json_t *cond = json_object_get(f, "required_if");

	return pick_bool(f, "required") ||
	    (cond != NULL && kind_cond_holds(cond, form->body));
}

static bool
is_missing(const struct form *form, const json_t *f)
{
	return is_shown(form, f) && is_required(form, f) &&
	    json_object_get(form->body, pick_str(f, "id")) == NULL;
}

const json_t *
form_lacks(const struct form *form)
{
	const json_t *s, *f;
	size_t i, k;

	json_array_foreach(form->sections, i, s)
		json_array_foreach(json_object_get(s, "fields"), k, f)
			if (is_missing(form, f))
				return f;
	return NULL;
}

/* -- one question ---------------------------------------------------------------- */

static void
show_items(struct cli *cli, const struct field *f)
{
	const json_t *item;

	for (size_t i = 0; (item = form_value_item(f, i)) != NULL; i++) {
		if (i == SHOWN_ITEMS) {
			out_note(cli, "form.more-codes", NULL);
			return;
		}
		out_note(cli, "form.item", "n", arena_printf(&cli->arena,
		    "%3zu", i + 1), "label", pick_label(item, "label",
		    cli->lang), "code", pick_str(item, "code"), NULL);
	}
}

static void
show_help(struct cli *cli, const struct field *f, const json_t *json)
{
	const char *help = pick_label(json, "help", cli->lang);
	const char *hint = form_value_hint(cli, f);

	out_note(cli, "form.help", "help",
	    *help == '\0' ? say(cli, "form.no-help", NULL) : help, NULL);
	if (*hint != '\0')
		out_note(cli, "form.hint", "hint", hint, NULL);
	show_items(cli, f);
	out_note(cli, "form.keys", NULL);
}

static size_t
first_line(const char *s)
{
	size_t line = strcspn(s, "\n"), cut = out_cut(s, PRESET_COLUMNS);

	return line < cut ? line : cut;
}

static const char *
preset_of(struct cli *cli, const struct field *f, const json_t *v)
{
	struct buf b = BUF_INIT;
	struct err ignored;
	const char *s;

	if (v == NULL || f->repeat || f->type == FIELD_FILE ||
	    !field_check(f, v, f->id, &ignored))
		return NULL;
	field_render(&b, f, v, cli->lang);
	/* Of a long text its beginning reminds. */
	s = buf_cstr(&b);
	s = strchr(s, '\n') == NULL && out_columns(s) <= PRESET_COLUMNS ?
	    arena_strdup(&cli->arena, s) :
	    arena_printf(&cli->arena, "%.*s…", (int)first_line(s), s);
	buf_wipe(&b);
	return s;
}

/* Lines until one that is a lone full stop. */
static const char *
long_text(struct cli *cli, const char *first, struct problem *p)
{
	struct buf b = BUF_INIT;
	const char *line, *text = NULL;

	buf_str(&b, first);
	for (;;) {
		line = prompt_line(cli, "…", NULL, "--from", &p->err);
		if (line == NULL)
			goto out;
		if (strcmp(line, ".") == 0 || b.n > LONG_BYTES)
			break;
		buf_printf(&b, "\n%s", line);
	}
	while (b.n != 0 && b.p[b.n - 1] == '\n')
		b.n--;
	text = arena_strdup(&cli->arena, buf_cstr(&b));
out:
	buf_wipe(&b);
	return text;
}

/* The parts of an authority, one by one. */
static json_t *
authority(struct cli *cli, const char *first, struct problem *p)
{
	static const char *const parts[] = { "person", "function", "address",
		"phone", "email", "hours", "zone" };
	json_t *v = json_pack("{s:s}", "organisation", first);

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const char *line = prompt_line(cli, arena_printf(&cli->arena,
		    "  %s", say_code(cli, "authority", parts[i])), NULL,
		    "--from", &p->err);

		if (line == NULL) {
			json_decref(v);
			return NULL;
		}
		if (*line != '\0')
			json_object_set_new(v, parts[i], json_string(line));
	}
	return v;
}

/* A path becomes an index into the message's files. */
static json_t *
file(struct form *form, const char *path)
{
	json_array_append_new(form->files, json_pack("{s:s}", "path", path));
	return json_integer((json_int_t)json_array_size(form->files) - 1);
}

static json_t *
typed_value(struct cli *cli, struct form *form, const struct field *f,
    const char *text, struct problem *p)
{
	json_t *v;

	if (f->type == FIELD_FILE)
		return file(form, text);
	if (f->type == FIELD_LONGTEXT)
		text = long_text(cli, text, p);
	if (text == NULL)
		return NULL;
	if (f->type == FIELD_AUTHORITY && *text != '{') {
		v = authority(cli, text, p);
		if (v != NULL && !field_check(f, v, f->id, &p->err)) {
			json_decref(v);
			v = NULL;
		}
		return v;
	}
	return form_value(cli, f, text, &p->err);
}

static void
store(struct cli *cli, struct form *form, const struct field *f, json_t *v)
{
	json_t *list = json_object_get(form->body, f->id);

	if (!f->repeat)
		json_object_set_new(form->body, f->id, v);
	else if (json_is_array(list))
		json_array_append_new(list, v);
	else
		json_object_set_new(form->body, f->id, json_pack("[o]", v));
	if (form->changed != NULL)
		form->changed(cli, form->arg, f->id);
}

static const char *
question(struct cli *cli, const struct form *form, const struct field *f,
    const json_t *json)
{
	const json_t *have = json_object_get(form->body, f->id);
	const char *label = pick_label(json, "label", cli->lang);

	if (f->repeat && have != NULL)
		return say(cli, "form.another", "label", label, NULL);
	if (f->type == FIELD_LONGTEXT)
		label = say(cli, "form.long", "label", label, NULL);
	return is_required(form, json) ?
	    arena_printf(&cli->arena, "%s *", label) : label;
}

/* A time typed in one zone is told in UTC: a wrong hour is a wrong person. */
static void
tell_time(struct cli *cli, const struct field *f, const json_t *v)
{
	struct buf b = BUF_INIT;

	if (f->type != FIELD_DATETIME_ZONE && f->type != FIELD_PERIOD &&
	    f->type != FIELD_IP_PORT_TIME)
		return;
	field_render(&b, f, v, cli->lang);
	out_note(cli, "form.taken", "value", buf_cstr(&b), NULL);
	buf_wipe(&b);
}

static enum step
ask_once(struct cli *cli, struct form *form, const struct field *f,
    const json_t *json, struct problem *p)
{
	const char *preset = preset_of(cli, f, json_object_get(form->body, f->id));
	const char *text = prompt_line(cli, question(cli, form, f, json),
	    preset, "--from", &p->err);
	json_t *v;

	if (text == NULL)
		return STEP_FAILED;
	if (strcmp(text, "<") == 0)
		return STEP_BACK;
	if (strcmp(text, "?") == 0) {
		show_help(cli, f, json);
		return STEP_AGAIN;
	}
	if (*text == '\0' || (preset != NULL && strcmp(text, preset) == 0)) {
		if (!is_missing(form, json))
			return STEP_ON;
		out_note(cli, "form.required", NULL);
		return STEP_AGAIN;
	}
	v = typed_value(cli, form, f, text, p);
	if (v == NULL && strcmp(p->err.rule, "E-CLI-INPUT") == 0)
		return STEP_FAILED;
	if (v == NULL) {
		out_note(cli, "form.wrong", "why", p->err.text, NULL);
		return STEP_AGAIN;
	}
	tell_time(cli, f, v);
	store(cli, form, f, v);
	return f->repeat && json_array_size(json_object_get(form->body,
	    f->id)) < f->max ? STEP_AGAIN : STEP_ON;
}

static enum step
ask(struct cli *cli, struct form *form, const json_t *json, struct problem *p)
{
	struct field f;
	enum step step;

	if (!form_field(cli, json, &f, p))
		return STEP_FAILED;
	if (f.list != NULL && json_array_size(f.list) <= 12)
		show_items(cli, &f);
	do
		step = ask_once(cli, form, &f, json, p);
	while (step == STEP_AGAIN);
	return step;
}

/* -- all ------------------------------------------------------------------------- */

/* Field i over all sections; *section is its section. */
static const json_t *
field_at(const struct form *form, size_t i, const json_t **section)
{
	const json_t *s;
	size_t k;

	json_array_foreach(form->sections, k, s) {
		const json_t *fields = json_object_get(s, "fields");

		if (i < json_array_size(fields)) {
			*section = s;
			return json_array_get(fields, i);
		}
		i -= json_array_size(fields);
	}
	return NULL;
}

/* Where an interrupted form goes on. */
static size_t
start_of(const struct form *form)
{
	const json_t *f, *section;

	for (size_t i = 0; form->start != NULL &&
	    (f = field_at(form, i, &section)) != NULL; i++)
		if (strcmp(pick_str(f, "id"), form->start) == 0)
			return i;
	return 0;
}

static bool
is_asked(const struct form *form, const json_t *f, enum form_mode mode)
{
	return mode == FORM_MISSING ? is_missing(form, f) : is_shown(form, f);
}

bool
form_fill(struct cli *cli, struct form *form, enum form_mode mode,
    struct problem *p)
{
	const json_t *f, *section, *last = NULL;
	size_t i = mode == FORM_ALL ? start_of(form) : 0;

	while ((f = field_at(form, i, &section)) != NULL) {
		enum step step = STEP_ON;

		if (is_asked(form, f, mode)) {
			if (section != last)
				out_note(cli, "form.section", "title",
				    pick_label(section, "title", cli->lang), NULL);
			last = section;
			step = ask(cli, form, f, p);
		}
		if (step == STEP_FAILED)
			return false;
		if (step != STEP_BACK) {
			i++;
			continue;
		}
		/* Back to the nearest question before that is shown. */
		for (size_t k = i; k-- > 0; )
			if (is_shown(form, field_at(form, k, &section))) {
				i = k;
				mode = FORM_ALL;
				break;
			}
	}
	return true;
}

bool
form_review(struct cli *cli, struct form *form, struct problem *p)
{
	FILE *data = cli->out->data;
	const json_t *f;
	const char *id;

	for (;;) {
		/* The page is talk: stdout is for the reference. */
		cli->out->data = cli->out->talk;
		out_heading(cli, say(cli, "form.check", NULL));
		form_show(cli, form->sections, form->body);
		cli->out->data = data;
		id = prompt_line(cli, say(cli, "form.change", NULL), NULL,
		    "--yes", &p->err);
		if (id == NULL)
			return false;
		if (*id == '\0')
			return true;
		f = form_find(form->sections, id);
		if (f == NULL) {
			out_note(cli, "form.no-field", "id", id, NULL);
			continue;
		}
		json_object_del(form->body, id);
		if (ask(cli, form, f, p) == STEP_FAILED)
			return false;
	}
}

const char *
form_code(struct cli *cli, const char *list, const char *text,
    const char *preset, const char *option, struct problem *p)
{
	json_t *json = json_pack("{s:s, s:s, s:s}", "id", list, "type",
	    "choice", "list", list);
	const char *code = NULL;
	struct field f;
	json_t *v;

	if (!form_field(cli, json, &f, p))
		goto out;
	show_items(cli, &f);
	while (code == NULL) {
		const char *line = prompt_line(cli, text, preset, option, &p->err);

		if (line == NULL)
			break;
		v = form_value(cli, &f, line, &p->err);
		if (v != NULL)
			code = arena_strdup(&cli->arena, json_string_value(v));
		else
			out_note(cli, "form.wrong", "why", p->err.text, NULL);
		json_decref(v);
	}
out:
	json_decref(json);
	return code;
}
