#ifndef ENTENTE_FORM_VALUE_H
#define ENTENTE_FORM_VALUE_H

#include <jansson.h>

#include "entente/command.h"
#include "model/field_type.h"

/*
 * What a person types for one value of a field, as JSON that has passed the
 * field's check.  Codes may be given by their number in the list or as
 * words; structured values as shown by form_value_hint(), or as JSON.  NULL:
 * err says why.  Files are not made here: their value is an index.
 */
json_t		*form_value(struct cli *, const struct field *, const char *text,
		    struct err *);
/* How to type it: "198.51.100.7 51544 2026-11-21 18:20", or "". */
const char	*form_value_hint(struct cli *, const struct field *);
/* The codes of a choice that count here: item i, NULL past the end. */
const json_t	*form_value_item(const struct field *, size_t i);

#endif
