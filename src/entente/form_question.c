#include "entente/form_question.h"

#include <string.h>

#include "base/json.h"
#include "entente/form_kind.h"
#include "entente/form_value.h"
#include "entente/out.h"
#include "entente/pick.h"
#include "entente/prompt.h"

enum { LONG_BYTES = 64 * 1024, SHOWN_ITEMS = 40, PRESET_COLUMNS = 48 };

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
	return form_is_required(form, json) ?
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

static enum form_step
ask_once(struct cli *cli, struct form *form, const struct field *f,
    const json_t *json, struct problem *p)
{
	const char *preset = preset_of(cli, f, json_object_get(form->body, f->id));
	const char *text = prompt_line(cli, question(cli, form, f, json),
	    preset, "--from", &p->err);
	json_t *v;

	if (text == NULL)
		return FORM_STEP_FAILED;
	if (strcmp(text, "<") == 0)
		return FORM_STEP_BACK;
	if (strcmp(text, "?") == 0) {
		show_help(cli, f, json);
		return FORM_STEP_AGAIN;
	}
	if (*text == '\0' || (preset != NULL && strcmp(text, preset) == 0)) {
		if (!form_is_missing(form, json))
			return FORM_STEP_ON;
		out_note(cli, "form.required", NULL);
		return FORM_STEP_AGAIN;
	}
	v = typed_value(cli, form, f, text, p);
	if (v == NULL && strcmp(p->err.rule, "E-CLI-INPUT") == 0)
		return FORM_STEP_FAILED;
	if (v == NULL) {
		out_note(cli, "form.wrong", "why", p->err.text, NULL);
		return FORM_STEP_AGAIN;
	}
	tell_time(cli, f, v);
	store(cli, form, f, v);
	return f->repeat && json_array_size(json_object_get(form->body,
	    f->id)) < f->max ? FORM_STEP_AGAIN : FORM_STEP_ON;
}

enum form_step
form_question_ask(struct cli *cli, struct form *form, const json_t *json,
    struct problem *p)
{
	struct field f;
	enum form_step step;

	if (!form_field(cli, json, &f, p))
		return FORM_STEP_FAILED;
	if (f.list != NULL && json_array_size(f.list) <= 12)
		show_items(cli, &f);
	do
		step = ask_once(cli, form, &f, json, p);
	while (step == FORM_STEP_AGAIN);
	return step;
}

const char *
form_question_code(struct cli *cli, const char *list, const char *text,
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
		if (strcmp(line, "?") == 0) {
			show_items(cli, &f);
			continue;
		}
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
