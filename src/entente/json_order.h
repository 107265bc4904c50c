#ifndef ENTENTE_JSON_ORDER_H
#define ENTENTE_JSON_ORDER_H

#include "base/err.h"
#include "base/json.h"

/*
 * People write fields in any order; a signed text has one.  What is copied
 * here is judged later by the one reader of the text.
 */
extern const char *const json_order_languages[];	/* ends with NULL */
extern const char *const json_order_handling[];

/* The field of `from`, when it is there. */
void	json_order_copy(struct jout *, const json_t *from, const char *key);
/* An object of the fields of `from` that `order` names. */
void	json_order_object(struct jout *, const char *key, const json_t *from,
	    const char *const *order);
/* E-FIELD-UNKNOWN for any other field: a misspelt word is not dropped in
 * silence.  `where` names the object for people. */
bool	json_order_only(const json_t *, const char *const *known,
	    const char *where, struct err *);

#endif
