#ifndef MODEL_AGREEMENT_TERMS_H
#define MODEL_AGREEMENT_TERMS_H

#include "model/agreement.h"

/* Inside agreement*.c: what may stand beside the clauses.  Read after all
 * else, for it speaks of the parties; written where its fields stand. */
void	agreement_terms_read(struct agreement *, struct arena *, struct jobj *);
void	agreement_terms_framework(struct jout *, const struct terms *);
void	agreement_terms_witnesses(struct jout *, const struct terms *);
void	agreement_terms_dates(struct jout *, const struct terms *);
void	agreement_terms_print(struct jout *, const struct terms *);
bool	agreement_clause_id_valid(const char *);

#endif
