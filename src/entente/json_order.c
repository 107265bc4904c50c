#include "entente/json_order.h"

const char *const json_order_languages[] = { "en", "ar", "es", "fr", NULL };
const char *const json_order_handling[] = { "tlp", "level", "codes", "onward",
    NULL };

void
json_order_copy(struct jout *j, const json_t *from, const char *key)
{
	const json_t *v = json_object_get(from, key);

	if (v != NULL)
		jout_value(j, key, v);
}

void
json_order_object(struct jout *j, const char *key, const json_t *from,
    const char *const *order)
{
	jout_object(j, key);
	for (; *order != NULL; order++)
		json_order_copy(j, from, *order);
	jout_end_object(j);
}

static bool
listed(const char *const *known, const char *key)
{
	for (; *known != NULL; known++)
		if (strcmp(*known, key) == 0)
			return true;
	return false;
}

bool
json_order_only(const json_t *o, const char *const *known, const char *where,
    struct err *err)
{
	const char *key;
	json_t *v;

	/* The loop only reads; jansson wants the object without const. */
	json_object_foreach((json_t *)(uintptr_t)o, key, v)
		if (!listed(known, key))
			return err_field(err, ERR_INVALID, "E-FIELD-UNKNOWN",
			    key, "%s has no field of this name", where);
	return true;
}
