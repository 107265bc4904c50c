#ifndef ENTENTE_JSON_SHAPE_H
#define ENTENTE_JSON_SHAPE_H

#include "base/err.h"
#include "base/json.h"

/*
 * People write fields in any order; a signed text has one.  A shape is that
 * order, with the shapes within: of an object, or of each item of a list.  What
 * is written here is judged later by the one reader of the text.
 */
struct json_shape {
	const char			*key;	/* NULL ends */
	const struct json_shape		*inside;	/* NULL: as it is */
};
extern const struct json_shape json_shape_labels[], json_shape_handling[];

/* The fields of the object that are there, in order; the caller opens it. */
void	json_shape_write(struct jout *, const struct json_shape *,
	    const json_t *);
/* E-FIELD-UNKNOWN for any other field, at any depth: a misspelt word is not
 * dropped in silence. */
bool	json_shape_only(const struct json_shape *, const json_t *, struct err *);

#endif
