#include "entente/form.h"

#include <string.h>

#include "entente/form_kind.h"
#include "entente/form_question.h"
#include "entente/out.h"
#include "entente/pick.h"
#include "entente/prompt.h"
#include "model/kind_set.h"

bool
form_is_shown(const struct form *form, const json_t *f)
{
	const json_t *cond = json_object_get(f, "show_if");

	return cond == NULL || kind_cond_holds(cond, form->body);
}

bool
form_is_required(const struct form *form, const json_t *f)
{
	const json_t *cond = json_object_get(f, "required_if");

	return pick_bool(f, "required") ||
	    (cond != NULL && kind_cond_holds(cond, form->body));
}

bool
form_is_missing(const struct form *form, const json_t *f)
{
	return form_is_shown(form, f) && form_is_required(form, f) &&
	    json_object_get(form->body, pick_str(f, "id")) == NULL;
}

const json_t *
form_lacks(const struct form *form)
{
	const json_t *s, *f;
	size_t i, k;

	json_array_foreach(form->sections, i, s)
		json_array_foreach(json_object_get(s, "fields"), k, f)
			if (form_is_missing(form, f))
				return f;
	return NULL;
}

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
	return mode == FORM_MISSING ? form_is_missing(form, f) : form_is_shown(form, f);
}

bool
form_fill(struct cli *cli, struct form *form, enum form_mode mode,
    struct problem *p)
{
	const json_t *f, *section, *last = NULL;
	size_t i = mode == FORM_ALL ? start_of(form) : 0;

	while ((f = field_at(form, i, &section)) != NULL) {
		enum form_step step = FORM_STEP_ON;

		if (is_asked(form, f, mode)) {
			if (section != last)
				out_note(cli, "form.section", "title",
				    pick_label(section, "title", cli->lang), NULL);
			last = section;
			step = form_question_ask(cli, form, f, p);
		}
		if (step == FORM_STEP_FAILED)
			return false;
		if (step != FORM_STEP_BACK) {
			i++;
			continue;
		}
		/* Back to the nearest question before that is shown. */
		for (size_t k = i; k-- > 0; )
			if (form_is_shown(form, field_at(form, k, &section))) {
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
		form_show(cli, NULL, form->sections, form->body);
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
		if (form_question_ask(cli, form, f, p) == FORM_STEP_FAILED)
			return false;
	}
}
