#ifndef ENTENTE_FORM_H
#define ENTENTE_FORM_H

#include <jansson.h>

#include "entente/client.h"

/*
 * The questions of a kind on the terminal, in the user's language: "?" shows
 * the help, "<" goes back, Enter keeps what stands or leaves open what need
 * not be filled.
 */
struct form {
	const json_t	*sections;
	json_t		*body;		/* {"<field id>": value}, filled here */
	json_t		*files;		/* [{"path":...}], fields of files add */
	const char	*start;		/* the field to begin with, or NULL */
	/* After every answer, with the field's id: what was typed is kept.
	 * NULL: nobody cares. */
	void		(*changed)(struct cli *, void *arg, const char *id);
	void		*arg;
};

enum form_mode {
	FORM_ALL,
	FORM_MISSING,		/* only what is required and not yet there */
};

bool	form_fill(struct cli *, struct form *, enum form_mode,
	    struct problem *);
/* The answers, and the offer to change one by its name, until Enter. */
bool	form_review(struct cli *, struct form *, struct problem *);
/* Is anything required still missing?  The first such field, or NULL. */
const json_t *form_lacks(const struct form *);
/* What the conditions of a field say of these answers. */
bool	form_is_shown(const struct form *, const json_t *field);
bool	form_is_required(const struct form *, const json_t *field);
bool	form_is_missing(const struct form *, const json_t *field);

#endif
