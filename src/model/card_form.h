#ifndef MODEL_CARD_FORM_H
#define MODEL_CARD_FORM_H

#include "model/card.h"

/* The fields of c->json, each judged; what card_parse() does first. */
bool	card_read(struct card *c, struct arena *, struct err *);
/* The recipient's text, known here or not. */
static inline const char *
card_seal_text(const struct card_seal *s)
{
	return s->foreign != NULL ? s->foreign : s->recipient;
}

#endif
