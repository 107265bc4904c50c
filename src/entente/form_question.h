#ifndef ENTENTE_FORM_QUESTION_H
#define ENTENTE_FORM_QUESTION_H

#include "entente/form.h"

/* One question on the terminal, asked until it is answered. */
enum form_step {
	FORM_STEP_ON, FORM_STEP_BACK, FORM_STEP_AGAIN, FORM_STEP_FAILED
};

/* A field of the form: what is answered stands in its body.  Never
 * FORM_STEP_AGAIN. */
enum form_step	form_question_ask(struct cli *, struct form *,
		    const json_t *field, struct problem *);
/* One code of a codelist, asked with its labels; preset may be NULL. */
const char	*form_question_code(struct cli *, const char *list,
		    const char *question, const char *preset,
		    const char *option, struct problem *);

#endif
