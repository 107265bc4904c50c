#ifndef ENTENTE_WORDS_AGREEMENT_H
#define ENTENTE_WORDS_AGREEMENT_H

#include "base/slice.h"
#include "entente/command.h"

/* Inside words*.c: an agreement and an ending as people read them before they
 * sign: all clauses, and all that stands beside them. */
bool	words_agreement(struct cli *, struct slice text, struct err *);
bool	words_ending(struct cli *, struct slice text, struct err *);

#endif
