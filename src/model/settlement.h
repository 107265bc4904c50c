#ifndef MODEL_SETTLEMENT_H
#define MODEL_SETTLEMENT_H

#include "model/network.h"

/*
 * The end of a fork: of two directories of one number, which one holds.
 * Signed by k of the roots that had to sign that number: those of the
 * directory before, which both follow.
 */
struct settlement {
	struct hash	 net;
	int64_t		 number;	/* from 1 */
	msec		 issued;
	struct hash	 keep;		/* names of the two */
	struct hash	 drop;
	const json_t	*ext;		/* kept, no effect; or NULL */
	json_t		*json;		/* owner of ext */
};

bool	settlement_parse(struct settlement *, struct arena *, struct slice text,
	    struct err *);
void	settlement_print(struct buf *, const struct settlement *);
void	settlement_release(struct settlement *);
/* A note, for a network, by these roots: E-SETTLEMENT-SIGNATURES, E-TEXT-NET,
 * E-NOTE-SIGNATURE. */
bool	settlement_verify(struct settlement *, struct arena *, struct slice note,
	    const struct hash *net, const struct note_vkey *roots, size_t nroots,
	    unsigned k, struct err *);

#endif
