#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "entente/language_files.h"
#include "entente/messages.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "model/kind_text.h"

/* Packs of languages that are not compiled in, for who translates them. */

/* All that the programs say, those of the node and of its kinds included. */
static struct texts *
all_texts(struct cli *cli, struct err *err)
{
	struct texts *t;

	if (cli->kinds == NULL)
		cli->kinds = kind_set_new(err);
	if (cli->kinds == NULL)
		return NULL;
	t = texts_new();
	messages_texts(cli->messages, t);
	kind_texts(cli->kinds, t);
	return t;
}

/* -- template ------------------------------------------------------------------ */

static bool
write_part(struct cli *cli, const char *folder, const char *code,
    const struct texts *t, enum texts_part part, struct err *err)
{
	json_t *pack = json_pack("{s:s}", "language", code);
	json_t *texts = json_object();
	struct buf b = BUF_INIT;
	const char *name, *path;
	char *printed;
	bool ok;

	for (size_t i = 0; (name = texts_at(t, part, i)) != NULL; i++)
		(void)json_object_set_new(texts, name,
		    json_string(texts_english(t, part, name)));
	/* One of the files is enough to say it. */
	if (part == TEXTS_ERRORS) {
		(void)json_object_set_new(pack, "name", json_string(code));
		(void)json_object_set_new(pack, "direction",
		    json_string("ltr"));
	}
	(void)json_object_set_new(pack, texts_names[part], texts);
	printed = json_dumps(pack, JSON_INDENT(1));
	json_decref(pack);
	buf_str(&b, printed);
	buf_str(&b, "\n");
	free(printed);
	path = arena_printf(&cli->arena, "%s/%s.json", folder,
	    texts_names[part]);
	ok = io_create_file(AT_FDCWD, path, buf_all(&b), 0644, err);
	buf_free(&b);
	if (ok)
		out_line(cli, path);
	return ok;
}

static enum exit_code
lang_template(struct cli *cli)
{
	const char *code = cli_arg(cli, 0), *folder;
	struct texts *t = NULL;
	enum lang ours;
	struct err err;
	bool ok;

	ok = (language_code_valid(code) && !lang_parse(&ours, code)) ||
	    err_field(&err, ERR_INVALID, "E-LANG-PACK", "language", "%s",
	    say(cli, "lang.bad-code", "lang", code, NULL));
	folder = arena_printf(&cli->arena, "%s/%s", cli_text(cli, "output"),
	    code);
	if (ok)
		ok = (t = all_texts(cli, &err)) != NULL;
	if (ok && mkdir(folder, 0755) == -1 && errno != EEXIST)
		ok = err_errno(&err, "make %s", folder);
	for (unsigned i = 0; i < TEXTS_PARTS && ok; i++)
		ok = write_part(cli, folder, code, t, (enum texts_part)i, &err);
	texts_free(t);
	if (!ok)
		return out_error(cli, &err);
	out_next(cli, "entente lang check %s/cli.json", folder);
	return EXIT_DONE;
}

/* -- check --------------------------------------------------------------------- */

struct checked {
	json_t		*missing;	/* names, after their part */
	json_t		*unknown;
	json_int_t	 translated;
	json_int_t	 same;		/* as in English */
	json_int_t	 own;		/* of kinds that are not the network's */
};

static void
note(json_t *list, enum texts_part part, const char *name)
{
	(void)json_array_append_new(list, json_sprintf("%s.%s",
	    texts_names[part], name));
}

/* The program knows something of that kind or list, or it is a member's own. */
static bool
is_of_ours(const struct texts *t, enum texts_part part, const char *name)
{
	size_t n = strcspn(name, "|");
	const char *known;

	if (part != TEXTS_KINDS && part != TEXTS_CODELISTS)
		return true;
	for (size_t i = 0; (known = texts_at(t, part, i)) != NULL; i++)
		if (strncmp(known, name, n) == 0 && known[n] == '|')
			return true;
	return false;
}

static void
check_part(struct checked *c, const struct pack *p, const struct texts *t,
    enum texts_part part)
{
	json_t *all = json_object_get(p->json, texts_names[part]), *v;
	const char *name, *text;

	if (all == NULL)
		return;
	json_object_foreach(all, name, v) {
		if (texts_english(t, part, name) != NULL)
			continue;
		if (is_of_ours(t, part, name))
			note(c->unknown, part, name);
		else
			c->own++;
	}
	for (size_t i = 0; (name = texts_at(t, part, i)) != NULL; i++) {
		text = pack_text(p, part, name);
		if (*text == '\0')
			note(c->missing, part, name);
		else
			c->translated++;
		c->same += strcmp(text, texts_english(t, part, name)) == 0;
	}
}

static void
show_names(struct cli *cli, const char *key, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		out_pair(cli, key, json_string_value(json_array_get(list, i)));
}

static const char *
number(struct cli *cli, json_int_t n)
{
	return arena_printf(&cli->arena, "%lld", (long long)n);
}

static void
show(struct cli *cli, const struct pack *p, const struct checked *c)
{
	const struct language *l = &p->language;

	if (out_is_json(cli)) {
		out_json(cli, "lang-check/1", json_pack(
		    "{s:s, s:s, s:s, s:I, s:I, s:I, s:O, s:O}", "language",
		    l->code, "name", l->name, "direction",
		    l->rtl ? "rtl" : "ltr", "translated", c->translated,
		    "same", c->same, "own", c->own, "missing", c->missing,
		    "unknown", c->unknown));
		return;
	}
	out_pair(cli, "label.lang", l->code);
	out_pair(cli, "label.name", l->name);
	if (l->name[0] != '\0')
		out_pair(cli, "label.direction", say_code(cli, "direction",
		    l->rtl ? "rtl" : "ltr"));
	out_pair(cli, "label.translated", number(cli, c->translated));
	out_pair(cli, "label.same", number(cli, c->same));
	if (c->own != 0)
		out_pair(cli, "label.own", number(cli, c->own));
	show_names(cli, "label.missing", c->missing);
	show_names(cli, "label.unknown", c->unknown);
}

static bool
read_pack(struct pack *p, const char *path, struct texts *t, struct err *err)
{
	if (!language_files_read(p, path, err))
		return false;
	if (pack_put(p, t, err))
		return true;
	pack_free(p);
	return false;
}

static enum exit_code
lang_check(struct cli *cli)
{
	struct checked c = { .translated = 0 };
	struct pack p = { .json = NULL };
	struct err err;
	struct texts *t = all_texts(cli, &err);
	enum exit_code code;

	if (t == NULL || !read_pack(&p, cli_arg(cli, 0), t, &err)) {
		texts_free(t);
		return out_error(cli, &err);
	}
	c.missing = json_array();
	c.unknown = json_array();
	for (unsigned i = 0; i < TEXTS_PARTS; i++)
		check_part(&c, &p, t, (enum texts_part)i);
	show(cli, &p, &c);
	code = json_array_size(c.missing) + json_array_size(c.unknown) == 0 ?
	    EXIT_DONE : EXIT_FINDINGS;
	json_decref(c.missing);
	json_decref(c.unknown);
	pack_free(&p);
	texts_free(t);
	return code;
}

static const struct option template_options[] = {
	{ "output", OPTION_PATH, "DIR", true, 'o' },
	{ .name = NULL },
};

const struct command cmd_lang[] = {
	{ "lang", "template", "CODE", template_options, COMMAND_OFFLINE,
	    "entente lang template pt -o .", lang_template },
	{ "lang", "check", "FILE", NULL, COMMAND_OFFLINE,
	    "entente lang check pt/cli.json", lang_check },
	{ .noun = NULL },
};
