#ifndef MODEL_NATIONAL_H
#define MODEL_NATIONAL_H

#include "model/card.h"
#include "model/kind.h"

/*
 * What a member asks for beside a kind of the network: its card says so, per
 * kind, as {"languages":["fr"],"fields":[FIELD,...],"grounds":[ITEM,...]}.  The
 * sender's form asks for it, the values stand in the body under "national" by
 * member, and both nodes check them by the same card.
 *
 * Grounds are those of its own law for which it refuses a request: items of a
 * codelist, {"code":...,"label":{...}}.  A refusal on such a one says "other",
 * and which under "national": {"ground":"other","explanation":"...",
 * "national":{"sa":{"ground":"no-treaty"}}}.  Who reads it has the label from
 * the refuser's card.
 */

/* Is it of that form, and its fields of codelists that are known here?
 * err->field is the place.  Rules: E-NATIONAL-FORM. */
bool	national_valid(const struct kind_set *, const json_t *requires,
	    struct err *);
/* Can it stand beside this kind: grounds need one whose refusal takes "other".
 * Rules: E-NATIONAL-FORM. */
bool	national_fits(const struct kind *, const json_t *requires,
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
/*
 * A body of refuse, checked by its kind, as `from` may send it: it names no
 * ground of another's, and one of its own only beside "other".  What the code
 * means is for its card to say, and the card may have changed on the way.
 * Rules: E-FIELD-UNKNOWN, E-FIELD-VALUE under "body.national.<member>".
 */
bool	national_ground_check(const json_t *body, const struct member_id *from,
	    struct err *);
/* What the refuser's own node asks beside: its signed card has the ground.
 * Rules: E-CODE-UNKNOWN. */
bool	national_ground_listed(const struct card *own, const char *kind,
	    const json_t *body, struct err *);
/* The body holds answers to none but these members. */
bool	national_only_for(const json_t *body, const struct recipient *to,
	    size_t n, struct err *);

#endif
