#ifndef MODEL_NATIONAL_H
#define MODEL_NATIONAL_H

#include "model/card.h"
#include "model/kind.h"

/*
 * What a member asks for beside a kind of the network: its card says so, per
 * kind, as {"languages":["fr"],"fields":[FIELD,...]}.  The sender's form asks
 * for it, the values stand in the body under "national" by member, and both
 * nodes check them by the same card.
 */

/* Is it of that form, and its fields of codelists that are known here?
 * err->field is the place.  Rules: E-NATIONAL-FORM. */
bool	national_valid(const struct kind_set *, const json_t *requires,
	    struct err *);
/* What the card requires for this kind; NULL: nothing. */
const json_t *national_of(const struct card *, const char *kind);

/*
 * A body of submit, checked by its kind, against what this recipient's card
 * requires.  Rules: E-NATIONAL-LANGUAGE, E-NATIONAL-FORM (the card is not to
 * be understood here), E-FIELD-*, E-CODE-UNKNOWN under
 * "body.national.<member>".
 */
bool	national_check(const struct kind_set *, const struct card *,
	    const char *kind, const json_t *body, const char *lang,
	    struct err *);
/* The body holds answers to none but these members. */
bool	national_only_for(const json_t *body, const struct recipient *to,
	    size_t n, struct err *);

#endif
