#include "entente/messages.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/embedded.h"
#include "base/json.h"

extern const struct embedded messages_files[];

struct messages {
	json_t		*texts;
	struct catalog	*rules;
};

enum { MESSAGES_MAX = 4 * 1024 * 1024 };

struct messages *
messages_new(void)
{
	struct messages *m = xcalloc(1, sizeof(*m));
	struct err err;

	m->texts = json_object();
	for (size_t i = 0; messages_files[i].name != NULL; i++) {
		json_t *file = json_read(embedded_bytes(&messages_files[i]),
		    MESSAGES_MAX, &err);

		/* Ours, and read by every test: not to be read is a bug. */
		assert(file != NULL);
		json_object_update(m->texts, file);
		json_decref(file);
	}
	m->rules = catalog_errors();
	return m;
}

void
messages_free(struct messages *m)
{
	if (m == NULL)
		return;
	json_decref(m->texts);
	catalog_free(m->rules);
	free(m);
}

const char *
messages_find(const struct messages *m, const char *key, enum lang lang)
{
	const json_t *entry = json_object_get(m->texts, key);
	const char *text = json_string_value(json_object_get(entry,
	    lang_names[lang]));

	if (text == NULL)
		text = json_string_value(json_object_get(entry, "en"));
	return text;
}

const struct catalog *
messages_rules(const struct messages *m)
{
	return m->rules;
}

/* "fr_FR.UTF-8" begins with a language of ours. */
static bool
locale_lang(enum lang *lang, const char *locale)
{
	char two[3] = "";

	if (locale == NULL || strlen(locale) < 2)
		return false;
	if (locale[2] != '\0' && strchr("_.@-", locale[2]) == NULL)
		return false;
	memcpy(two, locale, 2);
	return lang_parse(lang, two);
}

enum lang
messages_lang(const char *flag, const char *setting)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	enum lang lang = LANG_EN;

	if (flag != NULL && lang_parse(&lang, flag))
		return lang;
	if (setting != NULL && lang_parse(&lang, setting))
		return lang;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		/* The first that is set decides, as setlocale(3) has it. */
		if (value != NULL && *value != '\0')
			return locale_lang(&lang, value) ? lang : LANG_EN;
	}
	return LANG_EN;
}
