#include "entente/messages.h"

#include <assert.h>
#include <stdlib.h>

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
messages_find(const struct messages *m, const char *key, const char *lang)
{
	const json_t *entry = json_object_get(m->texts, key);
	const char *text = json_string_value(json_object_get(entry, lang));

	if (text == NULL)
		text = json_string_value(json_object_get(entry, "en"));
	return text;
}

const struct catalog *
messages_rules(const struct messages *m)
{
	return m->rules;
}

void
messages_texts(const struct messages *m, struct texts *t)
{
	texts_add(t, TEXTS_CLI, "", m->texts);
	catalog_texts(m->rules, t);
}
