#include "entente/form_value.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "entente/out.h"
#include "entente/pick.h"
#include "entente/when.h"
#include "model/message.h"

enum { WORDS = 8 };

/* -- codes --------------------------------------------------------------------- */

static bool
counts(const struct field *f, const json_t *item)
{
	const char *code = pick_str(item, "code");

	if (f->codes == NULL)
		return true;
	for (size_t i = 0; i < json_array_size(f->codes); i++)
		if (strcmp(json_string_value(json_array_get(f->codes, i)),
		    code) == 0)
			return true;
	return false;
}

const json_t *
form_value_item(const struct field *f, size_t i)
{
	const json_t *item;
	size_t k;

	json_array_foreach(f->list, k, item)
		if (counts(f, item) && i-- == 0)
			return item;
	return NULL;
}

/* A code by its number, itself, or its label in the reader's language. */
static const char *
code_of(struct cli *cli, const struct field *f, const char *text)
{
	const json_t *item;
	char *end;
	long n = strtol(text, &end, 10);

	if (end != text && *end == '\0' && n >= 1 &&
	    (item = form_value_item(f, (size_t)n - 1)) != NULL)
		return pick_str(item, "code");
	for (size_t i = 0; (item = form_value_item(f, i)) != NULL; i++)
		if (strcasecmp(pick_str(item, "code"), text) == 0 ||
		    strcasecmp(pick_label(item, "label", cli->lang), text) == 0)
			return pick_str(item, "code");
	return text;
}

static json_t *
many_codes(struct cli *cli, const struct field *f, const char *text)
{
	json_t *codes = json_array();

	while (*text != '\0') {
		size_t n;

		text += strspn(text, ", ");
		n = strcspn(text, ", ");
		if (n != 0)
			json_array_append_new(codes, json_string(code_of(cli, f,
			    arena_str(&cli->arena, slice_of(text, n)))));
		text += n;
	}
	return codes;
}

/* -- parts --------------------------------------------------------------------- */

/* Cut at spaces; the last word keeps the rest. */
static size_t
words(struct cli *cli, const char *text, size_t most, const char *out[WORDS])
{
	size_t n = 0;

	for (;;) {
		size_t w;

		text += strspn(text, " \t");
		if (*text == '\0')
			return n;
		w = n + 1 == most ? strlen(text) : strcspn(text, " \t");
		out[n++] = arena_str(&cli->arena, slice_of(text, w));
		text += w;
		if (n == most)
			return n;
	}
}

static const char *
instant(struct cli *cli, const char *text)
{
	char *wire = arena_alloc(&cli->arena, TIME_TEXT);
	msec t;

	if (!when_parse(&t, text, cli->now))
		return text;		/* and the check says what is wrong */
	time_print(wire, t);
	return wire;
}

static json_t *
zoned(struct cli *cli, const char *text)
{
	return json_pack("{s:s, s:s}", "at", instant(cli, text), "zone",
	    when_zone(&cli->arena));
}

/* "FROM .. TO" */
static json_t *
period(struct cli *cli, const char *text)
{
	const char *dots = strstr(text, "..");
	struct slice head;

	if (dots == NULL)
		return json_string(text);
	head = slice_of(text, (size_t)(dots - text));
	while (head.n != 0 && head.p[head.n - 1] == ' ')
		head.n--;
	dots += 2;
	dots += strspn(dots, " ");
	return json_pack("{s:s, s:s}", "from",
	    instant(cli, arena_str(&cli->arena, head)), "to",
	    instant(cli, dots));
}

static json_t *
integer(const char *text)
{
	char *end;
	long long n = strtoll(text, &end, 10);

	return end == text || *end != '\0' ? json_string(text) : json_integer(n);
}

/* "198.51.100.7 51544 2026-11-21 18:20", the port may be missing. */
static json_t *
connection(struct cli *cli, const char *text)
{
	const char *w[WORDS], *at;
	size_t n = words(cli, text, 3, w), digits;
	json_t *j;

	if (n < 2)
		return json_string(text);
	j = json_pack("{s:s}", "ip", w[0]);
	digits = strspn(w[1], "0123456789");
	at = n == 3 ? w[2] : w[1];
	if (n == 3 && w[1][digits] == '\0')
		json_object_set_new(j, "port", integer(w[1]));
	else if (n == 3)
		at = arena_printf(&cli->arena, "%s %s", w[1], w[2]);
	json_object_set_new(j, "at", json_string(instant(cli, at)));
	json_object_set_new(j, "zone", json_string(when_zone(&cli->arena)));
	return j;
}

static json_t *
pair(struct cli *cli, const char *text, const char *first, const char *second)
{
	const char *w[WORDS];

	if (words(cli, text, 2, w) != 2)
		return json_string(text);
	return json_pack("{s:s, s:s}", first, w[0], second, w[1]);
}

/* "FAMILY, Given" */
static json_t *
person(struct cli *cli, const char *text)
{
	const char *comma = strchr(text, ',');

	if (comma == NULL)
		return json_pack("{s:s}", "family", text);
	return json_pack("{s:s, s:s}", "family", arena_str(&cli->arena,
	    slice_of(text, (size_t)(comma - text))), "given",
	    comma + 1 + strspn(comma + 1, " "));
}

static json_t *
boolean(struct cli *cli, const char *text)
{
	static const char *const yes[] = { "y", "yes", "true", "1" };
	static const char *const no[] = { "n", "no", "false", "0" };

	for (size_t i = 0; i < 4; i++) {
		if (strcasecmp(text, yes[i]) == 0)
			return json_true();
		if (strcasecmp(text, no[i]) == 0)
			return json_false();
	}
	if (strcasecmp(text, say_code(cli, "word", "yes")) == 0)
		return json_true();
	if (strcasecmp(text, say_code(cli, "word", "no")) == 0)
		return json_false();
	return json_string(text);
}

static json_t *
cased(struct cli *cli, const char *text, int (*turn)(int))
{
	char *s = arena_strdup(&cli->arena, text);

	for (char *c = s; *c != '\0'; c++)
		*c = (char)turn((unsigned char)*c);
	return json_string(s);
}

static json_t *
country(struct cli *cli, const struct field *f, const char *text)
{
	return strlen(text) == 2 ? cased(cli, text, toupper) :
	    json_string(code_of(cli, f, text));
}

/* -- all ----------------------------------------------------------------------- */

static json_t *
make(struct cli *cli, const struct field *f, const char *text)
{
	switch (f->type) {
	case FIELD_CHOICE:
		return json_string(code_of(cli, f, text));
	case FIELD_MULTICHOICE:
		return many_codes(cli, f, text);
	case FIELD_COUNTRY:
		return country(cli, f, text);
	case FIELD_LANGUAGE:
		return json_string(code_of(cli, f, text));
	case FIELD_INTEGER:
	case FIELD_PORT:
		return integer(text);
	case FIELD_BOOLEAN:
		return boolean(cli, text);
	case FIELD_MONEY:
		return pair(cli, text, "amount", "currency");
	case FIELD_DATETIME_ZONE:
		return zoned(cli, text);
	case FIELD_PERIOD:
		return period(cli, text);
	case FIELD_IP_PORT_TIME:
		return connection(cli, text);
	case FIELD_HANDLE:
		return pair(cli, text, "service", "name");
	case FIELD_WALLET:
		return pair(cli, text, "currency", "address");
	case FIELD_GEO:
		return pair(cli, text, "lat", "lon");
	case FIELD_PERSON_NAME:
		return person(cli, text);
	case FIELD_AUTHORITY:
		return json_pack("{s:s}", "organisation", text);
	case FIELD_EXHIBIT:
		return json_pack("{s:s}", "item", text);
	case FIELD_ACCOUNT:
		return json_pack("{s:s}", "number", text);
	case FIELD_LANG_TEXT:
		/* "pt-BR" is told as "pt". */
		return json_pack("{s:s%, s:s}", "lang", cli->lang,
		    strcspn(cli->lang, "-"), "text", text);
	case FIELD_DOMAIN:
	case FIELD_MEMBER:
	case FIELD_DESK:
		return cased(cli, text, tolower);
	default:
		return json_string(text);
	}
}

json_t *
form_value(struct cli *cli, const struct field *f, const char *text,
    struct err *err)
{
	json_t *v = NULL;

	if (*text == '{' || *text == '[')
		v = json_read(slice_str(text), CONTENT_MAX, err);
	if (v == NULL)
		v = make(cli, f, text);
	if (v != NULL && field_check(f, v, f->id, err))
		return v;
	if (v == NULL)
		err_field(err, ERR_INVALID, "E-JSON-UTF8", f->id, "UTF-8");
	json_decref(v);
	return NULL;
}

const char *
form_value_hint(struct cli *cli, const struct field *f)
{
	const char *hint = say_code(cli, "hint", field_type_name(f->type));

	return strcmp(hint, field_type_name(f->type)) == 0 ? "" : hint;
}
