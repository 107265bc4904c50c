#include "model/language.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "model/ident.h"

static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
static const char signs[] = "abcdefghijklmnopqrstuvwxyz"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

bool
language_code_valid(const char *s)
{
	size_t n = strspn(s, letters);

	if (n < 2 || n > 3 || strlen(s) >= LANGUAGE_CODE)
		return false;
	for (s += n; *s == '-'; s += 1 + n)
		if ((n = strspn(s + 1, signs)) < 2)
			return false;
	return *s == '\0';
}

void
languages_init(struct languages *l)
{
	static const struct language four[LANGS] = {
		[LANG_EN] = { "en", "English", false },
		[LANG_AR] = { "ar", "العربية", true },
		[LANG_ES] = { "es", "Español", false },
		[LANG_FR] = { "fr", "Français", false },
	};

	*l = (struct languages){ .n = LANGS };
	memcpy(l->list, four, sizeof(four));
}

bool
languages_add(struct languages *l, const struct language *one)
{
	struct language *have = l->list;

	while (have < l->list + l->n && strcmp(have->code, one->code) != 0)
		have++;
	if (have == l->list + LANGUAGES)
		return false;
	if (have == l->list + l->n) {
		l->n++;
		*have = *one;
		memcpy(have->name, one->code, sizeof(one->code));
	}
	/* Of several files, one names the language and says its direction. */
	if (one->name[0] != '\0')
		memcpy(have->name, one->name, sizeof(one->name));
	have->rtl = have->rtl || one->rtl;
	return true;
}

const char *
languages_find(const struct languages *l, struct slice code)
{
	for (size_t i = 0; i < l->n; i++)
		if (strlen(l->list[i].code) == code.n &&
		    strncasecmp(l->list[i].code, (const char *)code.p,
		    code.n) == 0)
			return l->list[i].code;
	return NULL;
}

/* A tag, or what stands before its last dash, and so on. */
static const char *
find_nearest(const struct languages *l, struct slice tag)
{
	const char *code = NULL;

	while (tag.n != 0 && (code = languages_find(l, tag)) == NULL) {
		while (tag.n != 0 && tag.p[tag.n - 1] != '-')
			tag.n--;
		tag.n -= tag.n != 0;
	}
	return code;
}

const char *
languages_accept(const struct languages *l, const char *header)
{
	const char *code = NULL;

	while (code == NULL && *header != '\0') {
		header += strspn(header, ", \t");
		code = find_nearest(l, slice_of(header,
		    strcspn(header, ",; \t")));
		header += strcspn(header, ",");
	}
	return code;
}

void
language_of_locale(char full[static LANGUAGE_CODE],
    char first[static LANGUAGE_CODE], const char *locale)
{
	size_t n = strspn(locale, letters), all = strcspn(locale, ".@");
	char text[LANGUAGE_CODE] = "";

	full[0] = first[0] = '\0';
	if (n < 2 || n > 3 || strchr("_-.@", locale[n]) == NULL)
		return;
	(void)snprintf(first, LANGUAGE_CODE, "%.*s", (int)n, locale);
	if (all < LANGUAGE_CODE)
		(void)snprintf(text, sizeof(text), "%.*s", (int)all, locale);
	if (text[0] != '\0' && text[n] == '_')
		text[n] = '-';
	if (language_code_valid(text))
		memcpy(full, text, LANGUAGE_CODE);
}
