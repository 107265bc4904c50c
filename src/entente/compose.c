#include "entente/compose_internal.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/io.h"
#include "base/json.h"
#include "entente/form_kind.h"
#include "entente/form_value.h"
#include "entente/out.h"
#include "entente/pick.h"
#include "entente/prompt.h"
#include "entente/settings.h"
#include "entente/when.h"
#include "model/label.h"

enum { DRAFT_MAX = 2 * 1024 * 1024 };

/* -- beginning ------------------------------------------------------------------ */

static json_t *
new_key(void)
{
	struct secret *s = secret_random(16);
	char hex[33];

	hex_encode(hex, secret_slice(s));
	secret_free(s);
	return json_string(hex);
}

static json_t *
child(json_t *o, const char *key, json_t *usual)
{
	if (json_object_get(o, key) == NULL)
		json_object_set_new(o, key, usual);
	else
		json_decref(usual);
	return json_object_get(o, key);
}

static bool
read_draft(struct cli *cli, const char *path, json_t **draft,
    struct problem *p)
{
	struct buf b = BUF_INIT;
	json_t *o;
	bool ok;

	ok = strcmp(path, "-") == 0 ?
	    io_read_all(STDIN_FILENO, &b, DRAFT_MAX, &p->err) :
	    io_read_file(AT_FDCWD, path, &b, DRAFT_MAX, &p->err);
	if (!ok)
		return false;
	o = json_read(buf_all(&b), DRAFT_MAX, &p->err);
	buf_wipe(&b);
	if (o == NULL)
		return false;
	if (!json_is_object(o)) {
		json_decref(o);
		return err_set(&p->err, ERR_INVALID, "E-FIELD-TYPE", "%s",
		    say(cli, "compose.no-object", "path", path, NULL));
	}
	*draft = json_object_get(o, "message") != NULL ? o :
	    json_pack("{s:o}", "message", o);
	return true;
}

/* Of each part the shape that the rest relies on. */
static bool
check_draft(struct cli *cli, const json_t *draft, struct problem *p)
{
	const json_t *m = json_object_get(draft, "message");
	const json_t *body = json_object_get(m, "body");
	const json_t *files = json_object_get(draft, "files"), *f;
	bool ok = json_is_object(m) && (body == NULL || json_is_object(body)) &&
	    (files == NULL || json_is_array(files));
	size_t i;

	json_array_foreach(files, i, f)
		ok = ok && *pick_str(f, "path") != '\0';
	return ok || err_set(&p->err, ERR_INVALID, "E-FIELD-TYPE", "%s",
	    say(cli, "compose.no-object", "path",
	    cli_text(cli, "from"), NULL));
}

bool
compose_begin(struct cli *cli, struct compose *c, const char *kind,
    const char *act, struct problem *p)
{
	const char *from = cli_text(cli, "from");

	*c = (struct compose){ .draft = NULL };
	if (from == NULL)
		c->draft = json_pack("{s:{}}", "message");
	else if (!read_draft(cli, from, &c->draft, p))
		return false;
	if (!check_draft(cli, c->draft, p))
		return false;
	c->message = json_object_get(c->draft, "message");
	if (kind != NULL)
		json_object_set_new(c->message, "kind", json_string(kind));
	if (strcmp(act, "submit") != 0)
		json_object_set_new(c->message, "act", json_string(act));
	(void)child(c->message, "lang", json_string(cli->lang));
	(void)child(c->draft, "key", new_key());
	c->files = child(c->draft, "files", json_array());
	c->body = child(c->message, "body", json_object());
	kind = pick_str(c->message, "kind");
	if (*kind == '\0')
		return err_field(&p->err, ERR_INVALID, "E-FIELD-MISSING",
		    "kind", "%s", say(cli, "compose.no-kind", NULL));
	return form_sections(cli, kind, act, &c->sections, p);
}

void
compose_end(struct compose *c)
{
	json_decref(c->draft);
	c->draft = NULL;
}

/* -- filling -------------------------------------------------------------------- */

void
compose_put(struct compose *c, const char *key, const char *text)
{
	if (text != NULL)
		json_object_set_new(c->message, key, json_string(text));
}

void
compose_put_time(struct compose *c, const char *key, msec t)
{
	char wire[TIME_TEXT];

	if (t == 0)
		return;
	time_print(wire, t);
	json_object_set_new(c->message, key, json_string(wire));
}

void
compose_settle_until(struct cli *cli, struct compose *c)
{
	const char *said = pick_str(c->message, "until");
	msec at;

	if (*said != '\0' && when_parse(&at, said, cli->now))
		compose_put_time(c, "until", at);
}

bool
compose_set(struct cli *cli, struct compose *c, const char *id,
    const char *text, struct problem *p)
{
	const json_t *json = form_find(c->sections, id);
	struct field f;
	json_t *v, *have;

	if (strncmp(id, "national.", 9) == 0)
		return compose_national_set(cli, c, id + 9, text, p);
	if (json == NULL) {
		/* Not ours to know: the node judges. */
		json_object_set_new(c->body, id, json_string(text));
		return true;
	}
	if (!form_field(cli, json, &f, p))
		return false;
	v = form_value(cli, &f, text, &p->err);
	if (v == NULL)
		return false;
	have = json_object_get(c->body, id);
	if (f.repeat && json_is_array(have))
		json_array_append_new(have, v);
	else
		json_object_set_new(c->body, id,
		    f.repeat ? json_pack("[o]", v) : v);
	return true;
}

static bool
set_pair(struct cli *cli, struct compose *c, const char *pair,
    struct problem *p)
{
	const char *eq = strchr(pair, '=');

	if (eq == NULL || eq == pair)
		return err_set(&p->err, ERR_INVALID, "E-USAGE-VALUE", "%s",
		    say(cli, "compose.set-form", NULL));
	return compose_set(cli, c, arena_str(&cli->arena,
	    slice_of(pair, (size_t)(eq - pair))), eq + 1, p);
}

/* --file: listed under the kind's field "files", when it has one. */
static void
add_file(struct compose *c, const char *path)
{
	json_int_t n = (json_int_t)json_array_size(c->files);

	json_array_append_new(c->files, json_pack("{s:s}", "path", path));
	if (form_find(c->sections, "files") == NULL)
		return;
	json_array_append_new(child(c->body, "files", json_array()),
	    json_integer(n));
}

/* A label as people write it, as the API takes it; the node knows which TLP is
 * usual where the officer names none. */
static bool
put_handling(struct compose *c, const char *label, struct problem *p)
{
	struct handling h = { .tlp = TLP_CLEAR };
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	json_t *v;

	if (label == NULL || label[strspn(label, " ,")] == '\0')
		return true;
	if (!label_read(&h, label, &p->err))
		return false;
	handling_write(&j, NULL, &h);
	v = json_read(buf_all(&b), b.n, &p->err);
	buf_free(&b);
	if (v != NULL && !label_names_tlp(label))
		json_object_del(v, "tlp");
	if (v != NULL)
		json_object_set_new(c->message, "handling", v);
	return v != NULL;
}

bool
compose_options(struct cli *cli, struct compose *c, struct problem *p)
{
	size_t n = cli_count(cli, "to");

	if (n != 0)
		json_object_set_new(c->message, "to", json_array());
	for (size_t i = 0; i < n; i++)
		json_array_append_new(json_object_get(c->message, "to"),
		    json_string(cli_nth(cli, "to", i)));
	compose_put(c, "from", cli_text(cli, "from-desk"));
	compose_put(c, "subject", cli_text(cli, "subject"));
	if (!put_handling(c, cli_text(cli, "handling"), p))
		return false;
	for (size_t i = 0; i < cli_count(cli, "set"); i++)
		if (!set_pair(cli, c, cli_nth(cli, "set", i), p))
			return false;
	for (size_t i = 0; i < cli_count(cli, "file"); i++)
		add_file(c, cli_nth(cli, "file", i));
	return true;
}

/* -- the draft ------------------------------------------------------------------- */

void
compose_write(struct cli *cli, const struct compose *c)
{
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	struct err err;

	if (c->path == NULL)
		return;
	jout_value(&j, NULL, c->draft);
	buf_str(&b, "\n");
	/* A disk that is full must not stop the typing, but is told. */
	if (!settings_make_parents(c->path, &err) ||
	    !io_replace_file(AT_FDCWD, c->path, buf_all(&b), 0600, &err))
		out_note(cli, "compose.not-kept", "why", err.text, NULL);
	buf_wipe(&b);
}

static void
keep_typed(struct cli *cli, void *arg, const char *id)
{
	struct compose *c = arg;

	json_object_set_new(c->draft, "at", json_string(id));
	compose_write(cli, c);
}

void
compose_keep(struct cli *cli, struct compose *c)
{
	c->path = settings_state_path(cli, arena_printf(&cli->arena,
	    "drafts/%s.json", pick_str(c->draft, "key")));
	compose_write(cli, c);
	prompt_on_interrupt(say(cli, "compose.kept", "path", c->path, NULL));
}

void
compose_drop(struct compose *c)
{
	if (c->path == NULL)
		return;
	(void)unlink(c->path);
	c->path = NULL;
	prompt_on_interrupt(NULL);
}

bool
compose_ask(struct cli *cli, struct compose *c, enum form_mode mode,
    struct problem *p)
{
	struct form form = { .sections = c->sections, .body = c->body,
	    .files = c->files, .changed = keep_typed, .arg = c };
	const char *at = pick_str(c->draft, "at");

	form.start = *at == '\0' ? NULL : arena_strdup(&cli->arena, at);

	if (mode == FORM_MISSING && form_lacks(&form) == NULL)
		return true;
	if (!prompt_possible(cli))
		return true;	/* and the node names what is missing */
	if (c->path == NULL)
		compose_keep(cli, c);
	return form_fill(cli, &form, mode, p) &&
	    (mode == FORM_MISSING || form_review(cli, &form, p));
}
