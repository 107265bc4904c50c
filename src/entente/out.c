#include "entente/out.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "entente/messages.h"
#include "entente/out_paint.h"

static bool
colored(struct cli *cli, FILE *f)
{
	const char *flag = cli_text(cli, "color"), *term = getenv("TERM");
	const char *no = getenv("NO_COLOR");

	if (flag != NULL && strcmp(flag, "always") == 0)
		return true;
	if (flag != NULL && strcmp(flag, "never") == 0)
		return false;
	return isatty(fileno(f)) && (no == NULL || *no == '\0') &&
	    term != NULL && strcmp(term, "dumb") != 0;
}

void
out_open(struct cli *cli)
{
	struct out *o = cli->out;
	struct winsize w;

	if (o == NULL)
		o = cli->out = arena_alloc(&cli->arena, sizeof(*o));
	o->data = stdout;
	o->talk = stderr;
	o->talk_tty = isatty(STDERR_FILENO);
	o->form = isatty(STDOUT_FILENO) ? OUT_TABLE : OUT_PLAIN;
	if (cli_flag(cli, "plain"))
		o->form = OUT_PLAIN;
	if (cli_flag(cli, "json"))
		o->form = OUT_JSON;
	if (cli_flag(cli, "jsonl"))
		o->form = OUT_JSONL;
	o->data_color = o->form == OUT_TABLE && colored(cli, stdout);
	o->talk_color = colored(cli, stderr);
	o->width = 80;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col >= 20)
		o->width = w.ws_col;
}

bool
out_is_json(const struct cli *cli)
{
	return cli->out->form == OUT_JSON || cli->out->form == OUT_JSONL;
}

/* -- texts --------------------------------------------------------------------- */

enum { PAIRS = 16 };

struct pairs {
	const char	*key[PAIRS];
	const char	*value[PAIRS];
	size_t		 n;
};

static void
read_pairs(struct pairs *p, va_list ap)
{
	const char *key;

	p->n = 0;
	while ((key = va_arg(ap, const char *)) != NULL) {
		assert(p->n < PAIRS);
		p->key[p->n] = key;
		p->value[p->n++] = va_arg(ap, const char *);
	}
}

/* The value of {name}; NULL when there is none. */
static const char *
pair_value(const struct pairs *p, struct slice name)
{
	for (size_t i = 0; i < p->n; i++)
		if (slice_eq(name, slice_str(p->key[i])))
			return p->value[i] == NULL ? "" : p->value[i];
	return NULL;
}

static const char *
fill(struct cli *cli, const char *key, const struct pairs *pairs)
{
	const char *text = messages_find(cli->messages, key, cli->lang);
	const char *value, *end, *r;
	struct buf b = BUF_INIT;

	if (text == NULL)
		text = key;
	for (; *text != '\0'; text++) {
		end = *text == '{' ? strchr(text, '}') : NULL;
		value = end == NULL ? NULL : pair_value(pairs,
		    slice_of(text + 1, (size_t)(end - text - 1)));
		if (value != NULL) {
			buf_str(&b, value);
			text = end;
		} else
			buf_put(&b, text, 1);
	}
	r = arena_strdup(&cli->arena, buf_cstr(&b));
	buf_wipe(&b);
	return r;
}

const char *
say(struct cli *cli, const char *key, ...)
{
	struct pairs pairs;
	va_list ap;

	va_start(ap, key);
	read_pairs(&pairs, ap);
	va_end(ap);
	return fill(cli, key, &pairs);
}

const char *
say_code(struct cli *cli, const char *group, const char *code)
{
	const char *key, *text;

	if (code == NULL)
		return "";
	key = arena_printf(&cli->arena, "%s.%s", group, code);
	text = messages_find(cli->messages, key, cli->lang);
	return text == NULL ? code : text;
}

/* -- talk ---------------------------------------------------------------------- */

void
out_note(struct cli *cli, const char *key, ...)
{
	struct pairs pairs;
	va_list ap;

	va_start(ap, key);
	read_pairs(&pairs, ap);
	va_end(ap);
	paint_lines(cli->out->talk, false, OUT_COLOR_NONE, "",
	    fill(cli, key, &pairs));
}

void
out_next(struct cli *cli, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;

	if (out_is_json(cli))
		return;
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	/* Names come from others; what is copied into a shell must be words. */
	if (strpbrk(buf_cstr(&b), "\"'`$&;|<>()*?[]{}#!\\\n\t~") == NULL)
		out_note(cli, "next", "command", buf_cstr(&b), NULL);
	buf_free(&b);
}
