#include "model/catalog.h"

#include <assert.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/embedded.h"
#include "base/json.h"
#include "model/field_type.h"

struct catalog {
	json_t	*rules;
};

enum { CATALOG_MAX = 4 * 1024 * 1024 };

extern const struct embedded catalog_files[];

struct catalog *
catalog_errors(void)
{
	struct catalog *all = NULL, *one;
	struct err err;
	int ok = 0;

	for (size_t i = 0; catalog_files[i].name != NULL; i++) {
		one = catalog_load(embedded_bytes(&catalog_files[i]), &err);
		/* Ours, and read by every test: not to be read is a bug. */
		assert(one != NULL);
		if (all == NULL) {
			all = one;
			continue;
		}
		ok |= json_object_update(all->rules, one->rules);
		catalog_free(one);
	}
	assert(all != NULL && ok == 0);
	return all;
}

struct catalog *
catalog_load(struct slice json, struct err *err)
{
	struct catalog *c;
	json_t *rules = json_read(json, CATALOG_MAX, err);

	if (rules == NULL)
		return NULL;
	if (!json_is_object(rules)) {
		json_decref(rules);
		err_set(err, ERR_INVALID, "E-FIELD-TYPE",
		    "a catalogue is an object");
		return NULL;
	}
	c = xmalloc(sizeof(*c));
	c->rules = rules;
	return c;
}

void
catalog_free(struct catalog *c)
{
	if (c == NULL)
		return;
	json_decref(c->rules);
	free(c);
}

const json_t *
catalog_find(const struct catalog *c, const char *rule)
{
	return json_object_get(c->rules, rule);
}

const json_t *
catalog_at(const struct catalog *c, size_t i, const char **name)
{
	void *at = json_object_iter(c->rules);

	while (at != NULL && i-- != 0)
		at = json_object_iter_next(c->rules, at);
	if (at == NULL)
		return NULL;
	if (name != NULL)
		*name = json_object_iter_key(at);
	return json_object_iter_value(at);
}

const char *
catalog_text(const struct catalog *c, const char *rule, const char *part,
    const char *lang)
{
	return label_in(json_object_get(catalog_find(c, rule), part), lang);
}

void
catalog_texts(const struct catalog *c, struct texts *t)
{
	texts_add(t, TEXTS_ERRORS, "", c->rules);
}
