#ifndef ENTENTE_PICK_H
#define ENTENTE_PICK_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/ident.h"

/*
 * Reading answers of the node for show: what is absent or of another type is
 * "", 0, false.  (What decides something is read by struct jobj.)
 */
static inline const char *
pick_str(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s == NULL ? "" : s;
}

static inline int64_t
pick_int(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static inline bool
pick_bool(const json_t *o, const char *key)
{
	return json_is_true(json_object_get(o, key));
}

/* A label, English when the reader's language is missing. */
static inline const char *
pick_label(const json_t *o, const char *key, const char *lang)
{
	const json_t *labels = json_object_get(o, key);
	const char *s = json_string_value(json_object_get(labels, lang));

	return s != NULL ? s : json_is_string(labels) ?
	    json_string_value(labels) : pick_str(labels, "en");
}

#endif
